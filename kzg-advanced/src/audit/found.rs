//! The state of a log on the disk before the log is opened: the end of its chain.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{Files, Lock};
use super::record::{Head, RecordFault};
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
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let files = Files::of(path);
        let lock = files.lock()?;
        let mut file = files.open()?;
        let tail = Tail::read(&mut file)?;
        let head = match &tail.last_line {
            Some(line) => Head::claimed_after(line).map_err(Unusable::LastRecord)?,
            None => last_of_full(&files)?,
        };
        if tail.torn > 0 {
            file.set_len(tail.complete)?;
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

/// Why the end of a chain cannot be told.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("the last record is broken: {0}")]
    LastRecord(#[source] RecordFault),
    #[error("the last record is broken: {} does not end with one", path.display())]
    FullFile { path: PathBuf },
}

impl From<Unusable> for io::Error {
    fn from(unusable: Unusable) -> Self {
        Self::new(io::ErrorKind::InvalidData, unusable)
    }
}

/// The end of the chain in the full files.
fn last_of_full(files: &Files) -> io::Result<Head> {
    let full = files.full()?;
    let Some((_, path)) = full.last() else {
        return Ok(Head::default());
    };
    let mut file = open_regular(path)?;
    match Tail::read(&mut file)? {
        Tail {
            last_line: Some(line),
            torn: 0,
            ..
        } => Ok(Head::claimed_after(&line).map_err(Unusable::LastRecord)?),
        _ => Err(Unusable::FullFile { path: path.clone() }.into()),
    }
}
