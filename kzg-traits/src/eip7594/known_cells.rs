//! Verdicts on cells of blobs whose other cells hold, without pairings.
//!
//! At least 64 cells that hold determine the polynomial behind the commitment, and with it the values and the
//! proofs of all cells, unless their author can open a commitment to two polynomials: this is the assumption
//! under which any KZG proof is believed. A cell whose values or proof differ from those is false. The
//! [blocks](super::blocks) tell whether they do: the proofs are compared first, and the values, at a point that
//! depends on the whole batch, only of cells whose proofs are right.

use std::sync::OnceLock;

use crate::algebra::{Fr, Group};
use crate::backend::{Backend, MatrixProduct};
use crate::bytes::{CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_CELL, FIELD_ELEMENTS_PER_EXT_BLOB};
use crate::poly::batch_inverse;
use crate::settings::Settings;

use super::blocks::{Blocks, CellSet};
use super::cell_batch::CellBatch;

/// The number of cells that are deduced in one pass, which limits the memory.
const CELLS_AT_ONCE: usize = 64;

/// The cells of one blob.
struct Row {
    /// For each column, the position of a cell that holds.
    cells: [Option<usize>; CELLS_PER_EXT_BLOB],
    holding: CellSet,
    /// The doubtful cells: their positions, and their places in the list of doubtful cells.
    doubtful: Vec<(usize, usize)>,
    columns_in_doubt: CellSet,
}

/// The verdicts on the doubtful cells, in their order, as far as the cells that hold determine them.
/// `holds[position]` is whether the cell at that position of the batch is known to hold.
pub(super) fn deduce<B: Backend>(
    settings: &Settings<B>,
    batch: &CellBatch<'_, B>,
    doubtful: &[usize],
    holds: &[bool],
) -> Vec<Option<bool>> {
    let rows = rows(batch, doubtful, holds);
    let mut verdicts = vec![None; doubtful.len()];
    let evaluation = Evaluation::new(settings, batch);
    // Faults usually affect the same columns of all blobs, so that the rows share their blocks.
    let mut sets: Vec<(CellSet, CellSet)> = rows.iter().map(Row::sets).collect();
    sets.sort_unstable();
    sets.dedup();
    for set in sets {
        let Some(blocks) = Blocks::new(set.0, set.1) else {
            continue;
        };
        let factors = blocks.factors(settings.domain());
        let known = KnownCells {
            settings,
            batch,
            blocks,
            factors,
        };
        let rows: Vec<&Row> = rows.iter().filter(|row| row.sets() == set).collect();
        let at_once = CELLS_AT_ONCE.div_ceil(known.blocks.deduced.len());
        for rows in rows.chunks(at_once * settings.exec().threads()) {
            known.deduce(rows, &evaluation, &mut verdicts);
        }
    }
    verdicts
}

/// The rows with doubtful cells.
fn rows<B: Backend>(batch: &CellBatch<'_, B>, doubtful: &[usize], holds: &[bool]) -> Vec<Row> {
    let mut of_commitment: Vec<Option<usize>> = vec![None; batch.number_of_commitments()];
    let mut rows = Vec::new();
    for (place, &position) in doubtful.iter().enumerate() {
        let index = of_commitment[batch.commitment_index(position)].get_or_insert_with(|| {
            rows.push(Row {
                cells: [None; CELLS_PER_EXT_BLOB],
                holding: 0,
                doubtful: Vec::new(),
                columns_in_doubt: 0,
            });
            rows.len() - 1
        });
        rows[*index].doubtful.push((position, place));
        rows[*index].columns_in_doubt |= 1 << batch.cell_index(position);
    }
    let holding = holds.iter().enumerate().filter(|(_, holds)| **holds);
    for (position, _) in holding {
        if let Some(row) = of_commitment[batch.commitment_index(position)] {
            rows[row].cells[batch.cell_index(position)] = Some(position);
            rows[row].holding |= 1 << batch.cell_index(position);
        }
    }
    rows
}

impl Row {
    /// The columns with a cell that holds, and the columns with a doubtful cell.
    fn sets(&self) -> (CellSet, CellSet) {
        (self.holding, self.columns_in_doubt)
    }

    /// The position of a cell of a known block.
    fn cell(&self, column: usize) -> usize {
        self.cells[column].expect("the cells of known blocks hold")
    }
}

/// The blocks that several rows share.
struct KnownCells<'a, B: Backend> {
    settings: &'a Settings<B>,
    batch: &'a CellBatch<'a, B>,
    blocks: Blocks,
    factors: Vec<B::Fr>,
}

impl<B: Backend> KnownCells<'_, B> {
    fn deduce(&self, rows: &[&Row], evaluation: &Evaluation<'_, B>, verdicts: &mut [Option<bool>]) {
        let expected = self.expected_proofs(rows);
        let expected = expected.chunks(self.blocks.deduced.len());
        let mut deduced: Vec<_> = rows
            .iter()
            .zip(expected)
            .map(|it| (it, Vec::new()))
            .collect();
        let exec = self.settings.exec();
        exec.for_each_mut(&mut deduced, |_, ((row, proofs), verdicts)| {
            let mut values = None;
            for &(position, place) in &row.doubtful {
                let column = self.batch.cell_index(position);
                if let Ok(index) = self.blocks.deduced.binary_search(&column) {
                    let is_right = proofs[index] == self.batch.proof(position) && {
                        let expected = || self.expected_values(row, evaluation);
                        let values = values.get_or_insert_with(expected);
                        values[index] == evaluation.value(position)
                    };
                    verdicts.push((place, is_right));
                }
            }
        });
        for (place, is_right) in deduced.into_iter().flat_map(|(_, verdicts)| verdicts) {
            verdicts[place] = Some(is_right);
        }
    }

    /// The proofs that the deduced cells of each row must have.
    fn expected_proofs(&self, rows: &[&Row]) -> Vec<B::G1> {
        let (exec, blocks) = (self.settings.exec(), &self.blocks);
        let (known, deduced) = (blocks.known.len(), blocks.deduced.len());
        let proof = |row: &Row, column| self.batch.proof(row.cell(column));
        let sum = |row: &Row, columns: &mut dyn Iterator<Item = usize>| {
            columns.fold(B::G1::identity(), |sum, column| sum + proof(row, column))
        };
        let mut sums = exec.scratch_vec();
        sums.resize(rows.len() * known, B::G1::identity());
        exec.for_each_chunk_mut(&mut sums, known, |index, sums| {
            for (total, &block) in sums.iter_mut().zip(&blocks.known) {
                *total = sum(rows[index], &mut blocks.cells(block));
            }
        });
        let mut expected = vec![B::G1::identity(); rows.len() * deduced];
        let mut products: Vec<_> = sums
            .chunks(known)
            .zip(expected.chunks_mut(deduced))
            .map(|(points, out)| MatrixProduct {
                matrix: &self.factors,
                points,
                out,
            })
            .collect();
        B::multiply_matrices(&mut products, exec);
        exec.for_each_chunk_mut(&mut expected, deduced, |index, expected| {
            for (total, &cell) in expected.iter_mut().zip(&blocks.deduced) {
                *total = *total - sum(rows[index], &mut blocks.beside(cell));
            }
        });
        expected
    }

    /// The values at the point of the evaluation that the deduced cells of a row must have.
    fn expected_values(&self, row: &Row, evaluation: &Evaluation<'_, B>) -> Vec<B::Fr> {
        let sum = |columns: &mut dyn Iterator<Item = usize>| {
            let values = columns.map(|column| evaluation.value(row.cell(column)));
            values.fold(B::Fr::ZERO, |sum, value| sum + value)
        };
        let blocks = &self.blocks;
        let known: Vec<B::Fr> = blocks
            .known
            .iter()
            .map(|&block| sum(&mut blocks.cells(block)))
            .collect();
        let factors = self.factors.chunks(known.len());
        let expected = factors.zip(&blocks.deduced).map(|(factors, &cell)| {
            let terms = factors.iter().zip(&known);
            let total = terms.fold(B::Fr::ZERO, |sum, (factor, known)| sum + *factor * *known);
            total - sum(&mut blocks.beside(cell))
        });
        expected.collect()
    }
}

/// The evaluation of the polynomials of cells at one point.
struct Evaluation<'a, B: Backend> {
    settings: &'a Settings<B>,
    batch: &'a CellBatch<'a, B>,
    /// The values of the Lagrange polynomials of each cell, computed at the first use.
    lagrange: OnceLock<Vec<B::Fr>>,
}

impl<'a, B: Backend> Evaluation<'a, B> {
    const fn new(settings: &'a Settings<B>, batch: &'a CellBatch<'a, B>) -> Self {
        Self {
            settings,
            batch,
            lagrange: OnceLock::new(),
        }
    }

    /// The raw value of the polynomial of a cell.
    fn value(&self, position: usize) -> B::Fr {
        let lagrange = self.lagrange.get_or_init(|| self.lagrange());
        let start = self.batch.cell_index(position) * FIELD_ELEMENTS_PER_CELL;
        let lagrange = lagrange[start..][..FIELD_ELEMENTS_PER_CELL]
            .as_chunks::<2>()
            .0;
        let values = self.batch.values(position).as_chunks::<2>().0;
        let pairs = values.iter().zip(lagrange);
        pairs.fold(B::Fr::ZERO, |sum, (values, lagrange)| {
            sum + B::Fr::sum_of_products(*values, *lagrange)
        })
    }

    /// The values `(z^64 - y)·x / (64·y·(z - x))` of the Lagrange polynomials of all cells, where `x` runs over
    /// the points of a cell. The point `z` depends on all items of the batch, so that their author cannot choose
    /// different polynomials of degree below 64 with the same value, except with probability `2^-248`.
    fn lagrange(&self) -> Vec<B::Fr> {
        let domain = self.settings.domain();
        let points = domain.roots(FIELD_ELEMENTS_PER_EXT_BLOB);
        let mut z = B::Fr::from_bytes_reduced(&self.batch.transcript);
        while points.contains(&z) {
            z += B::Fr::ONE;
        }
        let mut lagrange: Vec<B::Fr> = points.iter().map(|point| z - *point).collect();
        batch_inverse(&mut lagrange, &mut Vec::new());
        let power = z.pow(FIELD_ELEMENTS_PER_CELL as u64);
        let inverse = domain.inverse_size(FIELD_ELEMENTS_PER_CELL);
        let cosets = domain.roots(CELLS_PER_EXT_BLOB).iter();
        let inverse_cosets = domain.inverse_roots(CELLS_PER_EXT_BLOB);
        let cells = lagrange.chunks_exact_mut(FIELD_ELEMENTS_PER_CELL);
        let points = points.chunks_exact(FIELD_ELEMENTS_PER_CELL);
        for (((values, points), y), y_inverse) in cells.zip(points).zip(cosets).zip(inverse_cosets)
        {
            let factor = (power - *y) * *y_inverse * inverse;
            for (value, point) in values.iter_mut().zip(points) {
                *value *= *point * factor;
            }
        }
        lagrange
    }
}
