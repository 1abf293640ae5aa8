//! A function of the caller's over the chunks of a file or reader.

use std::error::Error as StdError;
use std::io::Read;
use std::iter;
use std::path::Path;

use super::files::open;
use super::processor::StreamProcessor;
use super::reader::fill;
use crate::backend_call::panic_as_fault;
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
    /// it continues with the next chunk. A panic of either is an error of kind
    /// [`Fault`](kzg_traits::ErrorKind::Fault).
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
            let length = cancel
                .check()
                .and_then(|()| make_room(&mut buffer, size))
                .and_then(|()| fill(&name, &mut reader, &mut buffer));
            ended = length
                .as_ref()
                .map_or(true, |&length| length < buffer.len());
            match length {
                Ok(0) => None,
                Ok(length) => {
                    let chunk = format!("{name}, chunk {number}");
                    number += 1;
                    let called = panic_as_fault(|| chunk.clone(), || Ok(f(&buffer[..length])));
                    Some(match called {
                        Ok(result) => result.map_err(|error| KzgAdvancedError::data(chunk, error)),
                        Err(fault) => Err(fault.into()),
                    })
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
    reserved.map_err(|source| {
        KzgAdvancedError::exhausted(format!("a buffer of {size} bytes"), source)
    })?;
    buffer.resize(size, 0);
    Ok(())
}
