//! Powers in the cyclotomic subgroup, by squares in compressed form: the eight remaining coefficients
//! are the eight lanes.
//!
//! The pairs of lanes are `(v, v2, w, v2w)`, the coefficients of `v = w²`, `v²`, `w` and `v²·w`. With
//! `ξ = 1 + u`, the square is
//!
//! ```text
//! v'  = 3(w² + ξ·v2²) - 2v       w'   = 6ξ·v·v2w + 2w
//! v2' = 3(v² + ξ·v2w²) - 2v2     v2w' = 6·w·v2 + 2v2w
//! ```
//!
//! These are two squares in [`Fp4`](super::fp4). The other two coefficients are
//!
//! ```text
//! vw = (ξ·v2w² + 3v² - 2v2) / 4w     one = ξ·(2vw² + w·v2w - 3v·v2) + 1
//! ```
//!
//! Source: Karabina, "Squaring in cyclotomic subgroups", Mathematics of Computation 82, 2013. The
//! arrangement in lanes is our own. Comments give bounds in units of `p`.

use blst::{blst_fp, blst_fp12};

use super::field::{LaneMask, Lanes};
use super::fp4;
use super::fp12::Fp12;
use super::pairs::{PAIRS, REAL};
use crate::curve::base_field::{ONE, invert_all, is_zero};

/// The lanes of `v` and `v2`.
const LOWER: LaneMask = 0b0000_1111;
/// The lanes of `w`.
const W: LaneMask = 0b0011_0000;
/// All lanes.
const ALL: LaneMask = LaneMask::MAX;
/// The lower four set bits of the curve's parameter. The other two are bits 62 and 63. The bits from 57 on
/// are `105·2^57`.
const DECOMPRESSED_BITS: [usize; PAIRS] = [16, 48, 57, 60];

/// Returns `f^|x|` of an element of the cyclotomic subgroup, where `x` is the curve's parameter;
/// `None` if a square cannot be decompressed.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn power_by_parameter(f: &blst_fp12) -> Option<blst_fp12> {
    let mut square = Fp12::read(f).compressed();
    let mut squares = [square; PAIRS];
    let mut done = 0;
    for (out, times) in squares.iter_mut().zip(DECOMPRESSED_BITS) {
        while done < times {
            square = square_once(&square);
            done += 1;
        }
        *out = square;
    }
    let [mut product, b, power, mut seventh_power] = decompress(&squares)?;
    product.multiply(&b);
    // With g = f^(2^57), the last two are g and g^8. The other set bits are g^105 = (g^7)^15.
    seventh_power.multiply(&power.conjugate());
    let mut sixteenth = seventh_power;
    for _ in 0..4 {
        sixteenth.square_cyclotomic();
    }
    product.multiply(&seventh_power.conjugate());
    product.multiply(&sixteenth);
    Some(product.write())
}

/// Decompresses four elements with coefficients below 1.1, with one inversion; `None` if the
/// coefficient of `w` is zero in one of them, as it is in one.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn decompress(elements: &[Lanes; PAIRS]) -> Option<[Fp12; PAIRS]> {
    // The pairs of lanes are now the elements.
    let [a, b, c, d] = elements;
    let (first, second) = (
        a.permute_pairs(b, [0, 4, 1, 5]),
        c.permute_pairs(d, [0, 4, 1, 5]),
    );
    let v = first.permute_pairs(&second, [0, 1, 4, 5]);
    let v2 = first.permute_pairs(&second, [2, 3, 6, 7]);
    let (first, second) = (
        a.permute_pairs(b, [2, 6, 3, 7]),
        c.permute_pairs(d, [2, 6, 3, 7]),
    );
    let w = first.permute_pairs(&second, [0, 1, 4, 5]);
    let v2w = first.permute_pairs(&second, [2, 3, 6, 7]);

    // 1/4w = conjugate(w) / 4·norm(w)
    let squares = w.square(); // 1.13
    let norms = squares.plus(&squares.swap_parts()); // 2.3
    let norms = norms.plus(&norms);
    let norms = norms.plus(&norms).reduced_wide().canonical(); // from 9.1
    let mut inverses = [blst_fp::default(); PAIRS];
    for (lane, norm) in norms.elements().into_iter().enumerate().step_by(2) {
        norm.write(&mut inverses[lane / 2]);
    }
    // A norm is zero for zero alone, because -1 is not a square.
    if inverses.iter().any(is_zero) {
        return None;
    }
    invert_all(&mut inverses);
    let divisor = w
        .multiply(&Lanes::read(|lane| &inverses[lane / 2]))
        .factors(); // 1.1
    let [divisor_re, divisor_im] = divisor.parts();

    let (v_factors, v2_factors) = (v.factors(), v2.factors());
    let v2w_factors = v2w.factors();
    let [v_re, v_im] = v_factors.parts();
    let [v2_re, v2_im] = v2_factors.parts();
    let [v2w_re, v2w_im] = v2w_factors.parts();
    let [xi_v2w, u_xi_v2w] = v2w.times_xi_with_times_u(ALL);
    let [thrice_v, thrice_uv] = thrice(&v.with_times_u()); // 3.3, 6
    // (7.1·1.1 + 9.3·1.1)/9.8 + 1 = 2.9
    let numerator = Lanes::sum_of_products(
        [&xi_v2w, &u_xi_v2w, &thrice_v, &thrice_uv],
        [&v2w_re, &v2w_im, &v_re, &v_im],
    );
    let numerator = numerator.minus(&v2.plus(&v2)).reduced_wide();
    // The product with a conjugate is that with the real part, minus u times that with the other.
    let swapped = numerator.swap_parts();
    let minus_u = Lanes::zero()
        .subtract(&swapped)
        .replace_where(REAL, &swapped);
    let vw = Lanes::sum_of_products([&numerator, &minus_u], [&divisor_re, &divisor_im])
        .reduced_positive(); // from (1.1 + 2)·1.1/9.8 + 1 = 1.4

    let vw_factors = vw.factors();
    let [vw_re, vw_im] = vw_factors.parts();
    let [xi_vw, u_xi_vw] = vw.times_xi_with_times_u(ALL);
    let [xi_w, u_xi_w] = w.times_xi_with_times_u(ALL);
    let [xi_v, u_xi_v] = v.times_xi_with_times_u(ALL);
    // (14.2·1.1 + 7.1·1.1)/9.8 + 1 = 3.4
    let sum = Lanes::sum_of_products(
        [&xi_vw.plus(&xi_vw), &u_xi_vw.plus(&u_xi_vw), &xi_w, &u_xi_w],
        [&vw_re, &vw_im, &v2w_re, &v2w_im],
    );
    let subtracted = Lanes::sum_of_products([&xi_v, &u_xi_v], [&v2_re, &v2_im]); // 1.8
    let subtracted = subtracted.plus(&subtracted).plus(&subtracted); // 5.4
    let plus_one = sum.plus(&Lanes::read(|_| &ONE)); // 4.4
    let one = sum
        .replace_where(REAL, &plus_one)
        .minus(&subtracted)
        .reduced_wide();
    Some([0, 1, 2, 3].map(|i| Fp12::from_coefficients([&one, &w, &v, &vw, &v2, &v2w], i)))
}

/// Three times two left factors.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn thrice([a, b]: &[Lanes; 2]) -> [Lanes; 2] {
    [a.plus(a).plus(a), b.plus(b).plus(b)]
}

/// The square of an element with coefficients below 1.1, which is also the bound of the result.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn square_once(f: &Lanes) -> Lanes {
    // w + v2·s, v + v2w·s, v·v2w, w·v2
    let products = fp4::products(
        &f.permute_pairs(f, [2, 0, 0, 2]),
        &f.permute_pairs(f, [1, 3, 3, 1]),
        LOWER,
    );
    let ab = products.permute_pairs(&products, [3, 2, 2, 3]);
    fp4::coefficients(f, &products, &ab, LOWER, W)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::additions::LANES;
    use crate::engine::Engine;
    use crate::engine::pairing::testing::{compressed_square_by_blst, largest_or_zero};
    use crate::selection::testing::can_test;

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn coefficients(f: &Lanes) -> [blst_fp; LANES] {
        let mut coefficients = [blst_fp::default(); LANES];
        for (out, lane) in coefficients.iter_mut().zip(f.canonical().elements()) {
            lane.write(out);
        }
        coefficients
    }

    /// Every choice of the largest coefficient and zero, so that sums and differences are as large
    /// as possible. The formulas hold for any coefficients.
    #[test]
    fn the_largest_coefficients_keep_the_bounds() {
        if !can_test(Engine::Ifma) {
            return;
        }
        for element in largest_or_zero() {
            // SAFETY: `can_test` has checked the processor features.
            let [once, twice] = unsafe {
                let once = square_once(&Lanes::read(|lane| &element[lane]));
                [coefficients(&once), coefficients(&square_once(&once))]
            };
            assert_eq!(once, compressed_square_by_blst(&element), "{element:?}");
            assert_eq!(twice, compressed_square_by_blst(&once), "{element:?}");
        }
    }
}
