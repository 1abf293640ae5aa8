//! `verify_blob_kzg_proof_each` and `verify_cell_kzg_proof_each` beside the verification of each
//! item by itself, for faults of every shape.

use crate::seeded::Seeded;
use kzg_traits::Error;
use kzg_traits::bytes::{CELLS_PER_EXT_BLOB, Cell, KzgCommitment, KzgProof};
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
    /// The cells with the given indices of each blob.
    fn new(settings: &dyn KzgSettings, indices: impl Iterator<Item = usize>) -> Self {
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
        for index in indices {
            for (commitment, cells, proofs) in &rows {
                grid.commitments.push(*commitment);
                grid.indices.push(index as u64);
                grid.cells.push(cells[index].clone());
                grid.proofs.push(proofs[index]);
            }
        }
        grid
    }

    fn verify_each(&self, settings: &dyn KzgSettings) -> Vec<Result<bool, Error>> {
        settings
            .verify_cell_kzg_proof_each(
                &self.commitments,
                &self.indices,
                (&self.cells).into(),
                &self.proofs,
            )
            .expect("lists of one length")
    }

    /// The verdict on the cell at a position, from a call for this cell.
    fn verify_alone(&self, settings: &dyn KzgSettings, k: usize) -> Result<bool, Error> {
        let one = k..k + 1;
        settings
            .verify_cell_kzg_proof_batch(
                &self.commitments[one.clone()],
                &self.indices[one.clone()],
                (&self.cells[one.clone()]).into(),
                &self.proofs[one],
            )
            .map_err(|error| error.with_index(k))
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
    let right = Grid::new(settings, (0..COLUMNS).map(|column| 5 * column));
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
        for (k, verdict) in grid.verify_each(settings).into_iter().enumerate() {
            let alone = grid.verify_alone(settings, k);
            assert_eq!(verdict, alone, "cell {k} in round {round}");
        }
    }
}

/// The false cells of some columns are found, where all other cells of the blobs are given and hold: verdicts
/// may be deduced from these. In each column, the cells of some blobs hold too.
pub(super) fn columns_of_whole_blobs(settings: &dyn KzgSettings) {
    let right = Grid::new(settings, 0..CELLS_PER_EXT_BLOB);
    let mut seeded = Seeded::new(95);
    let spread: Vec<usize> = (7..CELLS_PER_EXT_BLOB).step_by(16).collect();
    let neighbours: Vec<usize> = (61..67).collect();
    let cases: [&[usize]; 6] = [&[50], &[5, 100], &[4, 5], &spread, &neighbours, &[0, 1, 64]];
    for columns in cases {
        let mut grid = right.clone();
        // A second cell of the same blob and column, for which the same values and proof hold.
        let copied = ROWS * columns[0] + 1;
        grid.commitments.push(right.commitments[copied]);
        grid.indices.push(right.indices[copied]);
        grid.cells.push(right.cells[copied].clone());
        grid.proofs.push(right.proofs[copied]);
        let mut is_false = vec![false; grid.indices.len()];
        for &column in columns {
            // The cell of the first blob is false. Those of the others may hold.
            let ways = [
                seeded.next_u64() % 3,
                seeded.next_u64() % 4,
                seeded.next_u64() % 4,
            ];
            for (k, way) in (ROWS * column..).zip(ways) {
                let neighbour = (k + ROWS) % right.proofs.len();
                if way == 0 || way == 2 {
                    grid.proofs[k] = right.proofs[neighbour];
                }
                if way == 1 || way == 2 {
                    grid.cells[k].0[95] ^= 1;
                }
                is_false[k] = way < 3;
            }
        }
        let in_columns = |k: &usize| columns.contains(&(grid.indices[*k] as usize));
        for k in (0..is_false.len()).filter(in_columns) {
            assert_eq!(grid.verify_alone(settings, k), Ok(!is_false[k]), "cell {k}");
        }
        let expected: Vec<_> = is_false.iter().map(|is_false| Ok(!is_false)).collect();
        assert_eq!(grid.verify_each(settings), expected, "columns {columns:?}");
    }
}
