//! The stream processor: one method for each operation.

use core::ops::Range;
use std::sync::Arc;

use kzg_traits::{Blob, Blobs, KzgCommitment, KzgProof, KzgSettings, MemoryPool, Operation};
use serde::{Deserialize, Serialize};

use super::options::StreamOptions;
use super::results::{Process, Results};
use super::source::{BlobClaim, StreamItem};
use crate::batch::CellsAndProofs;
use crate::batch::calls::{commit, extend, verify_each};
use crate::batch::chunk::BatchOperation;
use crate::blob_ref::BlobRef;

/// The number of blob buffers that are kept for reuse. More are allocated where more blobs are read
/// ahead.
const POOLED_BLOBS: usize = 64;

/// Processes inputs of any length with a bounded part of them in memory.
///
/// A *source* yields blobs: a reader or a file ([`blobs_from_reader`](Self::blobs_from_reader),
/// [`encode_reader`](Self::encode_reader)), shared bytes such as a mapped file
/// ([`blobs_from_bytes`](Self::blobs_from_bytes)), or any iterator of the caller's. Each operation
/// turns a source into an iterator over results, in order.
///
/// ```
/// use kzg_advanced::batch::thread_pool;
/// use kzg_advanced::stream::StreamOptions;
/// use kzg_advanced::{BackendChoice, SettingsOptions, StreamProcessor, TrustedSetup, load};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
/// let options = StreamOptions::default().with_threads(thread_pool(2, "my-stream")?);
/// let stream = StreamProcessor::with_options(settings, options);
///
/// let file = std::io::Cursor::new(vec![7; 300_000]); // any reader
/// let commitments: Vec<_> = stream
///     .stream_commitments(stream.encode_reader(file))
///     .collect::<Result<_, _>>()?;
/// assert_eq!(commitments.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct StreamProcessor {
    settings: Arc<dyn KzgSettings>,
    pub(super) options: StreamOptions,
    pub(super) pool: MemoryPool<Box<Blob>>,
}

/// The commitment to a blob, and the proof that they match.
///
/// ```
/// use kzg_advanced::stream::BlobProof;
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobProof {
    /// The commitment.
    pub commitment: KzgCommitment,
    /// The proof.
    pub proof: KzgProof,
}

impl StreamProcessor {
    /// A stream processor on the consumer's thread.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>) -> Self {
        Self::with_options(settings, StreamOptions::default())
    }

    /// As [`new`](Self::new), with options.
    #[must_use]
    pub fn with_options(settings: Arc<dyn KzgSettings>, options: StreamOptions) -> Self {
        Self {
            settings,
            options,
            pool: MemoryPool::new(POOLED_BLOBS, Blob::zeroed_on_heap),
        }
    }

    /// The options.
    #[must_use]
    pub fn options(&self) -> &StreamOptions {
        &self.options
    }

    /// The largest number of blobs that a stream of the operation keeps in memory, 128 KiB each, for
    /// a source of any length. Results that the consumer has not taken are kept in addition, for at
    /// most as many items. An operation on one blob stands for the operation on many blobs that the
    /// stream uses: for [`BlobToKzgCommitment`](Operation::BlobToKzgCommitment), the bound is that
    /// of [`stream_commitments`](Self::stream_commitments).
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

    /// The pool of the buffers of [`BlobReader`](super::BlobReader)s.
    #[must_use]
    pub fn pool(&self) -> &MemoryPool<Box<Blob>> {
        &self.pool
    }

    /// Commits to each blob.
    pub fn stream_commitments<I>(&self, blobs: I) -> Results<I::IntoIter, KzgCommitment>
    where
        I: IntoIterator<Item: StreamItem<Item: BlobRef>>,
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
        I: IntoIterator<Item: StreamItem<Item: BlobRef>>,
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

    /// Computes the 128 cells of each blob's extension, and their proofs.
    pub fn stream_cells_and_proofs<I>(&self, blobs: I) -> Results<I::IntoIter, CellsAndProofs>
    where
        I: IntoIterator<Item: StreamItem<Item: BlobRef>>,
    {
        self.results(
            blobs,
            Operation::ComputeManyCellsAndKzgProofs,
            |settings, blobs, out| extend(settings, blobs, 0..out.len(), out),
        )
    }

    /// Verifies each blob against its commitment and proof.
    pub fn stream_verifications<I, B>(&self, claims: I) -> Results<I::IntoIter, bool>
    where
        I: IntoIterator<Item: StreamItem<Item = BlobClaim<B>>>,
        B: BlobRef + Send + Sync + 'static,
    {
        let operation = Operation::VerifyBlobKzgProofEach;
        let process: Process<BlobClaim<B>, bool> = Arc::new(move |settings, claims, first| {
            let commitments: Vec<_> = claims.iter().map(|claim| claim.commitment).collect();
            let proofs: Vec<_> = claims.iter().map(|claim| claim.proof).collect();
            let compute = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
                let blobs: Vec<&Blob> = claims.iter().map(|claim| claim.blob.blob()).collect();
                verify_each(
                    settings,
                    ((&blobs).into(), &commitments, &proofs),
                    range,
                    out,
                )
            };
            let work = BatchOperation {
                settings,
                operation,
                first,
                blank: || Ok(false),
                compute: &compute,
            };
            let verdicts = work.results(claims.len()).into_iter().enumerate();
            verdicts
                .map(|(index, verdict)| verdict?.map_err(|error| work.malformed(index, error)))
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
        on_blobs: fn(&dyn KzgSettings, Blobs<'_>, &mut [R]) -> kzg_traits::error::Result<()>,
    ) -> Results<I::IntoIter, R>
    where
        I: IntoIterator<Item: StreamItem<Item: BlobRef>>,
        R: Default + Send + 'static,
    {
        let process: Process<<I::Item as StreamItem>::Item, R> =
            Arc::new(move |settings, blobs, first| {
                let compute = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [R]| {
                    let blobs: Vec<&Blob> = blobs[range].iter().map(BlobRef::blob).collect();
                    on_blobs(settings, (&blobs).into(), out)
                };
                let work = BatchOperation {
                    settings,
                    operation,
                    first,
                    blank: R::default,
                    compute: &compute,
                };
                work.results(blobs.len())
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
}
