//! The exit codes of the program.

use core::fmt;
use std::error::Error as StdError;
use std::io;
use std::process::ExitCode;

use datafusion::error::DataFusionError;
use kzg_backends::SetupError;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    /// A verification said no.
    NegativeVerdict = 1,
    Usage = 2,
    BadInput = 3,
    /// A fault of a backend, of the cluster or of the machine.
    Fault = 4,
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        (exit as u8).into()
    }
}

impl From<&SetupError> for Exit {
    /// A backend or threads that cannot run are a fault; anything else is a malformed trusted setup.
    /// `kzg` has the same codes.
    fn from(error: &SetupError) -> Self {
        if error.is_unavailable() {
            Self::Fault
        } else {
            Self::BadInput
        }
    }
}

/// A message and the exit code that goes with it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    message: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Failure {
    /// The failure of a statement whose rows are copied into files. Its inputs were opened when the
    /// statement was planned, so that a permission which is missing now is that of the target.
    pub(crate) fn of_copy(error: &DataFusionError) -> Self {
        let exit = match exit_of(error) {
            Exit::BadInput if is_denied(error) => Exit::Fault,
            exit => exit,
        };
        Self::new(exit, error.strip_backtrace())
    }
}

impl From<DataFusionError> for Failure {
    fn from(error: DataFusionError) -> Self {
        Self::new(exit_of(&error), error.strip_backtrace())
    }
}

/// A statement that cannot be planned is wrong usage, a file that cannot be read is bad input, and
/// anything else is a fault.
fn exit_of(error: &DataFusionError) -> Exit {
    if kzg_datafusion::fault_in(error).is_some() {
        return Exit::Fault;
    }
    match error.find_root() {
        DataFusionError::SQL(..)
        | DataFusionError::Plan(_)
        | DataFusionError::SchemaError(..)
        | DataFusionError::Configuration(_)
        | DataFusionError::NotImplemented(_) => Exit::Usage,
        DataFusionError::ObjectStore(error) if is_not_found(error) => Exit::BadInput,
        DataFusionError::ParquetError(_) | DataFusionError::ArrowError(..) => Exit::BadInput,
        _ if is_denied(error) => Exit::BadInput,
        _ => Exit::Fault,
    }
}

/// Whether the system or an object store gave no permission.
fn is_denied(error: &DataFusionError) -> bool {
    let mut source: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = source {
        let by_system = error.downcast_ref::<io::Error>();
        let by_store = error.downcast_ref::<object_store::Error>();
        if by_system.is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
            || by_store.is_some_and(is_denied_by_store)
        {
            return true;
        }
        source = error.source();
    }
    false
}

fn is_denied_by_store(error: &object_store::Error) -> bool {
    matches!(
        error,
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. }
    )
}

fn is_not_found(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. })
}
