//! Reads the durable part of a manifest while the manifest is written.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The length of the durable part of a manifest, shared by the writer and the reader.
#[derive(Debug, Default)]
pub(crate) struct Durable {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The length of the lines that are durable and whose artefacts are durable, in bytes.
    bytes: u64,
    /// The number of blobs that these lines describe.
    blobs: u64,
    /// Whether the writer has finished.
    closed: bool,
    /// Another file that has the lines, which the reader has not taken.
    moved_to: Option<File>,
}

impl Durable {
    /// Announces that `bytes` of the manifest and the artefacts of `blobs` blobs are durable.
    pub(crate) fn reaches(&self, bytes: u64, blobs: u64) {
        let mut state = self.lock();
        state.bytes = bytes;
        state.blobs = blobs;
        self.changed.notify_all();
    }

    /// Announces that all lines so far are in another file too, and that the following ones will be there.
    pub(crate) fn moves_to(&self, file: File) {
        self.lock().moved_to = Some(file);
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
    /// the number of bytes that may be read at `position`, and the file that has them if it is another
    /// one than before.
    fn wait_beyond(&self, position: u64) -> (u64, Option<File>) {
        let mut state = self
            .changed
            .wait_while(self.lock(), |state| {
                state.bytes <= position && !state.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        (state.bytes.saturating_sub(position), state.moved_to.take())
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
    pub(crate) fn new(file: File, durable: &'a Durable) -> Self {
        Self {
            file,
            position: 0,
            durable,
        }
    }
}

impl Read for DurableReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (readable, moved_to) = self.durable.wait_beyond(self.position);
        if let Some(mut file) = moved_to {
            file.seek(SeekFrom::Start(self.position))?;
            self.file = file;
        }
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
        let path = dir.path().join("log");
        fs::write(&path, b"one\ntwo\nstale").unwrap();
        let durable = Durable::default();
        let mut reader = DurableReader::new(File::open(&path).unwrap(), &durable);
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
            // The lines that follow are written to another file.
            let path = dir.path().join("new");
            fs::write(&path, b"one\ntwo\nthree\n").unwrap();
            writer.0.moves_to(File::open(&path).unwrap());
            writer.0.reaches(14, 2);
            drop(writer);
            assert_eq!(rest.join().unwrap(), "two\nthree\n");
        });
        assert_eq!(durable.blobs(), 2);
    }
}
