//! Compressed points, eight side by side: square roots, and the subgroup check.

use blst::{blst_fp, blst_p1_affine};
use kzg_traits::PointError;

use super::elements::{Fp8, WIDTH};
use super::jacobian::Points;
use super::points::load_xy;
use crate::curve::affine::G1Affine;
use crate::curve::base_field::{MODULUS, TO_MONTGOMERY, is_zero, subtract};
use crate::curve::endomorphism::BETA;
use crate::curve::parameter::{DOUBLINGS, LAST_DOUBLINGS};
use crate::engine::compressed::{Coordinates, INTEGER_ONE, SQUARE_ROOT};

/// Decodes at most eight points, infinity to all zeros. The points are checked to be on the curve,
/// not to be in the subgroup.
///
/// # Panics
///
/// If there are more than eight encodings, or not as many results.
#[target_feature(enable = "avx2,fma")]
pub(super) fn uncompress(encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>]) {
    let coordinates = Coordinates::read(encodings, out);
    let (x, square) = x_and_square(&coordinates.x);
    write_points(
        &coordinates,
        1,
        &x,
        &square,
        &square.power(&SQUARE_ROOT),
        out,
    );
}

/// Returns the x coordinates from integers, and the squares `x³ + 4` of the y coordinates: both one unit,
/// values up to 0.61 and 1.1 in units of `p`.
#[target_feature(enable = "avx2,fma")]
pub(super) fn x_and_square(x: &[blst_fp; WIDTH]) -> (Fp8, Fp8) {
    let x = Fp8::from_array(x).multiply(&Fp8::element(&TO_MONTGOMERY));
    let mut square = Fp8::zero();
    square.set_product_plus(&x.square(), &x, &Fp8::one().times(4.0).reduce());
    (x, square)
}

/// Writes the finite points, from their x coordinates, the squares of their y coordinates, and the square
/// roots of those, if they are squares. Point `i` is in the lane `i·distance`.
#[target_feature(enable = "avx2,fma")]
pub(super) fn write_points(
    coordinates: &Coordinates,
    distance: usize,
    x: &Fp8,
    square: &Fp8,
    y: &Fp8,
    out: &mut [Result<G1Affine, PointError>],
) {
    let difference = y.square().subtract(square).array();
    let integers = y.multiply(&Fp8::element(&INTEGER_ONE)).array();
    let (x, y) = (x.array(), y.array());
    for (point, out) in out.iter_mut().enumerate() {
        if coordinates.finite >> point & 1 == 0 {
            continue;
        }
        let lane = point * distance;
        *out = if is_zero(&difference[lane]) {
            let larger_y = coordinates.larger_y >> point & 1 == 1;
            let y = if is_larger(&integers[lane]) == larger_y {
                y[lane]
            } else {
                subtract(&blst_fp::default(), &y[lane])
            };
            Ok(G1Affine(blst_p1_affine { x: x[lane], y }))
        } else {
            Err(PointError::Curve)
        };
    }
}

/// Whether an integer is above `(p - 1)/2`, that is, larger than its negative.
fn is_larger(y: &blst_fp) -> bool {
    let negative = subtract(&blst_fp { l: MODULUS }, y);
    y.l.iter().rev().gt(negative.l.iter().rev())
}

/// Returns a bit for each of at most eight points of the curve that lies in the subgroup and is not
/// infinity: the method, its source and the reason why the verdict is exact are those of `in_subgroup` of
/// the IFMA engine. The formulas have the same `Z₃`.
///
/// # Panics
///
/// If there are no points.
#[target_feature(enable = "avx2,fma")]
pub(super) fn in_subgroup(points: &[G1Affine]) -> u8 {
    let last = points.len() - 1;
    let [x, y] = load_xy(&core::array::from_fn(|lane| &points[lane.min(last)]));
    let mut once = Points::from_affine(&x, &y);
    for doublings in DOUBLINGS {
        once.double_times(doublings);
        once.add_affine(&x, &y);
    }
    once.double_times(LAST_DOUBLINGS);
    once.times_parameter()
        .equal(&x.multiply(&Fp8::element(&BETA)), &y.times(-1.0))
}
