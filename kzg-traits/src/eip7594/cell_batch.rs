//! The decoded cells of a batch.

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::bytes::{FIELD_ELEMENTS_PER_CELL, KzgCommitment, KzgProof, as_g1_bytes};
use crate::checks::{check_cell_index, check_count};
use crate::error::{Error, Item, PointError, Result};
use crate::exec::Exec;
use crate::items::Cells;
use crate::memory_pool::Pooled;
use crate::settings::Settings;

use super::challenge::compute_verify_cell_kzg_proof_batch_challenge;
use super::decode_cell;

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

    /// A distinct commitment.
    pub(super) fn commitment(&self, index: usize) -> B::G1 {
        self.commitments[index]
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
