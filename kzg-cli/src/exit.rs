//! The exit codes of the program.

use std::error::Error as StdError;
use std::fmt;
use std::process::ExitCode;

use kzg_advanced::{Error, ErrorKind, IoAction, KzgAdvancedError, SetupError};

use crate::errors::setup_error;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    /// A verification failed (its result is `false`), or an input claims something false about its
    /// blobs.
    NegativeVerdict = 1,
    Usage = 2,
    BadInput = 3,
    /// A fault of a backend, of a resource or of the machine.
    Fault = 4,
    Interrupted = 130,
}

/// A failed verification (its result is `false`), where the command has no other result to print.
#[derive(Debug)]
pub(crate) struct Refuted(pub(crate) String);

impl fmt::Display for Refuted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Refuted {}

impl Exit {
    /// The code for a verdict.
    pub(crate) fn verdict(passed: bool) -> Self {
        if passed {
            Self::Done
        } else {
            Self::NegativeVerdict
        }
    }

    /// The code for an error.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        if error.is::<Refuted>() {
            return Self::NegativeVerdict;
        }
        if let Some(error) = setup_error(error) {
            return error.into();
        }
        if let Some(error) = error.downcast_ref::<KzgAdvancedError>() {
            return match error {
                error if kzg_pipeline::is_false_claim(error) => Self::NegativeVerdict,
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
        debug_assert!(false, "an unforeseen error: {error:?}");
        Self::Fault
    }

    /// The code of a run that ended with a fault after the command: that of the command, unless the
    /// command succeeded.
    pub(crate) fn or_fault(self) -> Self {
        match self {
            Self::Done => Self::Fault,
            exit => exit,
        }
    }

    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

impl From<&SetupError> for Exit {
    /// A backend or threads that cannot run are a fault; anything else is a malformed trusted setup.
    fn from(error: &SetupError) -> Self {
        if error.is_unavailable() {
            Self::Fault
        } else {
            Self::BadInput
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_input_is_bad_input_and_any_other_fault_of_the_machine_is_a_fault() {
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        for (action, expected) in [
            (IoAction::Read, Exit::BadInput),
            (IoAction::Write, Exit::Fault),
            (IoAction::Start, Exit::Fault),
        ] {
            let error = Error::io(action, "a file", &full());
            assert_eq!(Exit::of(&error.clone().into()), expected);
            assert_eq!(Exit::of(&KzgAdvancedError::from(error).into()), expected);
        }
    }
}
