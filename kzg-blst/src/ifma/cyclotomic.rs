//! Repeated squares in the cyclotomic subgroup, in compressed form: the eight remaining coefficients
//! are the eight lanes.
//!
//! The lanes are `(v, v2, w, v2w)`, two for each coefficient, the real part first. With `ξ = 1 + u`, the square is
//!
//! ```text
//! v'  = 3(w² + ξ·v2²) - 2v       w'   = 3ξ·(2·v·v2w) + 2w
//! v2' = 3(v² + ξ·v2w²) - 2v2     v2w' = 3·(2·w·v2) + 2v2w
//! ```
//!
//! So eight products give the four squares, `(a + b·u)² = (a + b)(a - b) + 2ab·u`, and eight more
//! products give the two mixed products.
//!
//! Source: Karabina, "Squaring in cyclotomic subgroups", Mathematics of Computation 82, 2013. The
//! arrangement in lanes is our own. Comments give bounds in units of `p`.

use core::arch::x86_64::{
    _mm512_permutex_epi64, _mm512_permutex2var_epi64, _mm512_permutexvar_epi64, _mm512_setr_epi64,
};

use blst::blst_fp;

use super::field::{LaneMask, Lanes};
use crate::curve::additions::LANES;

/// The lanes of real parts.
const REAL: LaneMask = 0b0101_0101;
/// The lanes of `v` and `v2`.
const LOWER: LaneMask = 0b0000_1111;

/// Returns a compressed element squared `times[0]`, `times[1]`, .. times; the numbers ascend.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(crate) fn repeated_squares<const N: usize>(
    element: &[blst_fp; LANES],
    times: [usize; N],
) -> [[blst_fp; LANES]; N] {
    let mut square = Lanes::read(|lane| &element[lane]);
    let mut done = 0;
    let mut squares = [*element; N];
    for (out, times) in squares.iter_mut().zip(times) {
        while done < times {
            square = square_once(&square);
            done += 1;
        }
        for (out, lane) in out.iter_mut().zip(square.canonical().elements()) {
            lane.write(out);
        }
    }
    squares
}

/// The square of an element with coefficients below 1.1, which is also the bound of the result.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn square_once(f: &Lanes) -> Lanes {
    let swapped = swap_parts(f);
    // The factors of the squares: (a - b)(a + b), and 2b·a.
    let left = f.plus(f).replace_where(REAL, &f.subtract(&swapped)); // 3.1
    let right = swapped.replace_where(REAL, &f.plus(&swapped).normalize()); // 2.2
    let squares = left.multiply(&right); // 1.7
    // The four products of the parts of v and v2w, then the four of w and v2.
    let products =
        permute(f, [0, 1, 0, 1, 4, 5, 4, 5]).multiply(&permute(f, [6, 7, 7, 6, 2, 3, 3, 2])); // 1.2

    // ξ·v2² in the lanes of v2, ξ·v2w² in those of v2w: within ±3.4.
    let times_xi = add_parts(&squares, REAL);
    // Real and imaginary parts of v·v2w in lanes 0 and 2, of w·v2 in 4 and 6: within ±2.4.
    let mixed = add_parts(&products, 0b0011_0011);
    let first = permute_two(&squares, &mixed, [4, 5, 0, 1, 8, 8, 12, 14]);
    let second = permute_two(&times_xi, &mixed, [2, 3, 6, 7, 10, 10, 12, 14]);
    // The real part of ξ·v·v2w is a difference. The sum holds w·v2 twice.
    let sum = first.plus(&second);
    let sum = sum.replace_where(0b0001_0000, &first.minus(&second));
    let sum = sum.reduced_wide(); // 1.1, from within -3.6 and 5.1
    let sum = sum.replace_where(0b0011_0000, &sum.plus(&sum)); // 2.2
    let thrice = sum.plus(&sum).plus(&sum); // 6.6
    let twice = f.plus(f); // 2.2
    let square = thrice.plus(&twice);
    square
        .replace_where(LOWER, &thrice.minus(&twice))
        .reduced_wide() // from within -2.2 and 8.8
}

/// The sum of both lanes of a pair in every lane, but in the lanes of the mask their own value minus
/// the other.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn add_parts(f: &Lanes, minus: LaneMask) -> Lanes {
    let swapped = swap_parts(f);
    f.plus(&swapped).replace_where(minus, &f.minus(&swapped))
}

/// Swaps the real and imaginary parts.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn swap_parts(f: &Lanes) -> Lanes {
    let mut swapped = *f;
    for limb in &mut swapped.0 {
        *limb = _mm512_permutex_epi64::<0b10_11_00_01>(*limb);
    }
    swapped
}

/// Lane `i` of the result is lane `places[i]` of the element.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn permute(f: &Lanes, [a, b, c, d, e, g, h, i]: [i64; LANES]) -> Lanes {
    let places = _mm512_setr_epi64(a, b, c, d, e, g, h, i);
    let mut permuted = *f;
    for limb in &mut permuted.0 {
        *limb = _mm512_permutexvar_epi64(places, *limb);
    }
    permuted
}

/// Lane `i` of the result is lane `places[i]` of the first element, or lane `places[i] - 8` of the
/// second.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn permute_two(first: &Lanes, second: &Lanes, [a, b, c, d, e, g, h, i]: [i64; LANES]) -> Lanes {
    let places = _mm512_setr_epi64(a, b, c, d, e, g, h, i);
    let mut permuted = *first;
    for (limb, second) in permuted.0.iter_mut().zip(second.0) {
        *limb = _mm512_permutex2var_epi64(*limb, places, second);
    }
    permuted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::base_field::MODULUS;
    use crate::engine::Engine;
    use crate::selection::testing::can_test;
    use blst::blst_fp2;

    /// The square by the formulas above, in blst's arithmetic.
    fn by_blst(f: &[blst_fp; LANES]) -> [blst_fp; LANES] {
        let [v, v2, w, v2w]: [blst_fp2; 4] = core::array::from_fn(|i| blst_fp2 {
            fp: [f[2 * i], f[2 * i + 1]],
        });
        type Operation = unsafe extern "C" fn(*mut blst_fp2, *const blst_fp2, *const blst_fp2);
        let apply = |operation: Operation, a: blst_fp2, b: blst_fp2| {
            let mut out = blst_fp2::default();
            // SAFETY: each operation reads two elements and writes one.
            unsafe { operation(&mut out, &a, &b) };
            out
        };
        let add = |a, b| apply(blst::blst_fp2_add, a, b);
        let subtract = |a, b| apply(blst::blst_fp2_sub, a, b);
        let multiply = |a, b| apply(blst::blst_fp2_mul, a, b);
        let thrice = |a| add(add(a, a), a);
        let times_xi = |a: blst_fp2| {
            let turned = blst_fp2 {
                fp: [subtract(blst_fp2::default(), a).fp[1], a.fp[0]],
            };
            add(a, turned)
        };
        let sum = |a, b| thrice(add(multiply(a, a), times_xi(multiply(b, b))));
        let twice = |a, b| {
            let product = multiply(a, b);
            thrice(add(product, product))
        };
        let squares = [
            subtract(sum(w, v2), add(v, v)),
            subtract(sum(v, v2w), add(v2, v2)),
            add(times_xi(twice(v, v2w)), add(w, w)),
            add(twice(w, v2), add(v2w, v2w)),
        ];
        core::array::from_fn(|lane| squares[lane / 2].fp[lane % 2])
    }

    /// Every choice of the largest coefficient and zero, so that sums and differences are as large
    /// as possible. The formulas hold for any coefficients.
    #[test]
    fn the_largest_coefficients_keep_the_bounds() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let mut largest = blst_fp { l: MODULUS };
        largest.l[0] -= 1;
        for choice in 0..1 << LANES {
            let element = core::array::from_fn(|lane| {
                if choice >> lane & 1 == 1 {
                    largest
                } else {
                    blst_fp::default()
                }
            });
            // SAFETY: `can_test` has checked the processor features.
            let [once, twice] = unsafe { repeated_squares(&element, [1, 2]) };
            assert_eq!(once, by_blst(&element), "{choice:08b}");
            assert_eq!(twice, by_blst(&once), "{choice:08b}");
        }
    }
}
