//! The cells of the inputs.

use kzg_blst::G1;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Cell, Group as _, KzgCommitment, KzgProof, PointError};
use sha2::{Digest, Sha256};

use super::Inputs;
use crate::operation::FalseItems;

/// The column of [`Inputs::column`].
const COLUMN: usize = 50;

/// A batch of cells to verify: the items with index `k` of all lists belong together.
#[derive(Debug)]
pub struct CellBatch {
    /// The commitment of each cell's blob.
    pub commitments: Vec<KzgCommitment>,
    /// The index of each cell.
    pub cell_indices: Vec<u64>,
    /// The cells.
    pub cells: Vec<Cell>,
    /// The proof of each cell.
    pub proofs: Vec<KzgProof>,
}

impl Inputs {
    /// All cells of the first `blobs` blobs, with their proofs.
    #[must_use]
    pub fn cell_batch(&self, blobs: usize) -> CellBatch {
        let mut batch = CellBatch {
            commitments: Vec::new(),
            cell_indices: Vec::new(),
            cells: Vec::new(),
            proofs: Vec::new(),
        };
        for row in 0..blobs {
            let (cells, proofs) = self.generated.extension(row);
            for (k, cell) in cells.iter().enumerate() {
                batch.commitments.push(self.generated.commitment(row));
                batch.cell_indices.push(k as u64);
                batch.cells.push(cell.clone());
                let neighbour = proofs[(k + self.shift) % proofs.len()];
                batch.proofs.push(self.right_or_wrong(proofs[k], neighbour));
            }
        }
        batch
    }

    /// One column of the first blobs: a cell of each, with its proof.
    #[must_use]
    pub fn column(&self, blobs: usize) -> CellBatch {
        let all = self.cell_batch(blobs);
        let in_column = |position: &usize| position % CELLS_PER_EXT_BLOB == COLUMN;
        let positions: Vec<usize> = (0..all.cells.len()).filter(in_column).collect();
        CellBatch {
            commitments: positions.iter().map(|&k| all.commitments[k]).collect(),
            cell_indices: positions.iter().map(|&k| all.cell_indices[k]).collect(),
            cells: positions.iter().map(|&k| all.cells[k].clone()).collect(),
            proofs: positions.iter().map(|&k| all.proofs[k]).collect(),
        }
    }

    /// All cells of the first blobs, where the cells of some columns have the proofs of the
    /// columns beside.
    #[must_use]
    pub fn cell_batch_with_false(&self, blobs: usize, columns: FalseItems) -> CellBatch {
        let mut batch = self.cell_batch(blobs);
        let shifted = self.with_wrong_proofs().cell_batch(blobs);
        for (position, proof) in batch.proofs.iter_mut().enumerate() {
            if columns.contains(position % CELLS_PER_EXT_BLOB) {
                *proof = shifted.proofs[position];
            }
        }
        batch
    }

    /// All cells of the first blobs, with proofs that are different points of the curve outside the
    /// subgroup.
    #[must_use]
    pub fn cell_batch_outside_the_subgroup(&self, blobs: usize) -> CellBatch {
        let mut batch = self.cell_batch(blobs);
        let candidates = (0_u64..).map(|number| {
            let mut encoding = [0; 48];
            encoding[16..].copy_from_slice(&Sha256::digest(number.to_be_bytes()));
            // A compressed point with the smaller y coordinate. Nearly all points are outside.
            encoding[0] = 0x80;
            encoding
        });
        let outside =
            candidates.filter(|encoding| G1::from_bytes(encoding) == Err(PointError::Subgroup));
        for (proof, encoding) in batch.proofs.iter_mut().zip(outside) {
            *proof = KzgProof(encoding);
        }
        batch
    }

    /// The first cell of the first blob, with its proof.
    #[must_use]
    pub fn one_cell(&self) -> CellBatch {
        let mut batch = self.cell_batch(1);
        batch.commitments.truncate(1);
        batch.cell_indices.truncate(1);
        batch.cells.truncate(1);
        batch.proofs.truncate(1);
        batch
    }

    /// The indices of a random half of the first blob's cells in ascending order, and these cells.
    #[must_use]
    pub fn half_of_the_cells(&self) -> (Vec<u64>, Vec<Cell>) {
        let (indices, mut halves) = self.half_of_the_columns(1);
        (indices, halves.remove(0))
    }

    /// The indices of a random half of the columns in ascending order, and the cells of each of the first
    /// blobs in these columns.
    #[must_use]
    pub fn half_of_the_columns(&self, blobs: usize) -> (Vec<u64>, Vec<Vec<Cell>>) {
        let mut indices: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64).collect();
        indices.sort_by_key(|index| Sha256::digest(index.to_be_bytes()));
        indices.truncate(CELLS_PER_EXT_BLOB / 2);
        indices.sort_unstable();
        let half = |row| {
            let (cells, _) = self.generated.extension(row);
            indices.iter().map(|&k| cells[k as usize].clone()).collect()
        };
        let halves = (0..blobs).map(half).collect();
        (indices, halves)
    }
}
