//! An audit log that shows when it has been changed: append-only JSON Lines, each record chained
//! by SHA-256 to the one before.
//!
//! It holds hashes and metadata, never blobs. A record is handed to the operating system before
//! the call that it is about returns, so a killed process loses none; a power failure loses at
//! most what has not been synced, see [`AuditOptions`]. [`verify`] finds the first broken record.
//! That records are missing at the end cannot be seen from the file: keep
//! [`AuditLogger::head`] elsewhere for that.

mod event;
mod files;
mod journal;
mod layer;
mod logger;
mod options;
mod record;
mod sink;
mod tail;
mod verify;

#[cfg(test)]
mod tests;

pub use event::{AuditCall, AuditEvent, AuditEventType, AuditFinding};
pub(crate) use layer::Audited;
pub use logger::{AuditError, AuditHealth, AuditLogger};
pub use options::{AuditOptions, OnAuditFailure};
pub use record::Head;
pub use verify::{AuditReport, Broken, verify};
