//! Verifying what was just computed, which is cheaper than computing it again.

use core::any::Any;

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::error::Result;
use kzg_traits::{
    Blob, Bytes32, Cell, Cells, ErrorKind, KzgCommitment, KzgProof, KzgSettings, Operation,
};

use crate::resilience::{Boxed, Call, Input};

/// Whether the result of a call is verified by `settings`; `None` where there is nothing to
/// verify it by.
///
/// `Ok(true)` proves that the result is the only right one: an opening proof is unique for its
/// commitment. `Ok(false)` does not prove it wrong: a proof is also made for a commitment that
/// is not the blob's.
pub(super) fn verified(
    settings: &dyn KzgSettings,
    call: &Call<'_>,
    result: &dyn Any,
) -> Option<Result<bool>> {
    use Operation as Op;
    let result: &dyn Any = match result.downcast_ref::<Boxed>() {
        Some(boxed) => &**boxed,
        None => result,
    };
    let verdict = match (call.operation, call.inputs) {
        (Op::ComputeKzgProof, [Input::Blob(blob), Input::Bytes32(z)]) => {
            let (proof, y) = result.downcast_ref::<(KzgProof, Bytes32)>()?;
            settings
                .blob_to_kzg_commitment(blob)
                .and_then(|commitment| settings.verify_kzg_proof(&commitment, z, y, proof))
        }
        (Op::ComputeBlobKzgProof, [Input::Blob(blob), Input::Commitment(commitment)]) => {
            settings.verify_blob_kzg_proof(blob, commitment, result.downcast_ref()?)
        }
        (Op::ComputeBlobKzgProofs, [Input::Blobs(blobs), Input::Commitments(commitments)]) => {
            let proofs = result.downcast_ref::<Vec<KzgProof>>()?;
            settings.verify_blob_kzg_proof_batch(*blobs, commitments, proofs)
        }
        (Op::ComputeCellKzgProofs, [Input::Blob(blob)]) => {
            let proofs = result.downcast_ref::<Vec<KzgProof>>()?;
            settings
                .compute_cells(blob)
                .and_then(|cells| extensions(settings, [*blob], &cells, proofs))
        }
        (Op::ComputeCellsAndKzgProofs, [Input::Blob(blob)]) => {
            let (cells, proofs) = result.downcast_ref::<(Vec<Cell>, Vec<KzgProof>)>()?;
            extensions(settings, [*blob], cells, proofs)
        }
        (Op::ComputeManyCellsAndKzgProofs, [Input::Blobs(blobs)]) => {
            let (cells, proofs) = result.downcast_ref::<(Vec<Cell>, Vec<KzgProof>)>()?;
            extensions(settings, blobs.iter(), cells, proofs)
        }
        (Op::RecoverCellsAndKzgProofs, [Input::Indices(indices), Input::Cells(given)]) => {
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
    let blob = Blob::from_slice(Cell::bytes_of_many(&cells[..CELLS_PER_EXT_BLOB / 2]))?;
    extensions(settings, [blob], cells, proofs)
}
