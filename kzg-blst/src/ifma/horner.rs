//! `Σ 2^t·sums[t]` for many rows, eight side by side.
//!
//! [`horner`](crate::msm::horner) describes the use.

use blst::blst_p1;

use super::field::Lanes;
use super::jacobian::Points;
use super::points::mask;
use crate::curve::additions::LANES;
use crate::curve::affine::{G1Affine, is_infinity};
use crate::curve::jacobian::G1;

/// `out[row] = Σ 2^t·sums[row·bits + t]` for at most eight rows of any points of the curve.
///
/// # Panics
///
/// If there are no rows, or fewer sums than `bits` for each.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn sum_rows(sums: &[G1Affine], bits: usize, out: &mut [G1]) {
    let mut points = [blst_p1::default(); LANES];
    sum_rows_in_lanes(sums, bits, out.len()).write(&mut points);
    for (out, point) in out.iter_mut().zip(points) {
        *out = G1(point);
    }
}

/// As [`sum_rows`], in lanes. The lanes after those of the rows have the sum of the last row.
///
/// # Panics
///
/// If there are no rows, or fewer sums than `bits` for each.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn sum_rows_in_lanes(sums: &[G1Affine], bits: usize, rows: usize) -> Points {
    let last = rows - 1;
    let sum = |lane: usize, t: usize| &sums[lane.min(last) * bits + t];
    let read = |t: usize| {
        let x = Lanes::read(|lane| &sum(lane, t).x);
        let y = Lanes::read(|lane| &sum(lane, t).y);
        (x, y, mask(|lane| is_infinity(sum(lane, t))))
    };
    let (x, y, infinite) = read(bits - 1);
    let mut total = Points::from_affine(x, y).with_infinity(infinite);
    for t in (0..bits - 1).rev() {
        let (x, y, infinite) = read(t);
        total = total.double().add_any_affine(&x, &y, infinite);
    }
    total
}
