//! Buckets of points, of one or several windows of digits, and their weighted sums.

use ark_bls12_381::G1Affine;
use ark_ec::AffineRepr;
use kzg_traits::Exec;
use kzg_traits::memory_pool::Pooled;

use crate::batch_addition::Groups;

/// The fewest points that are added to their buckets together. Where there are more buckets, as many points wait as
/// there are buckets.
const POINTS_AT_ONCE: usize = 2048;

/// A point that is not yet added to its bucket.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    bucket: u32,
    point: u32,
    negate: bool,
}

/// Buckets for the absolute values of the signed digits of some windows.
#[derive(Debug)]
pub(crate) struct Buckets<'a> {
    points: &'a [G1Affine],
    /// Number of bits of a digit.
    bits: usize,
    /// Bucket `d` of window `w` is at `(w << (bits - 1)) + d`, that of the largest number at `w << (bits - 1)`.
    sums: Vec<G1Affine>,
    /// Points that are not yet added to their buckets.
    waiting: Pooled<Vec<Waiting>>,
    exec: &'a Exec,
}

impl<'a> Buckets<'a> {
    /// Creates the buckets for sums over these points, of windows whose digits have an absolute value of at most
    /// `2^(bits - 1)`.
    pub(crate) fn new(points: &'a [G1Affine], windows: usize, bits: usize, exec: &'a Exec) -> Self {
        Self {
            points,
            bits,
            sums: vec![G1Affine::identity(); windows << (bits - 1)],
            waiting: exec.scratch_vec(),
            exec,
        }
    }

    /// Adds the digit times the point at an index to the sum of a window.
    pub(crate) fn add(&mut self, window: usize, digit: i32, point: usize) {
        let largest = 1 << (self.bits - 1);
        debug_assert!(digit.unsigned_abs() <= largest, "a bucket of the window");
        if digit == 0 {
            return;
        }
        self.waiting.push(Waiting {
            bucket: (window as u32) * largest + digit.unsigned_abs() % largest,
            point: point as u32,
            negate: digit < 0,
        });
        if self.waiting.len() >= POINTS_AT_ONCE.max(self.sums.len()) {
            self.add_waiting();
        }
    }

    fn add_waiting(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let waiting = self.waiting.iter().map(|waiting| {
            let point = self.points[waiting.point as usize];
            let signed = if waiting.negate { -point } else { point };
            (waiting.bucket as usize, signed)
        });
        let members = finite(self.sums.iter().copied().enumerate()).chain(waiting);
        let groups = Groups::new(self.sums.len(), members, self.exec);
        groups.sum(&mut self.sums, self.exec);
        self.waiting.clear();
    }

    /// Returns `bits` points for each window: point `i` is the sum of the buckets whose number has bit `i`. So
    /// `Σ 2^i·(point i)` is the sum of the window.
    ///
    /// Buckets with an odd number have the lowest bit. The other bits are those of pairs of buckets, which are added up
    /// to half as many buckets, and so on.
    pub(crate) fn bit_sums(mut self) -> Vec<G1Affine> {
        self.add_waiting();
        let (bits, exec) = (self.bits, self.exec);
        let windows = self.sums.len() >> (bits - 1);
        let mut by_bit = vec![G1Affine::identity(); windows * bits];
        let of_windows = by_bit.chunks_mut(bits);
        for (by_bit, buckets) in of_windows.zip(self.sums.chunks_mut(1 << (bits - 1))) {
            // Only the bucket with the largest number has the highest bit.
            by_bit[bits - 1] = buckets[0];
        }
        for bit in 0..bits - 1 {
            let pairs_of_window = 1 << (bits - 2 - bit);
            let count = 2 * windows * pairs_of_window;
            let level = &mut self.sums[..count];
            // The first pair of a window has no other bit.
            let pairs = level.iter().copied().enumerate();
            let pairs = pairs
                .map(|(index, sum)| (index / 2, sum))
                .filter(|(pair, _)| pair % pairs_of_window != 0);
            let pairs = finite(pairs);
            let groups = Groups::new(count / 2, pairs, exec);
            // The odd buckets move to the upper half of the level, the sums of the pairs to the lower half.
            for odd in (0..count / 2).rev() {
                level[count / 2 + odd] = level[2 * odd + 1];
            }
            groups.sum(&mut level[..count / 2], exec);
        }
        // The odd buckets of all levels are summed together.
        let odd = (0..bits - 1).flat_map(|bit| {
            let of_window = 1 << (bits - 2 - bit);
            let odd = self.sums[windows * of_window..][..windows * of_window].iter();
            odd.enumerate()
                .map(move |(index, sum)| (index / of_window * bits + bit, *sum))
        });
        let highest = by_bit.iter().copied().enumerate();
        let groups = Groups::new(by_bit.len(), finite(odd.chain(highest)), exec);
        groups.sum(&mut by_bit, exec);
        by_bit
    }
}

/// Leaves out the points that are infinity.
fn finite(
    points: impl Iterator<Item = (usize, G1Affine)> + Clone,
) -> impl Iterator<Item = (usize, G1Affine)> + Clone {
    points.filter(|(_, point)| !point.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jacobian::normalize;
    use crate::samples;
    use ark_bls12_381::G1Projective;
    use ark_ff::AdditiveGroup;

    /// The numbers of points are below and above those that are added together. Some points are equal, opposite or
    /// infinity.
    #[test]
    fn bit_sums_add_up_to_the_sums_of_the_windows() {
        let exec = Exec::serial();
        let points: Vec<_> = samples::points(7).iter().map(|point| point.0).collect();
        let mut points = normalize(&points);
        points.extend([points[2], -points[2], G1Affine::identity()]);
        for (windows, bits) in [(1, 1), (1, 2), (3, 4), (2, 7)] {
            for count in [
                0,
                1,
                9,
                200,
                POINTS_AT_ONCE + 1,
                2 * POINTS_AT_ONCE + 7,
                5 * POINTS_AT_ONCE,
            ] {
                let mut buckets = Buckets::new(&points, windows, bits, &exec);
                let mut expected = vec![G1Projective::ZERO; windows];
                for k in 0..count {
                    let (window, point) = (k % windows, k / windows % points.len());
                    let digit = (k * 7 % ((1 << bits) + 1)) as i32 - (1 << (bits - 1));
                    buckets.add(window, digit, point);
                    expected[window] += points[point] * ark_bls12_381::Fr::from(digit);
                }
                let sums = buckets.bit_sums();
                let sums = sums.chunks(bits).map(|points| {
                    points
                        .iter()
                        .rev()
                        .fold(G1Projective::ZERO, |sum, point| sum.double() + point)
                });
                assert!(
                    sums.eq(expected),
                    "{windows} windows of {bits} bits, {count} points"
                );
            }
        }
    }
}
