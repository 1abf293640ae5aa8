//! Where lines go: a file, or in tests something that fails.

use core::fmt::Debug;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

/// A file that only grows, but for mending a torn write.
pub(super) trait Sink: Debug + Send {
    /// Appends bytes; after an error, some of them may be there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts it to a length that it had.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Makes durable what has been appended so far; may be called on another thread.
    fn syncer(&self) -> Arc<dyn Fn() -> io::Result<()> + Send + Sync>;
}

impl Sink for Arc<File> {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        (&**self).write_all(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn syncer(&self) -> Arc<dyn Fn() -> io::Result<()> + Send + Sync> {
        let file = Arc::clone(self);
        Arc::new(move || file.sync_data())
    }
}
