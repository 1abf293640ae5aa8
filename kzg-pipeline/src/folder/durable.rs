//! Reads the durable part of a manifest while the manifest is written.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use kzg_advanced::files;

use crate::manifest::MANIFEST;

/// The length of the durable part of a manifest, shared by the writer and the reader.
#[derive(Debug, Default)]
pub(crate) struct Durable {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The length of the lines that are durable and whose artefacts are durable, in bytes.
    bytes: u64,
    /// The number of blobs that these lines describe.
    blobs: u64,
    /// Whether the writer has finished.
    closed: bool,
}

impl Durable {
    /// Announces that `bytes` of the manifest and the artefacts of `blobs` blobs are durable.
    pub(crate) fn reaches(&self, bytes: u64, blobs: u64) {
        let mut state = self.lock();
        state.bytes = bytes;
        state.blobs = blobs;
        self.changed.notify_all();
    }

    /// Announces that the writer has finished.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The number of blobs whose artefacts are durable.
    pub(crate) fn blobs(&self) -> u64 {
        self.lock().blobs
    }

    /// Waits until the durable part is longer than `position` or the writer has finished. Returns
    /// the number of bytes that may be read at `position`.
    fn wait_beyond(&self, position: u64) -> u64 {
        let state = self
            .changed
            .wait_while(self.lock(), |state| {
                state.bytes <= position && !state.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.bytes.saturating_sub(position)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes [`Durable`] on drop, so that no reader waits for a writer that has panicked.
#[derive(Debug)]
pub(crate) struct DurableWriter<'a>(pub(crate) &'a Durable);

impl Drop for DurableWriter<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Reads the durable part of an output folder's manifest only. Lines behind that part may be
/// leftovers of an earlier run, which the writer cuts off.
#[derive(Debug)]
pub(crate) struct DurableReader<'a> {
    file: File,
    position: u64,
    durable: &'a Durable,
}

impl<'a> DurableReader<'a> {
    pub(crate) fn open(dir: &Path, durable: &'a Durable) -> io::Result<Self> {
        Ok(Self {
            file: files::open_regular(&dir.join(MANIFEST))?,
            position: 0,
            durable,
        })
    }
}

impl Read for DurableReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let readable = self.durable.wait_beyond(self.position);
        let length = buffer
            .len()
            .min(usize::try_from(readable).unwrap_or(usize::MAX));
        let read = self.file.read(&mut buffer[..length])?;
        self.position += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_what_is_durable_is_read_and_the_end_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(MANIFEST), b"one\ntwo\nstale").unwrap();
        let durable = Durable::default();
        let mut reader = DurableReader::open(dir.path(), &durable).unwrap();
        durable.reaches(4, 1);
        let mut buffer = [0; 64];
        assert_eq!(reader.read(&mut buffer).unwrap(), 4);
        std::thread::scope(|scope| {
            let writer = DurableWriter(&durable);
            let rest = scope.spawn(|| {
                let mut rest = String::new();
                reader.read_to_string(&mut rest).unwrap();
                rest
            });
            writer.0.reaches(8, 2);
            drop(writer);
            assert_eq!(rest.join().unwrap(), "two\n");
        });
        assert_eq!(durable.blobs(), 2);
    }
}
