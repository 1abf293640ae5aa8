//! `Σ 2^t·sums[t]` by Horner's rule, for many rows of sums in lockstep.
//!
//! A vector engine takes eight rows in Jacobian coordinates. Fewer rows are split into segments of bits
//! that fill the lanes. By scalar arithmetic a step takes `A` to `2·A + S` as `(A + S) + A`. The middle
//! point needs no y coordinate: with `λ₁` the slope of the first addition, that of the second is
//! `2·y_A/(x_A - x_(A+S)) - λ₁`. With inversions shared by the rows a step takes eleven multiplications.
//!
//! Source: Eisenträger, Lauter, Montgomery, "Fast elliptic curve arithmetic and improved Weil
//! pairing evaluation", CT-RSA 2003.

use blst::blst_fp;
use kzg_traits::Group;

use crate::curve::additions::{Addition, Batch, LANES, Operand};
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::curve::base_field::{
    ONE, double, invert_in_place, is_zero, multiply_assign, square, subtract,
};
use crate::curve::batch_affine::ScalarAdder;
use crate::curve::jacobian::G1;
use crate::engine::VectorEngine;
use crate::selection::vector_engine;

/// Fewest rows for which shared inversions cost less than Jacobian coordinates.
const FEWEST_IN_LOCKSTEP: usize = 12;

/// Fewest rows for which a lane group costs less than scalar arithmetic.
const FEWEST_IN_LANES: usize = 3;

/// Horner's rule, and its working memory.
#[derive(Debug, Default)]
pub(super) struct Horner {
    totals: Vec<G1Affine>,
    inverses: Vec<blst_fp>,
    products: Vec<blst_fp>,
    slopes: Vec<blst_fp>,
    middles: Vec<blst_fp>,
    exceptional: ExceptionalRows,
}

/// The rows of a step for which one of the two additions is not by a chord.
#[derive(Debug, Default)]
struct ExceptionalRows {
    rows: Vec<usize>,
    /// The totals, then the sums that are added to them, then both together.
    points: Vec<G1Affine>,
    additions: Vec<Addition>,
    results: Vec<G1Affine>,
    adder: ScalarAdder,
}

impl Horner {
    /// `out[row] = Σ 2^t·sums[row·bits + t]`.
    pub(super) fn sum(&mut self, sums: &[G1Affine], bits: usize, out: &mut [G1]) {
        debug_assert_eq!(sums.len(), out.len() * bits);
        if let Some(engine) = vector_engine() {
            let segments = segments(out.len(), bits);
            if segments > 1 {
                return sum_in_segments(engine, sums, bits / segments, out);
            }
            if out.len() >= FEWEST_IN_LANES {
                let sums = sums.chunks(LANES * bits);
                for (sums, out) in sums.zip(out.chunks_mut(LANES)) {
                    engine.sum_rows(sums, bits, out);
                }
                return;
            }
        }
        if out.len() < FEWEST_IN_LOCKSTEP {
            for (row, total) in sums.chunks_exact(bits).zip(out) {
                *total = sum_one(row);
            }
            return;
        }
        self.totals.clear();
        let highest = sums.chunks_exact(bits).map(|row| row[bits - 1]);
        self.totals.extend(highest);
        for buffer in [&mut self.inverses, &mut self.slopes, &mut self.middles] {
            buffer.resize(out.len(), ONE);
        }
        for t in (0..bits - 1).rev() {
            self.double_and_add(|row| &sums[row * bits + t]);
        }
        for (total, affine) in out.iter_mut().zip(&self.totals) {
            *total = G1::from_affine(affine);
        }
    }

    /// Does one step of all rows.
    fn double_and_add<'a>(&mut self, sum: impl Fn(usize) -> &'a G1Affine) {
        self.exceptional.rows.clear();
        for (row, total) in self.totals.iter().enumerate() {
            let sum = sum(row);
            let difference = subtract(&sum.x, &total.x);
            if is_zero(&difference) || is_infinity(total) || is_infinity(sum) {
                self.exceptional.rows.push(row);
                self.inverses[row] = ONE;
            } else {
                self.inverses[row] = difference;
            }
        }
        invert_in_place(&mut self.inverses, &mut self.products);
        for (row, total) in self.totals.iter().enumerate() {
            let sum = sum(row);
            let slope = &mut self.slopes[row];
            *slope = subtract(&sum.y, &total.y);
            multiply_assign(slope, &self.inverses[row]);
            let middle = &mut self.middles[row];
            square(middle, slope);
            *middle = subtract(&subtract(middle, &total.x), &sum.x);
            let difference = subtract(&total.x, middle);
            if is_zero(&difference) {
                self.exceptional.rows.push(row);
                self.inverses[row] = ONE;
            } else {
                self.inverses[row] = difference;
            }
        }
        invert_in_place(&mut self.inverses, &mut self.products);
        self.exceptional.double_and_add(&self.totals, sum);
        for (row, total) in self.totals.iter_mut().enumerate() {
            let mut slope = double(&total.y);
            multiply_assign(&mut slope, &self.inverses[row]);
            slope = subtract(&slope, &self.slopes[row]);
            let mut x = blst_fp::default();
            square(&mut x, &slope);
            x = subtract(&subtract(&x, &total.x), &self.middles[row]);
            let mut y = subtract(&total.x, &x);
            multiply_assign(&mut y, &slope);
            total.y = subtract(&y, &total.y);
            total.x = x;
        }
        self.exceptional.write(&mut self.totals);
    }
}

impl ExceptionalRows {
    /// Computes `2·total + sum` for the exceptional rows, in two batches of additions.
    fn double_and_add<'a>(&mut self, totals: &[G1Affine], sum: impl Fn(usize) -> &'a G1Affine) {
        // Both passes over the rows may have found the same one.
        self.rows.sort_unstable();
        self.rows.dedup();
        let count = self.rows.len();
        if count == 0 {
            return;
        }
        self.points.clear();
        self.points.extend(self.rows.iter().map(|&row| totals[row]));
        self.points.extend(self.rows.iter().map(|&row| *sum(row)));
        self.results.resize(count, INFINITY);
        self.add_pairs(count);
        self.points.extend_from_slice(&self.results);
        self.add_pairs(2 * count);
    }

    /// Adds each total and the point `distance` places after it, into `results`.
    fn add_pairs(&mut self, distance: usize) {
        self.additions.clear();
        self.additions
            .extend((0..self.rows.len()).map(|i| Addition {
                left: Operand::new(i, false),
                right: Operand::new(i + distance, false),
                out: i as u32,
            }));
        let batch = Batch::new(&self.points, &self.additions, &[]);
        self.adder.add(&batch, &mut self.results);
    }

    fn write(&self, totals: &mut [G1Affine]) {
        for (row, result) in self.rows.iter().zip(&self.results) {
            totals[*row] = *result;
        }
    }
}

/// Returns the number of equal segments that a few rows are split into, each in a lane of its own; one if
/// the rows fill the lanes, or the number of bits has no suitable divisor.
fn segments(rows: usize, bits: usize) -> usize {
    let mut segments = 1;
    while 2 * segments * rows <= LANES && bits.is_multiple_of(2 * segments) && rows > 0 {
        segments *= 2;
    }
    segments
}

/// Computes [`Horner::sum`] for a few rows: the segments of all rows by Horner's rule in lanes, and then
/// each row from its segments by blst's doublings.
fn sum_in_segments(
    engine: &dyn VectorEngine,
    sums: &[G1Affine],
    segment_bits: usize,
    out: &mut [G1],
) {
    let mut totals = [G1::identity(); LANES];
    let totals = &mut totals[..sums.len() / segment_bits];
    engine.sum_rows(sums, segment_bits, totals);
    let segments = totals.len() / out.len();
    for (out, totals) in out.iter_mut().zip(totals.chunks_exact(segments)) {
        *out = totals.iter().rev().fold(G1::identity(), |sum, total| {
            let shifted = (0..segment_bits).fold(sum, |sum, _| sum.double());
            shifted + *total
        });
    }
}

/// `Σ 2^t·sums[t]` of any points, in Jacobian coordinates.
fn sum_one(sums: &[G1Affine]) -> G1 {
    sums.iter().rev().fold(G1::identity(), |total, sum| {
        let mut total = total.double();
        total.add_affine(sum);
        total
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fr;
    use crate::selection::testing::on_every_engine;
    use kzg_traits::Fr as _;

    fn multiple(k: i64) -> G1 {
        let point = G1::generator().mul(&Fr::from_u64(k.unsigned_abs()));
        if k < 0 { -point } else { point }
    }

    /// The numbers of rows include all boundaries: of lanes, of lockstep and of chunks. All sums are
    /// small multiples of one point, so that totals and middle points are often infinity, or equal or
    /// opposite to the next point.
    #[test]
    fn every_number_of_rows_about_the_boundaries() {
        const SMALL: i64 = 3;
        let small: Vec<G1Affine> = (-SMALL..=SMALL).map(|k| multiple(k).to_affine()).collect();
        let factor = |row: usize, t: usize| {
            let mixed = (row as i64 + 1) * 31 + (t as i64 + 1) * (row as i64 % 5 + 1) * 17;
            mixed % (2 * SMALL + 1) - SMALL
        };
        for bits in [1, 2, 7, 12, 16] {
            let row = |row: usize| (0..bits).map(move |t| factor(row, t));
            let expected: Vec<G1> = (0..129)
                .map(|index| multiple(row(index).rev().fold(0, |sum, k| 2 * sum + k)))
                .collect();
            let sums: Vec<G1Affine> = (0..129)
                .flat_map(row)
                .map(|k| small[(k + SMALL) as usize])
                .collect();
            on_every_engine(|engine| {
                let mut horner = Horner::default();
                for rows in (0..=17).chain([23, 24, 25, 127, 128, 129]) {
                    let mut out = vec![G1::generator(); rows];
                    horner.sum(&sums[..rows * bits], bits, &mut out);
                    assert_eq!(out, expected[..rows], "{engine}, {rows} rows of {bits}");
                }
            });
        }
    }
}
