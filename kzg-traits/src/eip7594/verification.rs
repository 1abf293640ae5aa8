//! The verification of many cells together.
//!
//! With `I` the polynomial of degree below 64 that a cell's values interpolate, the proof `π` of
//! cell `k` of the blob behind the commitment `C` is checked by
//! `e(C - [I(τ)]₁, [1]₂) = e(π, [τ^64 - y_k]₂)`. Moving `y_k` to the first group leaves fixed
//! points in the second, so that many cells, weighted by powers of a hash of all of them, need
//! one check:
//! `e(Σ r^j·(C_j - [I_j(τ)]₁ + y_j·π_j), [1]₂) · e(-Σ r^j·π_j, [τ^64]₂) = 1`.
//!
//! Source: `verify_cell_kzg_proof_batch_impl` of the consensus specifications,
//! fulu/polynomial-commitments-sampling.

use core::ops::Range;

use sha2::{Digest, Sha256};

use super::{check_cell_index, decode_cell};
use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::batch::{find_false, powers};
use crate::bytes::{
    CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL,
    FIELD_ELEMENTS_PER_EXT_BLOB, KzgCommitment, KzgProof, as_g1_bytes,
};
use crate::domain::Domain;
use crate::eip4844::check_count;
use crate::error::{Error, Item, PointError, Result};
use crate::exec::Exec;
use crate::items::Cells;
use crate::memory_pool::Pooled;
use crate::poly::scale;
use crate::settings::Settings;

/// Begins the hash that gives the coefficients of a batch of cells.
pub const RANDOM_CHALLENGE_KZG_CELL_BATCH_DOMAIN: &[u8; 16] = b"RCKZGCBATCH__V1_";

/// The coefficient by whose powers a batch of cells is weighted: a hash of everything in it.
///
/// `commitment_indices[k]` is the position in `commitments`, which has no duplicates, of the
/// commitment of cell `k`. No content is checked: it is a hash.
///
/// # Errors
///
/// [`Error::Count`] for lists of different lengths.
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
        Ok(batch.holds(self, &all))
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
        find_false(
            0..well_formed.len(),
            &mut |range: Range<usize>| batch.holds(self, &well_formed[range]),
            &mut |position| out[well_formed[position]] = Ok(false),
        );
        Ok(())
    }
}

/// 64 raw values for each cell. Scratch memory of a type of its own: lists of field elements take
/// turns, and each would become as large as this one.
struct Values<F>(Vec<F>);

impl<F> Default for Values<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Cells to verify, with everything decoded once.
struct CellBatch<'a, B: Backend> {
    cell_indices: &'a [u64],
    /// Without duplicates, in order of first appearance.
    commitments: Pooled<Vec<B::G1>>,
    commitment_indices: Pooled<Vec<u64>>,
    proofs: Pooled<Vec<B::G1>>,
    values: Pooled<Values<B::Fr>>,
    weights: Pooled<Vec<B::Fr>>,
    /// Whether each cell, and what belongs to it, is well formed.
    verdicts: Pooled<Vec<Result<()>>>,
}

impl<'a, B: Backend> CellBatch<'a, B> {
    fn read(
        settings: &Settings<B>,
        commitments: &[KzgCommitment],
        cell_indices: &'a [u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<Self> {
        let (n, exec) = (cells.len(), settings.exec());
        check_count(Item::Commitment, n, commitments.len())?;
        check_count(Item::CellIndex, n, cell_indices.len())?;
        check_count(Item::Proof, n, proofs.len())?;
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
        let (hash, ()) = exec.join(hash, decode);
        let mut weights = exec.scratch_vec();
        weights.extend(powers(B::Fr::from_bytes_reduced(&hash?), n));
        // Points that are none belong to cells with an error, which are never summed.
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
            weights,
            verdicts,
        })
    }

    /// Whether the proofs of the cells at the given positions, all well formed, hold.
    fn holds(&self, settings: &Settings<B>, positions: &[usize]) -> bool {
        if positions.is_empty() {
            return true;
        }
        let (domain, exec) = (settings.domain(), settings.exec());
        let roots = domain.roots(CELLS_PER_EXT_BLOB);

        let (mut points, mut weights) = (exec.scratch_vec(), exec.scratch_vec());
        points.extend(positions.iter().map(|&k| self.proofs[k]));
        weights.extend(positions.iter().map(|&k| self.weights[k]));
        points.extend_from_slice(&self.commitments);
        let mut scalars = exec.scratch_vec();
        scalars.resize(points.len(), B::Fr::ZERO);
        let (of_proofs, of_commitments) = scalars.split_at_mut(positions.len());
        for ((scalar, weight), &k) in of_proofs.iter_mut().zip(weights.iter()).zip(positions) {
            of_commitments[self.commitment_indices[k] as usize] += *weight;
            *scalar = *weight * roots[self.cell_indices[k] as usize];
        }

        // What stays on one thread goes first: the sums fill up the others.
        let (interpolated, (left, right)) = exec.join(
            || {
                let interpolated = self.interpolate(domain, positions, exec);
                B::msm_fixed(&settings.cell_bases(), &interpolated, exec)
            },
            || {
                exec.join(
                    || B::msm(&points, &scalars, exec),
                    || B::msm(&points[..positions.len()], &weights, exec),
                )
            },
        );
        let left = left - interpolated;
        let pairs = [
            (left, settings.g2_generator()),
            (-right, settings.g2_tau_64()),
        ];
        B::pairing_check(&pairs, exec)
    }

    /// The coefficients of the weighted sum of the polynomials that the cells interpolate: the
    /// cells of each coset are summed before they are interpolated together.
    fn interpolate(
        &self,
        domain: &Domain<B::Fr>,
        positions: &[usize],
        exec: &Exec,
    ) -> [B::Fr; FIELD_ELEMENTS_PER_CELL] {
        let mut cosets = exec.scratch_vec();
        cosets.resize(FIELD_ELEMENTS_PER_EXT_BLOB, B::Fr::ZERO);
        let mut occupied = [false; CELLS_PER_EXT_BLOB];
        for &k in positions {
            let cell_index = self.cell_indices[k] as usize;
            occupied[cell_index] = true;
            let sums = &mut cosets[cell_index * FIELD_ELEMENTS_PER_CELL..];
            let values = &self.values.0[k * FIELD_ELEMENTS_PER_CELL..][..FIELD_ELEMENTS_PER_CELL];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += self.weights[k] * *value;
            }
        }
        let mut coefficients = [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL];
        for (cell_index, values) in cosets.chunks_exact_mut(FIELD_ELEMENTS_PER_CELL).enumerate() {
            if !occupied[cell_index] {
                continue;
            }
            B::merge_fr_unscaled(domain, values, cell_index, 1);
            for (sum, coefficient) in coefficients.iter_mut().zip(values) {
                *sum += *coefficient;
            }
        }
        scale(
            &mut coefficients,
            domain.inverse_size(FIELD_ELEMENTS_PER_CELL) * B::Fr::RAW_UNIT,
        );
        coefficients
    }
}

/// The distinct commitments in order of first appearance, and the position among them of each.
fn deduplicate(
    commitments: &[KzgCommitment],
    unique: &mut Vec<KzgCommitment>,
    indices: &mut Vec<u64>,
    exec: &Exec,
) {
    // Equal ones side by side, the first of them first.
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
