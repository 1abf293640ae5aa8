//! Reductions modulo `p`.

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_cmplt_epi64_mask, _mm512_madd52hi_epu64,
    _mm512_madd52lo_epu64, _mm512_mask_sub_epi64, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_srai_epi64, _mm512_srli_epi64, _mm512_sub_epi64, _mm512_test_epi64_mask,
};

use super::Lanes;
use super::constants::{HIGHEST_LIMB_INVERSE, LIMB_BITS, LIMBS, P, SIX_P, TWELVE_P_LARGE, TWICE_P};
use crate::ifma::limbs::carry;

impl Lanes {
    /// The same value with limbs below 2^48, for a value that is not negative and below 2^384.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn normalize(&self) -> Self {
        let normal = Self(carry::<LIMB_BITS, LIMBS>(self.0));
        debug_assert!(normal.limbs_are_below(48));
        normal
    }

    /// The canonical form of an element that is at least zero and below `4p`, with any limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn canonical(&self) -> Self {
        let carried = Self(carry::<LIMB_BITS, LIMBS>(self.0));
        debug_assert!(carried.is_at_most(40));
        carried.subtract_once(&TWICE_P).subtract_once(&P)
    }

    /// The canonical form of `self - b`, which must be at least `-2p` and below `2p`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn canonical_difference(&self, b: &Self) -> Self {
        Self::splat(&TWICE_P).plus(self).minus(b).canonical()
    }

    /// `self - b` modulo `p`, normal and below `1.1p`, for `self` below `4p` with limbs that are not
    /// negative, and `b` up to `11p` with limbs below 2^51.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn reduced_difference(&self, b: &Self) -> Self {
        debug_assert!(b.limbs_are_below(51) && b.is_at_most(110));
        Self::splat(&TWELVE_P_LARGE)
            .plus(self)
            .minus(b)
            .reduced_positive()
    }

    /// `self` modulo `p`, normal and below `1.1p`, for an element of at least `-6p` and below `10p`
    /// with any limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn reduced_wide(&self) -> Self {
        let positive = Self::splat(&SIX_P).plus(self);
        Self(carry::<LIMB_BITS, LIMBS>(positive.0)).reduced_positive()
    }

    /// `self` modulo `p`, normal and below `1.1p`, for an element below `16p` with limbs that are not
    /// negative and below `2^63 - 2^54`. The quotient by `p` is below 16, so that the products of the
    /// quotient and limbs of `p` are below 2^52.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn reduced_positive(&self) -> Self {
        let quotient = self.quotient(160);
        let mut rest = self.0;
        for (limb, p) in rest.iter_mut().zip(P) {
            let multiple =
                _mm512_madd52lo_epu64(_mm512_setzero_si512(), quotient, _mm512_set1_epi64(p));
            *limb = _mm512_sub_epi64(*limb, multiple);
        }
        Self(carry::<LIMB_BITS, LIMBS>(rest))
    }

    /// As [`reduced_positive`](Self::reduced_positive), for an element below `28p`. The quotient has five
    /// bits. The upper four are multiplied by `2p`, so that these products are below 2^52 too.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn reduced_below_28p(&self) -> Self {
        let quotient = self.quotient(280);
        let half = _mm512_srli_epi64::<1>(quotient);
        let odd = _mm512_test_epi64_mask(quotient, _mm512_set1_epi64(1));
        let mut rest = self.0;
        for ((limb, p), twice_p) in rest.iter_mut().zip(P).zip(TWICE_P) {
            let multiple =
                _mm512_madd52lo_epu64(_mm512_setzero_si512(), half, _mm512_set1_epi64(twice_p));
            let even = _mm512_sub_epi64(*limb, multiple);
            *limb = _mm512_mask_sub_epi64(even, odd, even, _mm512_set1_epi64(p));
        }
        Self(carry::<LIMB_BITS, LIMBS>(rest))
    }

    /// The quotient by `p` of an element up to `tenths/10·p` with limbs that are not negative. It is too
    /// small by at most one for the bits below the highest limb, and by 1/300 of the quotient for the
    /// rounding of the inverse.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn quotient(&self, tenths: i64) -> __m512i {
        debug_assert!(self.limbs_are_below(63));
        debug_assert!(
            self.plus(&Self::splat(&[1 << 54; LIMBS]))
                .limbs_are_below(63)
        );
        debug_assert!(Self(carry::<LIMB_BITS, LIMBS>(self.0)).is_at_most(tenths));
        // Without the carries of the lower limbs the highest limb is too small by at most one.
        let [.., second, highest] = self.0;
        let highest = _mm512_add_epi64(highest, _mm512_srai_epi64::<LIMB_BITS>(second));
        let inverse = _mm512_set1_epi64(HIGHEST_LIMB_INVERSE);
        _mm512_madd52hi_epu64(_mm512_setzero_si512(), highest, inverse)
    }

    /// Subtracts a multiple of `p` in the lanes that are not below it.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn subtract_once(&self, multiple: &[i64; LIMBS]) -> Self {
        let difference = carry::<LIMB_BITS, LIMBS>(self.minus(&Self::splat(multiple)).0);
        let negative = _mm512_cmplt_epi64_mask(difference[LIMBS - 1], _mm512_setzero_si512());
        Self(difference).replace_where(negative, self)
    }
}
