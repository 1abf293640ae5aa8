//! The hash that gives the weights of a batch of cells.

use sha2::{Digest, Sha256};

use crate::bytes::{FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL, KzgCommitment, KzgProof};
use crate::checks::check_count;
use crate::error::{Item, Result};
use crate::items::Cells;

/// Domain separator of the hash that gives the weights of a batch of cells.
pub const RANDOM_CHALLENGE_KZG_CELL_BATCH_DOMAIN: &[u8; 16] = b"RCKZGCBATCH__V1_";

/// The hash of a batch of cells, whose powers are the weights of the cells.
///
/// `commitments` has no duplicates. `commitment_indices[k]` is the position of the commitment of
/// cell `k` in `commitments`. The content of the arguments is not checked.
///
/// # Errors
///
/// [`Error::Count`](crate::Error::Count) for lists of different lengths.
pub fn compute_verify_cell_kzg_proof_batch_challenge(
    commitments: &[KzgCommitment],
    commitment_indices: &[u64],
    cell_indices: &[u64],
    cells: Cells<'_>,
    proofs: &[KzgProof],
) -> Result<[u8; 32]> {
    check_count(Item::Commitment, cells.len(), commitment_indices.len())?;
    check_count(Item::CellIndex, cells.len(), cell_indices.len())?;
    check_count(Item::Proof, cells.len(), proofs.len())?;
    let mut hash = Sha256::new()
        .chain_update(RANDOM_CHALLENGE_KZG_CELL_BATCH_DOMAIN)
        .chain_update((FIELD_ELEMENTS_PER_BLOB as u64).to_be_bytes())
        .chain_update((FIELD_ELEMENTS_PER_CELL as u64).to_be_bytes())
        .chain_update((commitments.len() as u64).to_be_bytes())
        .chain_update((cells.len() as u64).to_be_bytes());
    for commitment in commitments {
        hash.update(commitment.0);
    }
    for (k, cell) in cells.iter().enumerate() {
        hash.update(commitment_indices[k].to_be_bytes());
        hash.update(cell_indices[k].to_be_bytes());
        hash.update(cell.as_slice());
        hash.update(proofs[k].0);
    }
    Ok(hash.finalize().into())
}
