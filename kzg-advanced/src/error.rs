//! The error of the processors: what failed, on which item, and why.

use std::error::Error as StdError;
use std::io;
use std::path::Path;

use kzg_traits::ErrorKind;

/// The result of a processor's operation.
pub type Result<T, E = KzgAdvancedError> = core::result::Result<T, E>;

/// Why a processor stopped. Verification that says no is not among these: it is a result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KzgAdvancedError {
    /// The request contradicts itself, or what it is applied to.
    #[error("{reason}")]
    Configuration {
        /// What is wrong, and what would help.
        reason: String,
    },
    /// An input, or a stored artefact that is read as one, is missing or malformed.
    #[error("{item}: {source}")]
    DataValidation {
        /// The input or artefact, by name.
        item: String,
        /// What is wrong with it.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// An output could not be written.
    #[error("{item}: cannot be written: {source}")]
    ResourceExhausted {
        /// The output, by name.
        item: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// A backend gave no answer.
    #[error("{operation}, blob {index}, backend {backend}: {source}")]
    Backend {
        /// The operation.
        operation: &'static str,
        /// The backend's name.
        backend: String,
        /// The position of the blob among all blobs of the job; that of the first blob of the
        /// call where the error names none.
        index: u64,
        /// What the backend says.
        source: kzg_traits::Error,
    },
    /// The caller asked to stop; what was finished by then is kept.
    #[error("cancelled")]
    Cancelled,
}

impl KzgAdvancedError {
    /// What a caller should do about the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Configuration { .. } => ErrorKind::Setup,
            Self::DataValidation { .. } => ErrorKind::Input,
            Self::ResourceExhausted { .. } => ErrorKind::Busy,
            Self::Backend { source, .. } => source.kind(),
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    pub(crate) fn configuration(reason: impl Into<String>) -> Self {
        Self::Configuration {
            reason: reason.into(),
        }
    }

    pub(crate) fn data(
        item: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::DataValidation {
            item: item.into(),
            source: source.into(),
        }
    }

    /// A function that makes the error of reading `path`.
    pub(crate) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let item = path.display().to_string();
        move |source| Self::data(item, source)
    }

    /// A function that makes the error of writing `path`.
    pub(crate) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let item = path.display().to_string();
        move |source| Self::ResourceExhausted { item, source }
    }
}
