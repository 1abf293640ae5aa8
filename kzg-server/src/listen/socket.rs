//! Listening sockets: TCP and Unix.

use core::time::Duration;
use std::fs::{self, File, TryLockError};
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::time::sleep;

use crate::options::{Address, ServerOptions};

/// A connection before TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A listening socket.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpListener),
    /// With the path, which is removed at the end unless another socket has taken it.
    Unix(UnixListener, PathBuf, Identity),
}

/// The file of a socket: device and inode.
type Identity = (u64, u64);

/// The identity of the file at a path.
fn identity(path: &Path) -> io::Result<Identity> {
    let metadata = fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

impl Socket {
    /// Binds an address.
    pub(crate) async fn bind(address: &Address) -> io::Result<Self> {
        match address {
            Address::Tcp(address) => Ok(Self::Tcp(TcpListener::bind(address).await?)),
            Address::Unix(path) => {
                // Dropped after the socket has its file: of two starts, one finds the socket of the other.
                let _locked = lock_folder(path).await;
                remove_stale(path).await?;
                let listener = UnixListener::bind(path)?;
                // The owner and the group may connect.
                fs::set_permissions(path, fs::Permissions::from_mode(0o660))?;
                Ok(Self::Unix(listener, path.clone(), identity(path)?))
            }
        }
    }

    /// The address, with the port that the system chose.
    pub(crate) fn address(&self) -> io::Result<Address> {
        Ok(match self {
            Self::Tcp(listener) => Address::Tcp(listener.local_addr()?),
            Self::Unix(_, path, _) => Address::Unix(path.clone()),
        })
    }

    /// Whether connections are TCP.
    pub(crate) fn is_tcp(&self) -> bool {
        matches!(self, Self::Tcp(_))
    }

    /// Accepts a connection. Returns it with the address of the client.
    pub(crate) async fn accept(&self) -> io::Result<(Box<dyn Stream>, Arc<str>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Answers are written whole, so that nothing is gained by waiting for more.
                stream.set_nodelay(true)?;
                Ok((Box::new(stream), client(peer.ip()).into()))
            }
            Self::Unix(listener, ..) => {
                let (stream, _) = listener.accept().await?;
                Ok((Box::new(stream), "unix".into()))
            }
        }
    }
}

/// The client with an address, for the limit of its requests. A client of IPv6 has a network of 64 bits
/// and chooses the rest of its addresses.
fn client(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
            format!("{network}/64")
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Self::Unix(_, path, bound) = self
            && identity(path).is_ok_and(|found| found == *bound)
        {
            let _ = fs::remove_file(path);
        }
    }
}

/// Locks the folder of a socket against other starts, which keep the lock for a moment. A folder that this
/// user cannot read, and one of a file system without locks, is left unlocked. So is one that another program
/// keeps locked: the lock matters only where several servers start beside a socket that a server has left.
async fn lock_folder(path: &Path) -> Option<File> {
    const ATTEMPTS: u32 = 200;
    const PAUSE: Duration = Duration::from_millis(5);
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let folder = File::open(folder).ok()?;
    for _ in 0..ATTEMPTS {
        match folder.try_lock() {
            Ok(()) => return Some(folder),
            Err(TryLockError::Error(_)) => return None,
            Err(TryLockError::WouldBlock) => sleep(PAUSE).await,
        }
    }
    let socket = path.display();
    tracing::warn!(%socket, "another program keeps the folder of the socket locked");
    None
}

/// Removes the socket of a server that has ended without removing it.
async fn remove_stale(path: &Path) -> io::Result<()> {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !metadata.file_type().is_socket() {
        return Ok(());
    }
    // Other errors are of servers that run: a full queue, or a user who may not connect. Binding fails
    // then, as it does for a file of another kind.
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        _ => Ok(()),
    }
}

/// Refuses plain text on addresses that other machines can reach.
///
/// # Errors
///
/// The first such address.
pub(crate) fn check_plain_text(options: &ServerOptions) -> Result<(), Address> {
    if options.tls.is_some() || options.plain_text_beyond_loopback {
        return Ok(());
    }
    let all = options.listen.iter().chain(&options.grpc_listen);
    for address in all {
        if let Address::Tcp(socket) = address
            && !socket.ip().to_canonical().is_loopback()
        {
            return Err(address.clone());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::TlsFiles;

    #[tokio::test]
    async fn the_socket_of_a_server_that_runs_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kzg.sock");
        let address = Address::Unix(path.clone());
        // A server that accepts nothing, whose queue is full.
        let busy = tokio::net::UnixSocket::new_stream().unwrap();
        busy.bind(&path).unwrap();
        let busy = busy.listen(1).unwrap();
        let mut waiting = Vec::new();
        let error = loop {
            match UnixStream::connect(&path).await {
                Ok(stream) => waiting.push(stream),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        let error = Socket::bind(&address).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        waiting.clear();
        let before = identity(&path).unwrap();
        let error = Socket::bind(&address).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert_eq!(identity(&path).unwrap(), before);
        // The server has ended and left its socket.
        drop(busy);
        let first = Socket::bind(&address).await.unwrap();
        assert_eq!(first.address().unwrap(), address);
        // Another socket takes the path, and is left when the first one ends.
        fs::rename(&path, dir.path().join("moved")).unwrap();
        let second = Socket::bind(&address).await.unwrap();
        drop(first);
        assert!(UnixStream::connect(&path).await.is_ok());
        drop(second);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn the_lock_of_another_program_fails_no_start() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kzg.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let locked = File::open(dir.path()).unwrap();
        locked.lock().unwrap();
        let _socket = Socket::bind(&Address::Unix(path.clone())).await.unwrap();
        assert!(UnixStream::connect(&path).await.is_ok());
        assert!(File::open(dir.path()).unwrap().try_lock().is_err());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn one_of_many_starts_takes_the_place_of_a_server_that_has_ended() {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..20 {
            let path = dir.path().join(format!("{number}.sock"));
            drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
            let starts = (0..20).map(|_| {
                let address = Address::Unix(path.clone());
                tokio::spawn(async move { Socket::bind(&address).await })
            });
            let starts: Vec<_> = starts.collect();
            let mut sockets = Vec::new();
            for start in starts {
                match start.await.unwrap() {
                    Ok(socket) => sockets.push(socket),
                    Err(error) => assert_eq!(error.kind(), io::ErrorKind::AddrInUse),
                }
            }
            assert_eq!(sockets.len(), 1);
        }
    }

    #[test]
    fn a_client_is_an_address_or_a_network() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ] {
            assert_eq!(client(address.parse().unwrap()), expected);
        }
    }

    #[test]
    fn plain_text_stays_on_the_loopback_interface() {
        let options = |text: &str| ServerOptions::new([text.parse().unwrap()]);
        for near in [
            "127.0.0.1:1",
            "127.9.9.9:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
            "unix:x",
        ] {
            assert_eq!(check_plain_text(&options(near)), Ok(()), "{near}");
        }
        for far in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1"] {
            let mut options = options(far);
            assert_eq!(check_plain_text(&options).unwrap_err().to_string(), far);
            options.plain_text_beyond_loopback = true;
            assert_eq!(check_plain_text(&options), Ok(()));
            options.plain_text_beyond_loopback = false;
            options.tls = Some(TlsFiles {
                certificates: "c".into(),
                key: "k".into(),
                client_authorities: None,
            });
            assert_eq!(check_plain_text(&options), Ok(()));
        }
    }
}
