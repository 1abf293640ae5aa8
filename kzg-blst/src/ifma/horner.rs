//! `Σ 2^t·sums[t]` for many rows, eight side by side; see [`horner`](crate::msm::horner).

use blst::blst_p1;

use super::field::{LaneMask, Lanes};
use super::jacobian::Points;
use super::points::{LANES, mask};
use crate::curve::affine::{G1Affine, is_infinity};
use crate::curve::jacobian::G1;

/// `out[row] = Σ 2^t·sums[row·bits + t]` for at most eight rows. Gives back the lanes in which a
/// sum was infinity, or the formulas had no answer: they have to be done otherwise.
///
/// # Panics
///
/// If there are no rows, or fewer sums.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(crate) fn sum_rows(sums: &[G1Affine], bits: usize, out: &mut [G1]) -> LaneMask {
    let last = out.len() - 1;
    let sum = |lane: usize, t: usize| &sums[lane.min(last) * bits + t];
    let read = |t: usize| {
        let x = Lanes::read(|lane| &sum(lane, t).x);
        let y = Lanes::read(|lane| &sum(lane, t).y);
        (x, y, mask(|lane| is_infinity(sum(lane, t))))
    };
    let (x, y, mut failed) = read(bits - 1);
    let mut total = Points::from_affine(x, y);
    for t in (0..bits - 1).rev() {
        let (x, y, infinite) = read(t);
        failed |= infinite;
        total = total.double().add_affine(&x, &y);
    }
    failed |= total.infinite();
    let mut points = [blst_p1::default(); LANES];
    total.write(&mut points);
    for (out, point) in out.iter_mut().zip(points) {
        *out = G1(point);
    }
    failed
}
