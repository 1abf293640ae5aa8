//! The decoded cells of a batch, and the checks of groups of these cells.

use std::sync::{Arc, OnceLock};

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::bytes::{
    CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_CELL, KzgCommitment, KzgProof, as_g1_bytes,
};
use crate::checks::{check_cell_index, check_count};
use crate::error::{Error, Item, PointError, Result};
use crate::exec::Exec;
use crate::items::Cells;
use crate::memory_pool::Pooled;
use crate::pairing_input::PairingInput;
use crate::poly::scale;
use crate::precompute::Precompute;
use crate::search::Claims;
use crate::settings::Settings;

use super::challenge::compute_verify_cell_kzg_proof_batch_challenge;
use super::{decode_cell, known_cells};

/// The number of cells that are checked one by one in one pass, which limits the memory, where they fill the lanes
/// of all threads.
const CELLS_AT_ONCE: usize = 64;
/// The cells of a pass for each thread: those that fill the vector lanes.
const CELLS_PER_THREAD: usize = 8;

/// The fewest cells, checked one by one, for which a larger table of the fixed points pays.
const FEWEST_CELLS_FOR_LARGE_BASES: usize = 100;
/// The budget of that table: for kzg-blst, the table of signed sums with the fewest groups, five.
const LARGE_CELL_BASES: Precompute = Precompute::within(1_800_000);

/// 64 raw values for each cell. The wrapper gives this large vector a separate pool in the scratch
/// memory. Without it, every scratch vector of field elements could grow to the size of this one.
struct Values<F>(Vec<F>);

impl<F> Default for Values<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// The decoded cells, commitments and proofs of a batch.
pub(super) struct CellBatch<'a, B: Backend> {
    cell_indices: &'a [u64],
    /// The distinct commitments, in order of first appearance.
    commitments: Pooled<Vec<B::G1>>,
    commitment_indices: Pooled<Vec<u64>>,
    proofs: Pooled<Vec<B::G1>>,
    values: Pooled<Values<B::Fr>>,
    /// The hash of the whole batch.
    pub(super) transcript: [u8; 32],
    /// For each cell, whether the cell, its index, its commitment and its proof are well formed.
    pub(super) verdicts: Pooled<Vec<Result<()>>>,
}

/// Checks that there is a commitment, an index and a proof for each cell.
pub(super) fn check_counts(
    commitments: &[KzgCommitment],
    cell_indices: &[u64],
    cells: Cells<'_>,
    proofs: &[KzgProof],
) -> Result<()> {
    check_count(Item::Commitment, cells.len(), commitments.len())?;
    check_count(Item::CellIndex, cells.len(), cell_indices.len())?;
    check_count(Item::Proof, cells.len(), proofs.len())
}

impl<'a, B: Backend> CellBatch<'a, B> {
    /// Decodes a batch whose lists have the right lengths.
    pub(super) fn read(
        settings: &Settings<B>,
        commitments: &[KzgCommitment],
        cell_indices: &'a [u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<Self> {
        let (n, exec) = (cells.len(), settings.exec());
        let (mut unique, mut commitment_indices) = (exec.scratch_vec(), exec.scratch_vec());
        deduplicate(commitments, &mut unique, &mut commitment_indices, exec);
        let mut encodings = exec.scratch_vec();
        encodings.extend_from_slice(as_g1_bytes(&unique));
        encodings.extend_from_slice(as_g1_bytes(proofs));
        let mut points = exec.scratch_vec();
        points.resize(encodings.len(), Ok::<_, PointError>(B::G1::identity()));

        let mut values = exec.scratch::<Values<_>>();
        values.0.resize(n * FIELD_ELEMENTS_PER_CELL, B::Fr::ZERO);
        let mut verdicts = exec.scratch_vec();
        verdicts.resize(n, Ok(()));
        let decode = || {
            settings.decode_points(&encodings, &mut points);
            let (commitments, proofs) = points.split_at(unique.len());
            let rows = (values.0.as_mut_slice(), FIELD_ELEMENTS_PER_CELL);
            exec.for_each_row_mut(rows, (&mut verdicts, 1), |k, values, verdict| {
                let point = |point: &Result<B::G1, _>, item| match point {
                    Ok(_) => Ok(()),
                    Err(reason) => Err(Error::Point {
                        item,
                        index: k,
                        reason: *reason,
                    }),
                };
                let commitment = &commitments[commitment_indices[k] as usize];
                verdict[0] = point(commitment, Item::Commitment)
                    .and_then(|()| check_cell_index(k, cell_indices[k]))
                    .and_then(|()| decode_cell::<B>(cells.at(k), k, values))
                    .and_then(|()| point(&proofs[k], Item::Proof));
            });
        };
        let hash = || {
            compute_verify_cell_kzg_proof_batch_challenge(
                &unique,
                &commitment_indices,
                cell_indices,
                cells,
                proofs,
            )
        };
        let (transcript, ()) = exec.join(hash, decode);
        // Invalid points belong to cells with an error. No sum includes these cells.
        let or_identity = |decoded: &[Result<B::G1, _>]| {
            let mut points = exec.scratch_vec();
            points.extend(decoded.iter().map(|p| p.unwrap_or(B::G1::identity())));
            points
        };
        Ok(Self {
            cell_indices,
            commitments: or_identity(&points[..unique.len()]),
            commitment_indices,
            proofs: or_identity(&points[unique.len()..]),
            values,
            transcript: transcript?,
            verdicts,
        })
    }

    /// The raw values of a cell.
    pub(super) fn values(&self, position: usize) -> &[B::Fr] {
        &self.values.0[position * FIELD_ELEMENTS_PER_CELL..][..FIELD_ELEMENTS_PER_CELL]
    }

    pub(super) fn proof(&self, position: usize) -> B::G1 {
        self.proofs[position]
    }

    pub(super) fn cell_index(&self, position: usize) -> usize {
        self.cell_indices[position] as usize
    }

    pub(super) fn commitment_index(&self, position: usize) -> usize {
        self.commitment_indices[position] as usize
    }

    /// The number of distinct commitments.
    pub(super) fn number_of_commitments(&self) -> usize {
        self.commitments.len()
    }
}

/// Well-formed cells of a batch, with the weights of their claims.
pub(super) struct WeightedCells<'a, B: Backend> {
    settings: &'a Settings<B>,
    batch: &'a CellBatch<'a, B>,
    /// A weight for each cell of the batch.
    weights: &'a [B::Fr],
    /// The larger table of the fixed points, if many cells are checked one by one.
    large_bases: OnceLock<Arc<B::Bases>>,
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
        }
    }
}

impl<B: Backend> Claims for WeightedCells<'_, B> {
    type Sums = PairingInput<B::G1>;

    fn place(&self, position: usize) -> [u64; 2] {
        let (batch, column) = (self.batch, self.batch.cell_indices[position]);
        [batch.commitment_indices[position], column]
    }

    fn sums(&self, positions: &[usize]) -> PairingInput<B::G1> {
        let (batch, settings, exec) = (self.batch, self.settings, self.settings.exec());
        let roots = settings.domain().roots(CELLS_PER_EXT_BLOB);

        // The sums include only the commitments of these cells.
        let mut by_commitment = exec.scratch_vec::<(usize, usize)>();
        let indexed = positions.iter().map(|&k| (batch.commitment_index(k), k));
        by_commitment.extend(indexed);
        by_commitment.sort_unstable();
        let (mut points, mut weights) = (exec.scratch_vec(), exec.scratch_vec());
        points.extend(positions.iter().map(|&k| batch.proofs[k]));
        weights.extend(positions.iter().map(|&k| self.weights[k]));
        let mut scalars = exec.scratch_vec();
        let of_proofs = positions.iter().zip(weights.iter());
        scalars.extend(of_proofs.map(|(&k, weight)| *weight * roots[batch.cell_index(k)]));
        for cells in by_commitment.chunk_by(|a, b| a.0 == b.0) {
            points.push(batch.commitments[cells[0].0]);
            let weights = cells.iter().map(|&(_, k)| self.weights[k]);
            scalars.push(weights.fold(B::Fr::ZERO, |sum, weight| sum + weight));
        }

        // The interpolation is serial, so it starts first. The sums occupy the other threads.
        let (interpolated, (left, right)) = exec.join(
            || {
                let interpolated = self.interpolate(positions);
                B::msm_fixed(&settings.cell_bases(), &interpolated, exec)
            },
            || {
                exec.join(
                    || B::msm(&points, &scalars, exec),
                    || B::msm(&points[..positions.len()], &weights, exec),
                )
            },
        );
        PairingInput {
            left: left - interpolated,
            right,
        }
    }

    fn hold(&self, sums: &PairingInput<B::G1>) -> Result<bool> {
        let settings = self.settings;
        sums.holds::<B>(
            settings.g2_generator(),
            settings.g2_tau_64(),
            settings.exec(),
        )
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
                scale(values, factor);
            });
            let jobs: Vec<(&B::Bases, &[B::Fr])> = interpolated
                .chunks_exact(FIELD_ELEMENTS_PER_CELL)
                .map(|coefficients| (&*bases, coefficients))
                .collect();
            commitments.clear();
            commitments.resize(positions.len(), B::G1::identity());
            B::msm_fixed_many(&jobs, &mut commitments, exec);
            proofs.clear();
            proofs.extend(positions.iter().map(|&k| batch.proofs[k]));
            at_roots.clear();
            at_roots.extend(positions.iter().map(|&k| roots[batch.cell_index(k)]));
            products.clear();
            products.resize(positions.len(), B::G1::identity());
            B::msm_many(&proofs, &at_roots, &mut products, exec);
            inputs.clear();
            inputs.extend(positions.iter().enumerate().map(|(at, &k)| PairingInput {
                left: batch.commitments[batch.commitment_index(k)] + products[at] - commitments[at],
                right: proofs[at],
            }));
            PairingInput::hold_each::<B>(
                &inputs,
                settings.g2_generator(),
                settings.g2_tau_64(),
                verdicts,
                exec,
            )?;
        }
        Ok(verdicts)
    }

    fn deduce(&self, positions: &[usize], holds: &[bool]) -> Vec<Option<bool>> {
        known_cells::deduce(self.settings, self.batch, positions, holds)
    }

    fn threads(&self) -> usize {
        self.settings.exec().threads()
    }
}

impl<B: Backend> WeightedCells<'_, B> {
    /// The points `[τ^0]₁` to `[τ^63]₁`, prepared for as many sums.
    fn bases_for(&self, cells: usize) -> Arc<B::Bases> {
        if cells < FEWEST_CELLS_FOR_LARGE_BASES {
            self.settings.cell_bases()
        } else {
            let large = || Arc::new(self.settings.prepare_cell_bases(LARGE_CELL_BASES));
            Arc::clone(self.large_bases.get_or_init(large))
        }
    }

    /// The coefficients of the weighted sum of the polynomials that the cells interpolate: the
    /// cells of each coset are summed before they are interpolated together.
    fn interpolate(&self, positions: &[usize]) -> [B::Fr; FIELD_ELEMENTS_PER_CELL] {
        let (batch, settings) = (self.batch, self.settings);
        let (domain, exec) = (settings.domain(), settings.exec());
        let mut by_coset = exec.scratch_vec::<(usize, usize)>();
        by_coset.extend(positions.iter().map(|&k| (batch.cell_index(k), k)));
        by_coset.sort_unstable();
        let mut weights = exec.scratch_vec();
        let mut coefficients = [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL];
        for cells in by_coset.chunk_by(|a, b| a.0 == b.0) {
            weights.clear();
            weights.extend(cells.iter().map(|&(_, k)| self.weights[k]));
            let mut values = [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL];
            B::weighted_sum(&weights, |i| batch.values(cells[i].1), &mut values);
            B::merge_fr_unscaled(domain, &mut values, cells[0].0, 1);
            for (sum, coefficient) in coefficients.iter_mut().zip(values) {
                *sum += coefficient;
            }
        }
        scale(
            &mut coefficients,
            domain.inverse_size(FIELD_ELEMENTS_PER_CELL) * B::Fr::RAW_UNIT,
        );
        coefficients
    }
}

/// Collects the distinct commitments in order of first appearance. `indices[k]` becomes the
/// position of commitment `k` among them.
fn deduplicate(
    commitments: &[KzgCommitment],
    unique: &mut Vec<KzgCommitment>,
    indices: &mut Vec<u64>,
    exec: &Exec,
) {
    // Sorting brings equal commitments together, each group in order of position.
    let mut sorted = exec.scratch_vec::<usize>();
    sorted.extend(0..commitments.len());
    sorted.sort_unstable_by_key(|&k| (commitments[k].0, k));
    let mut first_equal = exec.scratch_vec::<usize>();
    first_equal.resize(commitments.len(), 0);
    for equal in sorted.chunk_by(|&a, &b| commitments[a] == commitments[b]) {
        for &k in equal {
            first_equal[k] = equal[0];
        }
    }
    for (k, &first) in first_equal.iter().enumerate() {
        if first == k {
            indices.push(unique.len() as u64);
            unique.push(commitments[k]);
        } else {
            indices.push(indices[first]);
        }
    }
}
