//! `Σ scalars[i]·points[i]` over a few points: all of them share one chain of doublings.
//!
//! Every scalar is split into two halves by the endomorphism, and every half is a sequence of signed
//! odd digits, most of them zero. A small table holds the odd multiples of the points.
//!
//! Source: Straus, "Addition chains of vectors", 1964; Möller, "Algorithms for
//! multi-exponentiation", SAC 2001: interleaving with width-w non-adjacent forms.

use kzg_traits::{Exec, Group};

use super::subset_sums::FEW_POINTS;
use crate::curve::additions::Operand;
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::curve::endomorphism::{HALF_BITS, halves, minus_mu};
use crate::curve::jacobian::{G1, to_affine};
use crate::field::Fr;

/// Number of bits of a digit. Digits are odd or zero.
const WIDTH: usize = 5;
/// Number of odd multiples of a point in the table, for digits of either sign.
const ODD_MULTIPLES: usize = 1 << (WIDTH - 2);

/// The signed odd digits of a half, least significant first.
type Digits = [i8; HALF_BITS];

/// Returns the sum over at most [`FEW_POINTS`] points. With points outside the subgroup, it is any
/// point of the curve.
pub(super) fn msm(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    assert!(points.len() <= FEW_POINTS, "few points");
    let mut multiples = exec.scratch_vec();
    let mut digits = [[0; HALF_BITS]; 2 * FEW_POINTS];
    let mut finite = 0;
    for (point, scalar) in points.iter().zip(scalars) {
        if is_infinity(point) {
            continue;
        }
        let mut multiple = G1::from_affine(point);
        let twice = multiple.double();
        for _ in 0..ODD_MULTIPLES {
            multiples.push(multiple);
            multiple += twice;
        }
        let [first, second] = halves(*scalar);
        digits[finite] = odd_digits(first);
        // The table holds the images under `-μ`.
        digits[FEW_POINTS + finite] = odd_digits(-second);
        finite += 1;
    }
    let mut table = exec.scratch_vec();
    table.resize(multiples.len(), INFINITY);
    to_affine(&multiples, &mut table, exec);
    for i in 0..multiples.len() {
        let image = minus_mu(&table[i]);
        table.push(image);
    }

    let mut sum = G1::identity();
    for place in (0..HALF_BITS).rev() {
        sum = sum.double();
        for half in 0..2 {
            for point in 0..finite {
                let digit = digits[half * FEW_POINTS + point][place];
                if digit != 0 {
                    let multiple = usize::from(digit.unsigned_abs() / 2);
                    let index = (half * finite + point) * ODD_MULTIPLES + multiple;
                    sum.add_affine(&Operand::new(index, digit < 0).read(&table));
                }
            }
        }
    }
    sum
}

/// Returns the non-adjacent form of a half. A digit is zero, or odd and below `2^(WIDTH - 1)` in absolute
/// value.
fn odd_digits(half: i128) -> Digits {
    let mut digits = [0; HALF_BITS];
    let mut rest = half.unsigned_abs();
    for digit in &mut digits {
        if rest & 1 == 1 {
            let low = (rest & ((1 << WIDTH) - 1)) as i8;
            let signed = if low >= 1 << (WIDTH - 1) {
                low - (1 << WIDTH)
            } else {
                low
            };
            // A half has a spare bit, so that a carry does not overflow.
            rest = rest.wrapping_sub(signed as u128);
            *digit = if half < 0 { -signed } else { signed };
        }
        rest >>= 1;
    }
    debug_assert_eq!(rest, 0, "a half fits");
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::Fr as _;

    #[test]
    fn equals_the_naive_sum_for_every_number_of_points() {
        let mut scalar = Fr::from_u64(0x9e37_79b9_7f4a_7c15);
        // The points include infinity, the generator and its negative, and the scalars include those at
        // the edges of the range.
        for (n, first) in (0..=FEW_POINTS).flat_map(|n| (0..5).map(move |first| (n, first))) {
            let (mut points, mut scalars) = (Vec::new(), Vec::new());
            let mut naive = G1::identity();
            for k in first..first + n {
                scalar = scalar.square() + Fr::ONE;
                let point = match k % 5 {
                    2 => G1::identity(),
                    3 => G1::generator(),
                    4 => -G1::generator(),
                    _ => G1::generator().mul(&scalar),
                };
                let edges = [Fr::ZERO, Fr::ONE, -Fr::ONE, scalar, scalar, scalar];
                let chosen = edges[(k + n) % edges.len()];
                naive += point.mul(&chosen);
                points.push(point.to_affine());
                scalars.push(chosen);
            }
            assert_eq!(msm(&points, &scalars, &Exec::serial()), naive);
        }
    }

    #[test]
    fn digits_give_the_half() {
        let largest = i128::MAX >> 1;
        for half in [
            0,
            1,
            -1,
            15,
            16,
            17,
            31,
            -33,
            largest,
            -largest,
            largest / 3,
        ] {
            let digits = odd_digits(half);
            let value = digits
                .iter()
                .rev()
                .fold(0_i128, |sum, &digit| 2 * sum + i128::from(digit));
            assert_eq!(value, half);
            for digit in digits.iter().filter(|digit| **digit != 0) {
                assert!(digit % 2 != 0 && digit.unsigned_abs() < 1 << (WIDTH - 1));
            }
        }
    }
}
