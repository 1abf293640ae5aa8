//! A failed call, and its error by the kind of the backend's error.

use core::fmt;

use kzg_traits::{ErrorKind, IoAction, Operation};

use super::KzgAdvancedError;

/// A failed call of a backend.
///
/// ```
/// use kzg_advanced::{Error, ErrorKind, FailedCall, Operation};
///
/// let call = FailedCall {
///     operation: Some(Operation::BlobsToKzgCommitments),
///     backend: Some("blst".to_owned()),
///     attempts: 2,
///     index: Some(7),
/// };
/// assert_eq!(call.to_string(), "blobs_to_kzg_commitments, item 7, backend blst, 2 attempts");
/// assert_eq!(call.failed_with(Error::Deadline).kind(), ErrorKind::Deadline);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailedCall {
    /// The operation; `None` where it is not known.
    pub operation: Option<Operation>,
    /// The name of the backend whose error it is. Where the error is not that of a backend, such as a
    /// deadline, the name of the backend that was called last. `None` where none was called or the
    /// name is not known.
    pub backend: Option<String>,
    /// The number of calls of backends; 0 where there was none or the number is not known.
    pub attempts: u32,
    /// The index of the item in the whole job. Where the error names no item, it is the index of the
    /// first item of the call; `None` where the call is the whole job.
    pub index: Option<u64>,
}

impl fmt::Display for FailedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            Some(operation) => write!(f, "{operation}")?,
            None => f.write_str("backend call")?,
        }
        if let Some(index) = self.index {
            write!(f, ", item {index}")?;
        }
        if let Some(backend) = &self.backend {
            write!(f, ", backend {backend}")?;
        }
        if self.attempts > 1 {
            write!(f, ", {} attempts", self.attempts)?;
        }
        Ok(())
    }
}

impl FailedCall {
    /// Combines the call with its error.
    #[must_use]
    pub fn failed_with(self, source: kzg_traits::Error) -> KzgAdvancedError {
        let call = self;
        match source.kind() {
            ErrorKind::Input => KzgAdvancedError::DataValidation {
                item: call.to_string(),
                call: Some(call),
                source: Box::new(source),
            },
            ErrorKind::Busy => KzgAdvancedError::ResourceExhausted {
                item: call.to_string(),
                call: Some(call),
                source: Box::new(source),
            },
            ErrorKind::Io => {
                let action = match source {
                    kzg_traits::Error::Io { action, .. } => action,
                    _ => IoAction::Read,
                };
                KzgAdvancedError::Io {
                    action,
                    item: call.to_string(),
                    call: Some(call),
                    source: Box::new(source),
                }
            }
            ErrorKind::Fault | ErrorKind::Setup => KzgAdvancedError::Backend { call, source },
            ErrorKind::Integrity => KzgAdvancedError::Integrity { call, source },
            ErrorKind::Deadline => KzgAdvancedError::Performance { call, source },
            ErrorKind::Cancelled => KzgAdvancedError::Cancelled,
        }
    }
}
