//! The batch processor: one method for each operation.

use core::marker::PhantomData;
use core::ops::Range;
use std::sync::Arc;

use kzg_traits::{Blob, Blobs, Item, KzgCommitment, KzgProof, KzgSettings, Operation};

use super::calls::{commit, extend, prove, recover, verify_each};
use super::chunk::{BatchOperation, ComputeRange};
use super::on_error::{FailFast, OnError};
use super::options::BatchOptions;
use super::source::{CellsAndProofs, PartialCells};
use crate::blob_ref::BlobRef;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// Commits to, proves, verifies or recovers many items. Results are in the order of the items and
/// do not depend on chunks or threads.
///
/// `E` is the way to handle bad items: a bad item fails the batch ([`FailFast`], the default), or
/// is reported beside the good ones ([`Collect`](super::Collect)).
///
/// ```
/// use kzg_advanced::{BackendChoice, BatchProcessor, Blob, Collect, load};
/// use kzg_advanced::{SettingsOptions, TrustedSetup};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
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
    /// A batch processor on the calling thread that fails at the first bad item.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>) -> Self {
        Self::with_options(settings, BatchOptions::default())
    }

    /// As [`new`](Self::new), with options.
    #[must_use]
    pub fn with_options(settings: Arc<dyn KzgSettings>, options: BatchOptions) -> Self {
        Self {
            settings,
            options,
            on_error: PhantomData,
        }
    }
}

impl<E: OnError> BatchProcessor<E> {
    /// Sets the number of items per call of the backend, see
    /// [`BatchOptions::with_chunk_size`].
    #[must_use]
    pub fn with_chunk_size(mut self, items: usize) -> Self {
        self.options = self.options.with_chunk_size(items);
        self
    }

    /// Sets the way to handle bad items.
    #[must_use]
    pub fn on_error<F: OnError>(self, _: F) -> BatchProcessor<F> {
        BatchProcessor {
            settings: self.settings,
            options: self.options,
            on_error: PhantomData,
        }
    }

    /// The options.
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
    pub fn batch_commitments<B: BlobRef>(
        &self,
        blobs: impl IntoIterator<Item = B>,
    ) -> KzgAdvancedResult<E::Output<KzgCommitment>> {
        let blobs: Vec<B> = blobs.into_iter().collect();
        let blobs = borrowed(&blobs);
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
    pub fn batch_proofs<B: BlobRef>(
        &self,
        blobs: impl IntoIterator<Item = B>,
        commitments: &[KzgCommitment],
    ) -> KzgAdvancedResult<E::Output<KzgProof>> {
        let blobs: Vec<B> = blobs.into_iter().collect();
        let blobs = borrowed(&blobs);
        let blobs = Blobs::from(&blobs);
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        self.run(
            Operation::ComputeBlobKzgProofs,
            blobs.len(),
            KzgProof::default,
            &|settings, range, out| prove(settings, blobs, commitments, range, out),
        )
    }

    /// Computes the 128 cells of each blob's extension, and their proofs.
    ///
    /// # Errors
    ///
    /// As [`batch_commitments`](Self::batch_commitments).
    pub fn batch_cells_and_proofs<B: BlobRef>(
        &self,
        blobs: impl IntoIterator<Item = B>,
    ) -> KzgAdvancedResult<E::Output<CellsAndProofs>> {
        let blobs: Vec<B> = blobs.into_iter().collect();
        let blobs = borrowed(&blobs);
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
    /// As [`batch_commitments`](Self::batch_commitments). The index of a cell in an error counts in
    /// the item's own lists.
    pub fn batch_recover(
        &self,
        items: &[PartialCells<'_>],
    ) -> KzgAdvancedResult<E::Output<CellsAndProofs>> {
        self.run(
            Operation::RecoverCellsAndKzgProofs,
            items.len(),
            CellsAndProofs::default,
            &|settings, range, out| recover(settings, &items[range.start], &mut out[0]),
        )
    }

    /// Verifies that every blob matches its commitment and proof; true for no blobs. A malformed
    /// item is an error even where another item is wrong.
    ///
    /// # Errors
    ///
    /// The error of the first bad item, by its index;
    /// [`Cancelled`](KzgAdvancedError::Cancelled);
    /// [`DataValidation`](KzgAdvancedError::DataValidation) for lists of different lengths.
    pub fn batch_verify<B: BlobRef>(
        &self,
        blobs: impl IntoIterator<Item = B>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> KzgAdvancedResult<bool> {
        let blobs: Vec<B> = blobs.into_iter().collect();
        self.batch_verify_list((&borrowed(&blobs)).into(), commitments, proofs)
    }

    /// Verifies each blob against its commitment and proof. Points are decoded and blobs evaluated
    /// once, however many blobs are wrong.
    ///
    /// # Errors
    ///
    /// As [`batch_proofs`](Self::batch_proofs). The verdict on a wrong proof is `false`, not an error.
    pub fn batch_verify_each<B: BlobRef>(
        &self,
        blobs: impl IntoIterator<Item = B>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> KzgAdvancedResult<E::Output<bool>> {
        let blobs: Vec<B> = blobs.into_iter().collect();
        let blobs = borrowed(&blobs);
        let blobs = Blobs::from(&blobs);
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Proof, blobs.len(), proofs.len())?;
        let verify = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            verify_each(settings, (blobs, commitments, proofs), range, out)
        };
        let work = self.work(Operation::VerifyBlobKzgProofEach, || Ok(false), &verify);
        E::run_verdicts(&work, blobs.len(), &self.options)
    }

    fn run<T: Send>(
        &self,
        operation: Operation,
        count: usize,
        blank: fn() -> T,
        compute: &ComputeRange<'_, T>,
    ) -> KzgAdvancedResult<E::Output<T>> {
        E::run(&self.work(operation, blank, compute), count, &self.options)
    }

    pub(super) fn work<'a, T>(
        &'a self,
        operation: Operation,
        blank: fn() -> T,
        compute: &'a ComputeRange<'a, T>,
    ) -> BatchOperation<'a, T> {
        BatchOperation {
            settings: &*self.settings,
            operation,
            first: 0,
            blank,
            compute,
        }
    }
}

fn borrowed<B: BlobRef>(blobs: &[B]) -> Vec<&Blob> {
    blobs.iter().map(BlobRef::blob).collect()
}

pub(super) fn check_count(item: Item, expected: usize, actual: usize) -> KzgAdvancedResult<()> {
    kzg_traits::checks::check_count(item, expected, actual)
        .map_err(|error| KzgAdvancedError::data("batch", error))
}
