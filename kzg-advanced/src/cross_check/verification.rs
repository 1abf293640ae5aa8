//! Verification of a result that was just computed, which is cheaper than computing it again.

use core::any::Any;

use kzg_traits::bytes::{CELLS_PER_BLOB, CELLS_PER_EXT_BLOB};
use kzg_traits::checks::check_recovery;
use kzg_traits::error::Result;
use kzg_traits::{
    Blob, Bytes32, Cell, Cells, ErrorKind, KzgCommitment, KzgProof, KzgSettings, Operation,
};

use crate::layer::{Boxed, CallInput, Outcome};

/// The verdict of a verification; `None` where there is nothing to verify the result by.
pub(super) struct Verdict(pub(super) Option<bool>);

impl Outcome for Verdict {
    fn digest(&self) -> [u8; 32] {
        self.0.unwrap_or(false).digest()
    }
}

/// The verdict of `settings` on the result of a call.
///
/// `Some(true)` proves that the result is the only right one: an opening proof is unique for its
/// commitment. `Some(false)` does not prove the result wrong: a proof is also made for a
/// commitment that is not the blob's.
///
/// # Errors
///
/// The backend's, of another kind than `Input`.
pub(super) fn verify(
    settings: &dyn KzgSettings,
    operation: Operation,
    inputs: &[CallInput<'_>],
    result: &dyn Any,
) -> Result<Boxed> {
    let verdict = verified(settings, operation, inputs, result).transpose()?;
    Ok(Box::new(Verdict(verdict)))
}

/// A copy of a result that can be verified.
pub(super) fn copied(result: &dyn Any) -> Option<Box<dyn Any + Send + Sync>> {
    fn copy<T: Any + Clone + Send + Sync>(result: &dyn Any) -> Option<Box<dyn Any + Send + Sync>> {
        let result = result.downcast_ref::<T>()?;
        Some(Box::new(result.clone()))
    }
    copy::<(KzgProof, Bytes32)>(result)
        .or_else(|| copy::<KzgProof>(result))
        .or_else(|| copy::<Vec<KzgProof>>(result))
        .or_else(|| copy::<(Vec<Cell>, Vec<KzgProof>)>(result))
}

/// Whether the input of a call can have a result at all, as far as that is cheap to say: a
/// recovery needs 64 to 128 cells with ascending indices.
pub(super) fn is_admissible(operation: Operation, inputs: &[CallInput<'_>]) -> bool {
    match (operation, inputs) {
        (
            Operation::RecoverCellsAndKzgProofs | Operation::RecoverCells,
            [CallInput::Indices(indices), CallInput::Cells(given)],
        ) => check_recovery(indices, given.len()).is_ok(),
        _ => true,
    }
}

fn verified(
    settings: &dyn KzgSettings,
    operation: Operation,
    inputs: &[CallInput<'_>],
    result: &dyn Any,
) -> Option<Result<bool>> {
    if !is_admissible(operation, inputs) {
        return Some(Ok(false));
    }
    use Operation as Op;
    let verdict = match (operation, inputs) {
        (Op::ComputeKzgProof, [CallInput::Blob(blob), CallInput::Bytes32(z)]) => {
            let (proof, y) = result.downcast_ref::<(KzgProof, Bytes32)>()?;
            settings
                .blob_to_kzg_commitment(blob)
                .and_then(|commitment| settings.verify_kzg_proof(&commitment, z, y, proof))
        }
        (Op::ComputeBlobKzgProof, [CallInput::Blob(blob), CallInput::Commitment(commitment)]) => {
            settings.verify_blob_kzg_proof(blob, commitment, result.downcast_ref()?)
        }
        (
            Op::ComputeBlobKzgProofs,
            [CallInput::Blobs(blobs), CallInput::Commitments(commitments)],
        ) => {
            let proofs = result.downcast_ref::<Vec<KzgProof>>()?;
            settings.verify_blob_kzg_proof_batch(*blobs, commitments, proofs)
        }
        (Op::ComputeCellKzgProofs, [CallInput::Blob(blob)]) => {
            let proofs = result.downcast_ref::<Vec<KzgProof>>()?;
            settings
                .compute_cells(blob)
                .and_then(|cells| extensions(settings, [*blob], &cells, proofs))
        }
        (Op::ComputeCellsAndKzgProofs, [CallInput::Blob(blob)]) => {
            let (cells, proofs) = result.downcast_ref::<(Vec<Cell>, Vec<KzgProof>)>()?;
            extensions(settings, [*blob], cells, proofs)
        }
        (Op::ComputeManyCellsAndKzgProofs, [CallInput::Blobs(blobs)]) => {
            let (cells, proofs) = result.downcast_ref::<(Vec<Cell>, Vec<KzgProof>)>()?;
            extensions(settings, blobs.iter(), cells, proofs)
        }
        (Op::RecoverCellsAndKzgProofs, [CallInput::Indices(indices), CallInput::Cells(given)]) => {
            let (cells, proofs) = result.downcast_ref::<(Vec<Cell>, Vec<KzgProof>)>()?;
            recovered(settings, indices, *given, cells, proofs)
        }
        _ => return None,
    };
    Some(match verdict {
        // A wrong result may well be malformed as an input.
        Err(error) if error.kind() == ErrorKind::Input => Ok(false),
        verdict => verdict,
    })
}

/// Whether these are the cells and proofs of the blobs, blob after blob.
fn extensions<'b>(
    settings: &dyn KzgSettings,
    blobs: impl IntoIterator<Item = &'b Blob>,
    cells: &[Cell],
    proofs: &[KzgProof],
) -> Result<bool> {
    let mut commitments: Vec<KzgCommitment> = Vec::with_capacity(cells.len());
    for blob in blobs {
        let commitment = settings.blob_to_kzg_commitment(blob)?;
        commitments.extend([commitment; CELLS_PER_EXT_BLOB]);
    }
    let indices: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64)
        .cycle()
        .take(commitments.len())
        .collect();
    settings.verify_cell_kzg_proof_batch(&commitments, &indices, cells.into(), proofs)
}

/// Whether these are the cells and proofs of the one blob that has the given cells.
fn recovered(
    settings: &dyn KzgSettings,
    indices: &[u64],
    given: Cells<'_>,
    cells: &[Cell],
    proofs: &[KzgProof],
) -> Result<bool> {
    let keeps_the_given = indices
        .iter()
        .zip(given.iter())
        .all(|(&index, cell)| cells.get(index as usize) == Some(cell));
    if !keeps_the_given || cells.len() != CELLS_PER_EXT_BLOB {
        return Ok(false);
    }
    // The first half of the extension is the blob itself.
    let blob = Blob::from_slice(Cell::bytes_of_many(&cells[..CELLS_PER_BLOB]))?;
    extensions(settings, [blob], cells, proofs)
}
