//! Compressed points, eight side by side: square roots, and the subgroup check.

use kzg_traits::PointError;

use super::field::{HALF_P, LaneMask, Lanes};
use super::jacobian::Points;
use super::points::mask;
use crate::curve::affine::{G1Affine, INFINITY};
use crate::curve::base_field::{ONE, TO_MONTGOMERY};
use crate::curve::endomorphism::BETA;
use crate::curve::parameter::{DOUBLINGS, LAST_DOUBLINGS};
use crate::engine::compressed::{Coordinates, INTEGER_ONE, SQUARE_ROOT};

/// Decodes at most eight points, infinity to all zeros. The points are checked to be on the curve,
/// not to be in the subgroup.
///
/// # Panics
///
/// If there are more than eight encodings, or not as many results.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn uncompress(encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>]) {
    let coordinates = Coordinates::read(encodings, out);
    let (x, square) = x_and_square(&coordinates);
    write_points(&coordinates, &x, &square, &square.power(&SQUARE_ROOT), out);
}

/// Returns the x coordinates, below 1.2p, and the squares `x³ + 4` of the y coordinates, below 1.1p.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn x_and_square(coordinates: &Coordinates) -> (Lanes, Lanes) {
    let one = Lanes::read(|_| &ONE);
    let x = Lanes::read(|lane| &coordinates.x[lane]).multiply(&Lanes::read(|_| &TO_MONTGOMERY));
    let two = one.plus(&one);
    // The cube is below 1.2p, and four times one is below 4p.
    let square = x.square().multiply(&x).plus(&two).plus(&two).reduced_wide();
    (x, square)
}

/// Writes the finite points, from their x coordinates, the squares of their y coordinates, and the
/// square roots of those, if they are squares.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn write_points(
    coordinates: &Coordinates,
    x: &Lanes,
    square: &Lanes,
    root: &Lanes,
    out: &mut [Result<G1Affine, PointError>],
) {
    let on_curve = root.square().reduced_difference(square).canonical().zeros();
    let y = root.canonical();
    let plain = y.multiply(&Lanes::read(|_| &INTEGER_ONE)).canonical();
    let y = y
        .negate_where(plain.above(&HALF_P) ^ coordinates.larger_y)
        .canonical();
    let points = x.canonical().elements().into_iter().zip(y.elements());
    for (lane, (out, (x, y))) in out.iter_mut().zip(points).enumerate() {
        if coordinates.finite >> lane & 1 == 0 {
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

/// Returns a bit for each of at most eight points of the curve that lies in the subgroup and is not
/// infinity.
///
/// On the whole curve the endomorphism `φ(x, y) = (β·x, y)` satisfies `φ² + φ + 1 = 0`. So if
/// `φ(P) = -μ·P`, where `μ = x²` is the square of the curve's parameter, then `(μ² - μ + 1)·P` is
/// zero. That factor is the group order `r`. Conversely, `φ` is the multiplication by `-μ` in the subgroup.
///
/// The additions of the chain are incomplete. The verdict is exact nevertheless:
///
/// - A doubling has `Z₃ = 2·Y·Z`, and an addition has the factors `Z₁`, `Z₂` and `U₂ - U₁` in its `Z₃`. So
///   `Z` stays zero once it is zero, and it is zero after an addition of equal or opposite points or of
///   infinity. All other steps are right: no point has `Y = 0`, because the order of the curve is odd. So
///   if the chain ends with `Z ≠ 0`, all steps were right, and the comparison is that of `φ(P)` with
///   `-μ·P`. A result with `Z = 0` gives no bit.
/// - A finite point `P` of the subgroup has order `r`. Each addition adds `Q` to `k·Q`, where `Q` is `P` or
///   `x·P` and `1 < k < 2⁶⁴`. Because `r` is prime and much larger, `Q` has the order `r`, and `k·Q` is
///   neither infinity nor `±Q`. So no step fails, the chain ends with `Z ≠ 0`, and the point has a bit.
///
/// Source: Scott, "A note on group membership tests for G1, G2 and GT on BLS pairing-friendly
/// curves", <https://eprint.iacr.org/2021/1130>.
///
/// # Panics
///
/// If there are no points.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn in_subgroup(points: &[G1Affine]) -> LaneMask {
    let last = points.len() - 1;
    let point = |lane: usize| &points[lane.min(last)];
    let x = Lanes::read(|lane| &point(lane).x);
    let y = Lanes::read(|lane| &point(lane).y);
    let mut once = Points::from_affine(x, y);
    for doublings in DOUBLINGS {
        once = once.double_times(doublings).add_affine(&x, &y);
    }
    let twice = once.double_times(LAST_DOUBLINGS).times_parameter();
    let image = x.multiply(&Lanes::read(|_| &BETA));
    let minus_y = y.negate_where(mask(|_| true));
    twice.equal(&image, &minus_y)
}
