//! How the program ends.

use std::process::ExitCode;

use kzg_advanced::{Error, ErrorKind, IoAction, KzgAdvancedError, SetupError};

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    /// A verification said no.
    SaidNo = 1,
    Usage = 2,
    BadInput = 3,
    /// A fault of a backend, of a resource or of the machine.
    Fault = 4,
    Interrupted = 130,
}

impl Exit {
    /// Done, or said no.
    pub(crate) fn verdict(passed: bool) -> Self {
        if passed { Self::Done } else { Self::SaidNo }
    }

    /// The code for an error.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        if let Some(error) = error.downcast_ref::<KzgAdvancedError>() {
            return match error {
                KzgAdvancedError::Configuration { .. } | KzgAdvancedError::MemoryLimit { .. } => {
                    Self::Usage
                }
                // An input that is unreadable, or that changes while it is read.
                KzgAdvancedError::Io {
                    action: IoAction::Read,
                    ..
                } => Self::BadInput,
                other => other.kind().into(),
            };
        }
        if let Some(error) = error.downcast_ref::<Error>() {
            return match error {
                Error::Io {
                    action: IoAction::Read,
                    ..
                } => Self::BadInput,
                other => other.kind().into(),
            };
        }
        debug_assert!(error.is::<SetupError>(), "an unforeseen error: {error:?}");
        Self::Fault
    }

    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Input => Self::BadInput,
            ErrorKind::Cancelled => Self::Interrupted,
            ErrorKind::Setup
            | ErrorKind::Busy
            | ErrorKind::Io
            | ErrorKind::Fault
            | ErrorKind::Integrity
            | ErrorKind::Deadline => Self::Fault,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
