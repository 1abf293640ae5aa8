//! `Σ scalars[i]·points[i]` over points that are new each time.
//!
//! Scalars are split into halves by the endomorphism, and the halves into signed digits. In every window, the
//! position of a digit, bucket `d` collects the points whose digit is `±d`. Additions that share inversions reduce
//! the buckets to one point for each bit of a half: the sum of the buckets of its window whose number has that bit.
//! Horner's rule combines those points. Up to three points have a table of the sums of all subsets of the points and
//! their images instead, so that each bit takes one addition.
//!
//! Source: Pippenger, "On the evaluation of powers and related problems", FOCS 1976; Straus, "Addition chains of
//! vectors", 1964; Gallant, Lambert, Vanstone, "Faster point multiplication on elliptic curves with efficient
//! endomorphisms", CRYPTO 2001.

use ark_bls12_381::{G1Affine, G1Projective, g1};
use ark_ec::AffineRepr;
use ark_ec::bls12::Bls12Config;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, PrimeField};
use kzg_traits::Exec;

use crate::buckets::Buckets;
use crate::field::Fr;
use crate::group::G1;
use crate::jacobian::{normalize, sum_of_bits};

/// The absolute value of the curve's parameter.
const X: u64 = ark_bls12_381::Config::X[0];
/// The square of the curve's parameter, `μ`. Multiplication by `-μ` is the endomorphism.
const MU: u128 = X as u128 * X as u128;
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
const WINDOW_BITS: core::ops::RangeInclusive<usize> = 3..=12;
/// The fewest digits of a share of the windows. The inversions of a smaller one cost more than another thread saves.
const DIGITS_PER_SHARE: usize = 1024;
/// The most buckets that are summed together, unless one window has more, which limits the memory.
const BUCKETS_AT_ONCE: usize = 1024;
/// The most points for which a table of sums is faster than buckets.
const FEW_POINTS: usize = 3;

/// Points and the magnitudes of their factors.
#[derive(Default)]
struct Terms {
    points: Vec<G1Affine>,
    factors: Vec<u128>,
}

/// Returns the sum over affine points. With points outside the subgroup, it is any point of the curve.
pub(crate) fn msm(points: &[G1Affine], scalars: &[Fr], exec: &Exec) -> G1 {
    assert_eq!(points.len(), scalars.len(), "one scalar for each point");
    let mut terms = Terms::default();
    for (point, scalar) in points.iter().zip(scalars) {
        if !point.is_zero() {
            terms.push(point, scalar);
        }
    }
    G1(if terms.factors.is_empty() {
        G1Projective::ZERO
    } else if terms.factors.len() <= 2 * FEW_POINTS {
        sum_of_bits(&terms.table_lookups())
    } else {
        sum_of_bits(&terms.bucket_sums(exec))
    })
}

impl Terms {
    /// Appends a point and its image. Their products with the factors, which have at most 127 bits, add up to the
    /// point times the scalar.
    fn push(&mut self, point: &G1Affine, scalar: &Fr) {
        let [first, second] = halves(&scalar.0.into_bigint());
        // The image is the point times `-μ`.
        for (point, factor) in [(*point, first), (g1::endomorphism(point), -second)] {
            if factor != 0 {
                self.points.push(if factor < 0 { -point } else { point });
                self.factors.push(factor.unsigned_abs());
            }
        }
    }

    /// Returns, for each bit, the sum of the points whose factor has the bit.
    fn table_lookups(&self) -> Vec<G1Affine> {
        let mut sums = vec![G1Projective::ZERO];
        for point in &self.points {
            let with_point: Vec<_> = sums.iter().map(|sum| *sum + point).collect();
            sums.extend(with_point);
        }
        let sums = normalize(&sums);
        let lookup = |bit: usize| {
            let factors = self.factors.iter().enumerate();
            sums[factors.fold(0, |index, (i, factor)| {
                index | ((factor >> bit) as usize & 1) << i
            })]
        };
        (0..HALF_BITS).map(lookup).collect()
    }

    /// Returns, for each bit, the sum of the buckets of its window whose number has that bit.
    fn bucket_sums(&self, exec: &Exec) -> Vec<G1Affine> {
        let count = self.points.len();
        let bits = WINDOW_BITS
            .min_by_key(|&bits| HALF_BITS.div_ceil(bits) * additions(count, bits))
            .expect("there are windows");
        let windows = HALF_BITS.div_ceil(bits);
        let mut by_bit = vec![G1Affine::identity(); windows * bits];
        let share = exec.chunk_len(windows, 1);
        let at_once = share
            .max(DIGITS_PER_SHARE.div_ceil(count))
            .min(BUCKETS_AT_ONCE >> (bits - 1))
            .clamp(1, windows);
        exec.for_each_chunk_mut(&mut by_bit, at_once * bits, |index, by_bit| {
            let windows = by_bit.len() / bits;
            let mut buckets = Buckets::new(&self.points, windows, bits, exec);
            for window in 0..windows {
                for (point, factor) in self.factors.iter().enumerate() {
                    let digit = digit(*factor, index * at_once + window, bits);
                    buckets.add(window, digit, point);
                }
            }
            by_bit.copy_from_slice(&buckets.bit_sums());
        });
        by_bit
    }
}

/// Estimates the additions of a window.
fn additions(points: usize, bits: usize) -> usize {
    // Points that come to a bucket with a point take an addition each, and a bucket takes two where buckets are halved.
    points + (1 << (bits - 1))
}

/// Returns `k₁` and `k₂` with `k₁ + k₂·μ = k` modulo the group order `r = μ² - μ + 1`, neither larger than
/// `μ/2 + 2^63` in absolute value.
///
/// arkworks' decomposition has longer halves. This one differs from kzg-blst's, which divides by the curve's
/// parameter, so that a comparison of both backends finds a fault of either.
fn halves(k: &BigInt<4>) -> [i128; 2] {
    // The integer nearest to a number that is less than `2^-64` below `k/μ`, because the reciprocal is rounded down.
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

/// Returns digit `window` of a factor below `2^127`: `Σ digit(i)·2^(bits·i)` is the factor. No digit is larger than
/// `2^(bits - 1)` in absolute value.
///
/// The digit has the bits of its window, the highest of them with a negative weight, plus the highest bit of the window
/// below with the weight one.
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
        let mu = Fr::from_u64(X).square();
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
        let mu = Fr::from_u64(X).square();
        for k in scalars() {
            let [first, second] = halves(&k.0.into_bigint());
            assert_eq!(signed(first) + signed(second) * mu, k);
            let longest = first.unsigned_abs().max(second.unsigned_abs());
            assert!(longest <= MU / 2 + (1 << 63));
        }
    }

    #[test]
    fn the_reciprocal_is_rounded_down() {
        let x = BigInt::<4>::from(X);
        let mu = x.mul_low(&x);
        let (low, high) = RECIPROCAL.mul(&mu);
        assert_eq!(high, BigInt([u64::MAX, 0, 0, 0]));
        // The product and the remainder add up to `2^320`.
        let mut remainder = BigInt::zero();
        remainder.sub_with_borrow(&low);
        assert!(!remainder.is_zero() && remainder < mu);
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
