//! Miller loops of eight products of two pairings. All products have the same two points of G2, and so
//! the same lines.

use super::super::field::Lanes;
use super::fp2::Fp2;
use super::fp12::Fp12;
use crate::curve::additions::LANES;
use crate::curve::line::{Line, LinePoint, SQUARE_BEFORE};

/// The points of G1 of one factor of each product.
struct Points {
    inverse_y: Lanes,
    x_over_y: Lanes,
}

/// Returns the products of the Miller loops by the absolute value of the curve's parameter, up to
/// factors that the final exponentiation maps to one. The lines and points at the same index are paired.
///
/// A point with zero coordinates stands for infinity: its lines have the value `w³`, which is in `Fp4`,
/// and so the final exponentiation maps its pairing to one.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn miller_loops(lines: [&[Line]; 2], points: &[[LinePoint; LANES]; 2]) -> Fp12 {
    let points = points.each_ref().map(|points| Points {
        inverse_y: Lanes::read(|lane| &points[lane].inverse_y),
        x_over_y: Lanes::read(|lane| &points[lane].x_over_y),
    });
    let mut f = Fp12::one();
    for (index, square) in SQUARE_BEFORE.into_iter().enumerate() {
        if square {
            f.square();
        }
        for (lines, points) in lines.iter().zip(&points) {
            let Line { x, y } = &lines[index];
            let x = Fp2::splat(x).scaled(&points.inverse_y);
            f.multiply_by_line(&[x, Fp2::splat(y).scaled(&points.x_over_y)]);
        }
    }
    f
}
