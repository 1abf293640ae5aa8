//! The kinds of errors, and the actions of the operating system that fail.

use core::fmt;

/// The kind of an [`Error`](super::Error), which decides what a layer or a caller does about the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ErrorKind {
    /// The input is malformed. Reject the input. Never retried, not counted by a circuit breaker.
    Input,
    /// The configuration is wrong. Fix the configuration, or call the next backend.
    Setup,
    /// There is no capacity. Slow down, or call the next backend.
    Busy,
    /// The backend failed. Retry once, then call the next backend.
    Fault,
    /// The machine failed. Repair the machine. Never retried, not counted by a circuit breaker.
    Io,
    /// A computation gave wrong bytes. Raise an alarm.
    Integrity,
    /// The deadline has passed.
    Deadline,
    /// The caller cancelled the call.
    Cancelled,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "input",
            Self::Setup => "setup",
            Self::Busy => "busy",
            Self::Fault => "fault",
            Self::Io => "io",
            Self::Integrity => "integrity",
            Self::Deadline => "deadline",
            Self::Cancelled => "cancelled",
        })
    }
}

/// An action of the operating system that can fail, for [`Error::Io`](super::Error::Io).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum IoAction {
    /// Reading an input, or a stored artefact that is read as one.
    Read,
    /// Writing an output.
    Write,
    /// Starting a thread.
    Start,
}

impl fmt::Display for IoAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Start => "start",
        })
    }
}
