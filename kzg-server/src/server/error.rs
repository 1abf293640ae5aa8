//! The errors of a server.

use std::io;

use kzg_advanced::KzgAdvancedError;

use crate::files::FileError;
use crate::options::Address;
use crate::problem::Problem;

/// The error of a server that cannot begin or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// An address that others can reach, without TLS.
    #[error(
        "{0} can be reached by other machines: give certificates, or force plain text \
         (--plain-text) behind a proxy that encrypts"
    )]
    PlainText(Address),
    /// This build has no gRPC.
    #[error("this build has no gRPC: build it with the feature grpc")]
    NoGrpc,
    /// The memory for requests has no room for one call of each kind.
    #[error("the memory for requests has {bytes} bytes; one call of each kind needs {least}")]
    Memory {
        /// The memory for requests.
        bytes: usize,
        /// The least that is needed.
        least: usize,
    },
    /// Credentials or certificates that cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// An address that cannot be listened on, or threads that cannot be started.
    #[error("{what}: {source}")]
    Io {
        /// The address or the action.
        what: String,
        /// The cause.
        source: io::Error,
    },
    /// The service cannot be built.
    #[error(transparent)]
    Service(#[from] KzgAdvancedError),
    /// The backends failed their test.
    #[error("the backends failed their test: {}", .0.detail)]
    SelfTest(Problem),
    /// Requests were left unanswered at the end of the drain.
    #[error("requests were left unanswered after the time of the drain")]
    Drain,
    /// A signal during the drain ended the server.
    #[error("a second signal ended the drain before its time")]
    Interrupted,
}

pub(super) fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> ServerError {
    let what = what.into();
    move |source| ServerError::Io { what, source }
}
