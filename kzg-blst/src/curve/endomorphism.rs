//! The endomorphism of G1, and scalars in two halves by it.
//!
//! Let `x = 0xd201000000010000`, the negative of the parameter of BLS12-381, and `μ = x²`. The group
//! order is `r = μ² - μ + 1`, so `μ` is a primitive sixth root of unity modulo `r`. On G1,
//! multiplication by `μ` is the map `(X, Y) -> (β·X, -Y)`, where `β` is a cube root of unity in the
//! base field. The map takes one multiplication. A scalar is `k = k₁ + k₂·μ` with halves of 127 bits,
//! so that a multiple takes half as many doublings.
//!
//! The pairs of halves `(μ, -1)` and `(1, μ - 1)` stand for zero. Because `μ` is even, the addition of
//! the first changes the parity of `k₂` only, and that of the second the parities of `k₁` and `k₂`.
//!
//! Source: Gallant, Lambert, Vanstone, "Faster point multiplication on elliptic curves with
//! efficient endomorphisms", CRYPTO 2001; `r = x⁴ - x² + 1` is the definition of the curve.

use blst::blst_fp;

use super::affine::G1Affine;
use super::base_field::{multiply, multiply_assign};
use super::jacobian::G1;
use crate::field::Fr;

/// Number of bits for the magnitude of a half and a sign.
pub(crate) const HALF_BITS: usize = 128;

/// The absolute value of the curve's parameter.
pub(crate) const X: u64 = 0xd201_0000_0001_0000;
/// `μ`, which is 128 bits long.
const MU: u128 = X as u128 * X as u128;
/// Half of `μ`.
const HALF_MU: i128 = (MU / 2) as i128;

/// `β` in Montgomery form.
pub(crate) const BETA: blst_fp = blst_fp {
    l: [
        0x30f1_361b_798a_64e8,
        0xf3b8_ddab_7ece_5a2a,
        0x16a8_ca3a_c615_77f7,
        0xc26a_2ff8_74fd_029b,
        0x3636_b766_6070_1c6e,
        0x051b_a4ab_241b_6160,
    ],
};

/// `-μ·point`: the endomorphism without its change of sign, which an addition can do at no cost. The
/// image of infinity is infinity.
pub(crate) fn minus_mu(point: &G1Affine) -> G1Affine {
    let mut image = *point;
    multiply(&mut image.x, &point.x, &BETA);
    image
}

/// `μ·point`.
pub(crate) fn mu(point: &G1) -> G1 {
    let mut image = -*point;
    multiply_assign(&mut image.0.x, &BETA);
    image
}

/// `k₁` and `k₂` with `k₁ + k₂·μ = k`, neither larger than `μ/2 + 1` in absolute value.
pub(crate) fn halves(k: Fr) -> [i128; 2] {
    let mut words = k.to_words();
    // `k = q·μ + b`, from the digits of `k` to the base `x`.
    let low = divide_by_x(&mut words);
    let high = divide_by_x(&mut words);
    let q = u128::from(words[1]) << 64 | u128::from(words[0]);
    let b = u128::from(high) * u128::from(X) + u128::from(low);
    let (mut k1, mut q) = if b > MU / 2 {
        (-((MU - b) as i128), q + 1)
    } else {
        (b as i128, q)
    };
    // `(1, μ - 1)` is subtracted if that makes the second half smaller.
    let negative = q > MU / 2;
    if negative {
        k1 -= 1;
        q = MU - 1 - q;
    }
    let k2 = q as i128;
    [k1, if negative { -k2 } else { k2 }]
}

/// Returns `h₁ + 2^127` and `h₂ + 2^127` with `(2·h₁ + 1) + (2·h₂ + 1)·μ = k`. Both halves are odd, so
/// that they are sums `Σ ±2^t` over all `t` below 128. Bit `t` of the result is the sign of `2^t`: set
/// for plus.
pub(crate) fn sign_patterns(k: Fr) -> [u128; 2] {
    let [k1, k2] = halves(k);
    let against = |half: i128| if half < 0 { 1 } else { -1 };
    // Signs opposite to those of the halves keep the halves below `μ + 2`.
    let both = if k1 & 1 == 0 { against(k2) } else { 0 };
    let (k1, k2) = (k1 + both, k2 - both);
    let first = if k2 & 1 == 0 { against(k1) } else { 0 };
    let k2 = k2 - first;
    // `first·μ` and `both·μ` are still to be added. They are too large for a half, but not for `h`.
    let h1 = ((k1 - 1) >> 1) + first * HALF_MU;
    let h2 = ((k2 - 1) >> 1) + both * HALF_MU;
    [h1, h2].map(|h| h as u128 ^ 1 << 127)
}

/// Divides by `x` in place and returns the remainder.
fn divide_by_x(words: &mut [u64; 4]) -> u64 {
    let mut remainder = 0;
    for word in words.iter_mut().rev() {
        let dividend = u128::from(remainder) << 64 | u128::from(*word);
        // The remainder is below the divisor, so the quotient is one word.
        *word = (dividend / u128::from(X)) as u64;
        remainder = (dividend % u128::from(X)) as u64;
    }
    remainder
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::{Fr as _, Group};

    fn integer(magnitude: u128) -> Fr {
        let words = [magnitude as u64, (magnitude >> 64) as u64];
        Fr::from_u64(words[1]) * Fr::from_u64(2).pow(64) + Fr::from_u64(words[0])
    }

    fn signed(half: i128) -> Fr {
        let magnitude = integer(half.unsigned_abs());
        if half < 0 { -magnitude } else { magnitude }
    }

    fn scalars() -> Vec<Fr> {
        let mu = integer(MU);
        let x_cubed = mu * Fr::from_u64(X);
        let half = Fr::from_u64(2).inverse().unwrap();
        let mut scalars = vec![
            Fr::ZERO,
            mu,
            integer(MU / 2),
            integer(MU - 1),
            x_cubed,
            half,
        ];
        for k in 1..200_u64 {
            let seed = scalars[scalars.len() - 1];
            scalars.extend([Fr::from_u64(k), seed.square() + Fr::from_u64(k)]);
            scalars.push(mu * Fr::from_u64(k) + half);
        }
        let negatives: Vec<Fr> = scalars.iter().map(|k| -*k).collect();
        scalars.extend(negatives);
        scalars
    }

    #[test]
    fn the_map_multiplies_by_minus_mu() {
        for point in [G1::generator(), G1::generator().double(), G1::identity()] {
            let image = G1::from_affine(&minus_mu(&point.to_affine()));
            assert_eq!(image, -point.mul(&integer(MU)));
            assert_eq!(mu(&point), -image);
        }
    }

    #[test]
    fn the_halves_are_short_and_give_the_scalar() {
        let mu = integer(MU);
        for k in scalars() {
            let [k1, k2] = halves(k);
            assert_eq!(signed(k1) + signed(k2) * mu, k);
            assert!(k1.unsigned_abs().max(k2.unsigned_abs()) <= MU / 2 + 1);
        }
    }

    #[test]
    fn the_sign_patterns_give_the_scalar() {
        let mu = integer(MU);
        // Σ ±2^t = 2·Σ 2^t over the set bits, minus 2^128 - 1.
        let all = integer(u128::MAX);
        let value = |pattern: u128| integer(pattern) + integer(pattern) - all;
        for k in scalars() {
            let [first, second] = sign_patterns(k);
            assert_eq!(value(first) + value(second) * mu, k);
        }
    }

    #[test]
    fn a_fourth_root_of_unity_has_halves_of_64_bits() {
        let x_cubed = integer(MU) * Fr::from_u64(X);
        assert_eq!(x_cubed.square(), -Fr::ONE);
        assert_eq!(halves(x_cubed), [0, i128::from(X)]);
        assert_eq!(halves(-x_cubed), [0, -i128::from(X)]);
    }
}
