//! Eight elements of the base field side by side.
//!
//! An element is eight limbs of 48 bits. Limb `i` of all eight elements is in one register. The
//! processor multiplies integers of 52 bits and adds the lower or the upper 52 bits of the product
//! to 64 bits. With one factor shifted left by four, these are `a·16b = h·2^52 + l`, that is,
//! `a·b = h·2^48 + l/16`: the limbs of a product at radix 2^48, the lower limb times 16. So a
//! Montgomery multiplication by eight limbs divides by 2^384 as blst's does, and Montgomery form is
//! that of blst.
//!
//! # Bounds
//!
//! A *normal* element has limbs below 2^48. It stands for its value modulo `p`, and the value may
//! exceed `p`: 2^384 is `9.8·p`. A *loose* element has limbs below 2^52, such as a difference to
//! which a multiple of `p` with large limbs was added. The product of a loose `a` and a normal `b`
//! is normal and below `a·b/2^384 + p`, because the values that are added to reduce it are below
//! `2^384·p`. So if `a < 6p` and `b < 3p`, the product is below `3p`. Each sum of lower halves has
//! at most 15 terms below 2^52, and each sum of upper halves at most 16 terms and a carry, so that
//! nothing exceeds 64 bits.
//!
//! Source of the use of the instruction: Gueron and Krasnov, "Accelerating big integer arithmetic
//! using Intel IFMA extensions", ARITH 2016. The radix that keeps blst's Montgomery form is our
//! own.

mod constants;
pub(super) mod power;
mod product;
mod reduction;
mod sum;
#[cfg(test)]
mod tests;
mod wide;

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_cmpeq_epi64_mask, _mm512_cmple_epu64_mask,
    _mm512_cmplt_epi64_mask, _mm512_cmplt_epu64_mask, _mm512_mask_blend_epi64,
    _mm512_mask_permutexvar_epi64, _mm512_or_si512, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_sub_epi64,
};

pub(super) use constants::{FOUR_P_LARGE, HALF_P, LIMBS, multiple_of_p};
use constants::{LIMB_BITS, P, TWICE_P_LARGE};
pub(super) use sum::Factors;
pub(super) use wide::{COLUMNS, Wide};

use crate::ifma::limbs::carry;

/// Eight elements of the base field in Montgomery form.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Lanes(pub(super) [__m512i; LIMBS]);

/// A set of lanes, one bit for each.
pub(super) type LaneMask = __mmask8;

impl Lanes {
    /// The element with the given limbs in every lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn splat(limbs: &[i64; LIMBS]) -> Self {
        Self(limbs.map(|limb| _mm512_set1_epi64(limb)))
    }

    /// Zero in every lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn zero() -> Self {
        Self::splat(&[0; LIMBS])
    }

    /// `self + b`, limb by limb.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn plus(&self, b: &Self) -> Self {
        Self(core::array::from_fn(|i| {
            _mm512_add_epi64(self.0[i], b.0[i])
        }))
    }

    /// `self - b`, limb by limb.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn minus(&self, b: &Self) -> Self {
        Self(core::array::from_fn(|i| {
            _mm512_sub_epi64(self.0[i], b.0[i])
        }))
    }

    /// `self - b + 2p`, with limbs at most 2^49 above those of `self`, for a normal `b` below
    /// `1.9p`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn subtract(&self, b: &Self) -> Self {
        debug_assert!(b.limbs_are_below(48) && b.is_at_most(19));
        Self::splat(&TWICE_P_LARGE).minus(b).plus(self)
    }

    /// `self - b + 4p`, with limbs below 2^51 above those of `self`, for a `b` up to `2p` with
    /// limbs below 2^49.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn subtract_wide(&self, b: &Self) -> Self {
        debug_assert!(b.limbs_are_below(49) && b.is_at_most(20));
        Self::splat(&FOUR_P_LARGE).minus(b).plus(self)
    }

    /// `2p - self` in the lanes of the mask, with limbs below 2^49, and `self` in the others, for
    /// a canonical element.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn negate_where(&self, lanes: LaneMask) -> Self {
        let negative = Self::splat(&TWICE_P_LARGE).minus(self);
        self.replace_where(lanes, &negative)
    }

    /// `other` in the lanes of the mask.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn replace_where(&self, lanes: LaneMask, other: &Self) -> Self {
        Self(core::array::from_fn(|i| {
            _mm512_mask_blend_epi64(lanes, self.0[i], other.0[i])
        }))
    }

    /// Replaces lane `lane` by lane `place` of `other`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn copy_lane(&mut self, lane: usize, other: &Self, place: i64) {
        let place = _mm512_set1_epi64(place);
        for (limb, other) in self.0.iter_mut().zip(other.0) {
            *limb = _mm512_mask_permutexvar_epi64(*limb, 1 << lane, place, other);
        }
    }

    /// The lanes in which a canonical element is above the integer of `limbs`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn above(&self, limbs: &[i64; LIMBS]) -> LaneMask {
        let difference = carry::<LIMB_BITS, LIMBS>(Self::splat(limbs).minus(self).0);
        // The highest limb has the sign of the difference.
        _mm512_cmplt_epi64_mask(difference[LIMBS - 1], _mm512_setzero_si512())
    }

    /// The lanes in which a canonical element is zero.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn zeros(&self) -> LaneMask {
        let any = self
            .0
            .into_iter()
            .fold(_mm512_setzero_si512(), |any, limb| {
                _mm512_or_si512(any, limb)
            });
        _mm512_cmpeq_epi64_mask(any, _mm512_setzero_si512())
    }

    /// The lanes in which the lowest limb is zero.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn lowest_limb_zeros(&self) -> LaneMask {
        _mm512_cmpeq_epi64_mask(self.0[0], _mm512_setzero_si512())
    }

    /// The lanes in which the lowest limbs are equal.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn equal_lowest_limbs(&self, other: &Self) -> LaneMask {
        _mm512_cmpeq_epi64_mask(self.0[0], other.0[0])
    }

    /// Whether all limbs are below `2^bits` and not negative. Debug assertions use it.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn limbs_are_below(&self, bits: u32) -> bool {
        let zero = _mm512_setzero_si512();
        let any = (self.0.iter()).fold(zero, |any, limb| _mm512_or_si512(any, *limb));
        _mm512_cmplt_epu64_mask(any, _mm512_set1_epi64(1 << bits)) == LaneMask::MAX
    }

    /// Whether all values are at most `tenths/10·p` and not negative, as far as the highest limbs
    /// tell. Debug assertions use it.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn is_at_most(&self, tenths: i64) -> bool {
        let most = _mm512_set1_epi64(tenths * (P[LIMBS - 1] + 1) / 10);
        _mm512_cmple_epu64_mask(self.0[LIMBS - 1], most) == LaneMask::MAX
    }
}
