//! Elements of `Fp2` in pairs of lanes, the real part first: permutations, and the products with `u`
//! and with `ξ = 1 + u`.

use core::arch::x86_64::{
    _mm512_mask_set1_epi64, _mm512_maskz_set1_epi64, _mm512_permutex_epi64,
    _mm512_permutex2var_epi64, _mm512_permutexvar_epi64, _mm512_setr_epi64,
};

use super::field::{Factors, LIMBS, LaneMask, Lanes};
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
    /// The real parts, and the imaginary parts, in both lanes of each pair.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn parts(&self) -> [Self; 2] {
        let places = |part| {
            _mm512_setr_epi64(
                part,
                part,
                part + 2,
                part + 2,
                part + 4,
                part + 4,
                part + 6,
                part + 6,
            )
        };
        [0, 1].map(|part| {
            Self(
                self.0
                    .map(|limb| _mm512_permutexvar_epi64(places(part), limb)),
            )
        })
    }

    /// The real parts and the imaginary parts as [`Broadcast`]s, after a permutation of pairs as by
    /// [`Lanes::permute_pairs`]. Lanes outside the mask are zero. Every pair must be the first or the last of
    /// `pairs`, as debug assertions check.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn broadcasts<'a>(
        &'a self,
        other: &'a Self,
        pairs: [usize; PAIRS],
        lanes: LaneMask,
    ) -> [Broadcast<'a>; 2] {
        let first = pairs[0];
        let second = pairs[PAIRS - 1];
        debug_assert!(pairs.iter().all(|pair| [first, second].contains(pair)));
        // The lanes of the pairs that are the first one.
        let is_first = (0..PAIRS)
            .filter(|i| pairs[*i] == first)
            .fold(0, |mask, i| mask | 0b11 << (2 * i));
        let source = |pair| if pair < PAIRS { self } else { other }.words();
        [0, 1].map(|part| Broadcast {
            sources: [source(first), source(second)],
            places: [first, second].map(|pair| pair % PAIRS * 2 + part),
            lanes: [lanes & is_first, lanes & !is_first],
        })
    }

    /// The limbs as words, one for each lane.
    fn words(&self) -> &[[i64; LANES]; LIMBS] {
        // SAFETY: the pointer comes from a reference, so the registers are initialized, and nobody writes them
        // while `self` is borrowed. Eight registers have the bytes of eight times eight words, any bytes are
        // words, and the alignment of a register is greater.
        unsafe { &*(&raw const self.0).cast::<[[i64; LANES]; LIMBS]>() }
    }
}

/// Right factors of products in `Fp2`: one part in some lanes, another part in others, and zero in the rest.
/// The limbs of a factor are read from its parts in memory. On Zen 4 a store of a register takes two cycles,
/// and a load may fill all lanes at no extra cost.
#[derive(Clone, Copy)]
pub(super) struct Broadcast<'a> {
    /// The factors that have the two parts.
    sources: [&'a [[i64; LANES]; LIMBS]; 2],
    /// The lane of the part in each source.
    places: [usize; 2],
    /// The lanes that each part fills.
    lanes: [LaneMask; 2],
}

impl Lanes {
    /// [`sum_of_products`](Self::sum_of_products) with broadcast parts as right factors.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn sum_of_broadcasts<const N: usize>(
        left: [&Self; N],
        right: [&Broadcast<'_>; N],
    ) -> Self {
        Self::sum_of_terms(&left, &right, |right, row| {
            let [first, second] = [0, 1].map(|i| right.sources[i][row][right.places[i] % LANES]);
            let [first_lanes, second_lanes] = right.lanes;
            let first = _mm512_maskz_set1_epi64(first_lanes, first);
            _mm512_mask_set1_epi64(first, second_lanes, second)
        })
    }
}
