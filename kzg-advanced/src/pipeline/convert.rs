//! The first stage: inputs to blobs, chunk by chunk.

use std::io::{self, Read};

use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32, MemoryPool};
use sha2::{Digest, Sha256};

use super::bundle::BLOBS_PER_BUNDLE;
use super::input::Input;
use super::manifest::{InputEndRecord, InputRecord};
use crate::codec::BlobCodec;
use crate::error::{KzgAdvancedError, Result};

/// Lines of the manifest after which a chunk ends early, so that very many empty inputs are not
/// held at once. A bundle that has begun is filled first.
const MANY_ENTRIES: usize = 4096;

/// Consecutive blobs, and where between them inputs begin and end.
pub(crate) struct Chunk {
    /// The number of the first blob.
    pub(crate) first_blob: u64,
    pub(crate) blobs: Vec<Pooled<Box<Blob>>>,
    /// One entry for each line that the manifest will have.
    pub(crate) entries: Vec<Entry>,
    /// The length of the inputs' bytes in it.
    pub(crate) bytes: u64,
}

/// A line of the manifest, without what is computed later.
#[derive(Debug)]
pub(crate) enum Entry {
    Input(InputRecord),
    /// The next blob of the chunk.
    Blob {
        input: u64,
    },
    InputEnd(InputEndRecord),
}

impl Chunk {
    pub(crate) fn blob_refs(&self) -> Vec<&Blob> {
        self.blobs.iter().map(|blob| &***blob).collect()
    }
}

/// Reads the inputs in turn and encodes them.
pub(crate) struct Converter {
    codec: &'static dyn BlobCodec,
    inputs: std::vec::IntoIter<Input>,
    open: Option<OpenInput>,
    begun: u64,
    blobs: u64,
    bytes: u64,
    chunk_len: usize,
    pool: MemoryPool<Box<Blob>>,
    piece: Vec<u8>,
}

struct OpenInput {
    number: u64,
    name: String,
    reader: Box<dyn Read + Send>,
    hash: Sha256,
    bytes: u64,
}

impl Converter {
    pub(crate) fn new(
        codec: &'static dyn BlobCodec,
        inputs: Vec<Input>,
        chunk_len: usize,
        pool: MemoryPool<Box<Blob>>,
    ) -> Self {
        Self {
            codec,
            inputs: inputs.into_iter(),
            open: None,
            begun: 0,
            blobs: 0,
            bytes: 0,
            chunk_len,
            pool,
            piece: Vec::with_capacity(codec.capacity()),
        }
    }

    /// The inputs, blobs and bytes that have been read.
    pub(crate) fn totals(&self) -> (u64, u64, u64) {
        (self.begun, self.blobs, self.bytes)
    }

    /// The next chunk: full, or of very many lines, or the last; `None` when all is read.
    pub(crate) fn next_chunk(&mut self) -> Result<Option<Chunk>> {
        let mut chunk = Chunk {
            first_blob: self.blobs,
            blobs: Vec::with_capacity(self.chunk_len),
            entries: Vec::new(),
            bytes: 0,
        };
        while chunk.blobs.len() < self.chunk_len {
            if chunk.entries.len() >= MANY_ENTRIES
                && chunk.blobs.len().is_multiple_of(BLOBS_PER_BUNDLE)
            {
                break;
            }
            match &mut self.open {
                Some(open) => {
                    open.read_piece(self.codec.capacity(), &mut self.piece)?;
                    if self.piece.is_empty() {
                        let open = self.open.take().expect("matched just now");
                        chunk.entries.push(Entry::InputEnd(open.end()));
                        continue;
                    }
                    let mut blob = self.pool.get();
                    self.codec
                        .encode(&self.piece, &mut blob)
                        .expect("not empty and within the capacity");
                    chunk.entries.push(Entry::Blob { input: open.number });
                    chunk.blobs.push(blob);
                    chunk.bytes += self.piece.len() as u64;
                    self.blobs += 1;
                }
                None => {
                    let Some(input) = self.inputs.next() else {
                        break;
                    };
                    let (name, reader) = input.open()?;
                    chunk.entries.push(Entry::Input(InputRecord {
                        input: self.begun,
                        path: name.clone(),
                    }));
                    self.open = Some(OpenInput {
                        number: self.begun,
                        name,
                        reader,
                        hash: Sha256::new(),
                        bytes: 0,
                    });
                    self.begun += 1;
                }
            }
        }
        self.bytes += chunk.bytes;
        Ok((!chunk.entries.is_empty()).then_some(chunk))
    }
}

impl OpenInput {
    /// Reads as many bytes as a blob holds, fewer only at the end.
    fn read_piece(&mut self, capacity: usize, piece: &mut Vec<u8>) -> Result<()> {
        piece.clear();
        (&mut self.reader)
            .take(capacity as u64)
            .read_to_end(piece)
            .map_err(|error| KzgAdvancedError::data(self.name.clone(), error))?;
        self.hash.update(&*piece);
        self.bytes += piece.len() as u64;
        if piece.len() < capacity {
            // The end was seen: a terminal or a growing file is not asked again.
            self.reader = Box::new(io::empty());
        }
        Ok(())
    }

    fn end(self) -> InputEndRecord {
        InputEndRecord {
            input: self.number,
            bytes: self.bytes,
            sha256: Bytes32(self.hash.finalize().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::SimpleCoder;

    /// A reader that hands out few bytes at a time.
    struct Trickle(io::Cursor<Vec<u8>>);

    impl Read for Trickle {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(4096);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn chunks_do_not_depend_on_how_bytes_arrive() {
        let capacity = SimpleCoder.capacity();
        let contents = [
            vec![7; 2 * capacity],
            vec![],
            vec![9; 1],
            vec![8; capacity + 1],
        ];
        for chunk_len in [1, 2, 6] {
            let inputs = contents
                .iter()
                .map(|bytes| Input::reader("r", Trickle(io::Cursor::new(bytes.clone()))))
                .collect();
            let pool = MemoryPool::new(8, Blob::zeroed_on_heap);
            let mut converter = Converter::new(&SimpleCoder, inputs, chunk_len, pool.clone());
            let mut lengths = Vec::new();
            let mut decoded = Vec::new();
            while let Some(chunk) = converter.next_chunk().unwrap() {
                assert!(chunk.blobs.len() <= chunk_len);
                for blob in chunk.blob_refs() {
                    SimpleCoder.decode(blob, &mut decoded).unwrap();
                }
                lengths.extend(chunk.entries.iter().filter_map(|entry| match entry {
                    Entry::InputEnd(end) => Some(end.bytes as usize),
                    _ => None,
                }));
            }
            assert_eq!(lengths, [2 * capacity, 0, 1, capacity + 1]);
            assert_eq!(decoded, contents.concat());
            assert_eq!(converter.totals(), (4, 5, decoded.len() as u64));
            assert!(pool.statistics().high_water <= chunk_len);
        }
    }

    #[test]
    fn very_many_empty_inputs_are_not_held_at_once() {
        let empty = || (0..3 * MANY_ENTRIES).map(|_| Input::reader("e", io::empty()));
        let one = Input::reader("one", io::Cursor::new([1]));
        let inputs: Vec<Input> = empty().chain([one]).collect();
        let pool = MemoryPool::new(6, Blob::zeroed_on_heap);
        let mut converter = Converter::new(&SimpleCoder, inputs, 6, pool);
        let mut entries = Vec::new();
        while let Some(chunk) = converter.next_chunk().unwrap() {
            assert!(
                chunk.entries.len() <= MANY_ENTRIES,
                "{}",
                chunk.entries.len()
            );
            entries.push(chunk.entries.len());
        }
        assert_eq!(entries.iter().sum::<usize>(), 6 * MANY_ENTRIES + 3);
        assert_eq!(converter.totals(), (3 * MANY_ENTRIES as u64 + 1, 1, 1));
    }

    #[test]
    fn an_input_that_cannot_be_read_is_named() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("unplugged"))
            }
        }
        let pool = MemoryPool::new(1, Blob::zeroed_on_heap);
        let inputs = vec![Input::reader("the tape", Broken)];
        let mut converter = Converter::new(&SimpleCoder, inputs, 6, pool);
        let error = converter.next_chunk().err().unwrap();
        assert_eq!(error.to_string(), "the tape: unplugged");
    }
}
