//! `Σ scalars[i]·points[i]` over points that are fixed at setup: the method of Brickell, Gordon,
//! McCurley and Wilson, with signed digits and batch affine additions.
//!
//! Scalars are split into halves, see [`endomorphism`](crate::curve::endomorphism). The table holds
//! `2^(c·i)·P` and `2^(c·i)·(-μ·P)` for every point `P` and window `i` of a half, so that all windows
//! share one set of buckets: bucket `d` collects the table points whose digit is `±d`. The second half
//! of the table takes one multiplication for each point instead of doublings.
//!
//! Source: Brickell, Gordon, McCurley, Wilson, "Fast exponentiation with precomputation",
//! EUROCRYPT 1992.

use kzg_traits::{Exec, Group, Precompute};

use super::bucket_sum::RangeSum;
use super::buckets::{Buckets, Digit, write_digits};
use crate::curve::additions::Operand;
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::endomorphism::{HALF_BITS, halves, minus_mu};
use crate::curve::jacobian::{G1, to_affine};
use crate::field::Fr;
use crate::selection::vector_engine;

/// The possible window sizes, in bits.
const WINDOWS: core::ops::RangeInclusive<usize> = 3..=15;
/// Number of ranges of buckets for each thread. More than one balances the load, and the memory of a
/// range fits a smaller cache.
const RANGES_PER_THREAD: usize = 2;
/// The fewest points for which a range of buckets is worth its fixed cost.
const POINTS_PER_RANGE: usize = 2048;

/// The multiples `2^(c·i)·P` of fixed points.
#[derive(Clone)]
pub(crate) struct FixedBaseTable {
    points: usize,
    window_bits: usize,
    /// Window `i` of point `j` is at `i·points + j`; the windows of the first half come first.
    multiples: Vec<G1Affine>,
}

impl FixedBaseTable {
    /// Returns the fastest window size whose table fits the budget; `None` if no table fits.
    pub(super) fn fitting_window(points: usize, precompute: Precompute) -> Option<usize> {
        WINDOWS
            .filter(|&bits| memory(points, bits) <= precompute.bytes())
            .min_by_key(|&bits| Self::additions(points, bits))
    }

    /// Returns the number of additions of one multiplication: each table point is added once, each
    /// bucket about twice.
    pub(super) fn additions(points: usize, window_bits: usize) -> usize {
        2 * points * windows(window_bits) + (2 << (window_bits - 1))
    }

    /// Computes the table.
    pub(super) fn new(points: &[G1], window_bits: usize, exec: &Exec) -> Self {
        let half = points.len() * windows(window_bits);
        let mut multiples = vec![INFINITY; 2 * half];
        let (first, second) = multiples.split_at_mut(half);
        let row_len = points.len().max(1);
        let mut current = points.to_vec();
        for (window, row) in first.chunks_mut(row_len).enumerate() {
            let chunk = exec.chunk_len(row_len, 1);
            let doublings = if window == 0 { 0 } else { window_bits };
            exec.for_each_chunk_mut(&mut current, chunk, |_, points| {
                double_many(points, doublings);
            });
            let current = &current;
            exec.for_each_chunk_mut(row, chunk, |index, row| {
                to_affine(&current[index * chunk..][..row.len()], row, exec);
            });
        }
        exec.for_each_row_mut((first, row_len), (second, row_len), |_, first, second| {
            for (image, point) in second.iter_mut().zip(first) {
                *image = minus_mu(point);
            }
        });
        Self {
            points: points.len(),
            window_bits,
            multiples,
        }
    }

    /// Returns the memory of the table in bytes.
    pub(crate) fn memory(&self) -> usize {
        size_of_val(self.multiples.as_slice())
    }

    /// Returns the sum of the points times the scalars.
    ///
    /// # Panics
    ///
    /// If there are not as many scalars as points.
    pub(crate) fn msm(&self, scalars: &[Fr], exec: &Exec) -> G1 {
        assert_eq!(scalars.len(), self.points, "one scalar for each point");
        let mut digits = exec.scratch_vec::<Digit>();
        digits.resize(self.multiples.len(), Digit::default());
        self.write_digits(scalars, &mut digits, exec);
        let count = 1 << (self.window_bits - 1);
        let mut buckets = exec.scratch::<Buckets>();
        buckets.sort(count, || self.by_digit(&digits));

        let ranges = (RANGES_PER_THREAD * exec.threads())
            .min(buckets.operands.len() / POINTS_PER_RANGE)
            .max(1)
            .next_power_of_two()
            .min(count);
        let range = count / ranges;
        let mut parts = exec.scratch_vec::<Part>();
        split_evenly(&buckets.bounds, range, &mut parts);
        let mut sums = exec.scratch_vec::<G1>();
        sums.resize(parts.len(), G1::identity());
        exec.for_each_mut(&mut sums, |index, sum| {
            let Part { start, from, to } = parts[index];
            let mut bounds = exec.scratch_vec::<u32>();
            let of_range = &buckets.bounds[start..=start + range];
            bounds.extend(of_range.iter().map(|&bound| bound.clamp(from, to)));
            let mut work = exec.scratch::<RangeSum>();
            // Bucket g of the range holds the points with the digits ±(start + g + 1).
            let (weighted, plain) = work.sum(&self.multiples, &buckets.operands, &bounds);
            *sum = weighted + plain.times(start as u64 + 1);
        });
        sums.iter().fold(G1::identity(), |total, sum| total + *sum)
    }

    /// Writes the digits of every scalar one after the other, those of the first half first.
    fn write_digits(&self, scalars: &[Fr], digits: &mut [Digit], exec: &Exec) {
        let windows = windows(self.window_bits);
        let share = exec.chunk_len(scalars.len(), RANGES_PER_THREAD);
        exec.for_each_chunk_mut(digits, share * 2 * windows, |index, digits| {
            let scalars = scalars[index * share..].iter();
            for (scalar, digits) in scalars.zip(digits.chunks_exact_mut(2 * windows)) {
                let (first, second) = digits.split_at_mut(windows);
                let [k1, k2] = halves(*scalar);
                write_digits(k1, self.window_bits, first.iter_mut());
                // The second half of the table holds multiples by `-μ`.
                write_digits(-k2, self.window_bits, second.iter_mut());
            }
        });
    }

    /// Returns the table points with a nonzero digit, and the bucket of each.
    fn by_digit(&self, digits: &[Digit]) -> impl Iterator<Item = (usize, Operand)> {
        let points = self.points;
        let scalars = digits.chunks_exact(2 * windows(self.window_bits));
        scalars.enumerate().flat_map(move |(j, digits)| {
            digits.iter().enumerate().filter_map(move |(row, digit)| {
                let (bucket, negate) = digit.bucket()?;
                Some((bucket, Operand::new(row * points + j, negate)))
            })
        })
    }
}

impl core::fmt::Debug for FixedBaseTable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FixedBaseTable")
            .field("points", &self.points)
            .field("window_bits", &self.window_bits)
            .finish_non_exhaustive()
    }
}

/// The points at `from..to` of the sorted points, which are in the buckets from `start` on.
#[derive(Clone, Copy, Debug)]
struct Part {
    start: usize,
    from: u32,
    to: u32,
}

/// Divides the points of the buckets that `bounds` delimits by ranges of `range` buckets. A range that has
/// more than twice its share of the points, because the scalars were chosen so, is divided further.
fn split_evenly(bounds: &[u32], range: usize, parts: &mut Vec<Part>) {
    let buckets = bounds.len() - 1;
    let share = bounds[buckets].div_ceil((buckets / range) as u32).max(1);
    for start in (0..buckets).step_by(range) {
        let (mut from, end) = (bounds[start], bounds[start + range]);
        loop {
            let to = end.min(from.saturating_add(share).saturating_add(share));
            parts.push(Part { start, from, to });
            from = to;
            if from == end {
                break;
            }
        }
    }
}

/// Doubles every point `times` times.
fn double_many(points: &mut [G1], times: usize) {
    if let Some(engine) = vector_engine() {
        return engine.double_many(points, times);
    }
    for point in points {
        for _ in 0..times {
            *point = point.double();
        }
    }
}

/// Number of windows of a half.
fn windows(window_bits: usize) -> usize {
    HALF_BITS.div_ceil(window_bits)
}

/// Memory of a table in bytes.
fn memory(points: usize, window_bits: usize) -> usize {
    2 * points * windows(window_bits) * size_of::<G1Affine>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::testing::{execs_on, on_every_engine};
    use kzg_traits::Fr as _;

    /// Points that include infinity, equal points and opposite points, so that buckets hold pairs
    /// without a chord.
    fn points(n: u64) -> Vec<G1> {
        (0..n)
            .map(|k| match k % 7 {
                3 => G1::identity(),
                4 => -G1::generator().mul(&Fr::from_u64(k - 1)),
                5 => G1::generator().mul(&Fr::from_u64(k - 2)),
                _ => G1::generator().mul(&Fr::from_u64(k)),
            })
            .collect()
    }

    fn naive(points: &[G1], scalars: &[Fr]) -> G1 {
        points
            .iter()
            .zip(scalars)
            .fold(G1::identity(), |sum, (point, scalar)| {
                sum + point.mul(scalar)
            })
    }

    fn scalar_lists(n: usize) -> Vec<Vec<Fr>> {
        let minus_one = -Fr::ONE;
        let half = Fr::from_u64(2).inverse().unwrap();
        let mut seed = Fr::from_u64(0x9e37_79b9_7f4a_7c15);
        let random = (0..n).map(|_| {
            seed = seed.square() + Fr::ONE;
            seed
        });
        vec![
            random.collect(),
            vec![Fr::ZERO; n],
            vec![Fr::ONE; n],
            vec![minus_one; n],
            vec![half; n],
            vec![half - Fr::ONE; n],
            (0..n as u64).map(|k| Fr::from_u64(1 << (k % 64))).collect(),
            (0..n)
                .map(|k| if k % 2 == 0 { Fr::ONE } else { minus_one })
                .collect(),
            vec![ones_in_every_window(); n],
        ]
    }

    /// A scalar whose halves both have the digit one in every window of 13 bits.
    fn ones_in_every_window() -> Fr {
        let half = (0..10).fold(Fr::ZERO, |sum, window| sum + power_of_two(13 * window));
        // The scalar is `k₁ + k₂·x²`, with the curve's parameter `x`.
        let parameter = Fr::from_u64(0xd201_0000_0001_0000);
        half + half * parameter.square()
    }

    fn power_of_two(exponent: u64) -> Fr {
        Fr::from_u64(2).pow(exponent)
    }

    #[test]
    fn no_thread_gets_many_more_points_than_another() {
        let points = 4096;
        let window = FixedBaseTable::fitting_window(points, Precompute::SMALL).unwrap();
        assert_eq!(window, 13, "the digits below are those of this window");
        for scalar in [ones_in_every_window(), Fr::ONE, -Fr::ONE] {
            let mut digits = vec![Digit::default(); 2 * windows(window)];
            let (first, second) = digits.split_at_mut(windows(window));
            let [k1, k2] = halves(scalar);
            write_digits(k1, window, first.iter_mut());
            write_digits(-k2, window, second.iter_mut());
            let count = 1 << (window - 1);
            let mut buckets = Buckets::default();
            buckets.sort(count, || {
                let of_all = (0..points).flat_map(|_| digits.iter().filter_map(|d| d.bucket()));
                of_all.map(|(bucket, negate)| (bucket, Operand::new(0, negate)))
            });
            let total = buckets.operands.len();
            for ranges in [1, 4, 16] {
                let mut parts = Vec::new();
                split_evenly(&buckets.bounds, count / ranges, &mut parts);
                let lengths = parts.iter().map(|part| (part.to - part.from) as usize);
                assert_eq!(lengths.clone().sum::<usize>(), total);
                assert!(
                    lengths.max() <= Some(2 * total.div_ceil(ranges)),
                    "{ranges}"
                );
                assert!(parts.len() <= 2 * ranges, "{} of {ranges}", parts.len());
            }
        }
    }

    #[test]
    fn equals_the_naive_sum_for_every_window_on_any_number_of_threads() {
        for n in [0, 1, 2, 37] {
            let points = points(n);
            let lists = scalar_lists(points.len());
            let expected: Vec<G1> = lists.iter().map(|list| naive(&points, list)).collect();
            on_every_engine(|engine| {
                let execs = execs_on(engine, 3);
                for bits in WINDOWS {
                    let table = FixedBaseTable::new(&points, bits, &execs[bits % 2]);
                    assert_eq!(table.memory(), memory(points.len(), bits));
                    for (scalars, expected) in lists.iter().zip(&expected) {
                        for exec in &execs {
                            let sum = table.msm(scalars, exec);
                            assert_eq!(sum, *expected, "{engine}, {n} points, {bits} bits");
                        }
                    }
                }
            });
        }
    }

    #[test]
    fn many_points_are_spread_over_ranges_of_buckets() {
        let points = points(600);
        let window = FixedBaseTable::fitting_window(points.len(), Precompute::SMALL).unwrap();
        let lists = scalar_lists(points.len());
        let expected: Vec<G1> = lists.iter().map(|list| naive(&points, list)).collect();
        on_every_engine(|engine| {
            let [serial, parallel] = execs_on(engine, 4);
            let table = FixedBaseTable::new(&points, window, &serial);
            for (scalars, expected) in lists.iter().zip(&expected) {
                assert_eq!(table.msm(scalars, &serial), *expected, "{engine}");
                assert_eq!(table.msm(scalars, &parallel), *expected, "{engine}");
            }
        });
    }

    #[test]
    fn no_table_beyond_the_budget() {
        assert_eq!(FixedBaseTable::fitting_window(64, Precompute::NONE), None);
    }
}
