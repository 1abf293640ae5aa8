//! The state of a log on the disk before the log is opened: the end of its chain.

use std::fs::File;
use std::io;
use std::path::Path;

use super::fault::{AuditAction, AuditFault};
use super::files::{Files, Lock};
use super::record::Head;
use super::tail::{Tail, WithoutLine};
use crate::files::open_regular;

/// The most zeros that a power failure is assumed to leave of the first record of a log, in bytes.
const MAX_ZEROS: u64 = 4096;

/// The state of a log before it is opened.
pub(super) struct Found {
    pub(super) lock: Lock,
    pub(super) file: File,
    pub(super) head: Head,
    /// The number of the next call.
    pub(super) next_call: u64,
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
        let file = files.open().map_err(opening)?;
        let tail = Tail::read(&file).map_err(opening)?;
        let may_be_torn = match tail.without_line {
            WithoutLine::Beginning => true,
            // The first record of a log is synced before others are written; after a rotation, many may wait.
            WithoutLine::Zeros => {
                tail.torn <= MAX_ZEROS || !files.full().map_err(opening)?.is_empty()
            }
            WithoutLine::Other => false,
        };
        if !may_be_torn {
            return Err(AuditFault::OtherFile);
        }
        let (head, next_call) = match &tail.last_line {
            Some(line) => end_of(line)?,
            None => last_of_full(&files)?,
        };
        if tail.torn > 0 {
            file.set_len(tail.complete).map_err(opening)?;
        }
        Ok(Self {
            lock,
            file,
            head,
            next_call,
            length: tail.complete,
            torn: tail.torn,
        })
    }
}

fn opening(error: io::Error) -> AuditFault {
    AuditFault::io(AuditAction::Open)(error)
}

/// The end of the chain after the last record, and the number of the next call. Each earlier call
/// has a record, unless the last record states a larger number.
fn end_of(last_line: &[u8]) -> Result<(Head, u64), AuditFault> {
    let (head, event) = Head::claimed_after(last_line).map_err(AuditFault::LastRecord)?;
    let next_call = event.next_call.unwrap_or(0).max(head.next);
    Ok((head, next_call))
}

/// As [`end_of`], in the full files.
fn last_of_full(files: &Files) -> Result<(Head, u64), AuditFault> {
    let full = files.full().map_err(opening)?;
    let Some((_, path)) = full.last() else {
        return Ok((Head::default(), 0));
    };
    let file = open_regular(path).map_err(opening)?;
    match Tail::read(&file).map_err(opening)? {
        Tail {
            last_line: Some(line),
            torn: 0,
            ..
        } => end_of(&line),
        _ => Err(AuditFault::FullFile { path: path.clone() }),
    }
}
