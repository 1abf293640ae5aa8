//! Reading a manifest while it is written, as far as it is durable.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use kzg_advanced::files;

use crate::manifest::MANIFEST;

/// The durable part of a manifest, which the writer announces.
#[derive(Debug, Default)]
pub(crate) struct Durable {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The length of the lines that are durable, and whose artefacts are.
    bytes: u64,
    /// The blobs that these lines are about.
    blobs: u64,
    /// Nothing more comes.
    closed: bool,
}

impl Durable {
    /// The manifest is durable up to this length, with the artefacts of so many blobs.
    pub(crate) fn reaches(&self, bytes: u64, blobs: u64) {
        let mut state = self.lock();
        state.bytes = bytes;
        state.blobs = blobs;
        self.changed.notify_all();
    }

    /// Nothing more will be written.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The blobs that are stored.
    pub(crate) fn blobs(&self) -> u64 {
        self.lock().blobs
    }

    /// Waits until the manifest is longer than `position` or nothing more comes, and returns how
    /// many bytes may be read there.
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

/// Closes on drop, so that a reader does not wait for a writer that has panicked.
#[derive(Debug)]
pub(crate) struct DurableWriter<'a>(pub(crate) &'a Durable);

impl Drop for DurableWriter<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Reads the manifest of an output folder, never beyond what is durable: what an earlier run has
/// left behind that is about to be cut off.
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
