//! Batch verification of cells.
//!
//! Let `I` be the polynomial of degree below 64 that interpolates the values of a cell. The proof
//! `π` of cell `k` of the blob with the commitment `C` is checked by
//! `e(C - [I(τ)]₁, [1]₂) = e(π, [τ^64 - y_k]₂)`. Moving `y_k` to the first group leaves fixed
//! points in the second group. Many cells, weighted by powers of a hash of all of them, then need
//! one check:
//! `e(Σ r^j·(C_j - [I_j(τ)]₁ + y_j·π_j), [1]₂) · e(-Σ r^j·π_j, [τ^64]₂) = 1`.
//!
//! Source: `verify_cell_kzg_proof_batch_impl` of the consensus specifications,
//! fulu/polynomial-commitments-sampling.

use sha2::{Digest, Sha256};

use super::cell_batch::{CellBatch, WeightedCells};
use crate::algebra::Fr;
use crate::backend::Backend;
use crate::bytes::{FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL, KzgCommitment, KzgProof};
use crate::checks::check_count;
use crate::error::{Item, Result};
use crate::items::Cells;
use crate::search::{Claims, find_false};
use crate::settings::Settings;
use crate::weights::{powers, short_weights};

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

impl<B: Backend> Settings<B> {
    pub(crate) fn verify_cells(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<bool> {
        let batch = CellBatch::read(self, commitments, cell_indices, cells, proofs)?;
        for verdict in batch.verdicts.iter() {
            verdict.clone()?;
        }
        let mut all = self.exec().scratch_vec();
        all.extend(0..cells.len());
        if all.is_empty() {
            return Ok(true);
        }
        let mut weights = self.exec().scratch_vec();
        weights.extend(powers(
            B::Fr::from_bytes_reduced(&batch.transcript),
            all.len(),
        ));
        let claims = WeightedCells::new(self, &batch, &weights);
        claims.hold(&claims.sums(&all))
    }

    pub(crate) fn verify_cells_each(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        check_count(Item::Output, cells.len(), out.len())?;
        let batch = CellBatch::read(self, commitments, cell_indices, cells, proofs)?;
        let mut well_formed = self.exec().scratch_vec();
        for (position, (slot, verdict)) in out.iter_mut().zip(batch.verdicts.iter()).enumerate() {
            *slot = verdict.clone().map(|()| true);
            if verdict.is_ok() {
                well_formed.push(position);
            }
        }
        let mut weights = self.exec().scratch_vec();
        weights.extend(short_weights::<B::Fr>(&batch.transcript, cells.len()));
        let claims = WeightedCells::new(self, &batch, &weights);
        for position in find_false(&claims, &well_formed)? {
            out[position] = Ok(false);
        }
        Ok(())
    }
}
