//! The decoded cells of a batch.

use crate::algebra::Fr;
use crate::backend::Backend;
use crate::batch_points::{PointVerdicts, Points, SubgroupCheckTime};
use crate::bytes::{FIELD_ELEMENTS_PER_CELL, KzgCommitment, KzgProof, as_g1_bytes};
use crate::checks::{check_cell_index, check_count};
use crate::error::{Item, Result};
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
    /// The distinct commitments, in order of first appearance, then the proofs.
    points: Points<B>,
    commitment_indices: Pooled<Vec<u64>>,
    values: Pooled<Values<B::Fr>>,
    /// The hash of the whole batch.
    pub(super) transcript: [u8; 32],
}

/// Whether the parts of a batch are well formed.
pub(super) struct Verdicts {
    pub(super) points: PointVerdicts,
    /// For each cell, the verdict on its index and its values.
    cells: Pooled<Vec<Result<()>>>,
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
        time: SubgroupCheckTime,
    ) -> Result<(Self, Verdicts)> {
        let (n, exec) = (cells.len(), settings.exec());
        let (mut unique, mut commitment_indices) = (exec.scratch_vec(), exec.scratch_vec());
        deduplicate(commitments, &mut unique, &mut commitment_indices, exec);
        let mut encodings = exec.scratch_vec();
        encodings.extend_from_slice(as_g1_bytes(&unique));
        encodings.extend_from_slice(as_g1_bytes(proofs));
        let mut values = exec.scratch::<Values<_>>();
        values.0.resize(n * FIELD_ELEMENTS_PER_CELL, B::Fr::ZERO);
        let mut verdicts = exec.scratch_vec();
        verdicts.resize(n, Ok(()));
        let decode = || {
            let rows = (values.0.as_mut_slice(), FIELD_ELEMENTS_PER_CELL);
            exec.for_each_row_mut(rows, (&mut verdicts, 1), |k, values, verdict| {
                verdict[0] = check_cell_index(k, cell_indices[k])
                    .and_then(|()| decode_cell::<B>(cells.at(k), k, values));
            });
            settings.decode_points(&encodings, time)
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
        let (transcript, (points, of_points)) = exec.join(hash, decode);
        let batch = Self {
            cell_indices,
            points,
            commitment_indices,
            values,
            transcript: transcript?,
        };
        let verdicts = Verdicts {
            points: of_points,
            cells: verdicts,
        };
        Ok((batch, verdicts))
    }

    /// The points, in the order of the verdicts on them.
    pub(super) fn points(&self) -> &[B::G1] {
        &self.points
    }

    /// Whether a cell, its index, its commitment and its proof are well formed.
    pub(super) fn verdict(&self, verdicts: &Verdicts, position: usize) -> Result<()> {
        verdicts.points.assert_complete();
        self.verdict_so_far(&verdicts.points, &verdicts.cells, position)
    }

    /// Checks that all cells and what belongs to them are well formed.
    pub(super) fn check(&self, verdicts: &Verdicts) -> Result<()> {
        (0..verdicts.cells.len()).try_for_each(|position| self.verdict(verdicts, position))
    }

    /// As [`check`](Self::check), but a postponed subgroup check remains to be made if there is no error.
    pub(super) fn check_before_sums(&self, verdicts: &mut Verdicts, exec: &Exec) -> Result<()> {
        let Verdicts { points, cells } = verdicts;
        let first_error = |points: &PointVerdicts| {
            let mut positions = 0..cells.len();
            positions.try_for_each(|position| self.verdict_so_far(points, cells, position))
        };
        points.check_before_sums::<B>(&self.points, first_error, exec)
    }

    fn verdict_so_far(
        &self,
        points: &PointVerdicts,
        cells: &[Result<()>],
        position: usize,
    ) -> Result<()> {
        let proof = self.number_of_commitments() + position;
        points
            .of(self.commitment_index(position), Item::Commitment, position)
            .and_then(|()| cells[position].clone())
            .and_then(|()| points.of(proof, Item::Proof, position))
    }

    /// The raw values of a cell.
    pub(super) fn values(&self, position: usize) -> &[B::Fr] {
        &self.values.0[position * FIELD_ELEMENTS_PER_CELL..][..FIELD_ELEMENTS_PER_CELL]
    }

    /// A distinct commitment.
    pub(super) fn commitment(&self, index: usize) -> B::G1 {
        self.points[index]
    }

    pub(super) fn proof(&self, position: usize) -> B::G1 {
        self.points[self.number_of_commitments() + position]
    }

    pub(super) fn cell_index(&self, position: usize) -> usize {
        self.cell_indices[position] as usize
    }

    pub(super) fn commitment_index(&self, position: usize) -> usize {
        self.commitment_indices[position] as usize
    }

    /// The number of distinct commitments.
    pub(super) fn number_of_commitments(&self) -> usize {
        // There is one proof for each cell.
        self.points.len() - self.cell_indices.len()
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
    // The commitment of cells of one blob is often that of the cell before.
    let is_repeated = |k: usize| k > 0 && commitments[k] == commitments[k - 1];
    // Sorting brings other equal commitments together, each group in order of position.
    let mut sorted = exec.scratch_vec::<usize>();
    sorted.extend((0..commitments.len()).filter(|&k| !is_repeated(k)));
    sorted.sort_unstable_by_key(|&k| (commitments[k].0, k));
    let mut first_equal = exec.scratch_vec::<usize>();
    first_equal.resize(commitments.len(), 0);
    for equal in sorted.chunk_by(|&a, &b| commitments[a] == commitments[b]) {
        for &k in equal {
            first_equal[k] = equal[0];
        }
    }
    for (k, &first) in first_equal.iter().enumerate() {
        if is_repeated(k) {
            indices.push(indices[k - 1]);
        } else if first == k {
            indices.push(unique.len() as u64);
            unique.push(commitments[k]);
        } else {
            indices.push(indices[first]);
        }
    }
}
