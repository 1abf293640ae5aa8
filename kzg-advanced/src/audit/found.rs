//! The state of a log on the disk before the log is opened: the end of its chain.

use std::fs::File;
use std::io;
use std::path::Path;

use super::fault::{AuditAction, AuditFault};
use super::files::{Files, Lock};
use super::record::Head;
use super::tail::Tail;
use crate::files::open_regular;

/// The state of a log before it is opened.
pub(super) struct Found {
    pub(super) lock: Lock,
    pub(super) file: File,
    pub(super) head: Head,
    /// The length up to the last whole record.
    pub(super) length: u64,
    /// The length of a torn line, which has been cut off.
    pub(super) torn: u64,
}

impl Found {
    /// Finds the end of a log's chain, or begins a log.
    pub(super) fn open(path: &Path) -> Result<Self, AuditFault> {
        let files = Files::of(path);
        let lock = files.lock()?;
        let mut file = files.open().map_err(opening)?;
        let tail = Tail::read(&mut file).map_err(opening)?;
        let head = match &tail.last_line {
            Some(line) => Head::claimed_after(line).map_err(AuditFault::LastRecord)?,
            None => last_of_full(&files)?,
        };
        if tail.torn > 0 {
            file.set_len(tail.complete).map_err(opening)?;
        }
        Ok(Self {
            lock,
            file,
            head,
            length: tail.complete,
            torn: tail.torn,
        })
    }
}

fn opening(error: io::Error) -> AuditFault {
    AuditFault::io(AuditAction::Open)(error)
}

/// The end of the chain in the full files.
fn last_of_full(files: &Files) -> Result<Head, AuditFault> {
    let full = files.full().map_err(opening)?;
    let Some((_, path)) = full.last() else {
        return Ok(Head::default());
    };
    let mut file = open_regular(path).map_err(opening)?;
    match Tail::read(&mut file).map_err(opening)? {
        Tail {
            last_line: Some(line),
            torn: 0,
            ..
        } => Head::claimed_after(&line).map_err(AuditFault::LastRecord),
        _ => Err(AuditFault::FullFile { path: path.clone() }),
    }
}
