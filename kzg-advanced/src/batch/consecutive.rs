//! Calls on consecutive items of a longer job, such as a chunk of a pipeline's blobs.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blobs, Cell, KzgCommitment, KzgProof, KzgSettings, Operation};

use super::calls::{commit, extend, prove, verify_each};
use super::chunk::{BatchOperation, ComputeRange};
use super::source::CellsAndProofs;
use crate::backend_call::items_per_call;
use crate::error::KzgAdvancedResult;

/// Consecutive items of a longer job, handed to a backend together.
///
/// An error names an item by its number in the longer job, or by the last number of its type where
/// that number is larger. A panic of the backend in a call is an error of kind
/// [`Fault`](kzg_traits::ErrorKind::Fault).
#[derive(Clone, Copy, Debug)]
pub struct Consecutive<'a> {
    settings: &'a dyn KzgSettings,
    first: u64,
}

impl<'a> Consecutive<'a> {
    /// Items of which the first has the number `first` in the longer job.
    #[must_use]
    pub fn new(settings: &'a dyn KzgSettings, first: u64) -> Self {
        Self { settings, first }
    }

    /// Commits to each blob.
    ///
    /// # Errors
    ///
    /// The error of the first bad blob, or of the backend.
    pub fn commitments(&self, blobs: Blobs<'_>) -> KzgAdvancedResult<Vec<KzgCommitment>> {
        let call: &ComputeRange<'_, _> =
            &|settings, range, out| commit(settings, blobs, range, out);
        self.job(
            Operation::BlobsToKzgCommitments,
            KzgCommitment::default,
            call,
        )
        .all(blobs.len())
    }

    /// Commits to each blob; a bad blob does not keep the others from an answer.
    #[must_use]
    pub fn commitments_each(&self, blobs: Blobs<'_>) -> Vec<KzgAdvancedResult<KzgCommitment>> {
        let call: &ComputeRange<'_, _> =
            &|settings, range, out| commit(settings, blobs, range, out);
        self.job(
            Operation::BlobsToKzgCommitments,
            KzgCommitment::default,
            call,
        )
        .results(blobs.len())
    }

    /// Proves each blob against its commitment.
    ///
    /// # Errors
    ///
    /// The error of the first bad item, or of the backend.
    ///
    /// # Panics
    ///
    /// If there are fewer commitments than blobs.
    pub fn proofs(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
    ) -> KzgAdvancedResult<Vec<KzgProof>> {
        let commitments = &commitments[..blobs.len()];
        let call: &ComputeRange<'_, _> =
            &|settings, range, out| prove(settings, blobs, commitments, range, out);
        self.job(Operation::ComputeBlobKzgProofs, KzgProof::default, call)
            .all(blobs.len())
    }

    /// The 128 cells of each blob's extension.
    ///
    /// # Errors
    ///
    /// The error of the first bad blob, or of the backend.
    pub fn cells(&self, blobs: Blobs<'_>) -> KzgAdvancedResult<Vec<Vec<Cell>>> {
        let call: &ComputeRange<'_, Vec<Cell>> = &|settings, range, out| {
            for (place, (cells, index)) in out.iter_mut().zip(range).enumerate() {
                cells.resize(CELLS_PER_EXT_BLOB, Cell::default());
                let computed = settings.compute_cells_into(blobs.at(index), cells);
                computed.map_err(|error| error.with_index(place))?;
            }
            Ok(())
        };
        self.job(Operation::ComputeCells, Vec::new, call)
            .all(blobs.len())
    }

    /// The 128 cells of each blob's extension and their proofs.
    ///
    /// # Errors
    ///
    /// The error of the first bad blob, or of the backend.
    pub fn cells_and_proofs(&self, blobs: Blobs<'_>) -> KzgAdvancedResult<Vec<CellsAndProofs>> {
        let call: &ComputeRange<'_, _> =
            &|settings, range, out| extend(settings, blobs, range, out);
        let operation = Operation::ComputeManyCellsAndKzgProofs;
        let job = self.job(operation, CellsAndProofs::default, call);
        // As many blobs at once as the backend gains from, which bounds the scratch memory.
        let together = items_per_call(self.settings, operation).max(1);
        let mut made: Vec<CellsAndProofs> = Vec::new();
        made.resize_with(blobs.len(), CellsAndProofs::default);
        for (chunk, out) in made.chunks_mut(together).enumerate() {
            let start = chunk * together;
            job.compute_all(start..start + out.len(), out)?;
        }
        Ok(made)
    }

    /// Verifies each blob's proof: `Ok(false)` for a wrong one, an error for a malformed item.
    ///
    /// # Errors
    ///
    /// An error of the backend that says nothing about any item.
    ///
    /// # Panics
    ///
    /// If there are fewer commitments or proofs than blobs.
    pub fn verdicts(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> KzgAdvancedResult<Vec<kzg_traits::error::Result<bool>>> {
        let items = (blobs, &commitments[..blobs.len()], &proofs[..blobs.len()]);
        let call: &ComputeRange<'_, _> =
            &|settings, range, out| verify_each(settings, items, range, out);
        let job = self.job(Operation::VerifyBlobKzgProofEach, || Ok(false), call);
        let verdicts = job.all(blobs.len())?.into_iter().enumerate();
        let named = verdicts.map(|(index, verdict)| {
            verdict.map_err(|error| error.with_index(job.number(index) as usize))
        });
        Ok(named.collect())
    }

    fn job<'c, T>(
        &self,
        operation: Operation,
        blank: fn() -> T,
        call: &'c ComputeRange<'c, T>,
    ) -> BatchOperation<'c, T>
    where
        'a: 'c,
    {
        BatchOperation {
            settings: self.settings,
            operation,
            first: self.first,
            blank,
            compute: call,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{blobs, careless, cells_and_proofs, commitment, fake, malformed_blob, proof};

    fn commitments() -> Vec<KzgCommitment> {
        (0..5).map(commitment).collect()
    }

    fn proofs() -> Vec<KzgProof> {
        (0..5).map(proof).collect()
    }

    #[test]
    fn consecutive_items_get_their_results() {
        // These settings return vectors that are too short, so only their calls into buffers are
        // made.
        for settings in [fake(4), std::sync::Arc::new(careless())] {
            let blobs = blobs(5);
            let chunk = Consecutive::new(&*settings, 100);
            let made = chunk.commitments((&blobs).into()).unwrap();
            assert_eq!(made, commitments());
            assert_eq!(chunk.proofs((&blobs).into(), &made).unwrap(), proofs());
            let extended = chunk.cells_and_proofs((&blobs).into()).unwrap();
            let cells = chunk.cells((&blobs).into()).unwrap();
            assert_eq!((extended.len(), cells.len()), (5, 5));
            for (number, (one, cells)) in (0..).zip(extended.iter().zip(&cells)) {
                let expected = cells_and_proofs(number);
                assert!(one.cells == expected.0 && one.proofs == expected.1);
                assert!(*cells == expected.0);
            }
            let mut wrong = proofs();
            wrong[3] = proof(1);
            let verdicts = chunk.verdicts((&blobs).into(), &made, &wrong).unwrap();
            let right: Vec<bool> = verdicts.into_iter().map(Result::unwrap).collect();
            assert_eq!(right, [true, true, true, false, true]);
            assert!(chunk.commitments_each((&blobs[..0]).into()).is_empty());
        }
    }

    #[test]
    fn an_error_names_the_item_by_its_number_in_the_longer_job() {
        let mut blobs = blobs(5);
        blobs[2] = malformed_blob();
        for settings in [fake(1), fake(4)] {
            let chunk = Consecutive::new(&*settings, 100);
            for error in [
                chunk.commitments((&blobs).into()).unwrap_err(),
                chunk.proofs((&blobs).into(), &commitments()).unwrap_err(),
                chunk.cells((&blobs).into()).unwrap_err(),
                chunk.cells_and_proofs((&blobs).into()).unwrap_err(),
            ] {
                assert!(error.to_string().contains("item 102"), "{error}");
            }
            let verdicts = chunk.verdicts((&blobs).into(), &commitments(), &proofs());
            let verdicts = verdicts.unwrap();
            assert_eq!(verdicts[2].as_ref().unwrap_err().index(), Some(102));
            assert_eq!(verdicts.iter().filter(|verdict| verdict.is_ok()).count(), 4);
            let each = chunk.commitments_each((&blobs).into());
            let bad: Vec<usize> = (0..5).filter(|&index| each[index].is_err()).collect();
            assert_eq!(bad, [2]);
        }
    }

    #[test]
    fn numbers_beyond_the_last_of_their_type_are_the_last() {
        let blobs = vec![malformed_blob(), malformed_blob()];
        let settings = fake(1);
        let chunk = Consecutive::new(&*settings, u64::MAX);
        let last = format!("item {}", u64::MAX);
        for each in chunk.commitments_each((&blobs).into()) {
            let error = each.unwrap_err();
            assert!(error.to_string().contains(&last), "{error}");
        }
        let verdicts = chunk.verdicts((&blobs).into(), &commitments()[..2], &proofs()[..2]);
        for verdict in verdicts.unwrap() {
            assert_eq!(verdict.unwrap_err().index(), Some(usize::MAX));
        }
    }
}
