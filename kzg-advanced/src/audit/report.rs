//! The expectations of a verifier of a log, and the findings of a verification.

use std::path::PathBuf;

use serde::Serialize;

use super::checkpoint::{AuditPublicKey, Checkpoint};
use super::record::{Head, RecordFault};

/// Facts about a log that the verifier got from another source than the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// The key by which checkpoints are signed.
    pub key: Option<AuditPublicKey>,
    /// A head that the log had: no record before it may be missing.
    pub head: Option<Head>,
    /// The number of the first record.
    pub from: Option<u64>,
}

impl Expected {
    /// The same expectations with a key: the log must have checkpoints of that key, as often as the
    /// checkpoints state.
    #[must_use]
    pub fn with_key(mut self, key: AuditPublicKey) -> Self {
        self.key = Some(key);
        self
    }

    /// The same expectations with a head that the log had, such as that of a checkpoint.
    #[must_use]
    pub fn with_head(mut self, head: Head) -> Self {
        self.head = Some(head);
        self
    }

    /// The same expectations with the number of the first record: 0, unless older files were put
    /// away.
    #[must_use]
    pub fn with_from(mut self, first: u64) -> Self {
        self.from = Some(first);
        self
    }
}

/// The result of a verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditReport {
    /// The files, the oldest first.
    pub files: Vec<PathBuf>,
    /// The number of records that are right, up to the first that is not.
    pub records: u64,
    /// The number of the first record: 0, unless older files are missing.
    pub first: u64,
    /// The hash of the last record that is right, hexadecimal.
    pub last_hash: String,
    /// The number of bytes of a last line that was torn while it was written. Opening the log
    /// cuts them off.
    pub torn_bytes: u64,
    /// The first record that is wrong.
    pub broken: Option<Broken>,
    /// The last checkpoint of the expected key.
    pub checkpoint: Option<Checkpoint>,
    /// The number of records that no checkpoint of the expected key covers. Who can write the
    /// file could have changed those, or removed later ones.
    pub unsigned: u64,
    /// The expectations that the log does not meet.
    pub violations: Vec<Violation>,
}

impl AuditReport {
    /// Whether there are records, all of them are right, and the log is as expected. A log without
    /// a record has not passed: an audit log begins with the record of its opening.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.records > 0 && self.broken.is_none() && self.violations.is_empty()
    }

    /// The end of the chain that is right.
    #[must_use]
    pub fn head(&self) -> Head {
        let mut hash = [0; 32];
        // The hash that this verification has computed; zeros where there is no record.
        let _ = hex::decode_to_slice(&self.last_hash, &mut hash);
        Head {
            next: self.first + self.records,
            hash,
        }
    }
}

/// An expectation that a log does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Violation {
    /// The oldest records are missing, or records are there that should have been put away.
    #[error("the first record is {first}, expected {expected}")]
    First {
        /// The number of the first record.
        first: u64,
        /// The expected number.
        expected: u64,
    },
    /// Records at the end are missing.
    #[error("the log ends before record {next}, but had {expected} records")]
    Truncated {
        /// The number of the record that would be next.
        next: u64,
        /// The number of records that the log had.
        expected: u64,
    },
    /// The log has another record where the expected head had its last.
    #[error("the record before {next} is not the one of the expected head")]
    Rewritten {
        /// The number of records of the expected head.
        next: u64,
    },
    /// No checkpoint of the expected key covers the log.
    #[error("no checkpoint is signed by the key")]
    NoCheckpoint,
    /// A checkpoint of the expected key is overdue.
    #[error("{unsigned} records follow the last checkpoint, which allows {every}")]
    Overdue {
        /// The number of records after the last checkpoint.
        unsigned: u64,
        /// The number of records that the checkpoint allows.
        every: u64,
    },
}

/// A record that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}, line {line} (record {record}): {reason}", file.display())]
#[non_exhaustive]
pub struct Broken {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u64,
    /// The number that the record should have.
    pub record: u64,
    /// The fault of the record.
    pub reason: RecordFault,
}
