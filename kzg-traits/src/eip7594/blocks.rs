//! Blocks of the cells of a blob, by which cells that are known to hold determine the other cells.
//!
//! Let the polynomial of a blob be `f(X) = Σ_j X^(64·j)·f_j(X)`, with 64 polynomials of degree below 64.
//! The polynomial of cell `k` is `f` modulo `X^64 - y_k`, which is `I_k = Σ_j y_k^j·f_j`. So the values
//! `I_k(z)` at one point `z` are those of a polynomial of degree below 64 in `y_k`. The same holds for the
//! proofs: they are the values of a polynomial of degree below 63, see [`fk20`](crate::fk20).
//!
//! Now cut the 128 cells into `2m` blocks of `64/m` consecutive cells. The order is bit-reversed, so the
//! `y_k` of a block are the roots of `Y^(64/m) = u` for one `u` with `u^(2m) = 1`. In the sum
//! over the block all powers of `y_k` cancel out, except those of `u`. The sums are therefore the values
//! of a polynomial of degree below `m` at the `u`. If the cells of `m` blocks are known to hold, the
//! sums over these blocks give the sum over every other block, and a block with one unknown cell determines
//! that cell. The fewer cells are unknown, the larger are the blocks, and the fewer are needed: one, of half
//! the cells, for one unknown cell.

use core::iter;
use core::ops::{Add, Range, Sub};

use crate::algebra::Fr;
use crate::bytes::{CELLS_PER_BLOB, CELLS_PER_EXT_BLOB};
use crate::domain::Domain;
use crate::poly::batch_inverse;

/// A set of cells of a blob: bit `k` stands for cell `k`.
pub(super) type CellSet = u128;

/// The blocks that determine the unknown cells of a blob.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Blocks {
    /// The number of cells in a block.
    len: usize,
    /// The blocks whose cells are known, as many as are needed.
    known: Vec<usize>,
    /// The unknown cells, in ascending order.
    unknown: Vec<usize>,
}

impl Blocks {
    /// Returns the largest blocks that determine all unknown cells; `None` if fewer than 64 cells are known.
    /// A cell of neither set is not needed, and nothing is known of it.
    pub(super) fn new(known: CellSet, unknown: CellSet) -> Option<Self> {
        debug_assert_eq!(known & unknown, 0);
        let lengths = iter::successors(Some(CELLS_PER_BLOB), |len| Some(len / 2));
        let mut blocks = lengths
            .take_while(|len| *len > 0)
            .map(|len| Self::of_len(len, known, unknown));
        blocks.find_map(|blocks| blocks)
    }

    /// The blocks of a given length, if they determine all unknown cells.
    fn of_len(len: usize, known: CellSet, unknown: CellSet) -> Option<Self> {
        let needed = CELLS_PER_BLOB / len;
        let missing = |block: usize| (((1 << len) - 1) << (block * len)) & !known;
        let unknown = (0..CELLS_PER_EXT_BLOB).filter(|cell| unknown >> cell & 1 == 1);
        let unknown: Vec<usize> = unknown.collect();
        let is_determined = |cell: &usize| missing(cell / len) == 1 << cell;
        let known = (0..2 * needed).filter(|block| missing(*block) == 0);
        let known: Vec<usize> = known.take(needed).collect();
        (known.len() == needed && unknown.iter().all(is_determined)).then_some(Self {
            len,
            known,
            unknown,
        })
    }

    /// The number of known blocks.
    pub(super) fn known(&self) -> usize {
        self.known.len()
    }

    /// The unknown cells, in ascending order.
    pub(super) fn unknown(&self) -> &[usize] {
        &self.unknown
    }

    /// The sum over each known block of what `of_cell` gives for a cell.
    pub(super) fn sums<T: Copy + Add<Output = T>>(
        &self,
        zero: T,
        of_cell: impl Fn(usize) -> T,
    ) -> impl Iterator<Item = T> {
        let known = self.known.iter();
        known.map(move |&block| self.cells(block).map(&of_cell).fold(zero, |a, b| a + b))
    }

    /// Subtracts what `of_cell` gives for the other cells of its block from a sum for each unknown cell.
    pub(super) fn subtract_others<T: Copy + Sub<Output = T>>(
        &self,
        sums: &mut [T],
        of_cell: impl Fn(usize) -> T,
    ) {
        for (sum, &cell) in sums.iter_mut().zip(&self.unknown) {
            let block = self.cells(cell / self.len);
            let others = block.filter(|other| *other != cell);
            *sum = others.map(&of_cell).fold(*sum, |a, b| a - b);
        }
    }

    fn cells(&self, block: usize) -> Range<usize> {
        block * self.len..(block + 1) * self.len
    }

    /// A row for each unknown cell: the factors of the sums over the known blocks that give the sum over
    /// the cell's block. They are the values of the Lagrange polynomials of the known roots at the root
    /// `u` of that block: `Π (u - u_j) / ((u - u_i)·Π (u_i - u_j))`, with products over the known `j`, in
    /// the denominator without `i`.
    pub(super) fn factors<F: Fr>(&self, domain: &Domain<F>) -> Vec<F> {
        let roots = domain.roots(CELLS_PER_EXT_BLOB / self.len);
        let known: Vec<F> = self.known.iter().map(|&block| roots[block]).collect();
        let product = |root: F| {
            let others = known.iter().filter(|other| **other != root);
            others.fold(F::ONE, |product, other| product * (root - *other))
        };
        let products: Vec<F> = known.iter().map(|root| product(*root)).collect();
        let unknown = self.unknown.iter().map(|&cell| roots[cell / self.len]);
        let mut factors = Vec::with_capacity(known.len() * self.unknown.len());
        for root in unknown.clone() {
            let terms = known.iter().zip(&products);
            factors.extend(terms.map(|(known, product)| (root - *known) * *product));
        }
        batch_inverse(&mut factors, &mut Vec::new());
        for (row, root) in factors.chunks_exact_mut(known.len()).zip(unknown) {
            let product = product(root);
            row.iter_mut().for_each(|factor| *factor *= product);
        }
        factors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(cells: impl IntoIterator<Item = usize>) -> CellSet {
        cells.into_iter().fold(0, |set, cell| set | 1 << cell)
    }

    /// The length of the blocks where all other cells are known.
    fn length(unknown: &[usize]) -> Option<usize> {
        let set = set(unknown.iter().copied());
        let blocks = Blocks::new(!set, set)?;
        assert_eq!(blocks.unknown(), unknown);
        assert_eq!(blocks.known() * blocks.len, CELLS_PER_BLOB);
        Some(blocks.len)
    }

    #[test]
    fn the_largest_blocks_are_chosen_that_determine_all() {
        for cell in [0, 63, 64, 127] {
            assert_eq!(length(&[cell]), Some(64));
        }
        // One unknown cell in each half leaves no known block of 64 cells.
        assert_eq!(length(&[5, 100]), Some(32));
        assert_eq!(length(&[4, 5]), Some(1));
        assert_eq!(length(&[3, 4]), Some(4));
        let spread: Vec<usize> = (7..128).step_by(16).collect();
        assert_eq!(length(&spread), Some(8));
        let half: Vec<usize> = (64..128).collect();
        assert_eq!(length(&half), Some(1));
    }

    #[test]
    fn fewer_than_64_known_cells_determine_nothing() {
        assert_eq!(length(&(63..128).collect::<Vec<_>>()), None);
        assert_eq!(Blocks::new(0, CellSet::MAX), None);
        // Cells of neither set are not needed.
        let some = Blocks::new(set(0..64), set([64, 99])).unwrap();
        assert_eq!((some.len, some.unknown()), (1, &[64, 99][..]));
        assert_eq!(Blocks::new(set(0..63), set([64])), None);
    }

    #[test]
    fn sums_are_over_the_blocks() {
        let blocks = Blocks::new(!set([3, 4]), set([3, 4])).unwrap();
        let sums: Vec<i64> = blocks.sums(0, |cell| cell as i64).collect();
        let expected: Vec<i64> = (2..18).map(|block| 4 * (4 * block) + 6).collect();
        assert_eq!(sums, expected);
        let mut of_unknown = [100, 100];
        blocks.subtract_others(&mut of_unknown, |cell| cell as i64);
        assert_eq!(of_unknown, [100 - (1 + 2), 100 - (5 + 6 + 7)]);
    }
}
