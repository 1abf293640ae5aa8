//! The destination of log lines: a file, or a failing disk in tests.

use core::fmt::Debug;
use std::fs::{File, Metadata};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::tail::Tail;

/// A file that only grows, except that a torn write is cut off.
pub(super) trait Sink: Debug + Send {
    /// Appends bytes; after an error, some of them may be there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file to an earlier length.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// The length of all complete lines.
    fn complete_length(&self) -> io::Result<u64>;

    /// The state of the file under the log's name.
    fn under_its_name(&self, path: &Path) -> io::Result<UnderItsName>;

    /// A function that makes durable what has been appended so far, on any thread.
    fn syncer(&self) -> Arc<dyn Fn() -> io::Result<()> + Send + Sync>;
}

/// The state of the file under the name of a log that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnderItsName {
    /// The file that is open, with its length.
    Same { length: u64 },
    /// There is no file: it was removed or renamed.
    Nothing,
    /// Another file, with its length.
    Another { length: u64 },
}

impl Sink for Arc<File> {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        (&**self).write_all(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn complete_length(&self) -> io::Result<u64> {
        Tail::read(self).map(|tail| tail.complete)
    }

    fn under_its_name(&self, path: &Path) -> io::Result<UnderItsName> {
        let named = match std::fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(UnderItsName::Nothing);
            }
            named => named?,
        };
        let length = named.len();
        Ok(if is_same(&named, &self.metadata()?) {
            UnderItsName::Same { length }
        } else {
            UnderItsName::Another { length }
        })
    }

    fn syncer(&self) -> Arc<dyn Fn() -> io::Result<()> + Send + Sync> {
        let file = Arc::clone(self);
        Arc::new(move || file.sync_data())
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Elsewhere a file that is open can be neither renamed nor removed.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}
