//! `Σ scalars[i]·points[i]` over points that are fixed at setup: the method of Brickell,
//! Gordon, McCurley and Wilson, with signed digits and batch-affine additions throughout.
//!
//! The table holds `2^(c·i)·P` for every point `P` and window `i`, so that all windows share
//! one set of buckets: bucket `d` collects the table points whose digit is `±d`. Buckets are
//! summed pairwise, level by level, all of them at once. The result, `Σ d·bucket[d]`, follows
//! by halving: with `B'[h] = B[2h] + B[2h+1]`, `Σ g·B[g] = 2·Σ h·B'[h] + Σ B[odd]`.
//!
//! Source: Brickell, Gordon, McCurley, Wilson, "Fast exponentiation with precomputation",
//! EUROCRYPT 1992.

use blst::blst_p1_affine;
use kzg_traits::{Exec, Group, Precompute};

use super::affine::{INFINITY, to_affine};
use super::batch_affine::{BatchAdder, Operand};
use crate::field::Fr;
use crate::group::G1;

/// Bits of the absolute value of a scalar, taken between `-r/2` and `r/2`, and its sign.
const SIGNED_SCALAR_BITS: usize = 255;
/// The window sizes that are considered, in bits.
const WINDOWS: core::ops::RangeInclusive<usize> = 3..=15;
/// Below this many points to a range of buckets a thread of its own does not pay.
const POINTS_PER_RANGE: usize = 2048;

/// The group order `r`, least significant word first.
const GROUP_ORDER: [u64; 4] = [
    0xffff_ffff_0000_0001,
    0x53bd_a402_fffe_5bfe,
    0x3339_d808_09a1_d805,
    0x73ed_a753_299d_7d48,
];

/// The multiples `2^(c·i)·P` of fixed points.
#[derive(Clone)]
pub(crate) struct FixedBaseTable {
    points: usize,
    window_bits: usize,
    /// Window `i` of point `j` at `i·points + j`.
    multiples: Vec<blst_p1_affine>,
}

impl FixedBaseTable {
    /// The fastest table for so many points that fits the budget; `None` if none fits.
    pub(crate) fn new(points: &[G1], precompute: Precompute, exec: &Exec) -> Option<Self> {
        let window_bits = WINDOWS
            .filter(|&bits| memory(points.len(), bits) <= precompute.bytes())
            .min_by_key(|&bits| additions(points.len(), bits))?;
        let windows = windows(window_bits);
        let mut multiples = vec![INFINITY; points.len() * windows];
        let mut current = points.to_vec();
        for (window, row) in multiples.chunks_mut(points.len().max(1)).enumerate() {
            let chunk = exec.chunk_len(points.len(), 1);
            let doublings = if window == 0 { 0 } else { window_bits };
            exec.for_each_mut(&mut current, |_, point| {
                for _ in 0..doublings {
                    *point = point.double();
                }
            });
            let current = &current;
            exec.for_each_chunk_mut(row, chunk, |index, row| {
                to_affine(&current[index * chunk..][..row.len()], row, exec);
            });
        }
        Some(Self {
            points: points.len(),
            window_bits,
            multiples,
        })
    }

    /// The memory it takes, in bytes.
    pub(crate) fn memory(&self) -> usize {
        size_of_val(self.multiples.as_slice())
    }

    pub(crate) fn msm(&self, scalars: &[Fr], exec: &Exec) -> G1 {
        assert_eq!(scalars.len(), self.points, "one scalar for each point");
        let mut buckets = exec.scratch::<Buckets>();
        buckets.sort(scalars, self);

        let count = buckets.bounds.len() - 1;
        let ranges = exec
            .threads()
            .next_power_of_two()
            .min(
                (buckets.operands.len() / POINTS_PER_RANGE)
                    .max(1)
                    .next_power_of_two(),
            )
            .min(count);
        let range = count / ranges;
        let mut sums = exec.scratch_vec::<G1>();
        sums.resize(ranges, G1::identity());
        exec.for_each_mut(&mut sums, |index, sum| {
            let start = index * range;
            let bounds = &buckets.bounds[start..=start + range];
            let mut work = exec.scratch::<RangeSum>();
            // Bucket g of the range holds the points with digit ±(start + g + 1).
            let (weighted, plain) = work.sum(&self.multiples, &buckets.operands, bounds);
            *sum = weighted + multiply_small(&plain, start + 1);
        });
        sums.iter().fold(G1::identity(), |total, sum| total + *sum)
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

fn windows(window_bits: usize) -> usize {
    SIGNED_SCALAR_BITS.div_ceil(window_bits)
}

fn memory(points: usize, window_bits: usize) -> usize {
    points * windows(window_bits) * size_of::<blst_p1_affine>()
}

/// The additions of one multiplication: each table point once, each bucket about twice.
fn additions(points: usize, window_bits: usize) -> usize {
    points * windows(window_bits) + (2 << (window_bits - 1))
}

/// `k·point` for an integer of a few bits.
fn multiply_small(point: &G1, k: usize) -> G1 {
    let mut product = G1::identity();
    for bit in (0..usize::BITS - k.leading_zeros()).rev() {
        product = product.double();
        if k >> bit & 1 == 1 {
            product += *point;
        }
    }
    product
}

/// The table points of every bucket, bucket after bucket.
#[derive(Debug, Default)]
struct Buckets {
    /// Signed digits, window by window: the absolute value doubled, plus one if negative.
    digits: Vec<u32>,
    /// The points of bucket `g`, whose digit is `g + 1`, at `bounds[g]..bounds[g + 1]`.
    operands: Vec<Operand>,
    bounds: Vec<u32>,
    cursors: Vec<u32>,
}

impl Buckets {
    /// Cuts the scalars into signed digits and sorts the table's points by them.
    fn sort(&mut self, scalars: &[Fr], table: &FixedBaseTable) {
        let bits = table.window_bits;
        let largest = 1_u32 << (bits - 1);
        self.digits.clear();
        self.digits.resize(table.multiples.len(), 0);
        self.bounds.clear();
        self.bounds.resize(largest as usize + 1, 0);
        for (j, scalar) in scalars.iter().enumerate() {
            let (magnitude, negative) = signed_magnitude(scalar.to_words());
            let mut carry = 0;
            for window in 0..windows(bits) {
                let mut digit = bit_field(&magnitude, window * bits, bits) + carry;
                let mut negate = negative;
                carry = 0;
                if digit > largest {
                    digit = (1 << bits) - digit;
                    negate = !negate;
                    carry = 1;
                }
                self.digits[window * table.points + j] = digit << 1 | u32::from(negate);
                if digit != 0 {
                    self.bounds[digit as usize] += 1;
                }
            }
            debug_assert_eq!(carry, 0, "the last window has room for the sign");
        }
        for bucket in 1..self.bounds.len() {
            self.bounds[bucket] += self.bounds[bucket - 1];
        }
        let filled = self.bounds[largest as usize] as usize;
        self.operands.clear();
        self.operands.resize(filled, Operand::new(0, false));
        self.cursors.clear();
        self.cursors.extend_from_slice(&self.bounds);
        for (index, &digit) in self.digits.iter().enumerate() {
            if digit >> 1 != 0 {
                let cursor = &mut self.cursors[(digit >> 1) as usize - 1];
                self.operands[*cursor as usize] = Operand::new(index, digit & 1 == 1);
                *cursor += 1;
            }
        }
    }
}

/// The smaller of `scalar` and `r - scalar`, and whether it is the latter.
fn signed_magnitude(scalar: [u64; 4]) -> ([u64; 4], bool) {
    let mut negated = [0; 4];
    let mut borrow = false;
    for (i, word) in negated.iter_mut().enumerate() {
        let (difference, first) = GROUP_ORDER[i].overflowing_sub(scalar[i]);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        *word = difference;
        borrow = first || second;
    }
    if negated.iter().rev().lt(scalar.iter().rev()) {
        (negated, true)
    } else {
        (scalar, false)
    }
}

/// `count` bits of a 256-bit integer, from bit `start`; zeros beyond its end.
fn bit_field(words: &[u64; 4], start: usize, count: usize) -> u32 {
    let (word, shift) = (start / 64, start % 64);
    let mut field = words.get(word).map_or(0, |low| low >> shift);
    if shift + count > 64 {
        field |= words.get(word + 1).map_or(0, |high| high << (64 - shift));
    }
    field as u32 & ((1 << count) - 1)
}

/// Working memory for the sum over a range of buckets.
#[derive(Debug, Default)]
struct RangeSum {
    adder: BatchAdder,
    pairs: Vec<(Operand, Operand)>,
    /// Groups of points that are being summed, before and after a level.
    groups: Groups,
    next: Groups,
    odd: Vec<blst_p1_affine>,
    odd_bounds: Vec<u32>,
}

/// Points group by group: group `g` at `bounds[g]..bounds[g + 1]`.
#[derive(Debug, Default)]
struct Groups {
    points: Vec<blst_p1_affine>,
    bounds: Vec<u32>,
}

impl RangeSum {
    /// `Σ g·bucket[g]` and `Σ bucket[g]` over the buckets that `bounds` delimits in `operands`.
    fn sum(&mut self, table: &[blst_p1_affine], operands: &[Operand], bounds: &[u32]) -> (G1, G1) {
        self.level(Some((table, operands)), bounds);
        self.reduce();
        // Every bucket is one point now, or none.
        let mut points: Vec<blst_p1_affine> = core::mem::take(&mut self.next.points);
        points.clear();
        points.extend(self.groups.bounds.windows(2).map(|bound| {
            if bound[0] == bound[1] {
                INFINITY
            } else {
                self.groups.points[bound[0] as usize]
            }
        }));

        self.odd.clear();
        self.odd_bounds.clear();
        self.odd_bounds.push(0);
        let mut halved = core::mem::take(&mut self.groups.points);
        while points.len() > 1 {
            self.odd.extend(points.iter().skip(1).step_by(2));
            self.odd_bounds.push(self.odd.len() as u32);
            self.pairs.clear();
            self.pairs.extend(
                (0..points.len() / 2)
                    .map(|h| (Operand::new(2 * h, false), Operand::new(2 * h + 1, false))),
            );
            halved.clear();
            halved.resize(points.len() / 2, INFINITY);
            self.adder.add(&points, &self.pairs, &mut halved);
            core::mem::swap(&mut points, &mut halved);
        }
        let total = points.first().map_or(G1::identity(), G1::from_affine);
        self.next.points = points;

        halved.clear();
        halved.append(&mut self.odd);
        self.groups.points = halved;
        core::mem::swap(&mut self.groups.bounds, &mut self.odd_bounds);
        self.reduce();
        let weighted = self
            .groups
            .bounds
            .windows(2)
            .rev()
            .fold(G1::identity(), |sum, bound| {
                let doubled = sum.double();
                if bound[0] == bound[1] {
                    doubled
                } else {
                    doubled + G1::from_affine(&self.groups.points[bound[0] as usize])
                }
            });
        (weighted, total)
    }

    /// Sums every group to at most one point.
    fn reduce(&mut self) {
        while self
            .groups
            .bounds
            .windows(2)
            .any(|bound| bound[1] - bound[0] > 1)
        {
            let bounds = core::mem::take(&mut self.groups.bounds);
            self.level(None, &bounds);
            // `level` left its bounds in `groups`; these come back as its memory next time.
            self.next.bounds = bounds;
        }
    }

    /// Adds the points of each group in pairs, into `groups`. The points are those of the table
    /// that `operands` names, or else those in `groups` itself.
    fn level(&mut self, from: Option<(&[blst_p1_affine], &[Operand])>, bounds: &[u32]) {
        self.pairs.clear();
        let operand = |at: u32| match from {
            Some((_, operands)) => operands[at as usize],
            None => Operand::new(at as usize, false),
        };
        self.next.bounds.clear();
        self.next.bounds.push(0);
        let mut end = 0;
        for bound in bounds.windows(2) {
            let (start, stop) = (bound[0], bound[1]);
            let count = stop - start;
            self.pairs.extend(
                (0..count / 2).map(|i| (operand(start + 2 * i), operand(start + 2 * i + 1))),
            );
            end += count.div_ceil(2);
            self.next.bounds.push(end);
        }
        let source = from.map_or(self.groups.points.as_slice(), |(table, _)| table);
        let mut sums = core::mem::take(&mut self.next.points);
        sums.clear();
        sums.resize(self.pairs.len(), INFINITY);
        self.adder.add(source, &self.pairs, &mut sums);
        // Spread the sums to their groups, back to front, with the odd points between them.
        let mut sum = sums.len();
        sums.resize(end as usize, INFINITY);
        for (group, bound) in bounds.windows(2).enumerate().rev() {
            let count = bound[1] - bound[0];
            let mut slot = self.next.bounds[group + 1] as usize;
            if count % 2 == 1 {
                slot -= 1;
                sums[slot] = operand(bound[1] - 1).read(source);
            }
            let paired = (count / 2) as usize;
            sums.copy_within(sum - paired..sum, slot - paired);
            sum -= paired;
        }
        self.next.points = sums;
        core::mem::swap(&mut self.groups, &mut self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::{Fr as _, Threads};
    use std::sync::Arc;

    /// Points with an infinity, equal and inverse ones among them, so that buckets hold pairs
    /// that the affine formula cannot add.
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
        ]
    }

    #[test]
    fn equals_the_naive_sum_for_every_window_on_any_number_of_threads() {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(3)
            .build()
            .unwrap();
        let execs = [Exec::serial(), Exec::new(Threads::Pool(Arc::new(pool)))];
        for n in [0, 1, 2, 37] {
            let points = points(n);
            for bits in WINDOWS {
                let budget = Precompute::within(memory(points.len(), bits));
                let table = FixedBaseTable::new(&points, budget, &execs[bits % 2]).unwrap();
                assert!(table.memory() <= budget.bytes());
                for scalars in scalar_lists(points.len()) {
                    for exec in &execs {
                        assert_eq!(table.msm(&scalars, exec), naive(&points, &scalars));
                    }
                }
            }
        }
    }

    #[test]
    fn many_points_are_spread_over_ranges_of_buckets() {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(4)
            .build()
            .unwrap();
        let parallel = Exec::new(Threads::Pool(Arc::new(pool)));
        let points = points(600);
        let table = FixedBaseTable::new(&points, Precompute::SMALL, &parallel).unwrap();
        for scalars in scalar_lists(points.len()) {
            let expected = naive(&points, &scalars);
            assert_eq!(table.msm(&scalars, &Exec::serial()), expected);
            assert_eq!(table.msm(&scalars, &parallel), expected);
        }
    }

    #[test]
    fn no_table_beyond_the_budget() {
        assert!(FixedBaseTable::new(&points(64), Precompute::NONE, &Exec::serial()).is_none());
    }
}
