//! The state of a log on the disk before the log is opened: the end of its chain.

use std::fs::File;
use std::io;
use std::path::Path;

use super::files::{Files, Lock};
use super::record::Head;
use super::tail::Tail;

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
            Some(line) => Head::claimed_after(line).map_err(broken)?,
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

fn broken(reason: String) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the last record is broken: {reason}"),
    )
}

/// The end of the chain in the full files.
fn last_of_full(files: &Files) -> io::Result<Head> {
    let full = files.full()?;
    let Some((_, path)) = full.last() else {
        return Ok(Head::default());
    };
    let mut file = File::open(path)?;
    match Tail::read(&mut file)? {
        Tail {
            last_line: Some(line),
            torn: 0,
            ..
        } => Head::claimed_after(&line).map_err(broken),
        _ => Err(broken(format!("{} does not end with one", path.display()))),
    }
}
