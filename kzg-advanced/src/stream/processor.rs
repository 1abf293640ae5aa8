//! The stream processor: one method for each kind of source, and one for each operation.

use core::ops::Range;
use std::error::Error as StdError;
use std::fs::File;
use std::io::Read;
use std::iter;
use std::path::Path;
use std::sync::Arc;

use kzg_traits::{
    Blob, Blobs, IoAction, KzgCommitment, KzgProof, KzgSettings, MemoryPool, Operation, Threads,
};
use rayon::ThreadPool;

use super::options::StreamOptions;
use super::results::{Process, Results};
use super::source::{BlobClaim, BlobReader, Form, MappedBlobs, OwnedBlob, StreamItem, fill};
use crate::batch::calls::{commit, extend, verify_each};
use crate::batch::chunk::Job;
use crate::batch::{CellsAndProofs, workers};
use crate::cancellation::CancellationToken;
use crate::codec::SimpleCoder;
use crate::error::{KzgAdvancedError, Result};

/// The blob buffers that are kept for reuse: more are made where more are read ahead.
const POOLED_BLOBS: usize = 64;

/// Works on inputs of any length, of which it keeps a bounded part in memory.
///
/// A *source* yields blobs: a reader or a file ([`blobs_from_reader`](Self::blobs_from_reader),
/// [`encode_reader`](Self::encode_reader)), shared bytes such as a mapped file
/// ([`blobs_from_bytes`](Self::blobs_from_bytes)), or any iterator of the caller's. Each
/// operation turns a source into an iterator over results, in order.
///
/// ```
/// use kzg_advanced::{BackendChoice, SettingsOptions, StreamProcessor, TrustedSetup, load};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
/// let stream = StreamProcessor::new(settings).with_workers(2)?;
///
/// let file = std::io::Cursor::new(vec![7; 300_000]); // anything that can be read
/// let commitments: Vec<_> = stream
///     .stream_commitments(stream.encode_reader(file))
///     .collect::<Result<_, _>>()?;
/// assert_eq!(commitments.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct StreamProcessor {
    settings: Arc<dyn KzgSettings>,
    options: StreamOptions,
    pool: MemoryPool<Box<Blob>>,
}

/// The commitment to a blob, and the proof that they belong together.
///
/// ```
/// use kzg_advanced::stream::BlobProof;
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings.clone());
/// let blob = Blob::zeroed_on_heap();
/// for made in stream.stream_proofs([blob.clone()]) {
///     let BlobProof { commitment, proof } = made?;
///     assert!(settings.verify_blob_kzg_proof(&blob, &commitment, &proof)?);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlobProof {
    /// The commitment.
    pub commitment: KzgCommitment,
    /// The proof.
    pub proof: KzgProof,
}

impl StreamProcessor {
    /// A stream processor over a backend, without workers of its own.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>) -> Self {
        Self {
            settings,
            options: StreamOptions::default(),
            pool: MemoryPool::new(POOLED_BLOBS, Blob::zeroed_on_heap),
        }
    }

    /// The same processor with other options, in place of all that was chosen before: call it
    /// ahead of the methods that change one.
    #[must_use]
    pub fn with_options(mut self, options: StreamOptions) -> Self {
        self.options = options;
        self
    }

    /// The same processor, handing so many items to the backend together.
    #[must_use]
    pub fn with_chunk_size(mut self, items: usize) -> Self {
        self.options = self.options.with_chunk_size(items);
        self
    }

    /// The same processor with so many threads of its own; for settings that use one thread.
    /// Zero stands for one for each processor.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if they cannot be started.
    pub fn with_workers(self, count: usize) -> Result<Self> {
        Ok(self.with_pool(workers(count, "kzg-stream")?))
    }

    /// The same processor, with the threads of a pool that the caller made.
    #[must_use]
    pub fn with_pool(mut self, pool: Arc<ThreadPool>) -> Self {
        self.options = self.options.with_workers(Threads::Pool(pool));
        self
    }

    /// The same processor, stopped by `cancel`.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.options = self.options.with_cancellation(cancel);
        self
    }

    /// The options in force.
    #[must_use]
    pub fn options(&self) -> &StreamOptions {
        &self.options
    }

    /// The most blobs that a stream of the operation keeps in memory at once, 128 KiB each,
    /// however long its source is. Results that the consumer has not taken come on top: those of
    /// at most as many items. An operation on one blob stands for that on many which the stream
    /// uses: for [`BlobToKzgCommitment`](Operation::BlobToKzgCommitment), the bound is that of
    /// [`stream_commitments`](Self::stream_commitments).
    #[must_use]
    pub fn max_blobs_in_memory(&self, operation: Operation) -> usize {
        let operation = match operation {
            Operation::BlobToKzgCommitment => Operation::BlobsToKzgCommitments,
            Operation::ComputeBlobKzgProof => Operation::ComputeBlobKzgProofs,
            Operation::ComputeCellsAndKzgProofs => Operation::ComputeManyCellsAndKzgProofs,
            Operation::VerifyBlobKzgProof | Operation::VerifyBlobKzgProofBatch => {
                Operation::VerifyBlobKzgProofEach
            }
            other => other,
        };
        let chunk_size = self.options.chunk_size_for(&*self.settings, operation);
        chunk_size.saturating_mul(self.options.chunks_in_flight())
    }

    /// The pool that the buffers of [`BlobReader`]s come from.
    #[must_use]
    pub fn pool(&self) -> &MemoryPool<Box<Blob>> {
        &self.pool
    }

    /// A source: the blobs that a reader yields one after the other, 131072 bytes each. A last
    /// one that is cut short is an error.
    pub fn blobs_from_reader<R: Read>(&self, reader: R) -> BlobReader<R> {
        let name = "reader".to_owned();
        BlobReader::new(name, reader, Form::Blobs, self.pool.clone())
    }

    /// As [`blobs_from_reader`](Self::blobs_from_reader), for a file.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if it cannot be opened.
    pub fn blobs_from_file(&self, path: impl AsRef<Path>) -> Result<BlobReader<File>> {
        let (name, file) = open(path.as_ref())?;
        Ok(BlobReader::new(name, file, Form::Blobs, self.pool.clone()))
    }

    /// A source: whatever a reader yields, encoded into blobs by [`SimpleCoder`].
    pub fn encode_reader<R: Read>(&self, reader: R) -> BlobReader<R> {
        let name = "reader".to_owned();
        let form = Form::encoded_by(&SimpleCoder);
        BlobReader::new(name, reader, form, self.pool.clone())
    }

    /// As [`encode_reader`](Self::encode_reader), for a file.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if it cannot be opened.
    pub fn encode_file(&self, path: impl AsRef<Path>) -> Result<BlobReader<File>> {
        let (name, file) = open(path.as_ref())?;
        let form = Form::encoded_by(&SimpleCoder);
        Ok(BlobReader::new(name, file, form, self.pool.clone()))
    }

    /// A source: the blobs that lie one after the other in some bytes, such as a mapped file,
    /// read where they lie. Bytes that are shared already, such as an `Arc` of a mapping, come in
    /// as [`bytes::Bytes::from_owner`](::bytes::Bytes::from_owner).
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::DataValidation`] if the last one is cut short.
    pub fn blobs_from_bytes<S: AsRef<[u8]>>(&self, bytes: S) -> Result<MappedBlobs<S>> {
        MappedBlobs::new(bytes).map_err(|error| KzgAdvancedError::data("bytes", error))
    }

    /// Commits to each blob.
    pub fn stream_commitments<I>(&self, blobs: I) -> Results<I::IntoIter, KzgCommitment>
    where
        I: IntoIterator<Item: StreamItem<Item: OwnedBlob>>,
    {
        self.results(
            blobs,
            Operation::BlobsToKzgCommitments,
            |settings, blobs, out| commit(settings, blobs, 0..out.len(), out),
        )
    }

    /// Commits to each blob and proves it.
    pub fn stream_proofs<I>(&self, blobs: I) -> Results<I::IntoIter, BlobProof>
    where
        I: IntoIterator<Item: StreamItem<Item: OwnedBlob>>,
    {
        self.results(
            blobs,
            Operation::ComputeBlobKzgProofs,
            |settings, blobs, out: &mut [BlobProof]| {
                let mut commitments = vec![KzgCommitment::default(); out.len()];
                settings.blobs_to_kzg_commitments_into(blobs, &mut commitments)?;
                let mut proofs = vec![KzgProof::default(); out.len()];
                settings.compute_blob_kzg_proofs_into(blobs, &commitments, &mut proofs)?;
                for (slot, (commitment, proof)) in
                    out.iter_mut().zip(commitments.into_iter().zip(proofs))
                {
                    *slot = BlobProof { commitment, proof };
                }
                Ok(())
            },
        )
    }

    /// The 128 cells of each blob's extension, and their proofs.
    pub fn stream_cells_and_proofs<I>(&self, blobs: I) -> Results<I::IntoIter, CellsAndProofs>
    where
        I: IntoIterator<Item: StreamItem<Item: OwnedBlob>>,
    {
        self.results(
            blobs,
            Operation::ComputeManyCellsAndKzgProofs,
            |settings, blobs, out| extend(settings, blobs, 0..out.len(), out),
        )
    }

    /// The verdict on each blob: whether it matches its commitment and proof.
    pub fn stream_verifications<I, B>(&self, claims: I) -> Results<I::IntoIter, bool>
    where
        I: IntoIterator<Item: StreamItem<Item = BlobClaim<B>>>,
        B: OwnedBlob,
    {
        let operation = Operation::VerifyBlobKzgProofEach;
        let process: Process<BlobClaim<B>, bool> = Arc::new(move |settings, claims, first| {
            let commitments: Vec<_> = claims.iter().map(|claim| claim.commitment).collect();
            let proofs: Vec<_> = claims.iter().map(|claim| claim.proof).collect();
            let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
                let blobs: Vec<&Blob> = claims.iter().map(|claim| claim.blob.blob()).collect();
                verify_each(
                    settings,
                    ((&blobs).into(), &commitments, &proofs),
                    range,
                    out,
                )
            };
            let job = Job {
                settings,
                operation,
                first,
                blank: || Ok(false),
                call: &call,
            };
            let verdicts = job.results(claims.len()).into_iter().enumerate();
            verdicts
                .map(|(index, verdict)| verdict?.map_err(|error| job.malformed(index, error)))
                .collect()
        });
        let settings = Arc::clone(&self.settings);
        Results::new(
            claims.into_iter(),
            settings,
            &self.options,
            operation,
            process,
        )
    }

    fn results<I, R>(
        &self,
        blobs: I,
        operation: Operation,
        compute: fn(&dyn KzgSettings, Blobs<'_>, &mut [R]) -> kzg_traits::Result<()>,
    ) -> Results<I::IntoIter, R>
    where
        I: IntoIterator<Item: StreamItem<Item: OwnedBlob>>,
        R: Default + Send + 'static,
    {
        let process: Process<<I::Item as StreamItem>::Item, R> =
            Arc::new(move |settings, blobs, first| {
                let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [R]| {
                    let blobs: Vec<&Blob> = blobs[range].iter().map(OwnedBlob::blob).collect();
                    compute(settings, (&blobs).into(), out)
                };
                let job = Job {
                    settings,
                    operation,
                    first,
                    blank: R::default,
                    call: &call,
                };
                job.results(blobs.len())
            });
        let settings = Arc::clone(&self.settings);
        Results::new(
            blobs.into_iter(),
            settings,
            &self.options,
            operation,
            process,
        )
    }

    /// Hands a file's bytes to a function of the caller's,
    /// [`buffer_size`](StreamOptions::buffer_size) at once and fewer only at the end, and returns
    /// what it makes of them, in order: all of it or, at the first error, nothing. Where what
    /// came before an error counts, [`process_reader`](Self::process_reader) over the opened
    /// file gives the results one by one.
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
    ) -> Result<Vec<T>>
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let (name, file) = open(path.as_ref())?;
        self.process(name, file, f).collect()
    }

    /// As [`process_file`](Self::process_file), for anything that can be read, and one result
    /// after the other. Ends after an error of the reader or a cancellation; after one of the
    /// function it goes on with the next chunk.
    pub fn process_reader<T, E>(
        &self,
        reader: impl Read,
        f: impl FnMut(&[u8]) -> Result<T, E>,
    ) -> impl Iterator<Item = Result<T>>
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
    ) -> impl Iterator<Item = Result<T>>
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
            // If the reader panics in the middle of a chunk, the next would begin too late.
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

/// A buffer of so many bytes.
fn make_room(buffer: &mut Vec<u8>, size: usize) -> Result<()> {
    let missing = size - buffer.len();
    let reserved = buffer.try_reserve_exact(missing);
    reserved.map_err(|source| KzgAdvancedError::ResourceExhausted {
        item: format!("a buffer of {size} bytes"),
        source: source.into(),
    })?;
    buffer.resize(size, 0);
    Ok(())
}

fn open(path: &Path) -> Result<(String, File)> {
    let file = File::open(path).map_err(KzgAdvancedError::reading(path))?;
    Ok((path.display().to_string(), file))
}
