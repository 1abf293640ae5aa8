//! Compressed points, eight side by side: square roots, and the check of the subgroup.

use blst::{blst_fp, blst_p1_affine};
use kzg_traits::PointError;
use kzg_traits::encoding::{Encoding, check_encoding};

use super::field::{HALF_P, LaneMask, Lanes};
use super::jacobian::Points;
use super::points::{LANES, mask};
use crate::msm::affine::INFINITY;
use crate::msm::base_field::{MODULUS, ONE};
use crate::msm::endomorphism::BETA;

/// The exponent of square roots, `(p + 1) / 4`: `p` is 3 modulo 4.
const SQUARE_ROOT: [u64; 6] = square_root_exponent();
/// `2^768 mod p`: the product with it takes an integer to Montgomery form.
const TO_MONTGOMERY: blst_fp = blst_fp {
    l: [
        0xf4df_1f34_1c34_1746,
        0x0a76_e6a6_09d1_04f1,
        0x8de5_476c_4c95_b6d5,
        0x67eb_88a9_939d_83c0,
        0x9a79_3e85_b519_952d,
        0x1198_8fe5_92ca_e3aa,
    ],
};
/// One, as an integer: the product with it takes an element out of Montgomery form.
const INTEGER_ONE: blst_fp = blst_fp {
    l: [1, 0, 0, 0, 0, 0],
};
/// The doublings before each addition of a multiplication by `x = 0xd201000000010000`: the
/// distances between its bits that are set, and the place of the last one.
const DOUBLINGS: [usize; 5] = [1, 2, 3, 9, 32];
const LAST_DOUBLINGS: usize = 16;

/// Decodes at most eight points, all zeros for infinity: on the curve, but not checked to be in
/// the subgroup.
///
/// # Panics
///
/// If there are more, or not as many results.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(crate) fn uncompress(encodings: &[[u8; 48]], out: &mut [Result<blst_p1_affine, PointError>]) {
    assert!(encodings.len() <= LANES && encodings.len() == out.len());
    let mut coordinates = [INTEGER_ONE; LANES];
    let (mut finite, mut larger_y) = (0, 0);
    for (lane, (encoding, out)) in encodings.iter().zip(&mut *out).enumerate() {
        *out = match check_encoding(encoding) {
            Err(error) => Err(error),
            Ok(Encoding::Infinity) => Ok(INFINITY),
            Ok(Encoding::Affine { larger_y: larger }) => {
                coordinates[lane] = x_coordinate(encoding);
                finite |= 1 << lane;
                larger_y |= LaneMask::from(larger) << lane;
                Ok(INFINITY)
            }
        };
    }
    let one = Lanes::read(|_| &ONE);
    let x = Lanes::read(|lane| &coordinates[lane]).multiply(&Lanes::read(|_| &TO_MONTGOMERY));
    let two = one.plus(&one);
    let square = x.square().multiply(&x).plus(&two).plus(&two).reduced();
    let y = square.power(&SQUARE_ROOT);
    let on_curve = y.square().reduced_difference(&square).canonical().zeros();
    let y = y.canonical();
    let plain = y.multiply(&Lanes::read(|_| &INTEGER_ONE)).canonical();
    let y = y.negate_where(plain.above(&HALF_P) ^ larger_y).canonical();
    let coordinates = x.canonical().elements().into_iter().zip(y.elements());
    for (lane, (out, (x, y))) in out.iter_mut().zip(coordinates).enumerate() {
        if finite >> lane & 1 == 0 {
            continue;
        }
        *out = if on_curve >> lane & 1 == 1 {
            let mut point = INFINITY;
            x.write(&mut point.x);
            y.write(&mut point.y);
            Ok(point)
        } else {
            Err(PointError::Curve)
        };
    }
}

/// The lanes of at most eight points of the curve that were found to lie in the subgroup. In the
/// others they may still be infinity, or points for which the formulas have no answer.
///
/// On the whole curve the endomorphism `φ(x, y) = (β·x, y)` satisfies `φ² + φ + 1 = 0`. So where
/// `φ(P) = -μ·P`, with `μ = x²` the square of the curve's parameter, `(μ² - μ + 1)·P` is zero, and
/// that factor is the group order.
///
/// Source: Scott, "A note on group membership tests for G1, G2 and GT on BLS pairing-friendly
/// curves", <https://eprint.iacr.org/2021/1130>.
///
/// # Panics
///
/// If there are no points.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(crate) fn in_subgroup(points: &[blst_p1_affine]) -> LaneMask {
    let last = points.len() - 1;
    let point = |lane: usize| &points[lane.min(last)];
    let x = Lanes::read(|lane| &point(lane).x);
    let y = Lanes::read(|lane| &point(lane).y);
    let mut once = Points::from_affine(x, y);
    for doublings in DOUBLINGS {
        once = double(once, doublings).add_affine(&x, &y);
    }
    once = double(once, LAST_DOUBLINGS);
    let mut twice = once;
    for doublings in DOUBLINGS {
        twice = double(twice, doublings).add(&once);
    }
    twice = double(twice, LAST_DOUBLINGS);
    let image = x.multiply(&Lanes::read(|_| &BETA));
    let minus_y = y.negate_where(mask(|_| true));
    twice.equal(&image, &minus_y)
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn double(points: Points, times: usize) -> Points {
    (0..times).fold(points, |points, _| points.double())
}

/// The x coordinate of a compressed finite point, as an integer.
fn x_coordinate(encoding: &[u8; 48]) -> blst_fp {
    let mut words = [0; 6];
    for (word, bytes) in words.iter_mut().rev().zip(encoding.as_chunks().0) {
        *word = u64::from_be_bytes(*bytes);
    }
    // The three highest bits are flags.
    words[5] &= u64::MAX >> 3;
    blst_fp { l: words }
}

const fn square_root_exponent() -> [u64; 6] {
    let mut words = MODULUS;
    // No carry: the lowest word is not the largest.
    words[0] += 1;
    let mut i = 0;
    while i < 6 {
        let above = if i < 5 { words[i + 1] } else { 0 };
        words[i] = words[i] >> 2 | above << 62;
        i += 1;
    }
    words
}
