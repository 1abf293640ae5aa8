//! Blocks of the cells of a blob, by which the cells that hold tell about the others.
//!
//! Let the polynomial of a blob be `f(X) = Σ_j X^(64·j)·f_j(X)`, with 64 polynomials of degree below 64.
//! The polynomial of cell `k` is `f` modulo `X^64 - y_k`, which is `I_k = Σ_j y_k^j·f_j`. So the values
//! `I_k(z)` at one point `z` are those of a polynomial of degree below 64 in `y_k`. The same holds for the
//! proofs: they are the values of a polynomial of degree below 63, see [`fk20`](crate::fk20).
//!
//! Now cut the 128 cells into `2m` blocks of `64/m` consecutive cells. The order is bit-reversed, so the
//! `y_k` of a block are the roots of `Y^(64/m) = u`, where `u` is a root of unity of order `2m`, the
//! place of the block. In the sum over the block all powers of `y_k` cancel out, except those of `u`. The
//! sums are therefore the values of a polynomial of degree below `m` at the places, and `m` blocks whose
//! cells all hold give the sum of every other block. A block in which one cell is not known tells about
//! this cell. The fewer cells are not known, the larger are the blocks, and the fewer are needed: one, of
//! half the cells, for one cell that is not known.

use core::ops::Range;

use crate::algebra::Fr;
use crate::bytes::{CELLS_PER_BLOB, CELLS_PER_EXT_BLOB};
use crate::domain::Domain;
use crate::poly::batch_inverse;

/// A set of cells of a blob: bit `k` stands for cell `k`.
pub(super) type CellSet = u128;

/// The blocks that tell about cells of a blob.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Blocks {
    /// The number of cells in a block.
    len: usize,
    /// The blocks whose cells all hold, as many as are needed.
    pub(super) known: Vec<usize>,
    /// The cells that are deduced, in ascending order.
    pub(super) deduced: Vec<usize>,
}

impl Blocks {
    /// Chooses the largest blocks that tell about as many of the doubtful cells as any blocks do, from
    /// the cells that hold. `None` if no cell can be deduced.
    pub(super) fn new(holding: CellSet, doubtful: CellSet) -> Option<Self> {
        // Of several equal ones, `max_by_key` returns the last.
        let lengths = (0..=CELLS_PER_BLOB.ilog2()).map(|log| 1 << log);
        lengths
            .filter_map(|len| Self::of_len(len, holding, doubtful))
            .max_by_key(|blocks| blocks.deduced.len())
            .filter(|blocks| !blocks.deduced.is_empty())
    }

    /// The blocks of a given length; `None` if too few of them are known.
    fn of_len(len: usize, holding: CellSet, doubtful: CellSet) -> Option<Self> {
        let needed = CELLS_PER_BLOB / len;
        let missing = |block: usize| (((1 << len) - 1) << (block * len)) & !holding;
        let known: Vec<usize> = (0..2 * needed)
            .filter(|&block| missing(block) == 0)
            .take(needed)
            .collect();
        let is_deduced = |&cell: &usize| {
            let bit = 1 << cell;
            doubtful & bit != 0 && missing(cell / len) & !bit == 0
        };
        (known.len() == needed).then(|| Self {
            len,
            known,
            deduced: (0..CELLS_PER_EXT_BLOB).filter(is_deduced).collect(),
        })
    }

    /// The cells of a block.
    pub(super) fn cells(&self, block: usize) -> Range<usize> {
        block * self.len..(block + 1) * self.len
    }

    /// The cells in the block of a deduced cell, without the cell itself.
    pub(super) fn beside(&self, cell: usize) -> impl Iterator<Item = usize> {
        let block = self.cells(cell / self.len);
        block.filter(move |other| *other != cell)
    }

    /// A row for each deduced cell: the factors of the sums of the known blocks that give the sum of the
    /// cell's block. They are the values of the Lagrange polynomials of the known places at the place `u` of
    /// that block: `Π (u - u_j) / ((u - u_i)·Π (u_i - u_j))`, with products over the known `j ≠ i`.
    pub(super) fn factors<F: Fr>(&self, domain: &Domain<F>) -> Vec<F> {
        let places = domain.roots(CELLS_PER_EXT_BLOB / self.len);
        let known: Vec<F> = self.known.iter().map(|&block| places[block]).collect();
        let from_others = |place: F| {
            let others = known.iter().filter(|other| **other != place);
            others.fold(F::ONE, |product, other| product * (place - *other))
        };
        let denominators: Vec<F> = known.iter().map(|place| from_others(*place)).collect();
        let places = self.deduced.iter().map(|&cell| places[cell / self.len]);
        let mut factors = Vec::with_capacity(known.len() * self.deduced.len());
        for place in places.clone() {
            let terms = known.iter().zip(&denominators);
            factors.extend(terms.map(|(known, denominator)| (place - *known) * *denominator));
        }
        batch_inverse(&mut factors, &mut Vec::new());
        for (row, place) in factors.chunks_exact_mut(known.len()).zip(places) {
            if let Some(itself) = known.iter().position(|known| *known == place) {
                row.fill(F::ZERO);
                row[itself] = F::ONE;
            } else {
                let product = from_others(place);
                row.iter_mut().for_each(|factor| *factor *= product);
            }
        }
        factors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: CellSet = CellSet::MAX;

    fn set(cells: &[usize]) -> CellSet {
        cells.iter().fold(0, |set, cell| set | 1 << cell)
    }

    /// The length of the blocks and the deduced cells, where all other cells hold.
    fn deduced(doubtful: &[usize]) -> Option<(usize, Vec<usize>)> {
        let doubtful = set(doubtful);
        Blocks::new(ALL & !doubtful, doubtful).map(|blocks| (blocks.len, blocks.deduced))
    }

    #[test]
    fn the_largest_blocks_are_chosen_that_tell_about_all() {
        for cell in [0, 63, 64, 127] {
            assert_eq!(deduced(&[cell]), Some((64, vec![cell])));
        }
        // One doubtful cell in each half leaves no known block of 64 cells.
        assert_eq!(deduced(&[5, 100]), Some((32, vec![5, 100])));
        assert_eq!(deduced(&[4, 5]), Some((1, vec![4, 5])));
        assert_eq!(deduced(&[3, 4]), Some((4, vec![3, 4])));
        let spread: Vec<usize> = (7..128).step_by(16).collect();
        assert_eq!(deduced(&spread), Some((8, spread)));
        let half: Vec<usize> = (64..128).collect();
        assert_eq!(deduced(&half), Some((1, half)));
    }

    #[test]
    fn no_cell_is_deduced_by_fewer_than_64_others() {
        let doubtful: Vec<usize> = (63..128).collect();
        assert_eq!(deduced(&doubtful), None);
        assert_eq!(Blocks::new(0, ALL), None);
        assert_eq!(Blocks::new(ALL, 0), None);
        let (holding, doubtful) = (set(&(0..64).collect::<Vec<_>>()), set(&[64]));
        let blocks = Blocks::new(holding, doubtful).unwrap();
        assert_eq!((blocks.len, blocks.deduced), (1, vec![64]));
    }

    /// A second cell of the same column, beside one that holds.
    #[test]
    fn a_cell_may_hold_and_be_doubtful() {
        let blocks = Blocks::new(ALL, set(&[70])).unwrap();
        assert_eq!((blocks.len, &*blocks.known), (64, &[0][..]));
        assert_eq!(blocks.beside(70).count(), 63);
        assert!(blocks.beside(70).all(|cell| cell != 70 && cell >= 64));
    }
}
