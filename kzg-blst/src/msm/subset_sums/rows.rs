//! The sums of rows of scalars bit by bit, and Horner's rule over the bits.

use crate::curve::additions::{Addition, Operand};
use crate::curve::affine::{G1Affine, INFINITY, make_room};
use crate::curve::endomorphism::{HALF_BITS, minus_mu, sign_patterns};
use crate::curve::jacobian::G1;
use crate::field::Fr;
use crate::msm::batch_adder::BatchAdder;
use crate::msm::horner::Horner;
use crate::msm::subset_table::{MAX_POINTS, SubsetTable};

/// The sums of each row bit by bit, and the working memory.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// `S_t + μ·S'_t` of row `i` is at `i·128 + t`.
    pub(super) sums: Vec<G1Affine>,
    /// The signs of all points, bit by bit: those of the first halves, then those of the second.
    signs: Vec<u64>,
    adder: BatchAdder,
    additions: Vec<Addition>,
    /// Sums of groups before and after a level.
    before: Vec<G1Affine>,
    after: Vec<G1Affine>,
    horner: Horner,
}

impl Rows {
    /// Appends rows of scalars, one for each point of the table.
    pub(super) fn add<'a>(
        &mut self,
        table: &SubsetTable,
        scalars: impl ExactSizeIterator<Item = &'a [Fr]>,
    ) {
        let rows = scalars.len();
        self.set_signs(scalars, table.points());
        // A block holds one sum for each word of signs.
        let block = self.signs.len();
        self.add_pairs(table.groups(), block, Some(table));
        let mut blocks = table.groups().div_ceil(2);
        while blocks > 1 {
            self.add_pairs(blocks, block, None);
            blocks = blocks.div_ceil(2);
        }
        let second = block / 2;
        for sum in &mut self.before[second..block] {
            *sum = minus_mu(sum);
        }
        let start = self.sums.len() as u32;
        self.sums
            .resize(self.sums.len() + rows * HALF_BITS, INFINITY);
        self.additions.clear();
        self.additions.extend((0..second).map(|at| Addition {
            left: Operand::new(at, false),
            right: Operand::new(second + at, true),
            out: start + at as u32,
        }));
        self.adder
            .add(&self.before, &self.additions, &mut self.sums);
    }

    /// Computes the sum of each row over its bits.
    pub(super) fn finish(&mut self, out: &mut [G1]) {
        self.horner.sum(&self.sums, HALF_BITS, out);
    }

    /// Adds blocks in pairs: the groups of the table, looked up by the signs, or the blocks of `before`.
    fn add_pairs(&mut self, blocks: usize, block: usize, table: Option<&SubsetTable>) {
        let operand = |index: usize, at: usize, signs: &[u64]| match table {
            Some(table) => table.lookup(index, signs[at]),
            None => Operand::new(index * block + at, false),
        };
        self.additions.clear();
        for pair in 0..blocks / 2 {
            self.additions.extend((0..block).map(|at| Addition {
                left: operand(2 * pair, at, &self.signs),
                right: operand(2 * pair + 1, at, &self.signs),
                out: (pair * block + at) as u32,
            }));
        }
        make_room(&mut self.after, blocks.div_ceil(2) * block);
        let source = table.map_or(self.before.as_slice(), SubsetTable::sums);
        self.adder.add(source, &self.additions, &mut self.after);
        if blocks % 2 == 1 {
            let last = &mut self.after[blocks / 2 * block..][..block];
            for (at, sum) in last.iter_mut().enumerate() {
                *sum = operand(blocks - 1, at, &self.signs).read(source);
            }
        }
        core::mem::swap(&mut self.before, &mut self.after);
    }

    /// Sorts the signs of the halves of scalars by bits: word `128·i + t` of a half has the signs of
    /// bit `t` of row `i`.
    fn set_signs<'a>(&mut self, scalars: impl ExactSizeIterator<Item = &'a [Fr]>, points: usize) {
        let half = scalars.len() * HALF_BITS;
        self.signs.clear();
        self.signs.resize(2 * half, 0);
        for (row, scalars) in scalars.enumerate() {
            assert_eq!(scalars.len(), points, "one scalar for each point");
            let mut words = [[0_u64; MAX_POINTS]; 4];
            for (point, scalar) in scalars.iter().enumerate() {
                let [first, second] = sign_patterns(*scalar);
                words[0][point] = first as u64;
                words[1][point] = (first >> 64) as u64;
                words[2][point] = second as u64;
                words[3][point] = (second >> 64) as u64;
            }
            for (index, words) in words.iter_mut().enumerate() {
                transpose(words);
                let start = index / 2 * half + row * HALF_BITS + index % 2 * 64;
                self.signs[start..][..64].copy_from_slice(words);
            }
        }
    }
}

/// Transposes a square matrix of bits: bit `j` of word `i` becomes bit `i` of word `j`.
///
/// Source: Warren, "Hacker's Delight", 7-3.
pub(super) fn transpose(words: &mut [u64; 64]) {
    let mut size = 32;
    let mut mask = u64::MAX >> 32;
    while size > 0 {
        for i in (0..64).filter(|i| i & size == 0) {
            // The high part of the first word and the low part of the second are swapped.
            let swap = (words[i] >> size ^ words[i + size]) & mask;
            words[i] ^= swap << size;
            words[i + size] ^= swap;
        }
        size /= 2;
        mask ^= mask << size;
    }
}
