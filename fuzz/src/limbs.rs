//! Limbs at the bounds of the lane arithmetic, and their values.

use arbitrary::{Result, Unstructured};
use ark_bls12_381::Fq;
use ark_ff::{BigInteger as _, PrimeField};

use crate::inputs;

/// Limbs of `p` to the base `2^48`.
pub const P: [i64; 8] = split(inputs::MODULUS, 48);
/// Limbs of `r` to the base `2^52`.
pub const R: [i64; 5] = split(inputs::ORDER, 52);

/// Eight elements, one for each lane.
pub fn each_lane<const N: usize>(
    u: &mut Unstructured<'_>,
    limbs: impl Fn(&mut Unstructured<'_>) -> Result<[i64; N]>,
) -> Result<[[i64; N]; 8]> {
    let mut lanes = [[0; N]; 8];
    for lane in &mut lanes {
        *lane = limbs(u)?;
    }
    Ok(lanes)
}

/// Limbs of up to `bound` in absolute value, most of them at the bound.
pub fn balanced(u: &mut Unstructured<'_>, bound: i64) -> Result<[i64; 8]> {
    let mut limbs = [0; 8];
    for limb in &mut limbs {
        *limb = match u.int_in_range(0..=4_u8)? {
            0 => 0,
            1 => bound,
            2 => -bound,
            3 => bound - i64::from(u.arbitrary::<u8>()?),
            _ => u.int_in_range(-bound..=bound)?,
        };
    }
    Ok(limbs)
}

/// An element below `bound·p` with limbs below `2^48`: next to a multiple of `p`, or any.
pub fn normal(u: &mut Unstructured<'_>, bound: i64) -> Result<[i64; 8]> {
    below(u, &P, bound, 48)
}

/// An element below `bound·p` with limbs up to `2^52 - 1`: each limb lends to the one before.
pub fn loose(u: &mut Unstructured<'_>, bound: i64) -> Result<[i64; 8]> {
    let mut limbs = normal(u, bound)?;
    for i in 0..7 {
        let lent = u.int_in_range(0..=15_i64)?.min(limbs[i + 1]);
        limbs[i] += lent << 48;
        limbs[i + 1] -= lent;
    }
    Ok(limbs)
}

pub fn whole(u: &mut Unstructured<'_>, bound: i64) -> Result<[i64; 5]> {
    below(u, &R, bound, 52)
}

/// Limbs below `bound·modulus`: `k·modulus` with some small or any number added or subtracted.
pub fn below<const N: usize>(
    u: &mut Unstructured<'_>,
    modulus: &[i64; N],
    bound: i64,
    bits: u32,
) -> Result<[i64; N]> {
    let k = u.int_in_range(0..=bound - 1)?;
    let mut limbs = times(modulus, k, bits);
    let mut offset = [0; N];
    match u.int_in_range(0..=3_u8)? {
        0 => offset[0] = i64::from(u.arbitrary::<u8>()?),
        1 => {
            limbs = times(modulus, k + 1, bits);
            offset[0] = -1 - i64::from(u.arbitrary::<u8>()?);
        }
        2 => offset[u.choose_index(N - 1)?] = (1 << bits) - 1,
        _ => {
            for limb in &mut offset[..N - 1] {
                *limb = u.int_in_range(0..=(1 << bits) - 1)?;
            }
        }
    }
    let mut carry = 0;
    for (limb, offset) in limbs.iter_mut().zip(offset) {
        let sum = *limb + offset + carry;
        (*limb, carry) = (sum & ((1 << bits) - 1), sum >> bits);
    }
    Ok(limbs)
}

pub fn times<const N: usize>(limbs: &[i64; N], k: i64, bits: u32) -> [i64; N] {
    let mut carry = 0_i128;
    core::array::from_fn(|i| {
        let product = i128::from(limbs[i]) * i128::from(k) + carry;
        carry = product >> bits;
        // The highest limb keeps what does not fit.
        (if i + 1 < N {
            product & ((1 << bits) - 1)
        } else {
            product
        }) as i64
    })
}

/// The value of signed limbs to the base `2^bits`.
pub fn value<F: PrimeField>(limbs: &[i64], bits: u64) -> F {
    let base = power_of_two::<F>(bits);
    limbs
        .iter()
        .rev()
        .fold(F::zero(), |value, limb| value * base + F::from(*limb))
}

pub fn power_of_two<F: PrimeField>(exponent: u64) -> F {
    F::from(2_u64).pow([exponent])
}

/// The words of limbs to the base `2^48`.
pub fn words(limbs: &[i64; 8]) -> [u64; 6] {
    let integer = value::<Fq>(limbs, 48).into_bigint();
    debug_assert!(integer.num_bits() < 384);
    integer.0
}

/// Big-endian bytes as limbs of `bits` bits.
pub const fn split<const B: usize, const N: usize>(bytes: [u8; B], bits: usize) -> [i64; N] {
    let mut limbs = [0; N];
    let mut bit = 0;
    while bit < 8 * B {
        let set = bytes[B - 1 - bit / 8] >> (bit % 8) & 1;
        limbs[bit / bits] |= (set as i64) << (bit % bits);
        bit += 1;
    }
    limbs
}
