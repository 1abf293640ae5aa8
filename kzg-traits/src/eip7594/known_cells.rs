//! Verdicts on cells of blobs of which other cells are known to hold, without pairings.
//!
//! 64 cells that hold determine the polynomial behind the commitment, and with it the values and the proofs
//! of all cells. A cell with other values or another proof is false. This holds in the algebraic group
//! model, where whoever gives a point also knows it as a combination of the points of the setup: the
//! commitment is then that of a polynomial of degree below 4096, and it cannot be opened to values of
//! another one. It fails for a setup whose secret is known.
//!
//! The [blocks](super::blocks) give the proofs that the cells must have, and their values at a point that
//! depends on the whole batch. A cell is false if its values or its proof differ, so one difference is enough and the
//! other part is not compared. Usually all false cells have the same fault, which the first blobs show.

use crate::algebra::{Fr, Group};
use crate::backend::{Backend, MatrixProduct};
use crate::bytes::{CELLS_PER_BLOB, CELLS_PER_EXT_BLOB};
use crate::settings::Settings;

use super::blocks::{Blocks, CellSet};
use super::cell_batch::CellBatch;
use super::evaluation::CellEvaluation;

/// The number of proofs that each thread computes in one pass, which limits the memory for the sums. The factors of
/// all sets of columns take at most as much memory as the values of the cells.
const PROOFS_PER_THREAD: usize = 64;

/// The cells of one blob.
struct Row {
    /// For each column, the position of a cell that is known to hold.
    cells: [Option<usize>; CELLS_PER_EXT_BLOB],
    known: CellSet,
    unknown: CellSet,
    /// The positions of the unknown cells, each with its index in the list of verdicts.
    positions: Vec<(usize, usize)>,
}

/// The blocks that several rows share, with their factors.
struct Shared<F> {
    blocks: Blocks,
    factors: Vec<F>,
}

impl<F> Shared<F> {
    /// The index of a column among those with unknown cells.
    fn unknown(&self, column: usize) -> usize {
        let found = self.blocks.unknown().binary_search(&column);
        found.expect("a column with an unknown cell")
    }
}

/// A row with its blocks.
type RowWithBlocks<'a, F> = (&'a Row, &'a Shared<F>);

/// The verdicts on unknown cells, in their order, as far as the cells that hold determine them.
/// `holds[position]` is whether the cell at that position of the batch is known to hold.
/// `evaluation` is called if there are such verdicts.
pub(super) fn deduce<'e, B: Backend>(
    settings: &Settings<B>,
    batch: &CellBatch<'_, B>,
    unknown: &[usize],
    holds: &[bool],
    evaluation: impl FnOnce() -> &'e CellEvaluation<B::Fr>,
) -> Vec<Option<bool>> {
    let mut rows = rows(batch, unknown, holds);
    // Faults usually affect the same columns of all blobs, so that the rows share their blocks.
    rows.sort_by_key(Row::sets);
    let mut shared = Vec::new();
    for rows in rows.chunk_by(|a, b| a.sets() == b.sets()) {
        if let Some(blocks) = Blocks::new(rows[0].known, rows[0].unknown) {
            let factors = blocks.factors(settings.domain());
            shared.push((rows, Shared { blocks, factors }));
        }
    }
    let rows: Vec<RowWithBlocks<'_, B::Fr>> = shared
        .iter()
        .flat_map(|(rows, shared)| rows.iter().map(move |row| (row, shared)))
        .collect();
    let mut verdicts = vec![None; unknown.len()];
    if rows.is_empty() {
        return verdicts;
    }
    for (_, index) in rows.iter().flat_map(|(row, _)| &row.positions) {
        verdicts[*index] = Some(true);
    }
    let deduction = Deduction {
        settings,
        batch,
        evaluation: evaluation(),
    };
    let (sample, others) = rows.split_at(settings.exec().threads().min(rows.len()));
    let mut right = deduction.compare_values(sample, &mut verdicts);
    if right.is_empty() {
        right = deduction.compare_values(others, &mut verdicts);
        deduction.compare_proofs(&right, &mut verdicts);
    } else {
        right.extend_from_slice(others);
        right = deduction.compare_proofs(&right, &mut verdicts);
        deduction.compare_values(&right, &mut verdicts);
    }
    verdicts
}

/// The rows with unknown cells and at least 64 that hold.
fn rows<B: Backend>(batch: &CellBatch<'_, B>, unknown: &[usize], holds: &[bool]) -> Vec<Row> {
    let mut holding = vec![0; batch.number_of_commitments()];
    let positions = || (0..holds.len()).filter(|position| holds[*position]);
    for position in positions() {
        holding[batch.commitment_index(position)] += 1;
    }
    let mut of_commitment: Vec<Option<usize>> = vec![None; holding.len()];
    let mut rows = Vec::new();
    for (index, &position) in unknown.iter().enumerate() {
        let commitment = batch.commitment_index(position);
        if holding[commitment] < CELLS_PER_BLOB {
            continue;
        }
        let row = of_commitment[commitment].get_or_insert_with(|| {
            rows.push(Row {
                cells: [None; CELLS_PER_EXT_BLOB],
                known: 0,
                unknown: 0,
                positions: Vec::new(),
            });
            rows.len() - 1
        });
        rows[*row].positions.push((position, index));
        rows[*row].unknown |= 1 << batch.cell_index(position);
    }
    for position in positions() {
        if let Some(row) = of_commitment[batch.commitment_index(position)] {
            let column = batch.cell_index(position);
            // Of two cells in the same place, one may be known to hold and the other one unknown.
            if rows[row].unknown >> column & 1 == 0 {
                rows[row].cells[column] = Some(position);
                rows[row].known |= 1 << column;
            }
        }
    }
    rows
}

impl Row {
    /// The columns of the known and of the unknown cells.
    fn sets(&self) -> (CellSet, CellSet) {
        (self.known, self.unknown)
    }

    /// The position of a known cell.
    fn cell(&self, column: usize) -> usize {
        self.cells[column].expect("the blocks have known cells")
    }
}

/// The deduction of verdicts on the cells of a batch.
struct Deduction<'a, B: Backend> {
    settings: &'a Settings<B>,
    batch: &'a CellBatch<'a, B>,
    evaluation: &'a CellEvaluation<B::Fr>,
}

impl<B: Backend> Deduction<'_, B> {
    /// Sets the verdict on each unknown cell with false values. Returns the rows with a cell whose values are right.
    fn compare_values<'r>(
        &self,
        rows: &[RowWithBlocks<'r, B::Fr>],
        verdicts: &mut [Option<bool>],
    ) -> Vec<RowWithBlocks<'r, B::Fr>> {
        let mut right = vec![Vec::new(); rows.len()];
        let exec = self.settings.exec();
        exec.for_each_mut(&mut right, |index, right| {
            let (row, shared) = rows[index];
            let values = self.values(row, shared);
            let given = |position| self.evaluation.value(self.batch, position);
            *right = self.are_right(rows[index], &values, given);
        });
        rows_with_right(rows, right, verdicts)
    }

    /// Sets the verdict on each unknown cell with a false proof. Returns the rows with a cell whose proof is right.
    fn compare_proofs<'r>(
        &self,
        rows: &[RowWithBlocks<'r, B::Fr>],
        verdicts: &mut [Option<bool>],
    ) -> Vec<RowWithBlocks<'r, B::Fr>> {
        let mut right = Vec::with_capacity(rows.len());
        while right.len() < rows.len() {
            let rest = &rows[right.len()..];
            let pass = &rest[..self.rows_in_a_pass(rest)];
            let given = |position| self.batch.proof(position);
            let proofs = pass.iter().zip(self.proofs(pass));
            right.extend(proofs.map(|(row, proofs)| self.are_right(*row, &proofs, given)));
        }
        rows_with_right(rows, right, verdicts)
    }

    /// For each unknown cell of a row, whether what is given for the cell is what the cell of its column must have.
    fn are_right<T: PartialEq>(
        &self,
        (row, shared): RowWithBlocks<'_, B::Fr>,
        of_columns: &[T],
        given: impl Fn(usize) -> T,
    ) -> Vec<bool> {
        let is_right = |&(position, _): &(usize, usize)| {
            of_columns[shared.unknown(self.batch.cell_index(position))] == given(position)
        };
        row.positions.iter().map(is_right).collect()
    }

    /// The number of rows whose proofs are computed together, at least one.
    fn rows_in_a_pass(&self, rows: &[RowWithBlocks<'_, B::Fr>]) -> usize {
        let mut left = PROOFS_PER_THREAD * self.settings.exec().threads();
        let fits = rows.iter().take_while(|(_, shared)| {
            let begins = left > 0;
            left = left.saturating_sub(shared.blocks.unknown().len());
            begins
        });
        fits.count()
    }

    /// The proofs that the unknown cells of each row must have.
    fn proofs(&self, rows: &[RowWithBlocks<'_, B::Fr>]) -> Vec<Vec<B::G1>> {
        let exec = self.settings.exec();
        let zero = B::G1::identity();
        let proof = |row: &Row, column| self.batch.proof(row.cell(column));
        let of_row = |(_, shared): &RowWithBlocks<'_, _>| {
            let unknown = vec![zero; shared.blocks.unknown().len()];
            (Vec::new(), unknown)
        };
        let mut sums: Vec<_> = rows.iter().map(of_row).collect();
        exec.for_each_mut(&mut sums, |index, (known, _)| {
            let (row, shared) = rows[index];
            known.extend(shared.blocks.sums(zero, |column| proof(row, column)));
        });
        let mut products: Vec<_> = rows
            .iter()
            .zip(&mut sums)
            .map(|((_, shared), (points, out))| MatrixProduct {
                matrix: &shared.factors,
                points,
                out,
            })
            .collect();
        B::multiply_matrices(&mut products, exec);
        exec.for_each_mut(&mut sums, |index, (_, sums)| {
            let (row, shared) = rows[index];
            let blocks = &shared.blocks;
            blocks.subtract_others(sums, |column| proof(row, column));
        });
        sums.into_iter().map(|(_, proofs)| proofs).collect()
    }

    /// The values at the point of the evaluation that the unknown cells of a row must have.
    fn values(&self, row: &Row, shared: &Shared<B::Fr>) -> Vec<B::Fr> {
        let blocks = &shared.blocks;
        let value = |column| self.evaluation.value(self.batch, row.cell(column));
        let known: Vec<B::Fr> = blocks.sums(B::Fr::ZERO, value).collect();
        let sum = |factors: &[B::Fr]| {
            let terms = factors.iter().zip(&known);
            terms.fold(B::Fr::ZERO, |sum, (factor, known)| sum + *factor * *known)
        };
        let mut values: Vec<B::Fr> = shared.factors.chunks(blocks.known()).map(sum).collect();
        blocks.subtract_others(&mut values, value);
        values
    }
}

/// Sets the verdict on each cell that is not right. Returns the rows with a cell that is right.
fn rows_with_right<'r, F>(
    rows: &[RowWithBlocks<'r, F>],
    right: Vec<Vec<bool>>,
    verdicts: &mut [Option<bool>],
) -> Vec<RowWithBlocks<'r, F>> {
    let mut with_right = Vec::new();
    for ((row, shared), right) in rows.iter().zip(right) {
        if right.contains(&true) {
            with_right.push((*row, *shared));
        }
        for ((_, index), is_right) in row.positions.iter().zip(right) {
            if !is_right {
                verdicts[*index] = Some(false);
            }
        }
    }
    with_right
}
