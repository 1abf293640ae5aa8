//! `Σ scalars[i]·points[i]` over points that are new each time.
//!
//! Scalars are split into halves by the endomorphism and then into signed digits. In every window, the
//! position of a digit, bucket `d` collects the points whose digit is `±d`. The buckets of all windows
//! are summed together by batch affine additions, down to one point for each bit of a half. Horner's rule
//! combines those points. Up to 48 points have [subset sums](super::subset_sums) instead. Without a vector
//! engine, up to three points are [`interleaved`].
//!
//! Source: Pippenger, "On the evaluation of powers and related problems", FOCS 1976.

use kzg_traits::{Exec, Group};

use super::batch_adder::BatchAdder;
use super::bucket_sum::RangeSum;
use super::buckets::{Buckets, Digit, write_digits};
use super::horner::Horner;
use super::subset_sums::FEW_POINTS;
use super::{interleaved, subset_sums};
use crate::curve::additions::{Addition, LANES, Operand};
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::curve::endomorphism::{HALF_BITS, halves, minus_mu};
use crate::curve::jacobian::{G1, to_affine};
use crate::field::Fr;
use crate::selection::vector_engine;

/// The most points for which subset sums are faster than buckets by so much that their tables are worth the
/// memory.
const MOST_FOR_SUBSET_SUMS: usize = 48;

/// The possible window sizes, in bits.
const WINDOWS: core::ops::RangeInclusive<usize> = 3..=12;

/// Returns the sum over Jacobian points. With points outside the subgroup, it is any point of the curve.
pub(crate) fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
    let mut affine = exec.scratch_vec();
    affine.resize(points.len(), INFINITY);
    to_affine(points, &mut affine, exec);
    msm_affine(&affine, scalars, exec)
}

/// Returns the sum over affine points. With points outside the subgroup, it is any point of the curve.
pub(crate) fn msm_affine(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    assert_eq!(points.len(), scalars.len(), "one scalar for each point");
    // Infinity takes no part in a sum. Without it, a list of infinite points is no slower than another.
    if points.iter().any(|point| is_infinity(point)) {
        let (mut finite, mut of_finite) = (exec.scratch_vec(), exec.scratch_vec());
        let terms = points.iter().zip(scalars);
        for (point, scalar) in terms.filter(|(point, _)| !is_infinity(point)) {
            finite.push(*point);
            of_finite.push(*scalar);
        }
        return sum_finite(&finite, &of_finite, exec);
    }
    sum_finite(points, scalars, exec)
}

/// Returns the sum over finite points by the fastest method for their number.
fn sum_finite(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    if points.is_empty() {
        G1::identity()
    } else if points.len() <= FEW_POINTS && vector_engine().is_some() {
        let mut sum = [G1::identity()];
        subset_sums::sum_few(points, scalars, &mut sum, exec);
        sum[0]
    } else if points.len() <= FEW_POINTS {
        interleaved::msm(points, scalars, exec)
    } else if points.len() <= MOST_FOR_SUBSET_SUMS {
        subset_sums::sum(points, scalars, exec)
    } else {
        sum_by_buckets(points, scalars, exec)
    }
}

fn sum_by_buckets(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    let mut halved = exec.scratch_vec::<G1Affine>();
    let mut digits = exec.scratch_vec::<Digit>();
    let bits = WINDOWS
        .min_by_key(|&bits| windows(bits) * (2 * points.len() + (2 << (bits - 1))))
        .expect("there are windows");
    halved.extend(points);
    halved.extend(points.iter().map(minus_mu));
    digits.resize(halved.len() * windows(bits), Digit::default());
    for (j, scalar) in scalars.iter().enumerate() {
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

    // The sum of a window for its bit `i` belongs to bit `window·bits + i` of the halves.
    let mut by_bit = exec.scratch_vec::<G1Affine>();
    by_bit.resize((windows(bits) * bits).next_multiple_of(LANES), INFINITY);
    let mut additions = exec.scratch_vec::<Addition>();
    for (window, sums) in sums.chunks_exact(bits + 1).enumerate() {
        by_bit[window * bits..][..bits].copy_from_slice(&sums[..bits]);
        // Bucket g is that of the digit g + 1, so the plain sum is added once more.
        let first = window * (bits + 1);
        additions.push(Addition {
            left: Operand::new(first, false),
            right: Operand::new(first + bits, false),
            out: (window * bits) as u32,
        });
    }
    let mut adder = exec.scratch::<BatchAdder>();
    adder.add(&sums, &additions, &mut by_bit);
    let mut total = [G1::identity()];
    Horner::default().sum(&by_bit, by_bit.len(), &mut total);
    total[0]
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
        for n in [1, 2, 3, 4, 5, 8, 9, 17, 40, 57, 58, 65, 128, 300] {
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
