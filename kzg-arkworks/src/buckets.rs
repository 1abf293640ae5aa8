//! Buckets of points, of one or several windows of digits, and their weighted sums.

use ark_bls12_381::G1Affine;
use ark_ec::AffineRepr;
use kzg_traits::Exec;
use kzg_traits::memory_pool::Pooled;

use crate::batch_addition::Groups;

/// The points that wait until they are added to their buckets, which limits the memory.
const MOST_WAITING: usize = 8192;

/// Buckets for the absolute values of the signed digits of some windows.
#[derive(Debug)]
pub(crate) struct Buckets<'a> {
    /// Number of bits of a digit.
    bits: usize,
    /// Bucket `d` of window `w` is at `(w << (bits - 1)) + d - 1`.
    sums: Vec<G1Affine>,
    /// Points that are not yet added to the bucket at the index beside them.
    waiting: Pooled<Vec<(usize, G1Affine)>>,
    exec: &'a Exec,
}

impl<'a> Buckets<'a> {
    /// Creates the buckets of windows whose digits have an absolute value of at most `2^(bits - 1)`.
    pub(crate) fn new(windows: usize, bits: usize, exec: &'a Exec) -> Self {
        Self {
            bits,
            sums: vec![G1Affine::identity(); windows << (bits - 1)],
            waiting: exec.scratch_vec(),
            exec,
        }
    }

    /// Adds the point times the digit to the sum of a window.
    pub(crate) fn add(&mut self, window: usize, digit: i32, point: &G1Affine) {
        if digit == 0 || point.is_zero() {
            return;
        }
        let bucket = (window << (self.bits - 1)) + digit.unsigned_abs() as usize - 1;
        let point = if digit < 0 { -*point } else { *point };
        self.waiting.push((bucket, point));
        if self.waiting.len() >= MOST_WAITING.max(2 * self.sums.len()) {
            self.add_waiting();
        }
    }

    fn add_waiting(&mut self) {
        let sums = self.sums.iter().copied().enumerate();
        let members = finite(sums).chain(self.waiting.iter().copied());
        self.sums = Groups::new(self.sums.len(), members, self.exec).sums(self.exec);
        self.waiting.clear();
    }

    /// Returns `bits` points for each window: point `i` is the sum of the buckets whose number has bit `i`. So
    /// `Σ 2^i·(point i)` is the sum of the window.
    pub(crate) fn bit_sums(mut self) -> Vec<G1Affine> {
        self.add_waiting();
        let (bits, of_window) = (self.bits, 1 << (self.bits - 1));
        let members = finite(self.sums.iter().copied().enumerate()).flat_map(|(bucket, sum)| {
            let (window, number) = (bucket / of_window, bucket % of_window + 1);
            let bits_of_number = (0..bits).filter(move |bit| number >> bit & 1 == 1);
            bits_of_number.map(move |bit| (window * bits + bit, sum))
        });
        Groups::new(self.sums.len() / of_window * bits, members, self.exec).sums(self.exec)
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
    use crate::group::normalize;
    use crate::samples;
    use ark_bls12_381::G1Projective;
    use ark_ff::AdditiveGroup;

    /// The numbers of points are below and above the most that wait.
    #[test]
    fn bit_sums_add_up_to_the_sums_of_the_windows() {
        let exec = Exec::serial();
        let points: Vec<_> = samples::points(7).iter().map(|point| point.0).collect();
        let mut points = normalize(&points);
        points.extend([points[2], -points[2], G1Affine::identity()]);
        for (windows, bits) in [(1, 1), (1, 2), (3, 4), (2, 7)] {
            for count in [0, 1, 9, 200, MOST_WAITING + 1, 2 * MOST_WAITING + 7] {
                let mut buckets = Buckets::new(windows, bits, &exec);
                let mut expected = vec![G1Projective::ZERO; windows];
                for k in 0..count {
                    let (window, point) = (k % windows, &points[k * k % points.len()]);
                    let digit = (k * 7 % ((1 << bits) + 1)) as i32 - (1 << (bits - 1));
                    buckets.add(window, digit, point);
                    expected[window] += *point * ark_bls12_381::Fr::from(digit);
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
