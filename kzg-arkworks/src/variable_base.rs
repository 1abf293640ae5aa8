//! `Σ scalars[i]·points[i]` over points that are new each time.
//!
//! Scalars are split into halves by the endomorphism, and the halves into signed digits. In every window, the
//! position of a digit, bucket `d` collects the points whose digit is `±d`. Additions that share inversions reduce
//! the buckets to one point for each bit of a half: the sum of the buckets of its window whose number has that bit.
//! Horner's rule combines those points. Up to three points have a table of all sums of their images instead, so
//! that each bit takes one addition.
//!
//! Source: Pippenger, "On the evaluation of powers and related problems", FOCS 1976; Straus, "Addition chains of
//! vectors", 1964; Gallant, Lambert, Vanstone, "Faster point multiplication on elliptic curves with efficient
//! endomorphisms", CRYPTO 2001.

use ark_bls12_381::{G1Affine, G1Projective, g1};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, PrimeField};
use kzg_traits::Exec;

use crate::buckets::Buckets;
use crate::field::Fr;
use crate::group::{G1, double, normalize};

/// The square of the curve's parameter, `μ`. Multiplication by `-μ` is the endomorphism.
const MU: u128 = 0xd201_0000_0001_0000 * 0xd201_0000_0001_0000;
/// `2^320/μ`, rounded down.
const RECIPROCAL: BigInt<4> = BigInt([
    0x034e_b4b9_27ad_c027,
    0x63f6_e522_f6cf_ee2e,
    0x7c6b_ecf1_e01f_aadd,
    0x0000_0000_0000_0001,
]);
/// Number of bits of a half and its sign.
const HALF_BITS: usize = u128::BITS as usize;
/// The possible numbers of bits of a digit.
const WINDOW_BITS: core::ops::RangeInclusive<usize> = 2..=12;
/// The most points for which a table of sums is faster than buckets.
const FEW_POINTS: usize = 3;

/// A point and the magnitude of its factor.
#[derive(Clone, Copy)]
struct Term {
    point: G1Affine,
    factor: u128,
}

/// Returns the sum over affine points of the subgroup.
pub(crate) fn msm(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    assert_eq!(points.len(), scalars.len(), "one scalar for each point");
    let terms: Vec<Term> = points
        .iter()
        .zip(scalars)
        .filter(|(point, _)| !point.is_zero())
        .flat_map(|(point, scalar)| terms(point, scalar))
        .collect();
    let by_bit = if terms.len() <= 2 * FEW_POINTS {
        table_lookups(&terms)
    } else {
        bucket_sums(&terms, exec)
    };
    let mut sum = G1Projective::ZERO;
    for point in by_bit.iter().rev() {
        double(&mut sum);
        sum += point;
    }
    G1(sum)
}

/// Returns a point and its image with factors of at most 127 bits, whose sum is the point times the scalar.
fn terms(point: &G1Affine, scalar: &Fr) -> [Term; 2] {
    let term = |point: G1Affine, factor: i128| Term {
        point: if factor < 0 { -point } else { point },
        factor: factor.unsigned_abs(),
    };
    let [first, second] = halves(&scalar.0.into_bigint());
    // The image is the point times `-μ`.
    [term(*point, first), term(g1::endomorphism(point), -second)]
}

/// Returns `k₁` and `k₂` with `k₁ + k₂·μ = k` modulo the group order `r = μ² - μ + 1`, neither larger than
/// `μ/2 + 2^63` in absolute value.
///
/// arkworks' decomposition has longer halves. This one differs from kzg-blst's, which divides by the curve's
/// parameter, so that a comparison of both backends finds a fault of either.
fn halves(k: &BigInt<4>) -> [i128; 2] {
    // The nearest integer to `k/μ`, or a neighbour where both are nearly as close: the reciprocal is rounded down, which
    // changes `k/μ` by less than `2^-64`.
    let high = k.mul_high(&RECIPROCAL);
    let words = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
    let quotient = words(high.0[2], high.0[1]) + u128::from(high.0[0] >> 63);
    let rest = words(k.0[1], k.0[0]).wrapping_sub(quotient.wrapping_mul(MU)) as i128;
    // The halves `(1, μ - 1)` stand for zero.
    if quotient > MU / 2 {
        [rest - 1, quotient.wrapping_sub(MU - 1) as i128]
    } else {
        [rest, quotient as i128]
    }
}

/// Returns, for each bit, the sum of the points whose factor has the bit.
fn table_lookups(terms: &[Term]) -> Vec<G1Affine> {
    let mut sums = vec![G1Projective::ZERO];
    for term in terms {
        let with_term: Vec<_> = sums.iter().map(|sum| *sum + term.point).collect();
        sums.extend(with_term);
    }
    let sums = normalize(&sums);
    let lookup = |bit: usize| {
        let of_term = terms.iter().enumerate();
        sums[of_term.fold(0, |index, (i, term)| {
            index | ((term.factor >> bit) as usize & 1) << i
        })]
    };
    (0..HALF_BITS).map(lookup).collect()
}

/// Returns, for each bit, the sum of the buckets of its window whose number has that bit.
fn bucket_sums(terms: &[Term], exec: &Exec) -> Vec<G1Affine> {
    let bits = WINDOW_BITS
        .min_by_key(|&bits| HALF_BITS.div_ceil(bits) * additions(terms.len(), bits))
        .expect("there are windows");
    let windows = HALF_BITS.div_ceil(bits);
    let mut by_bit = vec![G1Affine::identity(); windows * bits];
    let at_once = exec.chunk_len(windows, 1);
    exec.for_each_chunk_mut(&mut by_bit, at_once * bits, |index, by_bit| {
        let windows = by_bit.len() / bits;
        let mut buckets = Buckets::new(windows, bits, exec);
        for window in 0..windows {
            for term in terms {
                let digit = digit(term.factor, index * at_once + window, bits);
                buckets.add(window, digit, &term.point);
            }
        }
        by_bit.copy_from_slice(&buckets.bit_sums());
    });
    by_bit
}

/// Estimates the additions of a window.
fn additions(terms: usize, bits: usize) -> usize {
    // A half of the buckets has each bit.
    terms + bits * (1 << (bits - 1)) / 2
}

/// Returns digit `window` of a factor below `2^127`: `Σ digit(i)·2^(bits·i)` is the factor. No digit is larger than
/// `2^(bits - 1)` in absolute value.
///
/// The digit has the bits of its window, the highest of them with a negative weight, and the highest bit of the window
/// below.
///
/// Source: Booth, "A signed binary multiplication technique", 1951.
fn digit(factor: u128, window: usize, bits: usize) -> i32 {
    let with_lower = (factor << 1 >> (window * bits)) as i32 & ((2 << bits) - 1);
    let carried = (with_lower + 1) >> 1;
    if with_lower >> bits == 1 {
        carried - (1 << bits)
    } else {
        carried
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use kzg_traits::Fr as _;

    /// Scalars for which a half is as large as possible, and zero, one and the endomorphism.
    fn scalars() -> Vec<Fr> {
        let mu = Fr::from_u64(0xd201_0000_0001_0000).square();
        let two = Fr::from_u64(2);
        let mut scalars = samples::scalars(50);
        for near in [Fr::ZERO, mu, mu.square(), two.inverse().unwrap()] {
            for factor in [Fr::ZERO, Fr::ONE, two, mu, mu - Fr::ONE] {
                // `μ` is even.
                let half = mu * two.inverse().unwrap();
                for middle in [Fr::ZERO, half, half * mu, half * (mu + Fr::ONE)] {
                    let scalar = near + factor * mu + middle;
                    scalars.extend([scalar, scalar - Fr::ONE, scalar + Fr::ONE, -scalar]);
                }
            }
        }
        scalars
    }

    #[test]
    fn halves_are_short_and_give_the_scalar() {
        let signed = |half: i128| {
            let [high, low] = [half.unsigned_abs() >> 64, half.unsigned_abs()].map(|k| k as u64);
            let magnitude = Fr::from_u64(high) * Fr::from_u64(2).pow(64) + Fr::from_u64(low);
            if half < 0 { -magnitude } else { magnitude }
        };
        let mu = Fr::from_u64(0xd201_0000_0001_0000).square();
        for k in scalars() {
            let [first, second] = halves(&k.0.into_bigint());
            assert_eq!(signed(first) + signed(second) * mu, k);
            let longest = first.unsigned_abs().max(second.unsigned_abs());
            assert!(longest <= MU / 2 + (1 << 63));
        }
    }

    #[test]
    fn digits_are_small_and_add_up_to_the_factor() {
        let largest = (1_u128 << 127) - 1;
        let mut factors = vec![
            0,
            1,
            2,
            3,
            largest,
            largest - 1,
            largest / 3,
            largest / 5 * 2,
        ];
        factors.extend((0..127).map(|bit| 1_u128 << bit));
        factors.extend((0..127).map(|bit| largest >> bit));
        for bits in WINDOW_BITS {
            let windows = HALF_BITS.div_ceil(bits);
            for &factor in &factors {
                let mut value = 0_u128;
                for window in (0..windows).rev() {
                    let digit = digit(factor, window, bits);
                    assert!(digit.unsigned_abs() <= 1 << (bits - 1));
                    value = (value << bits).wrapping_add_signed(digit.into());
                }
                assert_eq!(value, factor, "{bits} bits");
            }
        }
    }
}
