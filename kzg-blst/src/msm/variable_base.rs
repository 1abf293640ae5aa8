//! `Σ scalars[i]·points[i]` over points that are new each time.
//!
//! Scalars are split into halves by the endomorphism and then into signed digits. In every window, the
//! position of a digit, bucket `d` collects the points whose digit is `±d`. The buckets of all windows
//! are summed together by batch affine additions, down to one point for each bit of a half. A chain of
//! doublings combines those points. Sums over few points are [`interleaved`] instead.
//!
//! Source: Pippenger, "On the evaluation of powers and related problems", FOCS 1976.

use kzg_traits::{Exec, Group};

use super::bucket_sum::RangeSum;
use super::buckets::{Buckets, Digit, write_digits};
use super::interleaved;
use crate::curve::additions::Operand;
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::curve::endomorphism::{HALF_BITS, halves, minus_mu};
use crate::curve::jacobian::{G1, to_affine};
use crate::field::Fr;

/// The possible window sizes, in bits.
const WINDOWS: core::ops::RangeInclusive<usize> = 3..=12;

/// Returns the sum over Jacobian points of the subgroup.
pub(crate) fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
    let mut affine = exec.scratch_vec();
    affine.resize(points.len(), INFINITY);
    to_affine(points, &mut affine, exec);
    msm_affine(&affine, scalars, exec)
}

/// Returns the sum over affine points of the subgroup.
pub(crate) fn msm_affine(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    assert_eq!(points.len(), scalars.len(), "one scalar for each point");
    if points.len() <= interleaved::MOST_POINTS {
        return interleaved::msm(points, scalars, exec);
    }
    let mut halved = exec.scratch_vec::<G1Affine>();
    let mut digits = exec.scratch_vec::<Digit>();
    let bits = WINDOWS
        .min_by_key(|&bits| windows(bits) * (2 * points.len() + (2 << (bits - 1))))
        .expect("there are windows");
    halved.extend(points);
    halved.extend(points.iter().map(minus_mu));
    digits.resize(halved.len() * windows(bits), Digit::default());
    for (j, (point, scalar)) in points.iter().zip(scalars).enumerate() {
        if is_infinity(point) {
            continue;
        }
        let [first, second] = halves(*scalar);
        write_digits(first, bits, digits[j..].iter_mut().step_by(halved.len()));
        let images = digits[points.len() + j..].iter_mut();
        write_digits(-second, bits, images.step_by(halved.len()));
    }

    // Every thread takes a share of the windows. A window has `bits + 1` sums.
    let share = exec.chunk_len(windows(bits), 1);
    let mut sums = exec.scratch_vec::<G1Affine>();
    sums.resize(windows(bits) * (bits + 1), INFINITY);
    exec.for_each_chunk_mut(&mut sums, share * (bits + 1), |index, sums| {
        let windows = sums.len() / (bits + 1);
        let digits = &digits[index * share * halved.len()..][..windows * halved.len()];
        let mut buckets = exec.scratch::<Buckets>();
        buckets.sort(windows << (bits - 1), || {
            by_digit(digits, halved.len(), bits)
        });
        let mut work = exec.scratch::<RangeSum>();
        work.sum_windows(&halved, &buckets.operands, &buckets.bounds, windows);
        for (window, sums) in sums.chunks_exact_mut(bits + 1).enumerate() {
            for (bit, sum) in sums[..bits - 1].iter_mut().enumerate() {
                *sum = work.bit(bit, window);
            }
            sums[bits] = work.total(window);
        }
    });

    let mut total = G1::identity();
    for sums in sums.chunks_exact(bits + 1).rev() {
        for sum in sums[..bits].iter().rev() {
            total = total.double();
            total.add_affine(sum);
        }
        // Bucket g is that of the digit g + 1, so the plain sum is added once more.
        total.add_affine(&sums[bits]);
    }
    total
}

/// Number of windows of a half.
fn windows(bits: usize) -> usize {
    HALF_BITS.div_ceil(bits)
}

/// Returns the points with a nonzero digit, and the bucket of each. Buckets are numbered window after
/// window, in a window by the absolute value of the digit. A window has `points` digits.
fn by_digit(
    digits: &[Digit],
    points: usize,
    bits: usize,
) -> impl Iterator<Item = (usize, Operand)> {
    let windows = digits.chunks_exact(points).enumerate();
    windows.flat_map(move |(window, digits)| {
        digits.iter().enumerate().filter_map(move |(point, digit)| {
            let (bucket, negate) = digit.bucket()?;
            Some(((window << (bits - 1)) + bucket, Operand::new(point, negate)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::testing::{execs_on, on_every_engine};
    use kzg_traits::Fr as _;

    #[test]
    fn equals_the_naive_sum_on_any_number_of_threads() {
        let mut seed = Fr::from_u64(0x9e37_79b9_7f4a_7c15);
        for n in [17, 40, 128, 300] {
            let points: Vec<G1> = (0..n)
                .map(|k| match k % 7 {
                    3 => G1::identity(),
                    4 => -G1::generator().mul(&Fr::from_u64(k - 1)),
                    5 => G1::generator().mul(&Fr::from_u64(k - 2)),
                    _ => G1::generator().mul(&Fr::from_u64(k)),
                })
                .collect();
            let mut random = || {
                seed = seed.square() + Fr::ONE;
                seed
            };
            let lists: [Vec<Fr>; 5] = [
                points.iter().map(|_| random()).collect(),
                vec![Fr::ZERO; points.len()],
                vec![Fr::ONE; points.len()],
                vec![-Fr::ONE; points.len()],
                vec![random(); points.len()],
            ];
            for scalars in lists {
                let naive = points
                    .iter()
                    .zip(&scalars)
                    .fold(G1::identity(), |sum, (p, k)| sum + p.mul(k));
                on_every_engine(|engine| {
                    for exec in execs_on(engine, 3) {
                        assert_eq!(msm(&points, &scalars, &exec), naive, "{n} points, {engine}");
                    }
                });
            }
        }
    }
}
