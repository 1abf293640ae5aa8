//! Reductions modulo `p`.

use core::arch::x86_64::{
    _mm512_cmplt_epi64_mask, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_set1_epi64,
    _mm512_setzero_si512, _mm512_sub_epi64,
};

use super::Lanes;
use super::constants::{HIGHEST_LIMB_INVERSE, LIMB_BITS, LIMBS, P, SIX_P, TWELVE_P, TWICE_P};
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

    /// `self - b` modulo `p`, normal and below `1.1p`, for a difference of at least `-12p` and
    /// below `4p`, with any limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn reduced_difference(&self, b: &Self) -> Self {
        Self::splat(&TWELVE_P)
            .plus(self)
            .minus(b)
            .reduced_positive()
    }

    /// `self` modulo `p`, normal and below `1.1p`, for an element of at least `-6p` and below `10p`
    /// with any limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn reduced_wide(&self) -> Self {
        Self::splat(&SIX_P).plus(self).reduced_positive()
    }

    /// `self` modulo `p`, normal and below `1.1p`, for an element that is not negative and below
    /// `16p`, with any limbs. Its quotient by `p` is below 16, so that the products of the quotient
    /// and limbs of `p` are below 2^52.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn reduced_positive(&self) -> Self {
        let carried = carry::<LIMB_BITS, LIMBS>(self.0);
        debug_assert!(Self(carried).is_at_most(160));
        // The quotient is computed from the highest limb. It is too small by at most one for the
        // bits below, and by 1/300 for the rounding of the inverse.
        let inverse = _mm512_set1_epi64(HIGHEST_LIMB_INVERSE);
        let highest = carried[LIMBS - 1];
        let quotient = _mm512_madd52hi_epu64(_mm512_setzero_si512(), highest, inverse);
        let mut rest = carried;
        for (limb, p) in rest.iter_mut().zip(P) {
            let multiple =
                _mm512_madd52lo_epu64(_mm512_setzero_si512(), quotient, _mm512_set1_epi64(p));
            *limb = _mm512_sub_epi64(*limb, multiple);
        }
        Self(carry::<LIMB_BITS, LIMBS>(rest))
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
