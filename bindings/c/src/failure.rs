//! The reasons why a call fails, and their codes.

use core::fmt;
use std::collections::TryReserveError;

use kzg_backends::kzg_traits::{Error, ErrorKind};
use kzg_backends::{C_KZG_MAX_PRECOMPUTE, SetupError};

/// The result of a call, with the names and values of c-kzg.
///
/// `C_KZG_MALLOC` is only returned where there is no memory for a copy of an argument. Every other
/// failed allocation aborts the process, as in every Rust program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
#[allow(non_camel_case_types, reason = "the names of the C interface")]
pub enum C_KZG_RET {
    /// The call succeeded.
    C_KZG_OK = 0,
    /// An argument is malformed.
    C_KZG_BADARGS = 1,
    /// The library or the machine failed.
    C_KZG_ERROR = 2,
    /// There is no memory for a copy of an argument.
    C_KZG_MALLOC = 3,
}

/// The reason why a call failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A pointer is null.
    Null { argument: &'static str },
    /// A pointer to settings is not aligned.
    Misaligned { argument: &'static str },
    /// More items than an address space holds.
    TooMany { argument: &'static str, count: u64 },
    /// All optional outputs are null.
    NoOutput,
    /// The struct names no loaded settings.
    NotLoaded,
    /// `precompute` is above 15.
    Precompute { value: u64 },
    /// The path is not valid UTF-8, on a system whose paths are text.
    #[cfg_attr(unix, allow(dead_code, reason = "paths are bytes on Unix"))]
    PathEncoding,
    /// There is no memory for a copy of an argument.
    NoMemory,
    /// The numbers that name settings are used up.
    NoHandleLeft,
    /// The error of an operation.
    Operation(Error),
    /// The error of loading a trusted setup.
    Setup(SetupError),
    /// A panic.
    Panic { message: String },
}

impl Failure {
    /// The code of the failure.
    pub(crate) fn code(&self) -> C_KZG_RET {
        match self {
            Self::Null { .. }
            | Self::Misaligned { .. }
            | Self::TooMany { .. }
            | Self::NoOutput
            | Self::NotLoaded
            | Self::Precompute { .. }
            | Self::PathEncoding => C_KZG_RET::C_KZG_BADARGS,
            Self::NoMemory => C_KZG_RET::C_KZG_MALLOC,
            Self::NoHandleLeft | Self::Panic { .. } => C_KZG_RET::C_KZG_ERROR,
            Self::Operation(Error::Setup(error)) | Self::Setup(error) => setup_code(error),
            Self::Operation(error) => match error.kind() {
                ErrorKind::Input => C_KZG_RET::C_KZG_BADARGS,
                _ => C_KZG_RET::C_KZG_ERROR,
            },
        }
    }
}

/// A backend that cannot run is the machine's failure; everything else is wrong with the setup.
fn setup_code(error: &SetupError) -> C_KZG_RET {
    if error.is_unavailable() {
        C_KZG_RET::C_KZG_ERROR
    } else {
        C_KZG_RET::C_KZG_BADARGS
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null { argument } => write!(f, "{argument} is NULL"),
            Self::Misaligned { argument } => write!(f, "{argument} is not aligned"),
            Self::TooMany { argument, count } => {
                write!(f, "{argument}: {count} items do not fit into memory")
            }
            Self::NoOutput => f.write_str("all outputs are NULL"),
            Self::NotLoaded => f.write_str(
                "the settings are not loaded: never filled by this library, or freed since",
            ),
            Self::Precompute { value } => {
                write!(f, "precompute is {value}, above {C_KZG_MAX_PRECOMPUTE}")
            }
            Self::PathEncoding => f.write_str("the path is not UTF-8"),
            Self::NoMemory => f.write_str("no memory for a copy of an argument"),
            Self::NoHandleLeft => f.write_str("too many settings were loaded in this process"),
            Self::Operation(error) => error.fmt(f),
            Self::Setup(error) => error.fmt(f),
            Self::Panic { message } => write!(f, "internal error: {message}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Operation(error)
    }
}

impl From<TryReserveError> for Failure {
    fn from(_: TryReserveError) -> Self {
        Self::NoMemory
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        Self::Setup(error)
    }
}

#[cfg(test)]
mod tests {
    use kzg_backends::kzg_traits::{Item, PointError};

    use super::*;

    #[test]
    fn malformed_input_and_failures_have_different_codes() {
        let point = Error::Point {
            item: Item::Commitment,
            index: 3,
            reason: PointError::Subgroup,
        };
        let failure = Failure::from(point);
        assert_eq!(failure.code(), C_KZG_RET::C_KZG_BADARGS);
        assert!(failure.to_string().starts_with("commitment 3: "));

        let fault = Error::Fault {
            backend: "blst".to_owned(),
            message: "the device is lost".to_owned(),
        };
        assert_eq!(Failure::from(fault).code(), C_KZG_RET::C_KZG_ERROR);
        assert_eq!(
            Failure::from(SetupError::Empty).code(),
            C_KZG_RET::C_KZG_BADARGS
        );
        let absent = SetupError::LibraryNotFound { tried: Vec::new() };
        let nested = Failure::from(Error::Setup(absent.clone()));
        assert_eq!(nested.code(), C_KZG_RET::C_KZG_ERROR);
        assert_eq!(Failure::from(absent).code(), C_KZG_RET::C_KZG_ERROR);
    }
}
