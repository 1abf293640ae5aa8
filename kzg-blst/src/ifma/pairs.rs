//! Elements of `Fp2` in pairs of lanes, the real part first: permutations, and the products with `u`
//! and with `ξ = 1 + u`.

use core::arch::x86_64::{
    _mm512_maskz_permutex2var_epi64, _mm512_permutex_epi64, _mm512_permutex2var_epi64,
    _mm512_setr_epi64,
};

use super::field::{Factors, LaneMask, Lanes};
use crate::curve::additions::LANES;

/// Number of elements of `Fp2` in a group of eight lanes.
pub(super) const PAIRS: usize = 4;
/// The lanes of real parts.
pub(super) const REAL: LaneMask = 0b0101_0101;

impl Lanes {
    /// Swaps the real and imaginary parts.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn swap_parts(&self) -> Self {
        let mut swapped = *self;
        for limb in &mut swapped.0 {
            *limb = _mm512_permutex_epi64::<0b10_11_00_01>(*limb);
        }
        swapped
    }

    /// Lane `i` of the result is lane `places[i]` of `self`, or lane `places[i] - 8` of `other`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn permute_two(&self, other: &Self, [a, b, c, d, e, f, g, h]: [i64; LANES]) -> Self {
        let places = _mm512_setr_epi64(a, b, c, d, e, f, g, h);
        let mut permuted = *self;
        for (limb, other) in permuted.0.iter_mut().zip(other.0) {
            *limb = _mm512_permutex2var_epi64(*limb, places, other);
        }
        permuted
    }

    /// Pair `i` of the result is pair `places[i]` of `self`, or pair `places[i] - 4` of `other`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn permute_pairs(&self, other: &Self, [a, b, c, d]: [i64; PAIRS]) -> Self {
        self.permute_two(
            other,
            [
                2 * a,
                2 * a + 1,
                2 * b,
                2 * b + 1,
                2 * c,
                2 * c + 1,
                2 * d,
                2 * d + 1,
            ],
        )
    }

    /// `self` and `u·self`, the left factors of a product with elements of `Fp2`, for normal parts
    /// below 1.9. The parts of the result are below those of `self` and 2.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn with_times_u(&self) -> [Self; 2] {
        let swapped = self.swap_parts();
        [
            *self,
            swapped.replace_where(REAL, &Self::zero().subtract(&swapped)),
        ]
    }

    /// As [`with_times_u`](Self::with_times_u), but of `ξ·self` in the lanes of the mask, for parts
    /// below 1.1. There the parts of `ξ·self` are below 3.1 and those of `u·ξ·self` below 4.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn times_xi_with_times_u(&self, lanes: LaneMask) -> [Self; 2] {
        let [plain, times_u] = self.with_times_u();
        // ξ = 1 + u, and u·ξ = u - 1.
        [
            plain.replace_where(lanes, &plain.plus(&times_u)),
            times_u.replace_where(lanes, &times_u.subtract(&plain)),
        ]
    }
}

impl Factors {
    /// The real parts, or the imaginary parts if `part` is one, in both lanes of each pair, after a
    /// permutation of pairs as by [`Lanes::permute_pairs`]. Lanes outside the mask are zero.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn part(
        &self,
        other: &Self,
        pairs: [i64; PAIRS],
        lanes: LaneMask,
        part: i64,
    ) -> Self {
        let [a, b, c, d] = [
            2 * pairs[0] + part,
            2 * pairs[1] + part,
            2 * pairs[2] + part,
            2 * pairs[3] + part,
        ];
        let places = _mm512_setr_epi64(a, a, b, b, c, c, d, d);
        let mut permuted = *self;
        for (limb, other) in permuted.0.iter_mut().zip(other.0) {
            *limb = _mm512_maskz_permutex2var_epi64(lanes, *limb, places, other);
        }
        permuted
    }

    /// The real parts and the imaginary parts; see [`part`](Self::part).
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn parts(&self, other: &Self, pairs: [i64; PAIRS], lanes: LaneMask) -> [Self; 2] {
        [
            self.part(other, pairs, lanes, 0),
            self.part(other, pairs, lanes, 1),
        ]
    }
}
