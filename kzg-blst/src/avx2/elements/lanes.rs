//! Permutations of the four lanes of each vector.

use core::arch::x86_64::{
    _mm256_blend_pd, _mm256_permute2f128_pd, _mm256_permute4x64_pd, _mm256_unpackhi_pd,
    _mm256_unpacklo_pd,
};

use super::{Fp8, LANES, Limb};

/// The number that stands for a permutation: lane `i` of the result is lane `places[i]`.
pub(in crate::avx2) const fn places([a, b, c, d]: [i32; 4]) -> i32 {
    a | b << 2 | c << 4 | d << 6
}

impl Fp8 {
    /// The same permutation of the lanes of both vectors; [`places`] gives its number.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(in crate::avx2) fn permute<const PLACES: i32>(&self) -> Self {
        self.zip(self, |limb, _| _mm256_permute4x64_pd::<PLACES>(limb))
    }

    /// `other` in the lanes of a mask, which is the same for both vectors.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(in crate::avx2) fn blend<const LANES: i32>(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_blend_pd::<LANES>(a, b))
    }
}

/// Lane `j` of vector `i` becomes lane `i` of vector `j`.
#[target_feature(enable = "avx2,fma")]
#[inline]
pub(in crate::avx2) fn transpose([a, b, c, d]: [Limb; LANES]) -> [Limb; LANES] {
    let (ab_low, ab_high) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
    let (cd_low, cd_high) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
    [
        _mm256_permute2f128_pd::<0x20>(ab_low, cd_low),
        _mm256_permute2f128_pd::<0x20>(ab_high, cd_high),
        _mm256_permute2f128_pd::<0x31>(ab_low, cd_low),
        _mm256_permute2f128_pd::<0x31>(ab_high, cd_high),
    ]
}
