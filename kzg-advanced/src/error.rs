//! The error type of the processors and of the manager.

mod call;

use std::error::Error as StdError;
use std::io;
use std::path::Path;

use kzg_traits::{ErrorKind, IoAction, SetupError};

pub use call::FailedCall;

/// The result of an operation of this crate.
pub type KzgAdvancedResult<T, E = KzgAdvancedError> = Result<T, E>;

/// The error of an operation of this crate. A negative verdict is a result and no error.
///
/// The [kind](kzg_traits::Error::kind) of a backend's error determines the variant, which holds the
/// [call](Self::call) and has the backend's error as its source.
///
/// ```
/// use std::error::Error;
/// use kzg_advanced::{BatchProcessor, Blob, ErrorKind, KzgAdvancedError};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let mut blobs = [Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
/// blobs[1].0[0] = 0xff; // no canonical field element
/// let error = BatchProcessor::new(settings).batch_commitments(&blobs).unwrap_err();
/// match error.kind() {
///     ErrorKind::Input => println!("lower the peer's score: {error}"),
///     ErrorKind::Busy | ErrorKind::Deadline => println!("try again later: {error}"),
///     _ => println!("a fault on this side: {error}"),
/// }
/// assert!(matches!(error, KzgAdvancedError::DataValidation { .. }));
/// assert_eq!(error.index(), Some(1)); // of the item in the whole job
/// assert!(error.source().is_some(), "the error of the backend");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KzgAdvancedError {
    /// The request contradicts itself, or the state to which it applies.
    #[error("{reason}")]
    Configuration {
        /// The contradiction, and a way to resolve it.
        reason: String,
    },
    /// The memory limit is too low for the job.
    #[error("a memory limit of {limit} bytes is too low for this job; the least is {least} bytes")]
    MemoryLimit {
        /// The requested limit, in bytes.
        limit: u64,
        /// The lowest sufficient limit, in bytes.
        least: u64,
    },
    /// A backend or a trusted setup cannot be loaded.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// An input, or a stored artefact that is read as one, is malformed.
    #[error("{item}: {source}")]
    DataValidation {
        /// The input or artefact, by name.
        item: String,
        /// The call, where it was a call of a backend that failed.
        call: Option<FailedCall>,
        /// The fault of the input.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The machine failed: an input could not be read, an output could not be written, or a
    /// thread could not be started.
    #[error("cannot {action} {item}: {source}")]
    Io {
        /// The action that failed.
        action: IoAction,
        /// The file, device or threads, by name.
        item: String,
        /// The call, where it was a call of a backend that failed.
        call: Option<FailedCall>,
        /// The operating system's error.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A resource that a call needs is exhausted.
    #[error("{item}: {source}")]
    ResourceExhausted {
        /// The call, or the resource.
        item: String,
        /// The call, where it was a call of a backend that failed.
        call: Option<FailedCall>,
        /// The exhausted resource.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The deadline passed before the result was there.
    #[error("{call}: {source}")]
    Performance {
        /// The call.
        call: FailedCall,
        /// Of kind [`Deadline`](ErrorKind::Deadline).
        source: kzg_traits::Error,
    },
    /// A backend failed.
    #[error("{call}: {source}")]
    Backend {
        /// The call.
        call: FailedCall,
        /// The error of the backend: of kind [`Fault`](ErrorKind::Fault) or
        /// [`Setup`](ErrorKind::Setup).
        source: kzg_traits::Error,
    },
    /// Wrong bytes were computed; the result is withheld.
    #[error("{call}: {source}")]
    Integrity {
        /// The call.
        call: FailedCall,
        /// The disagreement.
        source: kzg_traits::Error,
    },
    /// The caller cancelled the operation. Finished work is kept.
    #[error("cancelled")]
    Cancelled,
}

/// Converts the error of a backend's call without its operation, as `?` does.
///
/// The index is the one that the error names, the backend is that of a fault. Where the call is
/// known, [`FailedCall::failed_with`] keeps more.
///
/// ```
/// use kzg_advanced::{Error, ErrorKind, KzgAdvancedError};
///
/// fn checked(actual: usize) -> Result<(), KzgAdvancedError> {
///     if actual < 64 {
///         Err(Error::CellCount { actual })?;
///     }
///     Ok(())
/// }
///
/// let error = checked(3).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Input);
/// assert_eq!(error.to_string(), "backend call: 3 cells given, expected 64 to 128");
/// ```
impl From<kzg_traits::Error> for KzgAdvancedError {
    fn from(error: kzg_traits::Error) -> Self {
        let backend = match &error {
            kzg_traits::Error::Fault { backend, .. } => Some(backend.clone()),
            _ => None,
        };
        let call = FailedCall {
            backend,
            index: error.index().map(|index| index as u64),
            ..FailedCall::default()
        };
        match error {
            kzg_traits::Error::Setup(error) => Self::Setup(error),
            kzg_traits::Error::Io {
                action,
                item,
                kind,
                message,
            } => Self::Io {
                action,
                item,
                call: None,
                source: io::Error::new(kind, message).into(),
            },
            error => call.failed_with(error),
        }
    }
}

impl KzgAdvancedError {
    /// The kind of the error, which decides how a caller reacts.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Setup(error) => kzg_traits::Error::from(error.clone()).kind(),
            Self::Configuration { .. } | Self::MemoryLimit { .. } => ErrorKind::Setup,
            Self::DataValidation { .. } => ErrorKind::Input,
            Self::ResourceExhausted { .. } => ErrorKind::Busy,
            Self::Performance { source, .. }
            | Self::Backend { source, .. }
            | Self::Integrity { source, .. } => source.kind(),
            Self::Io { .. } => ErrorKind::Io,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    /// The call of a backend that failed: its operation, backend, attempts and item. `None` for an error
    /// of something else, and for a cancellation.
    #[must_use]
    pub fn call(&self) -> Option<&FailedCall> {
        match self {
            Self::DataValidation { call, .. }
            | Self::Io { call, .. }
            | Self::ResourceExhausted { call, .. } => call.as_ref(),
            Self::Performance { call, .. }
            | Self::Backend { call, .. }
            | Self::Integrity { call, .. } => Some(call),
            Self::Configuration { .. }
            | Self::MemoryLimit { .. }
            | Self::Setup(_)
            | Self::Cancelled => None,
        }
    }

    /// The [index](FailedCall::index) of the item in the whole job whose call failed, if there is one.
    #[must_use]
    pub fn index(&self) -> Option<u64> {
        self.call()?.index
    }

    /// Makes the error of a request that contradicts itself.
    #[must_use]
    pub fn configuration(reason: impl Into<String>) -> Self {
        Self::Configuration {
            reason: reason.into(),
        }
    }

    /// Makes the error of the malformed input or stored artefact `item`.
    #[must_use]
    pub fn data(
        item: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::DataValidation {
            item: item.into(),
            call: None,
            source: source.into(),
        }
    }

    /// Makes the error of the exhausted resource `item`.
    #[must_use]
    pub fn exhausted(
        item: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::ResourceExhausted {
            item: item.into(),
            call: None,
            source: source.into(),
        }
    }

    /// A function that makes the error of a failed read of `path`.
    pub fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::io(IoAction::Read, path.display().to_string())
    }

    /// A function that makes the error of a failed write of `path`.
    pub fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::io(IoAction::Write, path.display().to_string())
    }

    /// A function that makes the error of a failed action of the operating system on `item`.
    pub fn io<E>(action: IoAction, item: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let item = item.into();
        move |source| Self::Io {
            action,
            item,
            call: None,
            source: source.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::{Error, Operation};

    #[test]
    fn an_error_keeps_its_kind_its_call_and_its_source() {
        let call = FailedCall {
            operation: Some(Operation::BlobToKzgCommitment),
            backend: Some("blst".to_owned()),
            attempts: 2,
            index: Some(3),
        };
        let errors = [
            Error::CellCount { actual: 3 },
            Error::Busy {
                reason: "the queue is full".to_owned(),
            },
            Error::Fault {
                backend: "blst".to_owned(),
                message: "a panic".to_owned(),
            },
            Error::io(
                IoAction::Write,
                "the audit log",
                &io::ErrorKind::StorageFull.into(),
            ),
            Error::Integrity {
                message: "blst and arkworks disagree".to_owned(),
            },
            Error::Deadline,
        ];
        for source in errors {
            let error = call.clone().failed_with(source.clone());
            assert_eq!(error.kind(), source.kind());
            assert_eq!((error.call(), error.index()), (Some(&call), Some(3)));
            let message = error.to_string();
            for part in [
                "blob_to_kzg_commitment, item 3, backend blst, 2 attempts",
                &source.to_string(),
            ] {
                assert!(message.contains(part), "{message}");
            }
            let below = error.source().expect("a chain");
            assert_eq!(below.downcast_ref::<Error>(), Some(&source));
        }
        let cancelled = call.failed_with(Error::Cancelled);
        assert!(matches!(cancelled, KzgAdvancedError::Cancelled));
    }

    #[test]
    fn an_error_without_its_call_says_only_what_is_known() {
        let fault = Error::Fault {
            backend: "blst".to_owned(),
            message: "a panic".to_owned(),
        };
        let KzgAdvancedError::Backend { call, source } = fault.clone().into() else {
            panic!("{fault}");
        };
        assert_eq!(
            (call.operation, call.backend.as_deref()),
            (None, Some("blst"))
        );
        assert_eq!((call.attempts, call.index, source), (0, None, fault));

        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error: KzgAdvancedError = Error::io(IoAction::Write, "blobs", &full).into();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(error.to_string(), format!("cannot write blobs: {full}"));
        assert_eq!(error.call(), None);
        let setup: KzgAdvancedError = Error::from(SetupError::Empty).into();
        assert!(matches!(setup, KzgAdvancedError::Setup(SetupError::Empty)));
    }
}
