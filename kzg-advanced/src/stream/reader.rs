//! Sources that read: blobs from a reader, and bytes that are encoded into blobs.

use std::io::{self, Read};

use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Error, IoAction, Item, MemoryPool};

use crate::backend_call::panic_as_fault;
use crate::codec::BlobCodec;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// Reads blobs into buffers of a pool; see
/// [`blobs_from_reader`](super::StreamProcessor::blobs_from_reader) and
/// [`encode_reader`](super::StreamProcessor::encode_reader). The iterator ends after an error. A
/// panic of the reader is an error of kind [`Fault`](kzg_traits::ErrorKind::Fault).
///
/// ```
/// use kzg_advanced::StreamProcessor;
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings);
/// let download = std::io::repeat(7); // never ends
/// let some = stream.encode_reader(download).take(2); // the reader is an iterator over blobs
/// assert_eq!(stream.stream_commitments(some).count(), 2);
/// assert_eq!(stream.pool().size(), 1, "one buffer was enough");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct BlobReader<R> {
    name: String,
    /// `None` after the end, after an error, and during a read.
    reader: Option<R>,
    form: Form,
    blobs: u64,
    pool: MemoryPool<Box<Blob>>,
}

/// The form of the bytes that are read.
#[derive(Debug)]
pub(super) enum Form {
    /// Blobs, one after the other.
    Blobs,
    /// Arbitrary bytes, to be encoded into blobs.
    Bytes {
        codec: &'static dyn BlobCodec,
        /// The bytes of the next blob.
        piece: Vec<u8>,
    },
}

impl Form {
    pub(super) fn encoded_by(codec: &'static dyn BlobCodec) -> Self {
        Self::Bytes {
            codec,
            piece: vec![0; codec.capacity()],
        }
    }
}

impl<R: Read> BlobReader<R> {
    pub(super) fn new(name: String, reader: R, form: Form, pool: MemoryPool<Box<Blob>>) -> Self {
        Self {
            name,
            reader: Some(reader),
            form,
            blobs: 0,
            pool,
        }
    }

    fn read(&mut self) -> KzgAdvancedResult<Option<Pooled<Box<Blob>>>> {
        let Some(mut reader) = self.reader.take() else {
            return Ok(None);
        };
        let mut blob = self.pool.get();
        let buffer: &mut [u8] = match &mut self.form {
            Form::Blobs => &mut blob.0,
            Form::Bytes { piece, .. } => piece,
        };
        let wanted = buffer.len();
        let length = fill(&self.name, &mut reader, buffer)?;
        // After the end, a terminal or a growing file is not read again.
        if length == wanted {
            self.reader = Some(reader);
        }
        if length == 0 {
            return Ok(None);
        }
        match &self.form {
            Form::Blobs if length < wanted => {
                let error = Error::Length {
                    item: Item::Blob,
                    index: self.blobs as usize,
                    expected: wanted,
                    actual: length,
                };
                return Err(KzgAdvancedError::data(self.name.clone(), error));
            }
            Form::Blobs => {}
            Form::Bytes { codec, piece } => codec
                .encode(&piece[..length], &mut blob)
                .expect("not empty and within the capacity"),
        }
        self.blobs += 1;
        Ok(Some(blob))
    }
}

impl<R: Read> Iterator for BlobReader<R> {
    type Item = KzgAdvancedResult<Pooled<Box<Blob>>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Fills a buffer by as many reads as it takes. The buffer is filled in part only at the end of
/// the reader that goes by `name`. A panic of the reader is a fault.
pub(super) fn fill(
    name: &str,
    reader: &mut impl Read,
    buffer: &mut [u8],
) -> KzgAdvancedResult<usize> {
    let length = panic_as_fault(|| name.to_owned(), || Ok(fill_unguarded(reader, buffer)))?;
    length.map_err(KzgAdvancedError::io(IoAction::Read, name))
}

fn fill_unguarded(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
