//! The health of an audit log.

use super::fault::AuditFault;

/// Health of an audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditHealth {
    /// The fault of the last write or sync that failed, until one succeeds.
    pub failure: Option<AuditFault>,
    /// The fault of the last beginning of another file, if that failed. Records go to the full file
    /// meanwhile, and calls go on. If the full file was renamed and cannot get its name back, this is
    /// also [`failure`](Self::failure), and calls fail as they do for other faults of the log.
    pub rotation: Option<AuditFault>,
    /// The number of events that could not be recorded, until the log has a record of it.
    pub lost: u64,
    /// The number of records that are not known to be on the disk.
    pub unsynced: u64,
    /// The number of times that the file was renamed, removed or cut while the log was open.
    pub replaced: u64,
}
