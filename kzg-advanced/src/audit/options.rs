//! The options of an audit log.

use core::time::Duration;

use serde::{Deserialize, Serialize};

/// The least time between two syncs. Without a least, the thread that syncs would never rest while
/// the disk fails.
const LEAST_SYNC_INTERVAL: Duration = Duration::from_millis(1);

/// The treatment of calls while the log cannot be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnAuditFailure {
    /// Calls are refused, and a result that could not be recorded is withheld.
    #[default]
    Stop,
    /// Calls go on. The number of missing events is recorded as soon as that is possible.
    Continue,
}

/// The reaction to a file that was renamed or removed while the log is open, as by logrotate, or
/// that was cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnReplaced {
    /// A new file is begun under the old name. The chain goes on there, after a record that says
    /// so.
    #[default]
    Reopen,
    /// The log fails until the file is back, see [`OnAuditFailure`].
    Fail,
}

/// The options of an audit log. A value below its least counts as the least.
///
/// A power failure loses at most `unsynced` records, and none older than `sync_interval` and the
/// time that a sync takes. These bounds do not hold after a sync that failed: the operating system may
/// have dropped the records of the failed sync, although the next sync succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AuditOptions {
    /// The size in bytes at which a file is closed and the next is begun; at least 1.
    pub max_file_bytes: u64,
    /// The time for which a record waits until it is synced, together with others; at least a
    /// millisecond.
    pub sync_interval: Duration,
    /// The number of records that may wait to be synced; at least 1. While so many wait, calls
    /// wait.
    pub unsynced: u64,
    /// The treatment of calls while the log cannot be written.
    pub on_failure: OnAuditFailure,
    /// The treatment of a file that is no longer under its name.
    pub on_replaced: OnReplaced,
}

impl Default for AuditOptions {
    /// Files of 64 MiB; at most 8192 records and 100 ms unsynced; calls stop on failure.
    fn default() -> Self {
        Self {
            max_file_bytes: 64 << 20,
            sync_interval: Duration::from_millis(100),
            unsynced: 8192,
            on_failure: OnAuditFailure::default(),
            on_replaced: OnReplaced::default(),
        }
    }
}

impl AuditOptions {
    /// The same options with every value at its least, where a field was set below that. With room
    /// for no unsynced record, a log would wait without end.
    pub(super) fn within_bounds(self) -> Self {
        Self {
            max_file_bytes: self.max_file_bytes.max(1),
            sync_interval: self.sync_interval.max(LEAST_SYNC_INTERVAL),
            unsynced: self.unsynced.max(1),
            ..self
        }
    }

    /// The same options with files of another size.
    #[must_use]
    pub fn with_max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// The same options with another bound on the records that a power failure may lose, while no sync fails.
    #[must_use]
    pub fn with_loss_bound(mut self, records: u64, interval: Duration) -> Self {
        (self.unsynced, self.sync_interval) = (records.max(1), interval);
        self
    }

    /// The same options with another reaction to a file that is no longer under its name.
    #[must_use]
    pub fn with_on_replaced(mut self, on_replaced: OnReplaced) -> Self {
        self.on_replaced = on_replaced;
        self
    }

    /// The same options with another choice for failures.
    #[must_use]
    pub fn with_on_failure(mut self, on_failure: OnAuditFailure) -> Self {
        self.on_failure = on_failure;
        self
    }
}
