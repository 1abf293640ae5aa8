//! The operations by name: their arguments, and the calls that they become.

use kzg_backends::KzgSettings;
use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof};

use crate::answer::{Answer, Failure};
use crate::arguments::{Arguments, BLOB, CELL, COMMITMENT, PROOF, Refusal, Y, Z};
use crate::job::Call;

/// Reads the arguments of the operation with this name.
pub(crate) fn read(
    operation: &str,
    arguments: &Arguments<'_>,
) -> core::result::Result<Call, Refusal> {
    let first_blob = || arguments.item(0, &BLOB);
    Ok(match operation {
        "blobToKzgCommitment" => {
            let blob = first_blob()?;
            call(move |kzg| {
                let commitment = kzg.blob_to_kzg_commitment(Blob::from_slice(&blob)?)?;
                Ok(Answer::Item(commitment.0.to_vec()))
            })
        }
        "computeKzgProof" => {
            let (blob, z) = (first_blob()?, arguments.item(1, &Z)?);
            call(move |kzg| {
                let z = Bytes32::from_slice(&z)?;
                let (proof, y) = kzg.compute_kzg_proof(Blob::from_slice(&blob)?, z)?;
                Ok(Answer::Pair(proof.0.to_vec(), y.0.to_vec()))
            })
        }
        "computeBlobKzgProof" => {
            let (blob, commitment) = (first_blob()?, arguments.item(1, &COMMITMENT)?);
            call(move |kzg| {
                let commitment = KzgCommitment::from_slice(&commitment)?;
                let proof = kzg.compute_blob_kzg_proof(Blob::from_slice(&blob)?, commitment)?;
                Ok(Answer::Item(proof.0.to_vec()))
            })
        }
        "verifyKzgProof" => {
            let (commitment, z) = (arguments.item(0, &COMMITMENT)?, arguments.item(1, &Z)?);
            let (y, proof) = (arguments.item(2, &Y)?, arguments.item(3, &PROOF)?);
            call(move |kzg| {
                let commitment = KzgCommitment::from_slice(&commitment)?;
                let (z, y) = (Bytes32::from_slice(&z)?, Bytes32::from_slice(&y)?);
                let proof = KzgProof::from_slice(&proof)?;
                kzg.verify_kzg_proof(commitment, z, y, proof)
                    .map(Answer::Verdict)
            })
        }
        "verifyBlobKzgProof" => {
            let (blob, commitment) = (first_blob()?, arguments.item(1, &COMMITMENT)?);
            let proof = arguments.item(2, &PROOF)?;
            call(move |kzg| {
                let commitment = KzgCommitment::from_slice(&commitment)?;
                let proof = KzgProof::from_slice(&proof)?;
                kzg.verify_blob_kzg_proof(Blob::from_slice(&blob)?, commitment, proof)
                    .map(Answer::Verdict)
            })
        }
        "verifyBlobKzgProofBatch" => {
            let [blobs, commitments, proofs] = arguments.lists(
                "Blobs, commitments, and proofs must all be arrays",
                "Requires equal number of blobs/commitments/proofs",
            )?;
            let (blobs, commitments) = (blobs.items(&BLOB)?, commitments.items(&COMMITMENT)?);
            let proofs = proofs.items(&PROOF)?;
            call(move |kzg| {
                let blobs = Blob::many_from_slice(&blobs)?;
                let commitments = KzgCommitment::many_from_slice(&commitments)?;
                let proofs = KzgProof::many_from_slice(&proofs)?;
                kzg.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs)
                    .map(Answer::Verdict)
            })
        }
        "computeCells" => {
            let blob = first_blob()?;
            call(move |kzg| {
                let cells = kzg.compute_cells(Blob::from_slice(&blob)?)?;
                Ok(Answer::Cells(cells))
            })
        }
        "computeCellsAndKzgProofs" => {
            let blob = first_blob()?;
            call(move |kzg| {
                let (cells, proofs) = kzg.compute_cells_and_kzg_proofs(Blob::from_slice(&blob)?)?;
                Ok(Answer::CellsAndProofs(cells, proofs))
            })
        }
        "recoverCellsAndKzgProofs" => {
            let [cell_indices, cells] = arguments.lists(
                "Cell indices and cells must both be arrays",
                "Requires equal number of cell indices/cells",
            )?;
            let (cell_indices, cells) = (cell_indices.cell_indices()?, cells.items(&CELL)?);
            call(move |kzg| {
                let cells = Cell::many_from_slice(&cells)?;
                let (cells, proofs) =
                    kzg.recover_cells_and_kzg_proofs(&cell_indices, cells.into())?;
                Ok(Answer::CellsAndProofs(cells, proofs))
            })
        }
        "verifyCellKzgProofBatch" => {
            let [commitments, cell_indices, cells, proofs] = arguments.lists(
                "Commitments, cell indices, cells, and proofs must all be arrays",
                "Requires equal number of commitments/cell indices/cells/proofs",
            )?;
            let commitments = commitments.items(&COMMITMENT)?;
            let (cell_indices, cells) = (cell_indices.cell_indices()?, cells.items(&CELL)?);
            let proofs = proofs.items(&PROOF)?;
            call(move |kzg| {
                let commitments = KzgCommitment::many_from_slice(&commitments)?;
                let cells = Cell::many_from_slice(&cells)?;
                let proofs = KzgProof::many_from_slice(&proofs)?;
                kzg.verify_cell_kzg_proof_batch(commitments, &cell_indices, cells.into(), proofs)
                    .map(Answer::Verdict)
            })
        }
        #[cfg(feature = "testing")]
        "panic" => call(|_| panic!("the operation of the tests that panics")),
        _ => return Err(Failure::input(format!("{operation}: no such operation")).into()),
    })
}

/// A call that owns its arguments.
fn call(call: impl FnOnce(&dyn KzgSettings) -> Result<Answer> + Send + 'static) -> Call {
    Box::new(call)
}
