//! The transforms of G1 in FK20, and their scalars as programs for the kernel `scale`.
//!
//! The sums of the columns, in bit-reversed order, are the values of a polynomial with 128
//! coefficients in G1. An inverse transform gives the coefficients, of which the lower 64 are wanted;
//! a transform of these gives the proofs, again in bit-reversed order. The division by 128 is a
//! factor of the columns' scalars.

use std::sync::Arc;

use kzg_blst::Fr;
use kzg_traits::Fr as _;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::domain::{Domain, bit_reversal_permutation};

use crate::device::table::upload;
use crate::driver::{Buffer, Context, DeviceError};

/// The square of the curve's parameter z; multiplication by it is an endomorphism.
const Z_SQUARED: u128 = 0xd201_0000_0001_0000_u128 * 0xd201_0000_0001_0000_u128;

/// The scalars of one stage of a transform, on the device.
#[derive(Debug)]
pub(crate) struct Twiddles {
    /// The positions that are scaled.
    pub(crate) positions: Buffer,
    /// A program for each position.
    pub(crate) programs: Buffer,
    /// The number of positions, and of steps of a program.
    pub(crate) count: usize,
    pub(crate) steps: usize,
}

/// The stages of both transforms, by the distance of their pairs: 1, 2, .., 64 of the inverse one,
/// then 64, .., 2, 1.
#[derive(Debug)]
pub(crate) struct Transforms {
    pub(crate) inverse: Vec<(usize, Option<Twiddles>)>,
    pub(crate) forward: Vec<(usize, Option<Twiddles>)>,
}

impl Transforms {
    /// Writes the programs and copies them to the device.
    ///
    /// # Errors
    ///
    /// [`DeviceError`].
    pub(crate) fn new(context: &Arc<Context>, domain: &Domain<Fr>) -> Result<Self, DeviceError> {
        let stages = |inverse: bool| {
            let mut distances: Vec<usize> = (0..7).map(|bits| 1 << bits).collect();
            if !inverse {
                distances.reverse();
            }
            let stage = |distance: usize| {
                let scalars = stage_scalars(domain, distance, inverse);
                Ok((distance, twiddles(context, &scalars)?))
            };
            distances
                .into_iter()
                .map(stage)
                .collect::<Result<_, DeviceError>>()
        };
        Ok(Self {
            inverse: stages(true)?,
            forward: stages(false)?,
        })
    }
}

/// The factors of the second points of a stage's pairs that are not one, with their positions.
fn stage_scalars(domain: &Domain<Fr>, distance: usize, inverse: bool) -> Vec<(u32, Fr)> {
    let mut roots = domain.roots(2 * distance).to_vec();
    bit_reversal_permutation(&mut roots);
    let second = (0..CELLS_PER_EXT_BLOB).filter(|position| position & distance != 0);
    second
        .filter(|position| position % distance != 0)
        .map(|position| {
            let exponent = position % distance;
            let exponent = if inverse {
                2 * distance - exponent
            } else {
                exponent
            };
            (position as u32, roots[exponent])
        })
        .collect()
}

fn twiddles(
    context: &Arc<Context>,
    scalars: &[(u32, Fr)],
) -> Result<Option<Twiddles>, DeviceError> {
    let programs: Vec<Vec<u32>> = scalars.iter().map(|(_, scalar)| program(*scalar)).collect();
    let Some(steps) = programs.iter().map(Vec::len).max() else {
        return Ok(None);
    };
    let bytes =
        |words: Vec<u32>| -> Vec<u8> { words.into_iter().flat_map(u32::to_le_bytes).collect() };
    let positions = scalars.iter().map(|(position, _)| *position).collect();
    let nothing = core::iter::repeat(NOTHING);
    let padded = programs
        .iter()
        .flat_map(|program| program.iter().copied().chain(nothing.clone()).take(steps))
        .collect();
    Ok(Some(Twiddles {
        positions: upload(context, &bytes(positions))?,
        programs: upload(context, &bytes(padded))?,
        count: scalars.len(),
        steps,
    }))
}

/// The steps of a program; see `kernels/scale.cu`.
const DOUBLE: u32 = 0;
const ADD: u32 = 1;
const SUBTRACT: u32 = 5;
const KEEP_SUM: u32 = 9;
const KEEP_DIFFERENCE: u32 = 10;
const NOTHING: u32 = 11;

/// The program that multiplies a point by a scalar: first the table, then the joint sparse form of
/// both halves of the scalar from the highest digits on.
fn program(scalar: Fr) -> Vec<u32> {
    let (low, high) = divide(&scalar.to_bytes());
    let mut steps = vec![ADD + 1, KEEP_SUM, SUBTRACT + 1, KEEP_DIFFERENCE];
    for (index, digits) in joint_sparse_form(low, high).into_iter().rev().enumerate() {
        if index > 0 {
            steps.push(DOUBLE);
        }
        match digits {
            (0, 0) => {}
            (1, 0) => steps.push(ADD),
            (-1, 0) => steps.push(SUBTRACT),
            (0, 1) => steps.push(ADD + 1),
            (0, -1) => steps.push(SUBTRACT + 1),
            (1, 1) => steps.push(ADD + 2),
            (-1, -1) => steps.push(SUBTRACT + 2),
            (1, -1) => steps.push(ADD + 3),
            (-1, 1) => steps.push(SUBTRACT + 3),
            _ => unreachable!("digits are -1, 0 or 1"),
        }
    }
    steps
}

/// The remainder and the quotient of a big-endian integer below r by z^2. Both are below 2^128.
fn divide(big_endian: &[u8; 32]) -> (u128, u128) {
    let (mut remainder, mut quotient) = (0_u128, 0_u128);
    for bit in 0..256 {
        let next = u128::from(big_endian[bit / 8] >> (7 - bit % 8) & 1);
        let carry = remainder >> 127 == 1;
        remainder = remainder << 1 | next;
        quotient <<= 1;
        if carry || remainder >= Z_SQUARED {
            remainder = remainder.wrapping_sub(Z_SQUARED);
            quotient |= 1;
        }
    }
    (remainder, quotient)
}

/// Digits -1, 0, 1 of two integers, lowest first, of which few pairs are not both zero.
///
/// Source: Solinas, "Low-weight binary representations for pairs of integers", algorithm 3.
fn joint_sparse_form(a: u128, b: u128) -> Vec<(i8, i8)> {
    let (mut a, mut b) = (a, b);
    let (mut carry_a, mut carry_b) = (0_u8, 0_u8);
    let mut digits = Vec::new();
    while a != 0 || b != 0 || carry_a != 0 || carry_b != 0 {
        let (low_a, low_b) = ((a & 7) as u8 + carry_a, (b & 7) as u8 + carry_b);
        let (digit_a, digit_b) = (digit(low_a, low_b), digit(low_b, low_a));
        if 2 * carry_a as i8 == 1 + digit_a {
            carry_a = 1 - carry_a;
        }
        if 2 * carry_b as i8 == 1 + digit_b {
            carry_b = 1 - carry_b;
        }
        digits.push((digit_a, digit_b));
        a >>= 1;
        b >>= 1;
    }
    digits
}

/// The lowest digit of an integer, from the lowest bits of it and of the other integer.
fn digit(own: u8, other: u8) -> i8 {
    if own.is_multiple_of(2) {
        return 0;
    }
    let digit = if own % 4 == 1 { 1 } else { -1 };
    let flipped = matches!(own % 8, 3 | 5) && other % 4 == 2;
    if flipped { -digit } else { digit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_multiply_by_their_scalar() {
        let z_squared = {
            let z = Fr::from_u64(0xd201_0000_0001_0000);
            z * z
        };
        let domain = Domain::<Fr>::new();
        let edges = [
            Fr::ZERO,
            Fr::ONE,
            -Fr::ONE,
            z_squared,
            z_squared - Fr::ONE,
            -z_squared,
        ];
        let mut length = 0;
        for &scalar in domain.roots(128).iter().chain(&edges) {
            // The program over the scalar field, with one in the place of the point.
            let point = Fr::ONE;
            let mut table = [point, z_squared, Fr::ZERO, Fr::ZERO];
            let mut sum = point;
            let program = program(scalar);
            length = length.max(program.len());
            for step in program {
                match step {
                    DOUBLE => sum += sum,
                    1..=4 => sum += table[step as usize - 1],
                    5..=8 => sum -= table[step as usize - 5],
                    KEEP_SUM => (table[2], sum) = (sum, point),
                    KEEP_DIFFERENCE => (table[3], sum) = (sum, Fr::ZERO),
                    _ => panic!("unknown step"),
                }
            }
            assert_eq!(sum, scalar);
        }
        assert!((180..=215).contains(&length), "{length} steps");
    }

    /// The numbers that `docs/gpu.md` has.
    #[test]
    fn the_programs_of_a_blob_have_the_documented_length() {
        let domain = Domain::<Fr>::new();
        let (mut points, mut doublings, mut additions) = (0, 0, 0);
        for bits in 0..7 {
            for inverse in [true, false] {
                for (_, scalar) in stage_scalars(&domain, 1 << bits, inverse) {
                    let program = program(scalar);
                    points += 1;
                    doublings += program.iter().filter(|step| **step == DOUBLE).count();
                    additions += program
                        .iter()
                        .filter(|step| (1..=8).contains(*step))
                        .count();
                }
            }
        }
        assert_eq!((points, doublings, additions), (642, 77_494, 36_513));
    }

    #[test]
    fn stages_transform_field_elements() {
        let domain = Domain::<Fr>::new();
        let mut values: Vec<Fr> = (0..128).map(|i| Fr::from_u64(i * i + 7)).collect();
        let given = values.clone();
        let stage = |values: &mut [Fr], distance: usize, inverse: bool| {
            let scalars = stage_scalars(&domain, distance, inverse);
            let scale = |values: &mut [Fr]| {
                for &(position, scalar) in &scalars {
                    values[position as usize] *= scalar;
                }
            };
            if inverse {
                scale(values);
            }
            for i in (0..128).filter(|i| i & distance == 0) {
                let (first, second) = (values[i], values[i + distance]);
                (values[i], values[i + distance]) = (first + second, first - second);
            }
            if !inverse {
                scale(values);
            }
        };
        for bits in 0..7 {
            stage(&mut values, 1 << bits, true);
        }
        let mut expected = given.clone();
        domain.ifft(&mut expected, 0);
        let size = Fr::from_u64(128);
        assert!(
            values
                .iter()
                .zip(&expected)
                .all(|(value, e)| *value == *e * size)
        );
        for bits in (0..7).rev() {
            stage(&mut values, 1 << bits, false);
        }
        assert!(
            values
                .iter()
                .zip(&given)
                .all(|(value, g)| *value == *g * size)
        );
    }
}
