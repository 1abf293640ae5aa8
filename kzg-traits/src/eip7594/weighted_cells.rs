//! The claims of the cells of a batch, in the form of their pairing equation.

use std::sync::{Arc, OnceLock};

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::batch_points::{Part, PointVerdicts};
use crate::bytes::{CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_CELL};
use crate::error::Result;
use crate::memory_pool::Pooled;
use crate::pairing_input::PairingInput;
use crate::precompute::Precompute;
use crate::search::Claims;
use crate::settings::Settings;
use crate::weights::weights_by_index;

use super::cell_batch::CellBatch;
use super::evaluation::CellEvaluation;
use super::interpolation::{Coefficients, interpolate};
use super::{false_values, known_cells};

/// The number of cells that are checked one by one in one pass, which limits the memory, where they fill the lanes
/// of all threads.
const CELLS_AT_ONCE: usize = 64;
/// The cells of a pass for each thread: those that fill the vector lanes.
const CELLS_PER_THREAD: usize = 8;

/// The fewest cells, checked one by one, for which a larger table of the fixed points pays.
const FEWEST_CELLS_FOR_LARGE_BASES: usize = 100;
/// The budget of that table: for kzg-blst, the table of signed sums with the fewest groups, five.
const LARGE_CELL_BASES: Precompute = Precompute::within(1_800_000);

/// The fewest cells that all threads interpolate together.
const FEWEST_CELLS_TO_SHARE: usize = 64;

/// The fewest proofs of one column whose weighted sum is multiplied by the root of the column.
const FEWEST_PROOFS_OF_COLUMN: usize = 24;

/// Cells of a batch, with the weights of their claims.
pub(super) struct WeightedCells<'a, B: Backend> {
    settings: &'a Settings<B>,
    batch: &'a CellBatch<'a, B>,
    /// A weight for each cell of the batch.
    weights: &'a [B::Fr],
    /// The larger table of the fixed points, if many cells are checked one by one.
    large_bases: OnceLock<Arc<B::Bases>>,
    /// The point at which cells are evaluated, computed at the first use by the thread that searches.
    evaluation: OnceLock<CellEvaluation<B::Fr>>,
}

impl<'a, B: Backend> WeightedCells<'a, B> {
    pub(super) fn new(
        settings: &'a Settings<B>,
        batch: &'a CellBatch<'a, B>,
        weights: &'a [B::Fr],
    ) -> Self {
        Self {
            settings,
            batch,
            weights,
            large_bases: OnceLock::new(),
            evaluation: OnceLock::new(),
        }
    }

    fn evaluation(&self) -> &CellEvaluation<B::Fr> {
        let new = || CellEvaluation::new(self.settings, &self.batch.transcript);
        self.evaluation.get_or_init(new)
    }
}

impl<B: Backend> Claims for WeightedCells<'_, B> {
    type Sums = PairingInput<B::G1>;

    fn place(&self, position: usize) -> [u64; 2] {
        let batch = self.batch;
        [batch.commitment_index(position), batch.cell_index(position)].map(|place| place as u64)
    }

    fn sums(&self, positions: &[usize]) -> PairingInput<B::G1> {
        let (exec, terms) = (self.settings.exec(), self.terms(positions));
        let (interpolated, (left, right)) = exec.join(
            || terms.interpolated(),
            || exec.join(|| terms.left(), || terms.right()),
        );
        interpolated + left + right
    }

    fn hold(&self, sums: &PairingInput<B::G1>) -> Result<bool> {
        sums.holds::<B>(self.settings.cell_g2(), self.settings.exec())
    }

    fn hold_each(&self, positions: &[usize]) -> Result<Vec<bool>> {
        let (batch, settings, exec) = (self.batch, self.settings, self.settings.exec());
        let (domain, bases) = (settings.domain(), self.bases_for(positions.len()));
        let roots = domain.roots(CELLS_PER_EXT_BLOB);
        let factor = domain.inverse_size(FIELD_ELEMENTS_PER_CELL) * B::Fr::RAW_UNIT;
        let mut interpolated = exec.scratch_vec();
        let mut commitments = exec.scratch_vec();
        let (mut proofs, mut at_roots) = (exec.scratch_vec(), exec.scratch_vec());
        let mut products = exec.scratch_vec();
        let mut inputs = exec.scratch_vec();
        let mut verdicts = vec![false; positions.len()];
        let at_once = CELLS_AT_ONCE.max(CELLS_PER_THREAD * exec.threads());
        let chunks = positions.chunks(at_once);
        for (positions, verdicts) in chunks.zip(verdicts.chunks_mut(at_once)) {
            interpolated.clear();
            for &k in positions {
                interpolated.extend_from_slice(batch.values(k));
            }
            exec.for_each_chunk_mut(&mut interpolated, FIELD_ELEMENTS_PER_CELL, |at, values| {
                B::merge_fr_unscaled(domain, values, batch.cell_index(positions[at]), 1);
                B::scale(values, factor);
            });
            let jobs: Vec<(&B::Bases, &[B::Fr])> = interpolated
                .chunks_exact(FIELD_ELEMENTS_PER_CELL)
                .map(|coefficients| (&*bases, coefficients))
                .collect();
            commitments.clear();
            commitments.resize(positions.len(), B::G1::identity());
            B::msm_fixed_many(&jobs, &mut commitments, exec);
            proofs.clear();
            proofs.extend(positions.iter().map(|&k| batch.proof(k)));
            at_roots.clear();
            at_roots.extend(positions.iter().map(|&k| roots[batch.cell_index(k)]));
            products.clear();
            products.resize(positions.len(), B::G1::identity());
            B::msm_many(&proofs, &at_roots, &mut products, exec);
            inputs.clear();
            inputs.extend(positions.iter().enumerate().map(|(at, &k)| PairingInput {
                left: batch.commitment(batch.commitment_index(k)) + products[at] - commitments[at],
                right: proofs[at],
            }));
            PairingInput::hold_each::<B>(&inputs, settings.cell_g2(), verdicts, exec)?;
        }
        Ok(verdicts)
    }

    fn finds_only_false(&self) -> bool {
        B::FINDS_PAIRING_EXPONENTS
    }

    fn only_false(&self, positions: &[usize], sums: &PairingInput<B::G1>) -> Result<Option<usize>> {
        let exec = self.settings.exec();
        let by_index = weights_by_index(self.weights, positions, exec);
        let claims = WeightedCells::new(self.settings, self.batch, &by_index.0);
        // The first claim has the weight zero.
        let by_index = claims.sums(&positions[1..]);
        sums.exponent::<B>(&by_index, positions.len(), self.settings.cell_g2(), exec)
    }

    fn deduce(&self, positions: &[usize], holds: &[bool]) -> Vec<Option<bool>> {
        let evaluation = || self.evaluation();
        known_cells::deduce(self.settings, self.batch, positions, holds, evaluation)
    }

    fn contradicted(&self, positions: &[usize]) -> Vec<usize> {
        let evaluation = || self.evaluation();
        false_values::contradicted(self.settings, self.batch, positions, evaluation)
    }

    fn threads(&self) -> usize {
        self.settings.exec().threads()
    }
}

impl<B: Backend> WeightedCells<'_, B> {
    /// Makes the postponed subgroup check of the batch, if there is one, and returns whether the claims of a group
    /// hold. If a point lies outside the subgroup, the answer means nothing.
    pub(super) fn hold_in_subgroup(
        &self,
        positions: &[usize],
        points: &mut PointVerdicts,
    ) -> Result<bool> {
        let terms = self.terms(positions);
        let parts: [Part<'_, B::G1>; 3] = [&|| terms.interpolated(), &|| terms.left(), &|| {
            terms.right()
        }];
        points.check_subgroup_and_equation::<B>(
            self.batch.points(),
            &parts,
            self.settings.cell_g2(),
            self.settings.exec(),
        )
    }

    /// The points and factors of the sums of a group.
    fn terms<'t>(&'t self, positions: &'t [usize]) -> Terms<'t, B> {
        let (batch, exec) = (self.batch, self.settings.exec());
        let roots = self.settings.domain().roots(CELLS_PER_EXT_BLOB);
        // The sums include only the commitments of these cells.
        let mut by_commitment = exec.scratch_vec::<(usize, usize)>();
        let indexed = positions.iter().map(|&k| (batch.commitment_index(k), k));
        by_commitment.extend(indexed);
        by_commitment.sort_unstable();
        let (mut points, mut weights) = (exec.scratch_vec(), exec.scratch_vec());
        points.extend(positions.iter().map(|&k| batch.proof(k)));
        weights.extend(positions.iter().map(|&k| self.weights[k]));
        let root = self.only_column(positions).map(|column| roots[column]);
        let mut scalars = exec.scratch_vec();
        if root.is_none() {
            let of_proofs = positions.iter().zip(weights.iter());
            scalars.extend(of_proofs.map(|(&k, weight)| *weight * roots[batch.cell_index(k)]));
        }
        for cells in by_commitment.chunk_by(|a, b| a.0 == b.0) {
            points.push(batch.commitment(cells[0].0));
            let of_commitment = cells.iter().map(|&(_, k)| self.weights[k]);
            scalars.push(of_commitment.fold(B::Fr::ZERO, |sum, weight| sum + weight));
        }
        // All threads interpolate many cells together, before the sums. Otherwise one thread would interpolate after
        // the others have finished their sums.
        let is_shared = root.is_none() && positions.len() >= FEWEST_CELLS_TO_SHARE;
        let interpolated =
            is_shared.then(|| interpolate(self.settings, batch, self.weights, positions, exec));
        Terms {
            claims: self,
            positions,
            interpolated,
            points,
            weights,
            scalars,
            root,
        }
    }

    /// Returns the column of the cells, if all are of one column and there are at least
    /// [`FEWEST_PROOFS_OF_COLUMN`].
    fn only_column(&self, positions: &[usize]) -> Option<usize> {
        let column = self.batch.cell_index(*positions.first()?);
        let is_enough = positions.len() >= FEWEST_PROOFS_OF_COLUMN;
        let mut columns = positions.iter().map(|&k| self.batch.cell_index(k));
        (is_enough && columns.all(|other| other == column)).then_some(column)
    }

    /// The points `[τ^0]₁` to `[τ^63]₁`, prepared for as many sums.
    fn bases_for(&self, cells: usize) -> Arc<B::Bases> {
        if cells < FEWEST_CELLS_FOR_LARGE_BASES {
            self.settings.cell_bases()
        } else {
            let large = || Arc::new(self.settings.prepare_cell_bases(LARGE_CELL_BASES));
            Arc::clone(self.large_bases.get_or_init(large))
        }
    }
}

/// The terms of the sums of a group, whose parts are computed in parallel.
struct Terms<'a, B: Backend> {
    claims: &'a WeightedCells<'a, B>,
    positions: &'a [usize],
    /// The sum of the interpolated polynomials, if it is computed already.
    interpolated: Option<Coefficients<B::Fr>>,
    /// The proofs, then the commitments.
    points: Pooled<Vec<B::G1>>,
    /// The weights of the proofs.
    weights: Pooled<Vec<B::Fr>>,
    /// The factors of the last points in the left sum.
    scalars: Pooled<Vec<B::Fr>>,
    /// The root of the column, if the left sum has no factors for proofs: the proofs of one column have one root,
    /// so their part of the left sum is the right sum times this root.
    root: Option<B::Fr>,
}

impl<B: Backend> Terms<'_, B> {
    /// The interpolated polynomials of the cells.
    fn interpolated(&self) -> PairingInput<B::G1> {
        let WeightedCells {
            settings,
            batch,
            weights,
            ..
        } = self.claims;
        let interpolated = self.interpolated.unwrap_or_else(|| {
            let exec = settings.exec().on_this_thread();
            interpolate(settings, batch, weights, self.positions, &exec)
        });
        let sum = B::msm_fixed(&settings.cell_bases(), &interpolated, settings.exec());
        PairingInput {
            left: -sum,
            right: B::G1::identity(),
        }
    }

    /// The commitments, and the proofs times their roots unless all roots are equal.
    fn left(&self) -> PairingInput<B::G1> {
        let points = &self.points[self.points.len() - self.scalars.len()..];
        PairingInput {
            left: B::msm(points, &self.scalars, self.claims.settings.exec()),
            right: B::G1::identity(),
        }
    }

    /// The proofs, and the proofs times their root if all roots are equal.
    fn right(&self) -> PairingInput<B::G1> {
        let exec = self.claims.settings.exec();
        let right = B::msm(&self.points[..self.weights.len()], &self.weights, exec);
        let times_root = self.root.map(|root| B::msm(&[right], &[root], exec));
        PairingInput {
            left: times_root.unwrap_or(B::G1::identity()),
            right,
        }
    }
}
