//! `verify_blob_kzg_proof_each` and `verify_cell_kzg_proof_each` beside the verification of each
//! item by itself, for faults of every shape.

use crate::seeded::Seeded;
use kzg_traits::bytes::{Cell, KzgCommitment, KzgProof};
use kzg_traits::settings::KzgSettings;

use super::inputs::{GENERATOR, INFINITY, Proven};

/// Blobs and columns of the grid: enough that it is searched by lines.
const ROWS: usize = 3;
const COLUMNS: usize = 24;
const BLOBS: usize = 7;

/// The false items are found wherever they are.
pub(super) fn blobs(settings: &dyn KzgSettings) {
    let right = Proven::new(settings, 91, BLOBS);
    let mut seeded = Seeded::new(92);
    for round in 0..8_u64 {
        let mut items = right.clone();
        for k in 0..BLOBS {
            let is_spoilt = match round {
                0 => true,
                1 => k == BLOBS - 1,
                _ => seeded.next_u64().is_multiple_of(round),
            };
            if !is_spoilt {
                continue;
            }
            match seeded.next_u64() % 4 {
                0 => items.proofs[k] = KzgProof(GENERATOR),
                1 => items.commitments[k] = KzgCommitment(INFINITY),
                2 => items.blobs[k].0[31] ^= 1,
                _ => items.proofs[k] = KzgProof([0; 48]),
            }
        }
        let each = settings
            .verify_blob_kzg_proof_each((&items.blobs).into(), &items.commitments, &items.proofs)
            .expect("lists of one length");
        for (k, verdict) in each.into_iter().enumerate() {
            let alone = settings
                .verify_blob_kzg_proof(&items.blobs[k], &items.commitments[k], &items.proofs[k])
                .map_err(|error| error.with_index(k));
            assert_eq!(verdict, alone, "blob {k} in round {round}");
        }
    }
}

/// Cells of several blobs, column after column.
#[derive(Clone)]
struct Grid {
    commitments: Vec<KzgCommitment>,
    indices: Vec<u64>,
    cells: Vec<Cell>,
    proofs: Vec<KzgProof>,
}

impl Grid {
    fn new(settings: &dyn KzgSettings) -> Self {
        let mut seeded = Seeded::new(93);
        let rows: Vec<_> = (0..ROWS)
            .map(|_| {
                let blob = seeded.blob();
                let commitment = settings.blob_to_kzg_commitment(&blob).expect("well formed");
                let extension = settings.compute_cells_and_kzg_proofs(&blob);
                let (cells, proofs) = extension.expect("well formed");
                (commitment, cells, proofs)
            })
            .collect();
        let mut grid = Self {
            commitments: Vec::new(),
            indices: Vec::new(),
            cells: Vec::new(),
            proofs: Vec::new(),
        };
        for column in 0..COLUMNS {
            let index = 5 * column;
            for (commitment, cells, proofs) in &rows {
                grid.commitments.push(*commitment);
                grid.indices.push(index as u64);
                grid.cells.push(cells[index].clone());
                grid.proofs.push(proofs[index]);
            }
        }
        grid
    }

    fn spoil(&mut self, k: usize, way: u64) {
        match way {
            0 => self.proofs[k] = KzgProof(GENERATOR),
            1 => self.cells[k].0[63] ^= 1,
            2 => self.commitments[k] = KzgCommitment(INFINITY),
            3 => self.indices[k] ^= 1,
            _ => self.indices[k] = 128,
        }
    }
}

/// The false cells are found wherever they are: in columns, in the cells of a blob, in both,
/// anywhere, everywhere.
pub(super) fn cells(settings: &dyn KzgSettings) {
    let right = Grid::new(settings);
    let mut seeded = Seeded::new(94);
    for round in 0..8 {
        let mut grid = right.clone();
        let column = seeded.next_u64() as usize % COLUMNS;
        let row = seeded.next_u64() as usize % ROWS;
        for k in 0..ROWS * COLUMNS {
            let (in_column, in_row) = (k / ROWS == column, k % ROWS == row);
            let is_spoilt = match round {
                0 => true,
                1 => in_column,
                2 => in_row,
                3 => in_column || in_row,
                4 => k == ROWS * column + row,
                _ => seeded.next_u64().is_multiple_of(1 << (round - 3)),
            };
            if is_spoilt {
                grid.spoil(k, seeded.next_u64() % 5);
            }
        }
        let each = settings
            .verify_cell_kzg_proof_each(
                &grid.commitments,
                &grid.indices,
                (&grid.cells).into(),
                &grid.proofs,
            )
            .expect("lists of one length");
        for (k, verdict) in each.into_iter().enumerate() {
            let one = k..k + 1;
            let alone = settings
                .verify_cell_kzg_proof_batch(
                    &grid.commitments[one.clone()],
                    &grid.indices[one.clone()],
                    (&grid.cells[one.clone()]).into(),
                    &grid.proofs[one],
                )
                .map_err(|error| error.with_index(k));
            assert_eq!(verdict, alone, "cell {k} in round {round}");
        }
    }
}
