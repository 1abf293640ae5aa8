//! `Σ 2^t·sums[t]` for many rows, eight side by side; see [`horner`](crate::msm::horner).

use super::elements::{WIDTH, mask};
use super::jacobian::Points;
use super::points::load_xy;
use crate::curve::affine::{G1Affine, is_infinity};
use crate::curve::base_field::is_zero;
use crate::curve::jacobian::G1;

/// `out[row] = Σ 2^t·sums[row·bits + t]` for at most eight rows. Gives back a bit for every row in
/// which a sum was infinity, or the formulas had no answer: those have to be done otherwise.
///
/// # Panics
///
/// If there are no rows, or fewer sums.
#[target_feature(enable = "avx2,fma")]
pub(super) fn sum_rows(sums: &[G1Affine], bits: usize, out: &mut [G1]) -> u8 {
    let last = out.len() - 1;
    let column = |t: usize| -> [&G1Affine; WIDTH] {
        core::array::from_fn(|lane| &sums[lane.min(last) * bits + t])
    };
    let highest = column(bits - 1);
    let mut failed = mask(|lane| is_infinity(highest[lane]));
    let [x, y] = load_xy(&highest);
    let mut total = Points::from_affine(&x, &y);
    for t in (0..bits - 1).rev() {
        let column = column(t);
        failed |= mask(|lane| is_infinity(column[lane]));
        let [x, y] = load_xy(&column);
        total.double();
        total.add_affine(&x, &y);
    }
    let points = total.write();
    for (out, point) in out.iter_mut().zip(points) {
        *out = G1(point);
    }
    failed | mask(|lane| is_zero(&points[lane].z))
}
