//! Some of the cells of an extended blob.

use crate::algebra::Fr;
use crate::backend::Backend;
use crate::bytes::{
    Blob, CELLS_PER_BLOB, CELLS_PER_EXT_BLOB, Cell, FIELD_ELEMENTS_PER_BLOB,
    FIELD_ELEMENTS_PER_CELL,
};
use crate::checks::{check_cell_index, check_count};
use crate::eip4844::blob_to_raw_polynomial;
use crate::error::{Item, Result};
use crate::settings::Settings;

/// The most different cells beyond the blob that are computed separately, by one reduction of the
/// polynomial for each of them. The transform that reduces it for all 64 takes as many products as three
/// reductions, and takes as long as one where a vector engine computes it.
const MOST_SEPARATE_CELLS: usize = 2;

/// The reductions of the blob's polynomial that a list of cells takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reductions {
    /// All cells are parts of the blob.
    None,
    /// One for each different cell beyond the blob.
    Separate,
    /// All at once.
    Together,
}

/// The cells of a list that are beyond the blob: where each is needed first, and how its row is computed.
struct Plan {
    /// The first position of each such cell in the list; `None` for parts of the blob.
    first: [Option<usize>; CELLS_PER_EXT_BLOB],
    reductions: Reductions,
}

impl Plan {
    fn new(cell_indices: &[u64]) -> Self {
        let mut first = [None; CELLS_PER_EXT_BLOB];
        for (position, &index) in cell_indices.iter().enumerate() {
            if index >= CELLS_PER_BLOB as u64 {
                first[index as usize].get_or_insert(position);
            }
        }
        let computed = first.iter().flatten().count();
        let reductions = match computed {
            0 => Reductions::None,
            1..=MOST_SEPARATE_CELLS => Reductions::Separate,
            _ => Reductions::Together,
        };
        Self { first, reductions }
    }
}

impl<B: Backend> Settings<B> {
    /// Computes some cells of a blob, each different cell once.
    pub(crate) fn cells_at(
        &self,
        blob: &Blob,
        cell_indices: &[u64],
        cells: &mut [Cell],
    ) -> Result<()> {
        check_count(Item::Output, cell_indices.len(), cells.len())?;
        let exec = self.exec();
        let mut polynomial = exec.scratch_vec();
        blob_to_raw_polynomial::<B>(blob, 0, &mut polynomial)?;
        for (position, &cell_index) in cell_indices.iter().enumerate() {
            check_cell_index(position, cell_index)?;
        }
        let plan = Plan::new(cell_indices);
        match plan.reductions {
            Reductions::None => {}
            Reductions::Separate => B::ifft_fr(self.domain(), &mut polynomial),
            Reductions::Together => self.extend_rows(&mut polynomial, exec),
        }
        let (parts, _) = blob.as_slice().as_chunks::<{ Cell::LENGTH }>();
        exec.for_each_mut(cells, |position, cell| {
            let index = cell_indices[position] as usize;
            if let Some(part) = parts.get(index) {
                cell.0.copy_from_slice(part);
            } else if plan.first[index] == Some(position) {
                let row = match plan.reductions {
                    Reductions::Together => row_of(&polynomial, index),
                    _ => self.reduce(&polynomial, index),
                };
                self.row_to_cell(&row, index, cell);
            }
        });
        for (position, &index) in cell_indices.iter().enumerate() {
            if let Some(first) = plan.first[index as usize].filter(|first| *first < position) {
                let (before, from_here) = cells.split_at_mut(position);
                from_here[0].clone_from(&before[first]);
            }
        }
        Ok(())
    }

    /// The row of a cell: the polynomial modulo `X^64 - y`, from its coefficients.
    fn reduce(&self, coefficients: &[B::Fr], index: usize) -> [B::Fr; FIELD_ELEMENTS_PER_CELL] {
        let y = self.domain().roots(CELLS_PER_EXT_BLOB)[index];
        let mut row = [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL];
        let (chunks, _) = coefficients.as_chunks::<FIELD_ELEMENTS_PER_CELL>();
        for chunk in chunks.iter().rev() {
            for (sum, coefficient) in row.iter_mut().zip(chunk) {
                *sum = *sum * y + *coefficient;
            }
        }
        row
    }
}

/// The row of a cell among those of all cells.
fn row_of<F: Fr>(rows: &[F], index: usize) -> [F; FIELD_ELEMENTS_PER_CELL] {
    debug_assert_eq!(rows.len(), 2 * FIELD_ELEMENTS_PER_BLOB);
    let (rows, _) = rows.as_chunks();
    rows[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of different cells that are computed, and how.
    fn plan(cell_indices: &[u64]) -> (usize, Reductions) {
        let plan = Plan::new(cell_indices);
        let computed = plan.first.iter().flatten().count();
        (computed, plan.reductions)
    }

    #[test]
    fn each_different_cell_is_computed_once_and_many_at_once() {
        let given: Vec<u64> = (0..64).rev().collect();
        assert_eq!(plan(&[]), (0, Reductions::None));
        assert_eq!(plan(&given), (0, Reductions::None));
        assert_eq!(plan(&[63, 64]), (1, Reductions::Separate));
        assert_eq!(plan(&[127; 1000]), (1, Reductions::Separate));
        assert_eq!(plan(&[127, 0, 127, 63]), (1, Reductions::Separate));
        assert_eq!(plan(&[127, 64, 127, 64]), (2, Reductions::Separate));
        assert_eq!(plan(&[127, 64, 127, 65]), (3, Reductions::Together));
        let all: Vec<u64> = (0..128).collect();
        assert_eq!(plan(&all), (64, Reductions::Together));
    }
}
