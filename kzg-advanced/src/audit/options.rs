//! The choices that an audit log has.

use core::time::Duration;

/// What happens to calls while the log cannot be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnAuditFailure {
    /// They are refused, and a result that could not be recorded is withheld.
    #[default]
    Stop,
    /// They go on. How many events are missing is recorded as soon as that is possible.
    Continue,
}

/// The choices that an audit log has.
///
/// A power failure loses at most `unsynced` records, and none older than `sync_interval` and the
/// time that a sync takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditOptions {
    /// The size in bytes at which a file is closed and the next begun.
    pub max_file_bytes: u64,
    /// How long a record waits until it is synced, together with others.
    pub sync_interval: Duration,
    /// Records that may wait for that. While so many do, calls wait.
    pub unsynced: u64,
    /// What happens to calls while the log cannot be written.
    pub on_failure: OnAuditFailure,
}

impl Default for AuditOptions {
    /// Files of 64 MiB; at most 8192 records and 100 ms unsynced; calls stop on failure.
    fn default() -> Self {
        Self {
            max_file_bytes: 64 << 20,
            sync_interval: Duration::from_millis(100),
            unsynced: 8192,
            on_failure: OnAuditFailure::default(),
        }
    }
}

impl AuditOptions {
    /// The same with files of another size.
    #[must_use]
    pub fn with_max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// The same with another bound of what a power failure may lose.
    #[must_use]
    pub fn with_loss_bound(mut self, records: u64, interval: Duration) -> Self {
        (self.unsynced, self.sync_interval) = (records.max(1), interval);
        self
    }

    /// The same with another choice for failures.
    #[must_use]
    pub fn with_on_failure(mut self, on_failure: OnAuditFailure) -> Self {
        self.on_failure = on_failure;
        self
    }
}
