//! The options of a server.

use core::time::Duration;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The options of the calls and of their admission.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServiceOptions {
    /// The number of worker threads; zero for one on each core.
    pub workers: usize,
    /// The number of requests that may wait for a worker, in each of the two lanes. The calls of streams may
    /// take half of the places of their lane, at least one.
    pub queue: usize,
    /// The most blobs or cells that waiting verifications share a call for.
    pub gathered_items: usize,
    /// The most bytes of all requests and answers under way.
    pub bytes: usize,
    /// The time after which a request is answered with an error, and the most that a client may
    /// ask for; for many items, that of the call of each.
    pub timeout: Duration,
    /// The time within which a body, or an item of a streamed body, has to arrive, and within which
    /// a client has to take 16 KiB, or the rest, of an answer. Where several answers of a connection
    /// wait, each has several times as long, up to eight times.
    pub body_timeout: Duration,
    /// The most bytes of a body that is read whole.
    pub body_bytes: usize,
    /// The most bytes of a body that is streamed.
    pub stream_bytes: u64,
    /// The most requests of one client under way; `None` for no limit. A client is an address of IPv4, a
    /// network of 64 bits of IPv6, or all that use a Unix socket.
    pub per_client: Option<usize>,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self {
            workers: 0,
            queue: 128,
            gathered_items: 64,
            bytes: 256 << 20,
            timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(20),
            body_bytes: 64 << 20,
            stream_bytes: 4 << 30,
            per_client: None,
        }
    }
}

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// TCP.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

impl core::str::FromStr for Address {
    type Err = InvalidAddress;

    /// Reads `ADDRESS:PORT` or `unix:PATH`.
    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Self::Unix(path.into()));
        }
        let address = text.parse().map(Self::Tcp);
        address.map_err(|_| InvalidAddress {
            text: text.to_owned(),
        })
    }
}

/// The error of a text that is no [`Address`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is neither an address such as 127.0.0.1:8640 nor unix:PATH")]
#[non_exhaustive]
pub struct InvalidAddress {
    /// The text.
    pub text: String,
}

impl core::fmt::Display for Address {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// The files with certificates, in PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain of the server's certificates.
    pub certificates: PathBuf,
    /// The private key.
    pub key: PathBuf,
    /// The authorities of clients' certificates; where there are some, each client needs one.
    pub client_authorities: Option<PathBuf>,
}

/// The options of a server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerOptions {
    /// Where HTTP is served.
    pub listen: Vec<Address>,
    /// Where gRPC is served.
    pub grpc_listen: Vec<Address>,
    /// Certificates. Without them, TCP is plain text.
    pub tls: Option<TlsFiles>,
    /// Serves plain text on addresses beyond the loopback interface.
    pub plain_text_beyond_loopback: bool,
    /// A file with bearer tokens, one on each line.
    pub tokens: Option<PathBuf>,
    /// A file with a secret for JSON Web Tokens, as hexadecimal digits.
    pub jwt_secret: Option<PathBuf>,
    /// The time that requests under way have after SIGTERM.
    pub drain: Duration,
    /// The time between the moment at which `/readyz` says no and the end of accepting connections.
    pub drain_delay: Duration,
    /// The most connections at the same time, on each address.
    pub connections: usize,
    /// The time after which a connection without a request under way is closed. A connection of HTTP/1.1 is
    /// closed after 10 seconds too.
    pub idle: Duration,
    /// The calls and their admission.
    pub service: ServiceOptions,
}

impl ServerOptions {
    /// The defaults, with addresses for HTTP.
    #[must_use]
    pub fn new(listen: impl IntoIterator<Item = Address>) -> Self {
        Self {
            listen: listen.into_iter().collect(),
            grpc_listen: Vec::new(),
            tls: None,
            plain_text_beyond_loopback: false,
            tokens: None,
            jwt_secret: None,
            drain: Duration::from_secs(30),
            drain_delay: Duration::ZERO,
            connections: 4096,
            idle: Duration::from_secs(300),
            service: ServiceOptions::default(),
        }
    }
}

impl Default for ServerOptions {
    /// The defaults, without addresses.
    fn default() -> Self {
        Self::new([])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_need_an_address_alone() {
        let address = Address::Unix("x".into());
        let mut options = ServerOptions::default();
        assert_eq!(options.connections, 4096);
        assert_eq!(options.drain, Duration::from_secs(30));
        options.listen.push(address.clone());
        let expected = ServerOptions::new([address]);
        assert_eq!(format!("{options:?}"), format!("{expected:?}"));
    }

    #[test]
    fn addresses_are_read_and_printed() {
        for text in ["127.0.0.1:8640", "[::1]:80", "unix:/run/kzg.sock"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for wrong in ["", "unix:", "localhost", "8640", "1.2.3.4"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
