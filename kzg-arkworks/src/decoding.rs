//! The decoding of points.

use ark_bls12_381::{Fq, Fq2, G1Affine, G1Projective, G2Affine, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::bls12::Bls12Config;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, BitIteratorBE, Field, PrimeField};
use kzg_traits::PointError;
use kzg_traits::encoding::{CompressedPoint, check_encoding};

use crate::field::integer;
use crate::jacobian::double;

/// Bytes in an element of the base field.
const COORDINATE_BYTES: usize = 48;

/// `(p + 1)/4`.
const SQUARE_ROOT: BigInt<6> = {
    // p is 3 modulo 4, so that (p + 1)/4 = (p - 3)/4 + 1, and the division by four rounds down.
    let mut quotient = Fq::MODULUS
        .divide_by_2_round_down()
        .divide_by_2_round_down();
    quotient.0[0] += 1;
    quotient
};
/// The most bits of a window of [`power`].
const WINDOW: usize = 5;

/// A coordinate of a point: an element of the base field or of its quadratic extension.
pub(crate) trait Coordinate: Sized {
    /// Decodes big-endian bytes; `None` unless they are canonical.
    fn from_big_endian(bytes: &[u8]) -> Option<Self>;

    /// A square root; `None` if there is none.
    fn square_root(&self) -> Option<Self>;
}

/// A curve whose points are decoded.
pub(crate) trait Curve: SWCurveConfig<BaseField: Coordinate> {
    /// Whether a point of the curve lies in the subgroup.
    fn is_in_subgroup(point: &Affine<Self>) -> bool;
}

impl Coordinate for Fq {
    fn from_big_endian(bytes: &[u8]) -> Option<Self> {
        Self::from_bigint(integer(bytes))
    }

    /// `self^((p + 1)/4)`, because `p` is 3 modulo 4.
    fn square_root(&self) -> Option<Self> {
        let root = power(self, &SQUARE_ROOT);
        (root.square() == *self).then_some(root)
    }
}

impl Coordinate for Fq2 {
    fn from_big_endian(bytes: &[u8]) -> Option<Self> {
        let (c1, c0) = bytes.split_at(COORDINATE_BYTES);
        Some(Self::new(
            Fq::from_big_endian(c0)?,
            Fq::from_big_endian(c1)?,
        ))
    }

    fn square_root(&self) -> Option<Self> {
        self.sqrt()
    }
}

impl Curve for g1::Config {
    /// `φ(P) = -x²·P` in the subgroup alone, where `x` is the curve's parameter. arkworks multiplies by `x`
    /// with a decomposition of scalars the second time.
    ///
    /// Source: Scott, "A note on group membership tests for G1, G2 and GT on BLS pairing-friendly curves",
    /// <https://eprint.iacr.org/2021/1130>.
    fn is_in_subgroup(point: &G1Affine) -> bool {
        let (mut once, mut twice) = (G1Projective::from(*point), G1Projective::ZERO);
        for bit in parameter_bits().skip(1) {
            double(&mut once);
            if bit {
                once += point;
            }
        }
        for bit in parameter_bits() {
            double(&mut twice);
            if bit {
                twice += once;
            }
        }
        -twice == g1::endomorphism(point)
    }
}

impl Curve for g2::Config {
    fn is_in_subgroup(point: &G2Affine) -> bool {
        point.is_in_correct_subgroup_assuming_on_curve()
    }
}

/// The bits of the absolute value of the curve's parameter, the highest first.
fn parameter_bits() -> impl Iterator<Item = bool> {
    BitIteratorBE::without_leading_zeros(ark_bls12_381::Config::X)
}

/// Returns `base^exponent` by sliding windows. arkworks multiplies for each set bit of the exponent.
///
/// Source: Menezes, van Oorschot, Vanstone, "Handbook of Applied Cryptography", algorithm 14.85.
fn power(base: &Fq, exponent: &BigInt<6>) -> Fq {
    // base, base^3, base^5, .. base^(2^WINDOW - 1)
    let square = base.square();
    let mut odd_powers = [*base; 1 << (WINDOW - 1)];
    for i in 1..odd_powers.len() {
        odd_powers[i] = odd_powers[i - 1] * square;
    }
    let mut power = Fq::ONE;
    let mut bits = exponent.num_bits() as usize;
    while bits > 0 {
        let mut width = 1;
        if exponent.get_bit(bits - 1) {
            // The window ends with a set bit.
            width = (1..=WINDOW.min(bits))
                .rev()
                .find(|width| exponent.get_bit(bits - width))
                .expect("the first bit is set");
        }
        let digits = (bits - width..bits).rev();
        let window = digits.fold(0, |window, bit| {
            2 * window + usize::from(exponent.get_bit(bit))
        });
        for _ in 0..width {
            power.square_in_place();
        }
        if window > 0 {
            power *= odd_powers[window / 2];
        }
        bits -= width;
    }
    power
}

/// Decodes a compressed point and checks it. The order of the checks is the same in every backend.
pub(crate) fn decompress<P: Curve, const LENGTH: usize>(
    bytes: [u8; LENGTH],
) -> Result<Affine<P>, PointError> {
    let point = decompress_on_curve(bytes)?;
    check_subgroup(&point)?;
    Ok(point)
}

/// Checks that a point of the curve lies in the subgroup.
pub(crate) fn check_subgroup<P: Curve>(point: &Affine<P>) -> Result<(), PointError> {
    if point.is_zero() || P::is_in_subgroup(point) {
        Ok(())
    } else {
        Err(PointError::Subgroup)
    }
}

/// Decodes a compressed point and checks that it is on the curve, not that it lies in the subgroup.
pub(crate) fn decompress_on_curve<P: Curve, const LENGTH: usize>(
    mut bytes: [u8; LENGTH],
) -> Result<Affine<P>, PointError> {
    let larger_y = match check_encoding(&bytes)? {
        CompressedPoint::Infinity => return Ok(Affine::identity()),
        CompressedPoint::Affine { larger_y } => larger_y,
    };
    bytes[0] &= 0x1f;
    let x = P::BaseField::from_big_endian(&bytes).ok_or(PointError::Coordinate)?;
    let y = P::add_b(x.square() * x)
        .square_root()
        .ok_or(PointError::Curve)?;
    let negative = -y;
    let y = if (y > negative) == larger_y {
        y
    } else {
        negative
    };
    Ok(Affine::new_unchecked(x, y))
}

/// The point of the curve with the given coordinates, `x` then `y`.
pub(crate) fn from_coordinates<P>(affine: &[u8]) -> Result<Affine<P>, PointError>
where
    P: SWCurveConfig<BaseField: Coordinate>,
{
    let (x, y) = affine.split_at(affine.len() / 2);
    let coordinate = |bytes| P::BaseField::from_big_endian(bytes).ok_or(PointError::Coordinate);
    let point = Affine::new_unchecked(coordinate(x)?, coordinate(y)?);
    // arkworks takes (0, 0), which is not on the curve, for the identity.
    if point.is_on_curve() && !point.is_zero() {
        Ok(point)
    } else {
        Err(PointError::Curve)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Fr;
    use crate::group::{G1, G2};
    use ark_ec::CurveGroup;
    use ark_ec::scalar_mul::double_and_add_affine;
    use ark_serialize::CanonicalSerialize;
    use kzg_traits::{Fr as _, Group};

    /// The generator's encoding, from the specification of the ZCash format.
    const G1_GENERATOR: [u8; 48] = [
        0x97, 0xf1, 0xd3, 0xa7, 0x31, 0x97, 0xd7, 0x94, 0x26, 0x95, 0x63, 0x8c, 0x4f, 0xa9, 0xac,
        0x0f, 0xc3, 0x68, 0x8c, 0x4f, 0x97, 0x74, 0xb9, 0x05, 0xa1, 0x4e, 0x3a, 0x3f, 0x17, 0x1b,
        0xac, 0x58, 0x6c, 0x55, 0xe8, 0x3f, 0xf9, 0x7a, 0x1a, 0xef, 0xfb, 0x3a, 0xf0, 0x0a, 0xdb,
        0x22, 0xc6, 0xbb,
    ];

    /// The generator's encoding, from the specification of the ZCash format.
    const G2_GENERATOR: [u8; 96] = [
        0x93, 0xe0, 0x2b, 0x60, 0x52, 0x71, 0x9f, 0x60, 0x7d, 0xac, 0xd3, 0xa0, 0x88, 0x27, 0x4f,
        0x65, 0x59, 0x6b, 0xd0, 0xd0, 0x99, 0x20, 0xb6, 0x1a, 0xb5, 0xda, 0x61, 0xbb, 0xdc, 0x7f,
        0x50, 0x49, 0x33, 0x4c, 0xf1, 0x12, 0x13, 0x94, 0x5d, 0x57, 0xe5, 0xac, 0x7d, 0x05, 0x5d,
        0x04, 0x2b, 0x7e, 0x02, 0x4a, 0xa2, 0xb2, 0xf0, 0x8f, 0x0a, 0x91, 0x26, 0x08, 0x05, 0x27,
        0x2d, 0xc5, 0x10, 0x51, 0xc6, 0xe4, 0x7a, 0xd4, 0xfa, 0x40, 0x3b, 0x02, 0xb4, 0x51, 0x0b,
        0x64, 0x7a, 0xe3, 0xd1, 0x77, 0x0b, 0xac, 0x03, 0x26, 0xa8, 0x05, 0xbb, 0xef, 0xd4, 0x80,
        0x56, 0xc8, 0xc1, 0x21, 0xbd, 0xb8,
    ];

    /// The group order, little-endian limbs.
    const ORDER: [u64; 4] = <ark_bls12_381::Fr as PrimeField>::MODULUS.0;

    /// The prime factors of the cofactor of G1. Each factor except the first is squared in the
    /// cofactor.
    const COFACTOR_PRIMES: [u64; 5] = [3, 11, 10177, 859_267, 52_437_899];

    fn encode<P: SWCurveConfig, const LENGTH: usize>(point: Affine<P>) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        point.serialize_compressed(bytes.as_mut_slice()).unwrap();
        bytes
    }

    /// Points on the curve by their x coordinates `1, 2, ..`, most of them outside the subgroup.
    fn curve_points<P: SWCurveConfig>() -> impl Iterator<Item = Affine<P>> {
        (1_u64..).filter_map(|x| Affine::get_point_from_x_unchecked(x.into(), x % 3 == 0))
    }

    #[test]
    fn powers_and_roots_equal_those_of_arkworks() {
        let mut element = Fq::from(3_u64);
        for i in 0..200_u64 {
            element = element.square() + Fq::from(i);
            for exponent in [0, 1, 2, 31, 32, 33, 0xffff_0000, u64::MAX - i] {
                let power = power(&element, &BigInt::from(exponent));
                assert_eq!(power, element.pow([exponent]), "{exponent}");
            }
            let root = element.square_root();
            assert_eq!(root.is_some(), element.sqrt().is_some(), "{i}");
            assert!(root.is_none_or(|root| root.square() == element), "{i}");
        }
        assert_eq!(Fq::ZERO.square_root(), Some(Fq::ZERO));
    }

    #[test]
    fn generators_have_their_known_encodings() {
        assert_eq!(G1::generator().to_bytes(), G1_GENERATOR);
        assert_eq!(G2::generator().to_bytes(), G2_GENERATOR);
        assert_eq!(G1::from_bytes(&G1_GENERATOR), Ok(G1::generator()));
        assert_eq!(G2::from_bytes(&G2_GENERATOR), Ok(G2::generator()));
        let (mut g1, mut g2) = (G1_GENERATOR, G2_GENERATOR);
        g1[0] ^= 0x20;
        g2[0] ^= 0x20;
        assert_eq!((-G1::generator()).to_bytes(), g1);
        assert_eq!((-G2::generator()).to_bytes(), g2);
        assert_eq!(G1::from_bytes(&g1), Ok(-G1::generator()));
        assert_eq!(G2::from_bytes(&g2), Ok(-G2::generator()));
    }

    #[test]
    fn the_identity_has_one_encoding() {
        let (mut g1, mut g2) = ([0; 48], [0; 96]);
        (g1[0], g2[0]) = (0xc0, 0xc0);
        assert_eq!(G1::identity().to_bytes(), g1);
        assert_eq!(G2::identity().to_bytes(), g2);
        assert_eq!(G1::from_bytes(&g1), Ok(G1::identity()));
        assert_eq!(G2::from_bytes(&g2), Ok(G2::identity()));
        assert!((G1::generator() - G1::generator()).is_identity());
        assert!(!G2::generator().is_identity());
        (g1[47], g2[95]) = (1, 1);
        assert_eq!(G1::from_bytes(&g1), Err(PointError::Encoding));
        assert_eq!(G2::from_bytes(&g2), Err(PointError::Encoding));
    }

    #[test]
    fn multiples_round_trip_with_either_sign() {
        for k in crate::samples::scalars(12) {
            let (g1, g2) = (G1::generator().mul(&k), G2::generator().mul(&k));
            for (g1, g2) in [(g1, g2), (-g1, -g2)] {
                assert_eq!(G1::from_bytes(&g1.to_bytes()), Ok(g1));
                assert_eq!(G2::from_bytes(&g2.to_bytes()), Ok(g2));
            }
            assert_ne!(g1.to_bytes()[0] & 0x20, (-g1).to_bytes()[0] & 0x20);
            assert_ne!(g2.to_bytes()[0] & 0x20, (-g2).to_bytes()[0] & 0x20);
        }
    }

    #[test]
    fn the_first_check_that_fails_is_reported() {
        let (mut g1, mut g2) = ([0; 48], [0; 96]);
        assert_eq!(G1::from_bytes(&g1), Err(PointError::Encoding));
        assert_eq!(G2::from_bytes(&g2), Err(PointError::Encoding));
        (g1[0], g2[0]) = (0x80, 0x80);
        // (0, 2) is on the curve of G1, and of order three.
        assert_eq!(G1::from_bytes(&g1), Err(PointError::Subgroup));
        // 4 + 4u has no square root.
        assert_eq!(G2::from_bytes(&g2), Err(PointError::Curve));
        g1[47] = 1;
        assert_eq!(G1::from_bytes(&g1), Err(PointError::Curve));
        g1.fill(0xff);
        g1[0] = 0x9f;
        assert_eq!(G1::from_bytes(&g1), Err(PointError::Coordinate));
        g2[48..].fill(0xff);
        assert_eq!(G2::from_bytes(&g2), Err(PointError::Coordinate));
    }

    #[test]
    fn only_points_of_the_group_order_are_in_the_subgroup() {
        for point in curve_points::<ark_bls12_381::g1::Config>().take(30) {
            let torsion = double_and_add_affine(&point, ORDER);
            for outside in [point, torsion.into(), (torsion + G1::generator().0).into()] {
                let in_subgroup = double_and_add_affine(&outside, ORDER) == G1::identity().0;
                assert_eq!(G1::from_bytes(&encode(outside)).is_ok(), in_subgroup);
            }
        }
        for point in curve_points::<ark_bls12_381::g2::Config>().take(30) {
            let torsion = double_and_add_affine(&point, ORDER);
            for outside in [point, torsion.into(), (torsion + G2::generator().0).into()] {
                let in_subgroup = double_and_add_affine(&outside, ORDER) == G2::identity().0;
                assert_eq!(G2::from_bytes(&encode(outside)).is_ok(), in_subgroup);
            }
        }
    }

    #[test]
    fn points_of_each_small_order_are_outside_the_subgroup() {
        let multiple = |point: ark_bls12_381::G1Projective, k: u64| {
            double_and_add_affine(&point.into_affine(), [k])
        };
        for order in COFACTOR_PRIMES {
            let small = curve_points::<ark_bls12_381::g1::Config>()
                .map(|point| {
                    let mut torsion = double_and_add_affine(&point, ORDER);
                    for prime in COFACTOR_PRIMES.into_iter().filter(|&prime| prime != order) {
                        torsion = multiple(multiple(torsion, prime), prime);
                    }
                    let lower = multiple(torsion, order);
                    if lower == G1::identity().0 {
                        torsion
                    } else {
                        lower
                    }
                })
                .find(|point| *point != G1::identity().0)
                .unwrap();
            assert_eq!(multiple(small, order), G1::identity().0);
            for outside in [small, small + G1::generator().0] {
                let bytes = encode(outside.into_affine());
                assert_eq!(G1::from_bytes(&bytes), Err(PointError::Subgroup), "{order}");
            }
        }
    }

    #[test]
    fn multiplication_agrees_with_repeated_addition() {
        let (mut g1, mut g2) = (G1::identity(), G2::identity());
        for n in 0..20 {
            let k = Fr::from_u64(n);
            assert_eq!(G1::generator().mul(&k), g1);
            assert_eq!(G2::generator().mul(&-k), -g2);
            assert_eq!(g1.double(), g1 + g1);
            assert_eq!(g2.double(), g2 + g2);
            g1 += G1::generator();
            g2 += G2::generator();
        }
        for k in crate::samples::scalars(5) {
            let by_bits =
                double_and_add_affine(&G1::generator().0.into_affine(), k.0.into_bigint());
            assert_eq!(G1::generator().mul(&k).0, by_bits);
        }
        assert_eq!(G1::identity().mul(&-Fr::ONE), G1::identity());
    }
}
