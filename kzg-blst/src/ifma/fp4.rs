//! Squares in `Fp4`, of which squares in the cyclotomic subgroup consist.
//!
//! With `s² = ξ`, the square of `a + b·s` is `a² + ξ·b² + 2ab·s`, and
//!
//! ```text
//! a² + ξ·b² = (a + b)(a + ξ·b) - (1 + ξ)·ab
//! ```
//!
//! So a square takes two products in `Fp2`, one in each of two pairs of lanes. A coefficient of a square in
//! the cyclotomic subgroup is `3(a² + ξ·b²) - 2f`, `6ab + 2f` or `6ξ·ab + 2f`, where `f` is the
//! coefficient before. Comments give bounds in units of `p`.

use super::field::{FOUR_P_LARGE, LIMBS, LaneMask, Lanes, multiple_of_p};
use super::pairs::REAL;

/// `15p` with limbs so large that the sums of [`coefficients`] are not negative: 2^61 is added to limbs, of
/// which at most `27·2^56 + 2^49` is subtracted.
const FIFTEEN_P_LARGE: [i64; LIMBS] = multiple_of_p(15, 1 << 13);
/// `8p` with limbs as large.
const EIGHT_P_LARGE: [i64; LIMBS] = multiple_of_p(8, 1 << 13);

/// `(a + b)(a + ξ·b)` in the lanes of the mask, which are whole pairs, and `ab` in the others, for
/// normal parts below 1.1. The limbs of the result are not carried, as those of
/// [`sum_of_products`](Lanes::sum_of_products).
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
pub(super) fn products(a: &Lanes, b: &Lanes, squares: LaneMask) -> Lanes {
    let [_, times_u] = b.with_times_u(); // 2 in real parts, 1.1 in the others
    let right = b.replace_where(squares, &a.plus(b)); // 2.2
    let left = a.replace_where(squares, &right.plus(&times_u)); // 4.2, 3.3
    let swapped = left.swap_parts();
    let left_times_u = swapped.replace_where(REAL, &Lanes::splat(&FOUR_P_LARGE).minus(&swapped)); // 4, 4.2
    let [re, im] = right.normalize().factors().parts();
    // The parts are at most (4.2 + 4)·2.2/9.8 + 1 = 2.9 and (3.3 + 4.2)·2.2/9.8 + 1 = 2.7 in the lanes of the
    // mask, and (1.1 + 4)·1.1/9.8 + 1 = 1.6 and (1.1 + 1.1)·1.1/9.8 + 1 = 1.3 in the others.
    Lanes::sum_of_products([&left, &left_times_u], [&re, &im])
}

/// The coefficients of a square in the cyclotomic subgroup, normal and below 1.1: `3(a² + ξ·b²) - 2f` in the
/// lanes of `squares`, where `products` has `(a + b)(a + ξ·b)` and `ab` the product; elsewhere `6ξ·ab + 2f` in
/// the lanes of `times_xi`, and `6ab + 2f`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
pub(super) fn coefficients(
    f: &Lanes,
    products: &Lanes,
    ab: &Lanes,
    squares: LaneMask,
    times_xi: LaneMask,
) -> Lanes {
    let swapped = ab.swap_parts();
    let ab_times_u = swapped.replace_where(REAL, &Lanes::zero().minus(&swapped));
    let twice_ab = ab.plus(ab);
    let xi = twice_ab.plus(&ab_times_u).plus(&ab_times_u);
    // 1 + ξ = 2 + u. Real parts are from -3.2 to 2.9 + 1.3 = 4.2, the others from -2.6 - 1.6 = -4.2 to 2.7.
    let square = products.minus(&twice_ab).minus(&ab_times_u);
    // In the other lanes from -2.6 to 2·(1.6 + 1.3) = 5.8.
    let sum = twice_ab
        .replace_where(times_xi, &xi)
        .replace_where(squares, &square);
    let thrice = sum.plus(&sum).plus(&sum);
    let twice_f = f.plus(f);
    // From 15 - 12.6 - 2.2 = 0.2 to 15 + 12.6 = 27.6, and from 8 - 7.8 = 0.2 to 8 + 17.4 + 2.2 = 27.6.
    let squares_sum = Lanes::splat(&FIFTEEN_P_LARGE).plus(&thrice).minus(&twice_f);
    let others_sum = Lanes::splat(&EIGHT_P_LARGE).plus(&thrice).plus(&twice_f);
    others_sum
        .replace_where(squares, &squares_sum)
        .reduced_below_28p()
}
