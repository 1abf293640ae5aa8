//! The exit codes of the program.

use core::fmt;
use std::process::ExitCode;

use datafusion::error::DataFusionError;
use kzg_backends::SetupError;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    /// A verification said no.
    SaidNo = 1,
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
        _ => Exit::Fault,
    }
}

fn is_not_found(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. })
}
