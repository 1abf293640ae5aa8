//! `kzg serve`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::config::{AnyKey, FlagGroup, Flags, keys, parse};

#[cfg(feature = "serve")]
mod backends;
#[cfg(feature = "serve")]
mod run;

#[cfg(feature = "serve")]
pub(crate) use run::run;

/// Refuses, because this build has no server.
#[cfg(not(feature = "serve"))]
pub(crate) fn run(_: &Serve) -> anyhow::Result<crate::exit::Exit> {
    crate::feature::missing("server", "serve")
}

/// The options of a server.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Serve HTTP here: ADDRESS:PORT, or unix:PATH; may be given several times.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8640")]
    pub(crate) listen: Vec<String>,
    /// Serve gRPC here; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) grpc_listen: Vec<String>,
    /// The chain of the server's certificates, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_certificates: Option<PathBuf>,
    /// The private key, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificates")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Demand certificates of clients, from these authorities, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificates")]
    pub(crate) tls_client_authorities: Option<PathBuf>,
    /// Serve without TLS on addresses that other machines can reach.
    #[arg(long, conflicts_with = "tls_certificates")]
    pub(crate) plain_text: bool,
    /// Demand a bearer token from this file, which has one on each line.
    #[arg(long, value_name = "FILE")]
    pub(crate) tokens: Option<PathBuf>,
    /// Demand a JSON Web Token as in the Engine API; the file has 64 hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    pub(crate) jwt_secret: Option<PathBuf>,
    /// The number of requests that may wait for a worker, for verifications and for other calls.
    #[arg(long, value_name = "N", default_value = "128")]
    pub(crate) queue: NonZeroUsize,
    /// The most blobs or cells of waiting verifications that share a call; 1 for none.
    #[arg(long, value_name = "N", default_value = "64")]
    pub(crate) gather: NonZeroUsize,
    /// The most memory for bodies and answers under way.
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = parse::size)]
    pub(crate) request_memory: u64,
    /// The longest body that is read whole.
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = parse::size)]
    pub(crate) body_limit: u64,
    /// The longest body that is streamed.
    #[arg(long, value_name = "SIZE", default_value = "4GiB", value_parser = parse::size)]
    pub(crate) stream_limit: u64,
    /// The seconds after which a request is answered with an error; for many items, the call of each.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = seconds())]
    pub(crate) timeout: u64,
    /// The seconds within which a body, or an item of a stream, has to arrive, and within which a client has
    /// to take 16 KiB, or the rest, of an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = seconds())]
    pub(crate) body_timeout: u64,
    /// The most requests of one client under way [default: no limit].
    #[arg(long, value_name = "N")]
    pub(crate) per_client: Option<NonZeroUsize>,
    /// The most connections on each address.
    #[arg(long, value_name = "N", default_value = "4096")]
    pub(crate) connections: NonZeroUsize,
    /// The seconds that requests under way have after SIGTERM.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = seconds())]
    pub(crate) drain: u64,
    /// The seconds after SIGTERM during which connections are accepted still, for load balancers
    /// that watch /readyz.
    #[arg(long, value_name = "SECONDS", default_value_t = 0,
          value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub(crate) drain_delay: u64,
    /// The form of logs on standard error.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) log: Log,
    #[command(flatten)]
    pub(crate) settings: Flags<Serving>,
}

fn seconds() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=86_400)
}

/// The form of logs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Log {
    /// Lines for people.
    Text,
    /// One JSON document on each line.
    Json,
}

/// The settings that have an effect on a server.
#[derive(Debug)]
pub(crate) struct Serving;

impl FlagGroup for Serving {
    const KEYS: &'static [&'static dyn AnyKey] = &[
        &keys::BACKEND,
        &keys::CROSS_CHECK,
        &keys::AUDIT_LOG,
        &keys::THREADS,
        &keys::PRECOMPUTE,
        &keys::TRUSTED_SETUP,
        &keys::SUBGROUP_CHECK,
    ];
}
