//! Repeated squares in the cyclotomic subgroup, in compressed form: the eight remaining coefficients
//! are the eight lanes.
//!
//! The lanes are `(v, v2, w, v2w)`, two for each coefficient, the real part first. With `ξ = 1 + u`, the square is
//!
//! ```text
//! v'  = 3(w² + ξ·v2²) - 2v       w'   = 6ξ·(v·v2w) + 2w
//! v2' = 3(v² + ξ·v2w²) - 2v2     v2w' = 6·(w·v2) + 2v2w
//! ```
//!
//! So eight products give the four squares, `(a + b·u)² = (a + b)(a - b) + 2ab·u`, and eight more
//! products give the two mixed products.
//!
//! Source: Karabina, "Squaring in cyclotomic subgroups", Mathematics of Computation 82, 2013. The
//! arrangement in lanes is our own. Comments give the units of limbs.

use core::arch::x86_64::{
    _mm256_add_pd, _mm256_addsub_pd, _mm256_blend_pd, _mm256_hadd_pd, _mm256_hsub_pd,
    _mm256_permute_pd, _mm256_permute2f128_pd, _mm256_permute4x64_pd, _mm256_setzero_pd,
    _mm256_sub_pd,
};

use blst::blst_fp;

use super::elements::{Fp8, Limb, WIDTH};
use super::radix48::LIMBS;

/// The lanes of imaginary parts in a vector.
const IMAGINARY: i32 = 0b1010;
/// The two highest lanes of a vector.
const UPPER: i32 = 0b1100;

/// Returns a compressed element squared `times[0]`, `times[1]`, .. times; the numbers ascend.
#[target_feature(enable = "avx2,fma")]
pub(super) fn repeated_squares<const N: usize>(
    element: &[blst_fp; WIDTH],
    times: [usize; N],
) -> [[blst_fp; WIDTH]; N] {
    let mut square = Fp8::from_array(element).carry();
    let mut done = 0;
    let mut squares = [*element; N];
    for (out, times) in squares.iter_mut().zip(times) {
        while done < times {
            square = square_once(&square);
            done += 1;
        }
        *out = square.array();
    }
    squares
}

/// The square of an element with limbs of one unit and values of at most `p`, which are also the
/// bounds of the result.
#[target_feature(enable = "avx2,fma")]
fn square_once(f: &Fp8) -> Fp8 {
    let (mut left, mut right) = (Fp8::zero(), Fp8::zero());
    let (mut first, mut second) = (Fp8::zero(), Fp8::zero());
    for i in 0..LIMBS {
        let [lower, upper] = [f.0[0][i], f.0[1][i]];
        for v in 0..2 {
            // The factors of the squares: (a - b)(a + b), and 2b·a.
            let limb = f.0[v][i];
            let swapped = _mm256_permute_pd::<0b0101>(limb);
            let difference = _mm256_sub_pd(limb, swapped);
            let sum = _mm256_add_pd(limb, swapped);
            let double = _mm256_add_pd(limb, limb);
            left.0[v][i] = _mm256_blend_pd::<IMAGINARY>(difference, double); // 2
            right.0[v][i] = _mm256_blend_pd::<IMAGINARY>(sum, swapped); // 2
            // The four products of the parts of v and v2w, and the four of w and v2.
            first.0[v][i] = _mm256_permute4x64_pd::<0b01_00_01_00>(limb);
        }
        second.0[0][i] = _mm256_permute4x64_pd::<0b10_11_11_10>(upper);
        second.0[1][i] = _mm256_permute4x64_pd::<0b10_11_11_10>(lower);
    }
    let squares = left.carry().multiply(&right); // 1
    let products = first.multiply(&second); // 1

    let mut sum = Fp8::zero();
    for i in 0..LIMBS {
        let [low, high] = [squares.0[0][i], squares.0[1][i]];
        // The sums of w² and v² with ξ times v2² and v2w².
        let plain = _mm256_permute2f128_pd::<0x20>(high, low);
        let to_multiply = _mm256_permute2f128_pd::<0x31>(low, high);
        sum.0[0][i] = _mm256_add_pd(plain, times_xi(to_multiply)); // 3
        sum.0[1][i] = mixed(products.0[0][i], products.0[1][i]); // 4
    }
    let mut square = Fp8::zero();
    for i in 0..LIMBS {
        let [first, second] = [sum.0[0][i], sum.0[1][i]];
        let twice = [f.0[0][i], f.0[1][i]].map(|limb| _mm256_add_pd(limb, limb));
        let thrice = _mm256_add_pd(first, _mm256_add_pd(first, first));
        let second = _mm256_add_pd(second, second);
        let six_times = _mm256_add_pd(second, _mm256_add_pd(second, second));
        square.0[0][i] = _mm256_sub_pd(thrice, twice[0]); // 11
        square.0[1][i] = _mm256_add_pd(six_times, twice[1]); // 26
    }
    square.reduce().carry()
}

/// The products of two elements with `ξ`.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn times_xi(elements: Limb) -> Limb {
    let real = _mm256_permute_pd::<0b0000>(elements);
    let imaginary = _mm256_permute_pd::<0b1111>(elements);
    _mm256_addsub_pd(real, imaginary)
}

/// `ξ·a·b` and `c·d` from the products of their parts: real with real, imaginary with imaginary,
/// and the two of a real and an imaginary part.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn mixed(ab: Limb, cd: Limb) -> Limb {
    let differences = _mm256_hsub_pd(ab, cd);
    let sums = _mm256_hadd_pd(ab, cd);
    // The real parts of both products, then the imaginary parts.
    let parts = _mm256_blend_pd::<UPPER>(differences, sums); // 2
    let imaginary = _mm256_permute4x64_pd::<0b10_10_10_10>(parts);
    let imaginary = _mm256_blend_pd::<UPPER>(imaginary, _mm256_setzero_pd());
    _mm256_addsub_pd(_mm256_permute4x64_pd::<0b11_01_00_00>(parts), imaginary) // 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::engine::pairing::testing::{compressed_square_by_blst, largest_or_zero};
    use crate::selection::testing::can_test;

    /// Sums and differences are as large as possible. The formulas hold for any coefficients.
    #[test]
    fn the_largest_coefficients_keep_the_bounds() {
        if !can_test(Engine::Avx2) {
            return;
        }
        for element in largest_or_zero() {
            // SAFETY: `can_test` has checked the processor features.
            let [once, twice] = unsafe { repeated_squares(&element, [1, 2]) };
            assert_eq!(once, compressed_square_by_blst(&element));
            assert_eq!(twice, compressed_square_by_blst(&once));
        }
    }
}
