//! `Σ 2^t·sums[t]` for many rows, eight side by side.
//!
//! [`horner`](crate::msm::horner) describes the use.

use super::elements::{WIDTH, mask};
use super::jacobian::Points;
use super::points::load_xy;
use crate::curve::affine::{G1Affine, is_infinity};
use crate::curve::jacobian::G1;

/// `out[row] = Σ 2^t·sums[row·bits + t]` for at most eight rows of any points of the curve.
///
/// # Panics
///
/// If there are no rows, or fewer sums than `bits` for each.
#[target_feature(enable = "avx2,fma")]
pub(super) fn sum_rows(sums: &[G1Affine], bits: usize, out: &mut [G1]) {
    let total = sum_rows_in_lanes(sums, bits, out.len());
    for (out, point) in out.iter_mut().zip(total.write()) {
        *out = G1(point);
    }
}

/// As [`sum_rows`], in lanes. The lanes after those of the rows have the sum of the last row.
///
/// # Panics
///
/// If there are no rows, or fewer sums than `bits` for each.
#[target_feature(enable = "avx2,fma")]
pub(super) fn sum_rows_in_lanes(sums: &[G1Affine], bits: usize, rows: usize) -> Points {
    let last = rows - 1;
    let column = |t: usize| -> [&G1Affine; WIDTH] {
        core::array::from_fn(|lane| &sums[lane.min(last) * bits + t])
    };
    let infinite = |column: &[&G1Affine; WIDTH]| mask(|lane| is_infinity(column[lane]));
    let highest = column(bits - 1);
    let [x, y] = load_xy(&highest);
    let mut total = Points::from_affine(&x, &y).with_infinity(infinite(&highest));
    for t in (0..bits - 1).rev() {
        let column = column(t);
        let [x, y] = load_xy(&column);
        total.double();
        total.add_any_affine(&x, &y, infinite(&column));
    }
    total
}
