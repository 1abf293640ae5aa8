//! A function of the caller's over the chunks of a file or reader.

use std::error::Error as StdError;
use std::io::Read;
use std::iter;
use std::path::Path;

use kzg_traits::IoAction;

use super::files::open;
use super::processor::StreamProcessor;
use super::reader::fill;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

impl StreamProcessor {
    /// Calls a function of the caller's on consecutive chunks of a file,
    /// [`buffer_size`](super::StreamOptions::buffer_size) bytes each and fewer only at the end, and
    /// returns its results in order, or the first error. To keep the results before an error, use
    /// [`process_reader`](Self::process_reader) over the opened file.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if the file cannot be read;
    /// [`KzgAdvancedError::DataValidation`] with the function's own error and the chunk's number;
    /// [`KzgAdvancedError::ResourceExhausted`] if there is no memory for the buffer;
    /// [`KzgAdvancedError::Cancelled`].
    pub fn process_file<T, E>(
        &self,
        path: impl AsRef<Path>,
        f: impl FnMut(&[u8]) -> Result<T, E>,
    ) -> KzgAdvancedResult<Vec<T>>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let (name, file) = open(path.as_ref())?;
        self.process(name, file, f).collect()
    }

    /// As [`process_file`](Self::process_file), for any reader, as an iterator over the results. The
    /// iterator ends after an error of the reader or a cancellation; after an error of the function
    /// it continues with the next chunk.
    pub fn process_reader<T, E>(
        &self,
        reader: impl Read,
        f: impl FnMut(&[u8]) -> Result<T, E>,
    ) -> impl Iterator<Item = KzgAdvancedResult<T>>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        self.process("reader".to_owned(), reader, f)
    }

    fn process<T, E>(
        &self,
        name: String,
        mut reader: impl Read,
        mut f: impl FnMut(&[u8]) -> Result<T, E>,
    ) -> impl Iterator<Item = KzgAdvancedResult<T>>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let cancel = self.options.cancel.clone();
        let size = self.options.buffer_size.max(1);
        let mut buffer = Vec::new();
        let mut ended = false;
        let mut number = 0_u64;
        iter::from_fn(move || {
            if ended {
                return None;
            }
            // After a panic of the reader in the middle of a chunk, the next chunk would begin at the
            // wrong place.
            ended = true;
            let length = cancel
                .check()
                .and_then(|()| make_room(&mut buffer, size))
                .and_then(|()| {
                    let length = fill(&mut reader, &mut buffer);
                    length.map_err(KzgAdvancedError::io(IoAction::Read, &*name))
                });
            ended = length
                .as_ref()
                .map_or(true, |&length| length < buffer.len());
            match length {
                Ok(0) => None,
                Ok(length) => {
                    let result = f(&buffer[..length]).map_err(|error| {
                        KzgAdvancedError::data(format!("{name}, chunk {number}"), error)
                    });
                    number += 1;
                    Some(result)
                }
                Err(error) => Some(Err(error)),
            }
        })
    }
}

/// Resizes a buffer to `size` bytes.
fn make_room(buffer: &mut Vec<u8>, size: usize) -> KzgAdvancedResult<()> {
    let missing = size - buffer.len();
    let reserved = buffer.try_reserve_exact(missing);
    reserved.map_err(|source| KzgAdvancedError::ResourceExhausted {
        item: format!("a buffer of {size} bytes"),
        source: source.into(),
    })?;
    buffer.resize(size, 0);
    Ok(())
}
