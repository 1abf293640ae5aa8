//! The methods of the batch processor that take lists as they are and write into the caller's
//! buffers, for loops without allocation.

use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};

use kzg_traits::{Blobs, Item, KzgCommitment, KzgProof, KzgSettings, Operation};

use super::calls::{commit, extend, prove, recover, verify_each};
use super::on_error::{OnError, compute_all};
use super::processor::{BatchProcessor, check_count};
use super::source::{CellsAndProofs, PartialCells};
use crate::error::KzgAdvancedResult;

impl<E: OnError> BatchProcessor<E> {
    /// As [`batch_verify`](Self::batch_verify). Only the backend allocates memory.
    ///
    /// # Errors
    ///
    /// As [`batch_verify`](Self::batch_verify).
    pub fn batch_verify_list(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> KzgAdvancedResult<bool> {
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
        let work = self.work(Operation::VerifyBlobKzgProofBatch, || (), &verify);
        // Chunks are cut from a list of results. Empty results take no memory.
        compute_all(&work, &mut vec![(); blobs.len()], self.options())?;
        Ok(all_hold.into_inner())
    }

    /// Commits to each blob, into the caller's buffer. Fails at the first bad item, whatever `E`
    /// is; the content of the buffer is unspecified then. Only the backend allocates memory.
    ///
    /// # Errors
    ///
    /// As [`batch_proofs`](Self::batch_proofs) with [`FailFast`](super::FailFast).
    pub fn batch_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> KzgAdvancedResult<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            commit(settings, blobs, range, out)
        };
        let operation = Operation::BlobsToKzgCommitments;
        let work = self.work(operation, KzgCommitment::default, &call);
        compute_all(&work, out, self.options())
    }

    /// Proves that each blob matches its commitment, as
    /// [`batch_commitments_into`](Self::batch_commitments_into).
    ///
    /// # Errors
    ///
    /// As [`batch_proofs`](Self::batch_proofs) with [`FailFast`](super::FailFast).
    pub fn batch_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> KzgAdvancedResult<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            prove(settings, blobs, commitments, range, out)
        };
        let work = self.work(Operation::ComputeBlobKzgProofs, KzgProof::default, &call);
        compute_all(&work, out, self.options())
    }

    /// Computes the cells and proofs of each blob, as
    /// [`batch_commitments_into`](Self::batch_commitments_into). The vectors in `out` are reused:
    /// where they come from an earlier batch and chunks have one blob, only the backend allocates
    /// memory.
    ///
    /// # Errors
    ///
    /// As [`batch_proofs`](Self::batch_proofs) with [`FailFast`](super::FailFast).
    pub fn batch_cells_and_proofs_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [CellsAndProofs],
    ) -> KzgAdvancedResult<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            extend(settings, blobs, range, out)
        };
        let operation = Operation::ComputeManyCellsAndKzgProofs;
        let work = self.work(operation, CellsAndProofs::default, &call);
        compute_all(&work, out, self.options())
    }

    /// Recovers all cells and proofs of each blob, as
    /// [`batch_cells_and_proofs_into`](Self::batch_cells_and_proofs_into).
    ///
    /// # Errors
    ///
    /// As [`batch_recover`](Self::batch_recover) with [`FailFast`](super::FailFast), and
    /// [`DataValidation`](crate::KzgAdvancedError::DataValidation) for lists of different lengths.
    pub fn batch_recover_into(
        &self,
        items: &[PartialCells<'_>],
        out: &mut [CellsAndProofs],
    ) -> KzgAdvancedResult<()> {
        check_count(Item::Output, items.len(), out.len())?;
        let call = |settings: &dyn KzgSettings, range: Range<usize>, out: &mut [_]| {
            recover(settings, &items[range.start], &mut out[0])
        };
        let operation = Operation::RecoverCellsAndKzgProofs;
        let work = self.work(operation, CellsAndProofs::default, &call);
        compute_all(&work, out, self.options())
    }

    /// Verifies each blob, into the caller's buffer: a verdict, or the error of a malformed blob.
    /// Only the backend allocates memory.
    ///
    /// # Errors
    ///
    /// [`DataValidation`](crate::KzgAdvancedError::DataValidation) for lists of different lengths; the
    /// error of a call without verdicts; [`Cancelled`](crate::KzgAdvancedError::Cancelled).
    pub fn batch_verify_each_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        out: &mut [kzg_traits::error::Result<bool>],
    ) -> KzgAdvancedResult<()> {
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
        let work = self.work(Operation::VerifyBlobKzgProofEach, || Ok(false), &call);
        compute_all(&work, out, self.options())
    }
}
