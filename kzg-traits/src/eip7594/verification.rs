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

use super::cell_batch::{CellBatch, check_counts};
use super::weighted_cells::WeightedCells;
use crate::algebra::Fr;
use crate::backend::Backend;
use crate::batch_points::SubgroupCheckTime;
use crate::bytes::{KzgCommitment, KzgProof};
use crate::checks::check_count;
use crate::error::{Item, Result};
use crate::items::Cells;
use crate::search::find_false;
use crate::settings::Settings;
use crate::weights::{powers, short_weights};

impl<B: Backend> Settings<B> {
    pub(crate) fn verify_cells(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<bool> {
        check_counts(commitments, cell_indices, cells, proofs)?;
        let time = SubgroupCheckTime::BesideSums;
        let (batch, mut verdicts) =
            CellBatch::read(self, commitments, cell_indices, cells, proofs, time)?;
        let exec = self.exec();
        batch.check_before_sums(&mut verdicts, exec)?;
        let mut all = exec.scratch_vec();
        all.extend(0..cells.len());
        if all.is_empty() {
            return Ok(true);
        }
        let mut weights = exec.scratch_vec();
        weights.extend(powers(
            B::Fr::from_bytes_reduced(&batch.transcript),
            all.len(),
        ));
        let claims = WeightedCells::new(self, &batch, &weights);
        let holds = claims.hold_in_subgroup(&all, &mut verdicts.points);
        batch.check(&verdicts)?;
        holds
    }

    pub(crate) fn verify_cells_each(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        check_counts(commitments, cell_indices, cells, proofs)?;
        check_count(Item::Output, cells.len(), out.len())?;
        let time = SubgroupCheckTime::AtOnce;
        let (batch, verdicts) =
            CellBatch::read(self, commitments, cell_indices, cells, proofs, time)?;
        let mut well_formed = self.exec().scratch_vec();
        for (position, slot) in out.iter_mut().enumerate() {
            *slot = batch.verdict(&verdicts, position).map(|()| true);
            if slot.is_ok() {
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
