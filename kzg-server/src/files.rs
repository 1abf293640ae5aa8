//! Files with credentials or certificates, and their errors.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use kzg_advanced::files::read_bounded;

/// The most bytes of a file with credentials or certificates.
const FILE_LIMIT: u64 = 1 << 20;

/// A file with credentials or certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {fault}", path.display())]
#[non_exhaustive]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// The reason why the file cannot be used.
    pub fault: FileFault,
}

/// The reason why a file of credentials or certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileFault {
    /// The file cannot be read, or is no regular file. A named pipe or a device is not waited for.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is longer than any file of credentials or certificates.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// The most bytes of a file.
        limit: u64,
    },
    /// No line of the file is a token.
    #[error("no token")]
    NoToken,
    /// A token has characters that a request cannot send.
    #[error("a token has characters other than those of ASCII that are printed")]
    NotAscii,
    /// The file is not a secret of 32 bytes in hexadecimal digits.
    #[error("not 64 hexadecimal digits")]
    NotASecret,
    /// The file has no certificate.
    #[error("no certificate")]
    NoCertificate,
    /// A certificate or a private key cannot be used.
    #[error(transparent)]
    Tls(Box<dyn Error + Send + Sync>),
}

/// Reads a regular file with credentials or certificates.
///
/// # Errors
///
/// [`FileFault::Io`] and [`FileFault::TooLong`].
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    read_bounded(path, FILE_LIMIT).map_err(|error| {
        let limit = FILE_LIMIT;
        FileFault::at(path)(match error.kind() {
            io::ErrorKind::FileTooLarge => FileFault::TooLong { limit },
            _ => FileFault::Io(error),
        })
    })
}

impl FileFault {
    /// A function that makes the error of the file at `path` from a reason.
    pub(crate) fn at<R: Into<Self>>(path: &Path) -> impl FnOnce(R) -> FileError {
        move |reason| FileError {
            path: path.to_owned(),
            fault: reason.into(),
        }
    }

    /// As [`at`](Self::at), for an error of the TLS library.
    pub(crate) fn tls_at<E: Error + Send + Sync + 'static>(
        path: &Path,
    ) -> impl FnOnce(E) -> FileError {
        move |error| Self::at(path)(Self::Tls(error.into()))
    }
}
