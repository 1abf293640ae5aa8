//! The faults of an audit log.

use core::fmt;
use std::io;
use std::path::PathBuf;

use super::record::RecordFault;

/// The reason why an event was not recorded, or a log not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit log {}: {fault}", path.display())]
pub struct AuditError {
    /// The log.
    pub path: PathBuf,
    /// The fault of the log.
    #[source]
    pub fault: AuditFault,
}

/// The fault of an audit log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditFault {
    /// Another process or another part of this one has opened the log.
    #[error("the log is open already")]
    OpenAlready,
    /// The last record of the file is not a record of a log.
    #[error("the last record is broken: {0}")]
    LastRecord(#[source] RecordFault),
    /// The file has no whole line, and its content is not the beginning of a record: it is another file.
    #[error("the file is not empty and is no audit log; name another file, or remove this one")]
    OtherFile,
    /// The newest full file does not end with a record.
    #[error("the last record is broken: {} does not end with one", path.display())]
    FullFile {
        /// The full file.
        path: PathBuf,
    },
    /// The file is no longer the one that was opened, and the options stop the log then.
    #[error("{0}")]
    Replaced(Replacement),
    /// The file is no longer the one that was opened, and the file in its place has a content.
    #[error("{0}, and the file in its place is not empty")]
    Occupied(Replacement),
    /// The operating system failed.
    #[error("{}: {message}", action.as_str())]
    Io {
        /// The action that failed.
        action: AuditAction,
        /// The kind of the system's error.
        kind: io::ErrorKind,
        /// The system's message.
        message: String,
    },
}

impl AuditFault {
    /// The fault of an action of the operating system.
    pub(super) fn io(action: AuditAction) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io {
            action,
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}

/// An action on the file of an audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditAction {
    /// The log is opened, and the end of its chain is read.
    Open,
    /// The thread that syncs is started.
    StartThread,
    /// The file under the log's name is compared with the open file.
    Examine,
    /// The bytes that a failed write has left are cut off.
    Truncate,
    /// A new file is opened for one that was renamed or removed.
    Reopen,
    /// A full file is renamed, and another one begins.
    Rotate,
    /// A record is written.
    Write,
    /// Records are made durable.
    Sync,
}

impl AuditAction {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "cannot be opened",
            Self::StartThread => "the thread that syncs cannot be started",
            Self::Examine => "the file cannot be examined",
            Self::Truncate => "a torn record cannot be cut off",
            Self::Reopen => "a new file cannot be opened",
            Self::Rotate => "another file cannot be begun",
            Self::Write => "cannot be written",
            Self::Sync => "cannot be synced",
        }
    }
}

/// A change of the file of a log while the log was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Replacement {
    /// The file became shorter.
    Cut,
    /// There is no file under the log's name.
    Removed,
    /// There is another file under the log's name.
    AnotherFile,
}

impl fmt::Display for Replacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cut => "the file was cut while it was open",
            Self::Removed => "the file was renamed or removed while it was open",
            Self::AnotherFile => "another file took its place while it was open",
        })
    }
}
