//! The batch processor: one method for each operation.

use core::marker::PhantomData;
use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use kzg_traits::{
    Blob, Blobs, Error, Item, KzgCommitment, KzgProof, KzgSettings, Operation, Threads,
};
use rayon::ThreadPool;

use super::calls::{commit, extend, prove, recover, verify_each};
use super::chunk::{Call, Job};
use super::on_error::{FailFast, OnError, compute_all};
use super::options::{BatchOptions, BatchProgress};
use super::source::{BlobRef, CellsAndProofs, PartialCells};
use super::workers::workers;
use crate::cancellation::CancellationToken;
use crate::error::{KzgAdvancedError, Result};

/// Commits to, proves, verifies or recovers many items. Results are in the order of the items
/// and do not depend on chunks or workers.
///
/// What a bad item does is `E`: it fails the batch ([`FailFast`], as `new` makes it), or it is
/// reported beside the good ones ([`Collect`](super::Collect)).
///
/// ```
/// use kzg_advanced::{BackendChoice, BatchProcessor, Blob, Collect, load};
/// use kzg_advanced::{SettingsOptions, TrustedSetup};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
/// let batch = BatchProcessor::new(settings);
///
/// let mut blobs: Vec<Box<Blob>> = (0..3).map(|_| Blob::zeroed_on_heap()).collect();
/// let commitments = batch.batch_commitments(&blobs)?;
/// let proofs = batch.batch_proofs(&blobs, &commitments)?;
/// assert!(batch.batch_verify(&blobs, &commitments, &proofs)?);
///
/// blobs[1].0[0] = 0xff; // no canonical field element
/// let error = batch.batch_commitments(&blobs).unwrap_err();
/// assert!(error.to_string().contains("item 1"));
///
/// let each = batch.on_error(Collect).batch_commitments(blobs.iter().rev())?;
/// assert!(each[0].is_ok() && each[1].is_err() && each[2].is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BatchProcessor<E = FailFast> {
    settings: Arc<dyn KzgSettings>,
    options: BatchOptions,
    on_error: PhantomData<E>,
}

impl BatchProcessor<FailFast> {
    /// A batch processor over a backend, on the calling thread, failing at the first bad item.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>) -> Self {
        Self {
            settings,
            options: BatchOptions::default(),
            on_error: PhantomData,
        }
    }
}

impl<E: OnError> BatchProcessor<E> {
    /// The same processor with other options, in place of all that was chosen before: call it
    /// ahead of the methods that change one.
    #[must_use]
    pub fn with_options(mut self, options: BatchOptions) -> Self {
        self.options = options;
        self
    }

    /// The same processor with another answer to bad items.
    #[must_use]
    pub fn on_error<F: OnError>(self, _: F) -> BatchProcessor<F> {
        BatchProcessor {
            settings: self.settings,
            options: self.options,
            on_error: PhantomData,
        }
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
        Ok(self.with_pool(workers(count, "kzg-batch")?))
    }

    /// The same processor, with the threads of a pool that the caller made.
    #[must_use]
    pub fn with_pool(mut self, pool: Arc<ThreadPool>) -> Self {
        self.options = self.options.with_workers(Threads::Pool(pool));
        self
    }

    /// The same processor, followed by `progress`, see [`BatchOptions::with_progress`].
    #[must_use]
    pub fn with_progress(
        mut self,
        progress: impl Fn(BatchProgress) + Send + Sync + 'static,
    ) -> Self {
        self.options = self.options.with_progress(progress);
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
    pub fn options(&self) -> &BatchOptions {
        &self.options
    }

    /// Commits to each blob.
    ///
    /// # Errors
    ///
    /// With [`FailFast`], the error of the first bad item, by its index, or
    /// [`Cancelled`](KzgAdvancedError::Cancelled); with [`Collect`](super::Collect) none.
    pub fn batch_commitments<'a, B: BlobRef<'a>>(
        &self,
        blobs: impl IntoIterator<Item = B>,
    ) -> Result<E::Output<KzgCommitment>> {
        let blobs = gather(blobs);
        let blobs = Blobs::from(&blobs);
        self.run(
            Operation::BlobsToKzgCommitments,
            blobs.len(),
            KzgCommitment::default,
            &|settings, range, out| commit(settings, blobs, range, out),
        )
    }

    /// Proves that each blob matches its commitment.
    ///
    /// # Errors
    ///
    /// As [`batch_commitments`](Self::batch_commitments), and
    /// [`DataValidation`](KzgAdvancedError::DataValidation) for lists of different lengths.
    pub fn batch_proofs<'a, B: BlobRef<'a>>(
        &self,
        blobs: impl IntoIterator<Item = B>,
        commitments: &[KzgCommitment],
    ) -> Result<E::Output<KzgProof>> {
        let blobs = gather(blobs);
        let blobs = Blobs::from(&blobs);
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        self.run(
            Operation::ComputeBlobKzgProofs,
            blobs.len(),
            KzgProof::default,
            &|settings, range, out| prove(settings, blobs, commitments, range, out),
        )
    }

    /// The 128 cells of each blob's extension, and their proofs.
    ///
    /// # Errors
    ///
    /// As [`batch_commitments`](Self::batch_commitments).
    pub fn batch_cells_and_proofs<'a, B: BlobRef<'a>>(
        &self,
        blobs: impl IntoIterator<Item = B>,
    ) -> Result<E::Output<CellsAndProofs>> {
        let blobs = gather(blobs);
        let blobs = Blobs::from(&blobs);
        self.run(
            Operation::ComputeManyCellsAndKzgProofs,
            blobs.len(),
            CellsAndProofs::default,
            &|settings, range, out| extend(settings, blobs, range, out),
        )
    }

    /// Recovers all cells and proofs of each blob from at least 64 of its cells.
    ///
    /// # Errors
    ///
    /// As [`batch_commitments`](Self::batch_commitments); what the error says of a cell index or
    /// a cell counts in the item's own lists.
    pub fn batch_recover(&self, items: &[PartialCells<'_>]) -> Result<E::Output<CellsAndProofs>> {
        self.run(
            Operation::RecoverCellsAndKzgProofs,
            items.len(),
            CellsAndProofs::default,
            &|settings, range, out| recover(settings, &items[range.start], &mut out[0]),
        )
    }

    /// Whether every blob matches its commitment and proof; true for no blobs. One answer for
    /// all, whatever the chunks: a malformed item is an error even where another is wrong.
    ///
    /// # Errors
    ///
    /// The error of the first bad item, by its index;
    /// [`Cancelled`](KzgAdvancedError::Cancelled);
    /// [`DataValidation`](KzgAdvancedError::DataValidation) for lists of different lengths.
    pub fn batch_verify<'a, B: BlobRef<'a>>(
        &self,
        blobs: impl IntoIterator<Item = B>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        self.batch_verify_list((&gather(blobs)).into(), commitments, proofs)
    }

    /// As [`batch_verify`](Self::batch_verify). Allocates nothing that the backend does not.
    ///
    /// # Errors
    ///
    /// As [`batch_verify`](Self::batch_verify).
    pub fn batch_verify_list(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Proof, blobs.len(), proofs.len())?;
        let all_hold = AtomicBool::new(true);
        let verify = |settings: &dyn KzgSettings, range: Range<usize>, _: &mut [()]| {
            let holds = settings.verify_blob_kzg_proof_batch(
                blobs.slice(range.clone()),
                &commitments[range.clone()],
                &proofs[range],
            )?;
            all_hold.fetch_and(holds, Ordering::Relaxed);
            Ok(())
        };
        let job = self.job(Operation::VerifyBlobKzgProofBatch, || (), &verify);
        // As many nothings as blobs, for the chunks to be cut from: they take no memory.
        compute_all(&job, &mut vec![(); blobs.len()], &self.options)?;
        Ok(all_hold.into_inner())
    }

    /// The verdict on each blob: the points are decoded and the blobs evaluated once, however
    /// many turn out to be wrong.
    ///
    /// # Errors
    ///
    /// As [`batch_proofs`](Self::batch_proofs). A wrong proof is not an error but `false`.
    pub fn batch_verify_each<'a, B: BlobRef<'a>>(
        &self,
        blobs: impl IntoIterator<Item = B>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<E::Output<bool>> {
        let blobs = gather(blobs);
        let blobs = Blobs::from(&blobs);
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Proof, blobs.len(), proofs.len())?;
        let verify = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            verify_each(settings, (blobs, commitments, proofs), range, out)
        };
        let job = self.job(Operation::VerifyBlobKzgProofEach, || Ok(false), &verify);
        E::run_verdicts(&job, blobs.len(), &self.options)
    }

    /// Commits to each blob, into the caller's buffer. Fails at the first bad item, whatever `E`
    /// is; the buffer's content is unspecified then. Allocates nothing that the backend does
    /// not.
    ///
    /// # Errors
    ///
    /// As [`batch_proofs`](Self::batch_proofs) with [`FailFast`].
    pub fn batch_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            commit(settings, blobs, range, out)
        };
        let operation = Operation::BlobsToKzgCommitments;
        let job = self.job(operation, KzgCommitment::default, &call);
        compute_all(&job, out, &self.options)
    }

    /// Proves that each blob matches its commitment, as
    /// [`batch_commitments_into`](Self::batch_commitments_into).
    ///
    /// # Errors
    ///
    /// As [`batch_proofs`](Self::batch_proofs) with [`FailFast`].
    pub fn batch_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            prove(settings, blobs, commitments, range, out)
        };
        let job = self.job(Operation::ComputeBlobKzgProofs, KzgProof::default, &call);
        compute_all(&job, out, &self.options)
    }

    /// The cells and proofs of each blob, as
    /// [`batch_commitments_into`](Self::batch_commitments_into). What is in `out` is used again:
    /// where it comes from an earlier batch, one blob at a time allocates nothing that the
    /// backend does not.
    ///
    /// # Errors
    ///
    /// As [`batch_proofs`](Self::batch_proofs) with [`FailFast`].
    pub fn batch_cells_and_proofs_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [CellsAndProofs],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            extend(settings, blobs, range, out)
        };
        let operation = Operation::ComputeManyCellsAndKzgProofs;
        let job = self.job(operation, CellsAndProofs::default, &call);
        compute_all(&job, out, &self.options)
    }

    /// Recovers all cells and proofs of each blob, as
    /// [`batch_cells_and_proofs_into`](Self::batch_cells_and_proofs_into).
    ///
    /// # Errors
    ///
    /// As [`batch_recover`](Self::batch_recover) with [`FailFast`], and
    /// [`DataValidation`](KzgAdvancedError::DataValidation) for lists of different lengths.
    pub fn batch_recover_into(
        &self,
        items: &[PartialCells<'_>],
        out: &mut [CellsAndProofs],
    ) -> Result<()> {
        check_count(Item::Output, items.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            recover(settings, &items[range.start], &mut out[0])
        };
        let operation = Operation::RecoverCellsAndKzgProofs;
        let job = self.job(operation, CellsAndProofs::default, &call);
        compute_all(&job, out, &self.options)
    }

    /// The verdict on each blob, malformed ones included, into the caller's buffer. Allocates
    /// nothing that the backend does not.
    ///
    /// # Errors
    ///
    /// [`DataValidation`](KzgAdvancedError::DataValidation) for lists of different lengths; the
    /// error of a call that gave no verdicts; [`Cancelled`](KzgAdvancedError::Cancelled).
    pub fn batch_verify_each_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        out: &mut [kzg_traits::Result<bool>],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Proof, blobs.len(), proofs.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            let start = range.start;
            verify_each(settings, (blobs, commitments, proofs), range, out)?;
            for (offset, verdict) in out.iter_mut().enumerate() {
                if let Err(error) = verdict {
                    *error = error.clone().with_index(start + offset);
                }
            }
            Ok(())
        };
        let job = self.job(Operation::VerifyBlobKzgProofEach, || Ok(false), &call);
        compute_all(&job, out, &self.options)
    }

    fn run<T: Send>(
        &self,
        operation: Operation,
        count: usize,
        blank: fn() -> T,
        call: &Call<'_, T>,
    ) -> Result<E::Output<T>> {
        E::run(&self.job(operation, blank, call), count, &self.options)
    }

    fn job<'a, T>(
        &'a self,
        operation: Operation,
        blank: fn() -> T,
        call: &'a Call<'a, T>,
    ) -> Job<'a, T> {
        Job {
            settings: &*self.settings,
            operation,
            first: 0,
            blank,
            call,
        }
    }
}

fn gather<'a, B: BlobRef<'a>>(blobs: impl IntoIterator<Item = B>) -> Vec<&'a Blob> {
    blobs.into_iter().map(BlobRef::blob).collect()
}

fn check_count(item: Item, expected: usize, actual: usize) -> Result<()> {
    if expected == actual {
        return Ok(());
    }
    let error = Error::Count {
        item,
        expected,
        actual,
    };
    Err(KzgAdvancedError::data("batch", error))
}
