//! Conversion of eight elements of the scalar field from and to their words.

use core::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm256_storeu_si256, _mm512_and_si512, _mm512_castsi256_si512,
    _mm512_castsi512_si256, _mm512_loadu_si512, _mm512_or_si512, _mm512_permutex2var_epi64,
    _mm512_set1_epi64, _mm512_setr_epi64, _mm512_setzero_si512, _mm512_slli_epi64,
    _mm512_srli_epi64, _mm512_storeu_si512,
};

use super::{LIMB_MASK, LIMBS, ScalarLanes};
use crate::curve::additions::LANES;
use crate::field::Fr;
use crate::ifma::points::transpose;

impl ScalarLanes {
    /// The same element in every lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn splat(element: &Fr) -> Self {
        Self::from_words(element.0.l.map(|word| _mm512_set1_epi64(word as i64)))
    }

    /// Reads one element into each lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn read<'a>(element: impl Fn(usize) -> &'a Fr) -> Self {
        let mut rows = [_mm512_setzero_si512(); LANES];
        for (lane, row) in rows.iter_mut().enumerate() {
            // SAFETY: an element has four words, which is half a register.
            let words = unsafe { _mm256_loadu_si256(element(lane).0.l.as_ptr().cast()) };
            // The upper half of the row is never read.
            *row = _mm512_castsi256_si512(words);
        }
        let [a, b, c, d, ..] = transpose(rows);
        Self::from_words([a, b, c, d])
    }

    /// Reads one pair of elements into each lane: the first elements and the second elements.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn read_pairs(pairs: &[[Fr; 2]; LANES]) -> [Self; 2] {
        let mut rows = [_mm512_setzero_si512(); LANES];
        for (row, pair) in rows.iter_mut().zip(pairs) {
            // SAFETY: two elements lie side by side and have eight words, as many as a register.
            *row = unsafe { _mm512_loadu_si512(pair.as_ptr().cast()) };
        }
        let [a, b, c, d, e, f, g, h] = transpose(rows);
        [[a, b, c, d], [e, f, g, h]].map(|words| Self::from_words(words))
    }

    /// The elements at even positions and those at odd positions of 16 elements.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn split_pairs([low, high]: &[Self; 2]) -> [Self; 2] {
        let even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
        let odd = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
        let mut split = [*low; 2];
        for (split, places) in split.iter_mut().zip([even, odd]) {
            for i in 0..LIMBS {
                split.0[i] = _mm512_permutex2var_epi64(low.0[i], places, high.0[i]);
            }
        }
        split
    }

    /// The words of every element, for values below `2r`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(in crate::ifma) fn words(&self) -> [[u64; 4]; LANES] {
        debug_assert!(self.is_at_most(2));
        let mut limbs = [[0_u64; LANES]; LIMBS];
        for (limbs, register) in limbs.iter_mut().zip(self.0) {
            // SAFETY: the array has eight words, as many as the register.
            unsafe { _mm512_storeu_si512(limbs.as_mut_ptr().cast(), register) };
        }
        core::array::from_fn(|lane| {
            let [a, b, c, d, e] = limbs.map(|limb| limb[lane]);
            [
                a | b << 52,
                b >> 12 | c << 40,
                c >> 24 | d << 28,
                d >> 36 | e << 16,
            ]
        })
    }

    /// The canonical elements of all lanes, for values below `16r`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn elements(&self) -> [Element; LANES] {
        // The reduced value is below 2.6r, so that at most 2r is left to subtract.
        let [a, b, c, d, e] = self.reduce().subtract_order_once().subtract_order_once().0;
        let first = _mm512_or_si512(a, _mm512_slli_epi64::<52>(b));
        let second = _mm512_or_si512(_mm512_srli_epi64::<12>(b), _mm512_slli_epi64::<40>(c));
        let third = _mm512_or_si512(_mm512_srli_epi64::<24>(c), _mm512_slli_epi64::<28>(d));
        let fourth = _mm512_or_si512(_mm512_srli_epi64::<36>(d), _mm512_slli_epi64::<16>(e));
        let mut words = [_mm512_setzero_si512(); LANES];
        words[..4].copy_from_slice(&[first, second, third, fourth]);
        transpose(words).map(Element)
    }

    /// Lane `j` of register `i` becomes lane `i` of register `j`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn transpose(square: &mut [Self; LANES]) {
        for limb in 0..LIMBS {
            let rows = square.map(|lanes| lanes.0[limb]);
            for (lanes, column) in square.iter_mut().zip(transpose(rows)) {
                lanes.0[limb] = column;
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn from_words([a, b, c, d]: [__m512i; 4]) -> Self {
        let mask = _mm512_set1_epi64(LIMB_MASK);
        let second = _mm512_or_si512(_mm512_srli_epi64::<52>(a), _mm512_slli_epi64::<12>(b));
        let third = _mm512_or_si512(_mm512_srli_epi64::<40>(b), _mm512_slli_epi64::<24>(c));
        let fourth = _mm512_or_si512(_mm512_srli_epi64::<28>(c), _mm512_slli_epi64::<36>(d));
        Self([
            _mm512_and_si512(a, mask),
            _mm512_and_si512(second, mask),
            _mm512_and_si512(third, mask),
            _mm512_and_si512(fourth, mask),
            _mm512_srli_epi64::<16>(d),
        ])
    }
}

/// A canonical element: the lower half of a register has its words.
#[derive(Clone, Copy)]
pub(in crate::ifma) struct Element(__m512i);

impl Element {
    /// Writes the words.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn write(self, out: &mut Fr) {
        // SAFETY: an element has four words, which is half a register.
        unsafe { _mm256_storeu_si256(out.0.l.as_mut_ptr().cast(), _mm512_castsi512_si256(self.0)) };
    }
}
