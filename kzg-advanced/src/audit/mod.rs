//! An append-only audit log in JSON Lines, each record chained by SHA-256 to the one before.
//!
//! The log holds hashes and metadata, never blobs. A record is handed to the operating system
//! before the call returns that it is about, so a killed process loses none; a power failure
//! loses at most what has not been synced, see [`AuditOptions`].
//!
//! The chain alone shows accidents, not intent: who can write the file can compute the chain
//! anew. [`AuditLogger::open_signed`] adds [`Checkpoint`]s that are signed by a key, and
//! [`verify_against`] checks them. A head or a checkpoint that is kept elsewhere shows that no
//! record before it is missing.

mod checkpoint;
mod event;
mod fault;
mod files;
mod found;
mod health;
mod journal;
mod layer;
mod logger;
mod options;
mod record;
mod report;
mod sink;
mod tail;
mod verify;

#[cfg(test)]
mod tests;

pub use checkpoint::{AuditKey, AuditPublicKey, Checkpoint, CheckpointOptions, InvalidKey};
pub use event::{AuditCall, AuditEvent, AuditEventType, AuditFinding};
pub use fault::{AuditAction, AuditError, AuditFault, Replacement};
pub use health::AuditHealth;
pub(crate) use layer::Audited;
pub use logger::AuditLogger;
pub use options::{AuditOptions, OnAuditFailure, OnReplaced};
pub use record::{Head, InvalidHead, RecordFault};
pub use report::{AuditReport, Broken, Expected, Violation};
pub use verify::{head, verify, verify_against, verify_reader};
