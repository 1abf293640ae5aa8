//! Eight elements of the scalar field side by side, for the evaluation of polynomials and for
//! transforms.
//!
//! An element is five limbs of 52 bits, the width of the processor's multiplication. So a
//! Montgomery multiplication divides by 2^260 here, where it divides by 2^256 elsewhere. The caller
//! multiplies by the missing factor of 2^4.
//!
//! All limbs but the highest are below 2^52. Because 2^260 is more than `35r`, the product of values
//! below `A·r` and `B·r` is below `(A·B/35 + 1)·r`. Each column adds at most 30 terms below 2^52.

#[cfg(feature = "internals")]
pub mod internals;
#[cfg(test)]
mod tests;
mod words;

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_cmple_epu64_mask, _mm512_cmplt_epi64_mask,
    _mm512_cmplt_epu64_mask, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_mov_epi64,
    _mm512_or_si512, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srli_epi64,
    _mm512_sub_epi64,
};

#[cfg(test)]
pub(super) use tests::largest_element;

use super::limbs::carry;
use crate::field::ORDER;

const LIMBS: usize = 5;
const LIMB_BITS: u32 = 52;
const LIMB_MASK: i64 = (1 << LIMB_BITS) - 1;
/// The group order `r`, limb by limb.
const R: [i64; LIMBS] = {
    let [a, b, c, d] = ORDER;
    [
        a as i64 & LIMB_MASK,
        (a >> 52 | b << 12) as i64 & LIMB_MASK,
        (b >> 40 | c << 24) as i64 & LIMB_MASK,
        (c >> 28 | d << 36) as i64 & LIMB_MASK,
        (d >> 16) as i64,
    ]
};
/// `-1/r mod 2^52`.
const NEGATED_INVERSE: i64 = 0xffff_fffe_ffff_ffff_u64 as i64 & LIMB_MASK;

/// Eight elements of the scalar field.
#[derive(Clone, Copy)]
pub(super) struct ScalarLanes([__m512i; LIMBS]);

impl ScalarLanes {
    /// `self + b`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn add(&self, b: &Self) -> Self {
        let mut sum = self.0;
        for (sum, b) in sum.iter_mut().zip(b.0) {
            *sum = _mm512_add_epi64(*sum, b);
        }
        let sum = Self(carry::<LIMB_BITS, LIMBS>(sum));
        debug_assert!(sum.limbs_are_whole());
        sum
    }

    /// `self - b + times·r`, for `b` of at most `times·r` and a small number `times`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn subtract(&self, b: &Self, times: i64) -> Self {
        let mut difference = self.0;
        for ((difference, b), r) in difference.iter_mut().zip(b.0).zip(R) {
            let raised = _mm512_add_epi64(*difference, _mm512_set1_epi64(times * r));
            *difference = _mm512_sub_epi64(raised, b);
        }
        let difference = Self(carry::<LIMB_BITS, LIMBS>(difference));
        debug_assert!(difference.limbs_are_whole(), "not negative");
        difference
    }

    /// `16·self`, below `2.6r`, for values below `r`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn times_16(&self) -> Self {
        debug_assert!(self.is_at_most(1));
        let mut product = self.0;
        for limb in &mut product {
            *limb = _mm512_slli_epi64::<4>(*limb);
        }
        Self(carry::<LIMB_BITS, LIMBS>(product)).reduce()
    }

    /// Subtracts a multiple of `r`. The result is below `2.6r` for values below `16r`, and below
    /// `1.9r` for values below `8r`.
    ///
    /// With `t = floor(value/2^255)`, which is at most `value/1.104r`, the result `value - t·r` is
    /// below `2^255 + t·(2^255 - r) < 1.105r + 0.105t·r`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn reduce(&self) -> Self {
        debug_assert!(self.is_at_most(16));
        let zero = _mm512_setzero_si512();
        let times = _mm512_srli_epi64::<{ 255 - 4 * LIMB_BITS }>(self.0[LIMBS - 1]);
        let mut rest = self.0;
        for (i, r) in R.iter().map(|limb| _mm512_set1_epi64(*limb)).enumerate() {
            rest[i] = _mm512_sub_epi64(rest[i], _mm512_madd52lo_epu64(zero, times, r));
            // The highest limb of r has 47 bits, so its product with `t` has at most 52.
            if i + 1 < LIMBS {
                let high = _mm512_madd52hi_epu64(zero, times, r);
                rest[i + 1] = _mm512_sub_epi64(rest[i + 1], high);
            }
        }
        Self(carry::<LIMB_BITS, LIMBS>(rest))
    }

    /// `self - r` in the lanes in which that is not negative, and `self` in the others.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn subtract_order_once(&self) -> Self {
        let mut rest = self.0;
        for (rest, r) in rest.iter_mut().zip(R) {
            *rest = _mm512_sub_epi64(*rest, _mm512_set1_epi64(r));
        }
        let mut rest = carry::<LIMB_BITS, LIMBS>(rest);
        let negative = _mm512_cmplt_epi64_mask(rest[LIMBS - 1], _mm512_setzero_si512());
        for (rest, limb) in rest.iter_mut().zip(self.0) {
            *rest = _mm512_mask_mov_epi64(*rest, negative, limb);
        }
        Self(rest)
    }

    /// `(Σ a[k]·b[k]) / 2^260`, of one or two products.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn sum_of_products<const N: usize>(a: [&Self; N], b: [&Self; N]) -> Self {
        const { assert!(N == 1 || N == 2, "the bounds hold for one or two products") };
        for factor in a.iter().chain(&b) {
            debug_assert!(factor.limbs_are_whole(), "the processor takes 52 bits");
        }
        let mut columns = Columns([_mm512_setzero_si512(); 2 * LIMBS]);
        for row in 0..LIMBS {
            for (a, b) in a.iter().zip(b) {
                columns.add_products(row, &a.0, b.0[row]);
            }
            columns.reduce(row);
        }
        let mut upper = [_mm512_setzero_si512(); LIMBS];
        upper.copy_from_slice(&columns.0[LIMBS..]);
        Self(carry::<LIMB_BITS, LIMBS>(upper))
    }

    /// Whether all limbs, including the highest, are below 2^52 and not negative. Debug assertions
    /// use it.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn limbs_are_whole(&self) -> bool {
        let zero = _mm512_setzero_si512();
        let any = (self.0.iter()).fold(zero, |any, limb| _mm512_or_si512(any, *limb));
        _mm512_cmplt_epu64_mask(any, _mm512_set1_epi64(1 << LIMB_BITS)) == u8::MAX
    }

    /// Whether all values are at most `times·r` and not negative, as far as the highest limbs tell.
    /// Debug assertions use it.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn is_at_most(&self, times: i64) -> bool {
        let most = _mm512_set1_epi64(times * (R[LIMBS - 1] + 1));
        _mm512_cmple_epu64_mask(self.0[LIMBS - 1], most) == u8::MAX
    }
}

/// The columns of a product; the reduction clears the lower half of them.
struct Columns([__m512i; 2 * LIMBS]);

impl Columns {
    /// Adds `a·factor` from a column on.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn add_products(&mut self, column: usize, a: &[__m512i; LIMBS], factor: __m512i) {
        for (i, a) in a.iter().enumerate() {
            let low = &mut self.0[column + i];
            *low = _mm512_madd52lo_epu64(*low, *a, factor);
            let high = &mut self.0[column + i + 1];
            *high = _mm512_madd52hi_epu64(*high, *a, factor);
        }
    }

    /// Adds the multiple of `r` that clears the 52 low bits of a column, and carries the bits above
    /// them to the next column.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn reduce(&mut self, column: usize) {
        let inverse = _mm512_set1_epi64(NEGATED_INVERSE);
        // The processor uses the lower 52 bits of every factor and keeps those of this product.
        let quotient = _mm512_madd52lo_epu64(_mm512_setzero_si512(), self.0[column], inverse);
        let r = R.map(|limb| _mm512_set1_epi64(limb));
        self.add_products(column, &r, quotient);
        let carry = _mm512_srli_epi64::<LIMB_BITS>(self.0[column]);
        self.0[column + 1] = _mm512_add_epi64(self.0[column + 1], carry);
    }
}
