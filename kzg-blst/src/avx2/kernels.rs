//! Multiplication, squaring and sums of two products, in assembly that `tools/avx2_kernels.py` generates.
//!
//! They are naked functions so that no compiler inlines them. The decoded instructions of the first two fit
//! the micro-operation cache of the processor together.

use core::arch::naked_asm;

use super::elements::Fp8;
use super::pairs::{Pair, TwoProducts};
use super::radix48::{HIGH, LOW, P, P_INVERSE, RADIX};

#[repr(C, align(64))]
struct Constants([[f64; 4]; 12]);

static CONSTANTS: Constants = Constants([
    [-P[0]; 4],
    [-P[1]; 4],
    [-P[2]; 4],
    [-P[3]; 4],
    [-P[4]; 4],
    [-P[5]; 4],
    [-P[6]; 4],
    [-P[7]; 4],
    [HIGH; 4],
    [LOW; 4],
    [1.0 / RADIX; 4],
    [P_INVERSE; 4],
]);

/// `out = a·b/R + c` modulo `p`, for eight elements.
///
/// Limbs of `a` are at most `A·2^47` in absolute value and limbs of `b` at most `B·2^47`, with `A·B` at
/// most 3.25. Limbs of `c` are at most `16·2^47`. All limbs of the result but the last are at most
/// `2^47`. The value of the result is at most `|a·b|/R + p/2 + |c|`.
///
/// # Safety
///
/// The processor has AVX2 and FMA. All pointers point to elements. `out` may be written and does not
/// overlap the operands.
#[unsafe(naked)]
pub(super) unsafe extern "sysv64" fn multiply_add(
    out: *mut Fp8,
    a: *const Fp8,
    b: *const Fp8,
    c: *const Fp8,
) {
    naked_asm!(include_str!("multiply_add.s"), constants = sym CONSTANTS);
}

/// `out = a·a/R + c` modulo `p`, for eight elements: [`multiply_add`] with `b = a`. So limbs of `a` are
/// at most `1.8·2^47`.
///
/// # Safety
///
/// The requirements are those of [`multiply_add`].
#[unsafe(naked)]
pub(super) unsafe extern "sysv64" fn square_add(out: *mut Fp8, a: *const Fp8, c: *const Fp8) {
    naked_asm!(include_str!("square_add.s"), constants = sym CONSTANTS);
}

/// `out = (a·b + d·e)/R + out` modulo `p`, for two vectors of elements.
///
/// The contract is that of [`multiply_add`], where `A·B + D·E` is at most 3.25. The value of the result is at
/// most `|a·b + d·e|/R + p/2` more than that of the addend.
///
/// # Safety
///
/// The processor has AVX2 and FMA. `operands` points to a value of its type, and `out` to elements, which may be
/// read and written, and do not overlap the operands.
#[unsafe(naked)]
pub(super) unsafe extern "sysv64" fn multiply_two_add(
    out: *mut [Pair; 2],
    operands: *const TwoProducts<'_>,
) {
    naked_asm!(include_str!("multiply_two_add.s"), constants = sym CONSTANTS);
}

#[cfg(test)]
mod tests {
    use super::super::elements;
    use super::super::elements::WIDTH;
    use super::*;
    use crate::avx2::limbs_at_the_bounds::{Operands, value};
    use crate::avx2::model;
    use crate::avx2::radix48::LIMBS;
    use crate::engine::Engine;
    use crate::selection::testing::can_test;
    use blst::blst_fp;

    /// Eight elements from the limbs of each lane.
    fn pack(lanes: impl Fn(usize) -> [f64; LIMBS]) -> Fp8 {
        let lanes: [_; WIDTH] = core::array::from_fn(lanes);
        // SAFETY: only `for_each` calls this function, after `can_test` has checked the processor features.
        unsafe { elements::words::from_lanes(&lanes) }
    }

    fn unpack(packed: &Fp8) -> [[f64; LIMBS]; WIDTH] {
        // SAFETY: only `for_each` calls this function, after `can_test` has checked the processor features.
        unsafe { elements::words::to_lanes(packed) }
    }

    /// Calls the kernels with eight operands at a time, and `check` with the product, the square and the sum of
    /// two products.
    fn for_each(count: usize, check: impl Fn(&Operands, [&[f64; LIMBS]; 3])) {
        if !can_test(Engine::Avx2) {
            return;
        }
        let operands: Vec<Operands> = Operands::many(count).collect();
        for operands in operands.chunks_exact(WIDTH) {
            let [a, b, c, s] = [
                pack(|lane| operands[lane].a),
                pack(|lane| operands[lane].b),
                pack(|lane| operands[lane].c),
                pack(|lane| operands[lane].s),
            ];
            let two = [0, 1, 2, 3].map(|i| pack(|lane| operands[lane].two[i]).0.map(Pair));
            let [a2, b2, d2, e2] = two.each_ref().map(|pairs| pairs.each_ref());
            let two = TwoProducts {
                a: a2,
                b: b2,
                d: d2,
                e: e2,
            };
            let (mut product, mut square, mut sum) = (a, a, c.0.map(Pair));
            // SAFETY: `can_test` has checked the processor features. The results are not among the
            // operands.
            unsafe {
                multiply_add(&mut product, &a, &b, &c);
                square_add(&mut square, &s, &c);
                multiply_two_add(&mut sum, &raw const two);
            }
            let (products, squares) = (unpack(&product), unpack(&square));
            let sums = unpack(&Fp8(sum.map(|pair| pair.0)));
            for (lane, operands) in operands.iter().enumerate() {
                check(operands, [&products[lane], &squares[lane], &sums[lane]]);
            }
        }
    }

    #[test]
    fn the_kernels_equal_the_model_to_the_last_bit() {
        for_each(20_000, |operands, results| {
            let Operands { a, b, c, s, two } = operands;
            let [product, square, sum] = results;
            assert_eq!(*product, model::multiply_add(a, b, c));
            assert_eq!(*square, model::square_add(s, c));
            assert_eq!(*sum, model::multiply_two_add(two, c));
            let unit = (1_u64 << 47) as f64;
            for limb in results.iter().flat_map(|result| &result[..LIMBS - 1]) {
                assert!(limb.abs() <= unit);
            }
        });
    }

    #[test]
    #[ignore = "exhaustive, takes minutes: run by `just exhaustive`"]
    fn the_kernels_multiply_as_blst_does_in_millions_of_cases() {
        for_each(8_000_000, |operands, [product, square, sum]| {
            let Operands { a, b, c, s, two } = operands;
            let (mut of_ab, mut of_ss) = (blst_fp::default(), blst_fp::default());
            let mut of_two = [blst_fp::default(); 2];
            // SAFETY: blst reads two field elements and writes one in each call, which may be
            // among those read.
            unsafe {
                blst::blst_fp_mul(&mut of_ab, &value(a), &value(b));
                blst::blst_fp_add(&mut of_ab, &of_ab, &value(c));
                blst::blst_fp_sqr(&mut of_ss, &value(s));
                blst::blst_fp_add(&mut of_ss, &of_ss, &value(c));
                blst::blst_fp_mul(&mut of_two[0], &value(&two[0]), &value(&two[1]));
                blst::blst_fp_mul(&mut of_two[1], &value(&two[2]), &value(&two[3]));
                blst::blst_fp_add(&mut of_two[0], &of_two[0], &of_two[1]);
                blst::blst_fp_add(&mut of_two[0], &of_two[0], &value(c));
            }
            assert_eq!(value(sum), of_two[0]);
            assert_eq!(value(product), of_ab);
            assert_eq!(value(square), of_ss);
        });
    }
}
