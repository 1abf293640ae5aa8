//! The first stage: encodes inputs into blobs, chunk by chunk.

use std::error::Error;
use std::io::{self, Read};

use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32, IoAction, MemoryPool};
use sha2::{Digest, Sha256};

use crate::folder::bundle::BLOBS_PER_BUNDLE;
use crate::input::blobs::{Claim, Claims};
use crate::input::{Opened, Opening, Openings};
use crate::manifest::{InputEndRecord, InputRecord};
use crate::report::{Meter, Stage};
use kzg_advanced::codec::BlobCodec;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// The number of manifest lines after which a chunk ends early, so that the memory for very many
/// empty inputs stays bounded.
pub(crate) const MANY_ENTRIES: usize = 4096;

/// Consecutive blobs, with the places where inputs begin and end.
pub(crate) struct Chunk {
    /// The number of the first blob.
    pub(crate) first_blob: u64,
    pub(crate) blobs: Vec<Pooled<Box<Blob>>>,
    /// One entry for each line that the manifest will have.
    pub(crate) entries: Vec<ChunkEntry>,
    /// The number of input bytes in the chunk.
    pub(crate) bytes: u64,
}

/// A line of the manifest, without the values that later stages compute.
#[derive(Debug)]
pub(crate) enum ChunkEntry {
    Input(InputRecord),
    /// The next blob of the chunk.
    Blob {
        input: u64,
        /// The claims of the input about the blob.
        claim: Option<Box<Claim>>,
    },
    InputEnd(InputEndRecord),
}

impl Chunk {
    pub(crate) fn blob_refs(&self) -> Vec<&Blob> {
        self.blobs.iter().map(|blob| &***blob).collect()
    }
}

/// Reads the inputs in turn and encodes them.
pub(crate) struct Converter<'a> {
    codec: &'static dyn BlobCodec,
    inputs: Openings<'a>,
    open: Option<OpenInput<'a>>,
    totals: Totals,
    /// The numbers of the next input and blob, which in a shard count those of other shards too.
    next: Numbers,
    /// The part before the next input, which belongs to other shards.
    elsewhere: Numbers,
    chunk_len: usize,
    pool: MemoryPool<Box<Blob>>,
    piece: Vec<u8>,
    emits_bundles: bool,
    keep_going: bool,
    meter: &'a Meter,
}

/// The totals of the inputs that have been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) inputs: u64,
    pub(crate) blobs: u64,
    pub(crate) bytes: u64,
}

/// The numbers of the next input and blob, or a number of each.
#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    inputs: u64,
    blobs: u64,
}

impl Numbers {
    fn add(&mut self, other: Self) {
        self.inputs += other.inputs;
        // The lengths of sparse files may add up to more than 64 bits hold.
        self.blobs = self.blobs.saturating_add(other.blobs);
    }
}

/// The next part of the inputs.
enum Next<'a> {
    Opened(Box<Opened<'a>>),
    /// An input of another shard.
    Elsewhere(Numbers),
    End,
}

struct OpenInput<'a> {
    number: u64,
    name: String,
    reader: Box<dyn Read + Send + 'a>,
    claims: Claims,
    hash: Sha256,
    bytes: u64,
    /// The number of blobs so far.
    blobs: usize,
}

impl<'a> Converter<'a> {
    /// With `emits_bundles`, each bundle lies within one chunk, unless very many lines lie between
    /// its blobs. With `keep_going`, an input that cannot be opened is left out and counted by the
    /// meter.
    pub(crate) fn new(
        codec: &'static dyn BlobCodec,
        inputs: Openings<'a>,
        chunk_len: usize,
        pool: MemoryPool<Box<Blob>>,
        emits_bundles: bool,
        keep_going: bool,
        meter: &'a Meter,
    ) -> Self {
        Self {
            codec,
            inputs,
            open: None,
            totals: Totals::default(),
            next: Numbers::default(),
            elsewhere: Numbers::default(),
            chunk_len,
            pool,
            piece: Vec::with_capacity(codec.capacity()),
            emits_bundles,
            keep_going,
            meter,
        }
    }

    /// The totals of the chunks so far.
    pub(crate) fn totals(&self) -> Totals {
        self.totals
    }

    /// The next chunk, which is full, has very many lines, or is the last; `None` after the last
    /// chunk.
    pub(crate) fn next_chunk(&mut self) -> Result<Option<Chunk>> {
        let mut totals = self.totals;
        self.next.add(std::mem::take(&mut self.elsewhere));
        let mut next = self.next;
        let mut chunk = Chunk {
            first_blob: next.blobs,
            blobs: Vec::with_capacity(self.chunk_len.min(MANY_ENTRIES)),
            entries: Vec::new(),
            bytes: 0,
        };
        // A chunk that begins within a bundle ends with a bundle all the same.
        let begun = self.blobs_in_bundle(next.blobs);
        let most = self.chunk_len.saturating_sub(begun).max(1);
        while chunk.blobs.len() < most {
            let is_within_bundle = self.blobs_in_bundle(next.blobs) > 0;
            if chunk.entries.len() >= most_entries(is_within_bundle) {
                break;
            }
            match &mut self.open {
                Some(open) => {
                    open.read_piece(self.codec.capacity(), &mut self.piece)?;
                    if self.piece.is_empty() {
                        let open = self.open.take().expect("matched just now");
                        chunk.entries.push(ChunkEntry::InputEnd(open.end()));
                        continue;
                    }
                    let mut blob = self.pool.get();
                    self.codec.encode(&self.piece, &mut blob).map_err(|error| {
                        let blob = open.claims.name(&open.name, open.blobs);
                        KzgAdvancedError::data(blob, error)
                    })?;
                    chunk.entries.push(ChunkEntry::Blob {
                        input: open.number,
                        claim: open.claims.of(&open.name, open.blobs).map(Box::new),
                    });
                    open.blobs += 1;
                    chunk.blobs.push(blob);
                    chunk.bytes += self.piece.len() as u64;
                    totals.blobs += 1;
                    next.blobs += 1;
                }
                None => {
                    let opened = match self.next_input()? {
                        Next::Opened(opened) => *opened,
                        Next::End => break,
                        Next::Elsewhere(numbers) if chunk.blobs.is_empty() => {
                            next.add(numbers);
                            chunk.first_blob = next.blobs;
                            continue;
                        }
                        // The numbers of the blobs of a chunk have no gap.
                        Next::Elsewhere(numbers) => {
                            self.elsewhere = numbers;
                            break;
                        }
                    };
                    let number = next.inputs;
                    chunk.entries.push(ChunkEntry::Input(InputRecord {
                        input: number,
                        path: opened.name.text.clone(),
                        path_bytes: opened.name.bytes.map(hex::encode),
                        given: opened.given,
                        mode: opened.mode,
                    }));
                    self.open = Some(OpenInput {
                        number,
                        name: opened.name.text,
                        reader: opened.reader,
                        claims: opened.claims,
                        hash: Sha256::new(),
                        bytes: 0,
                        blobs: 0,
                    });
                    totals.inputs += 1;
                    next.inputs += 1;
                }
            }
        }
        totals.bytes += chunk.bytes;
        self.totals = totals;
        self.next = next;
        Ok((!chunk.entries.is_empty()).then_some(chunk))
    }

    /// The number of blobs in the bundle that the next blob belongs to.
    fn blobs_in_bundle(&self, next_blob: u64) -> usize {
        match self.emits_bundles {
            true => (next_blob % BLOBS_PER_BUNDLE as u64) as usize,
            false => 0,
        }
    }

    /// The next input that can be read.
    fn next_input(&mut self) -> Result<Next<'a>> {
        for opening in &mut self.inputs {
            match opening {
                Opening::Opened(opened) => return Ok(Next::Opened(Box::new(opened))),
                Opening::Elsewhere { blobs } => {
                    return Ok(Next::Elsewhere(Numbers { inputs: 1, blobs }));
                }
                Opening::Skipped { name, reason } => self.meter.skipped(name, reason),
                Opening::Failed { name, error } if self.keep_going => {
                    let reason = error
                        .source()
                        .map_or(error.to_string(), ToString::to_string);
                    self.meter.failed_by(Stage::Convert, name, reason, &error);
                }
                Opening::Failed { error, .. } => return Err(error),
            }
        }
        Ok(Next::End)
    }
}

/// The number of manifest lines after which a chunk ends early. A bundle is completed before, unless
/// its blobs are far apart.
fn most_entries(is_within_bundle: bool) -> usize {
    match is_within_bundle {
        true => 2 * MANY_ENTRIES,
        false => MANY_ENTRIES,
    }
}

impl OpenInput<'_> {
    /// Reads as many bytes as a blob holds; reads fewer bytes only at the end of the input.
    fn read_piece(&mut self, capacity: usize, piece: &mut Vec<u8>) -> Result<()> {
        piece.clear();
        (&mut self.reader)
            .take(capacity as u64)
            .read_to_end(piece)
            .map_err(KzgAdvancedError::io(IoAction::Read, &*self.name))?;
        self.hash.update(&*piece);
        self.bytes += piece.len() as u64;
        if piece.len() < capacity {
            // A terminal would wait for more bytes if it were read again after its end.
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
mod tests;
