//! Eight elements of the scalar field side by side, for the evaluation of polynomials.
//!
//! An element is five limbs of 52 bits, which the processor's multiplication is made for. So a
//! Montgomery multiplication divides by 2^260 here, where elsewhere it divides by 2^256; whoever
//! uses it makes up for the factor of 2^4.
//!
//! Limbs are below 2^52 and values below `2r`, of which 2^260 is 17 times as much: a sum of two
//! products comes out below `8·r/35 + r < 1.3r`. Each column adds up 30 terms below 2^52 at most.

use core::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm512_add_epi64, _mm512_and_si512, _mm512_castsi256_si512,
    _mm512_loadu_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_or_si512,
    _mm512_permutex2var_epi64, _mm512_set1_epi64, _mm512_setr_epi64, _mm512_setzero_si512,
    _mm512_slli_epi64, _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
};

use super::limbs::carry;
use super::points::{LANES, transpose};
use crate::field::{Fr, ORDER};

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
    /// The same element in every lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn splat(element: &Fr) -> Self {
        Self::from_words(element.0.l.map(|word| _mm512_set1_epi64(word as i64)))
    }

    /// Reads one element into each lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn read(elements: &[Fr; LANES]) -> Self {
        let mut rows = [_mm512_setzero_si512(); LANES];
        for (row, element) in rows.iter_mut().zip(elements) {
            // SAFETY: an element has four words, which is half of a register.
            let words = unsafe { _mm256_loadu_si256(element.0.l.as_ptr().cast()) };
            // The other half is not looked at.
            *row = _mm512_castsi256_si512(words);
        }
        let [a, b, c, d, ..] = transpose(rows);
        Self::from_words([a, b, c, d])
    }

    /// Reads pairs of elements: the first of each pair, and the second.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn read_pairs(pairs: &[[Fr; 2]; LANES]) -> [Self; 2] {
        let mut rows = [_mm512_setzero_si512(); LANES];
        for (row, pair) in rows.iter_mut().zip(pairs) {
            // SAFETY: two elements lie side by side and have eight words, as a register has.
            *row = unsafe { _mm512_loadu_si512(pair.as_ptr().cast()) };
        }
        let [a, b, c, d, e, f, g, h] = transpose(rows);
        [[a, b, c, d], [e, f, g, h]].map(|words| Self::from_words(words))
    }

    /// The elements at even places of two registers' worth, and those at odd ones.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn split_pairs([low, high]: &[Self; 2]) -> [Self; 2] {
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

    /// The words of every element, below `2r`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(super) fn words(&self) -> [[u64; 4]; LANES] {
        let mut limbs = [[0_u64; LANES]; LIMBS];
        for (limbs, register) in limbs.iter_mut().zip(self.0) {
            // SAFETY: the array has eight words, as the register has.
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

    /// `self + b`, for canonical elements.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn add(&self, b: &Self) -> Self {
        let mut sum = self.0;
        for (sum, b) in sum.iter_mut().zip(b.0) {
            *sum = _mm512_add_epi64(*sum, b);
        }
        Self(carry::<LIMB_BITS, LIMBS>(sum))
    }

    /// `self - b + r`, for canonical elements.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn subtract(&self, b: &Self) -> Self {
        let mut difference = self.0;
        for ((difference, b), r) in difference.iter_mut().zip(b.0).zip(R) {
            let raised = _mm512_add_epi64(*difference, _mm512_set1_epi64(r));
            *difference = _mm512_sub_epi64(raised, b);
        }
        Self(carry::<LIMB_BITS, LIMBS>(difference))
    }

    /// `(a[0]·b[0] + a[1]·b[1]) / 2^260`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn sum_of_products(a: [&Self; 2], b: [&Self; 2]) -> Self {
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

/// The columns of a product, of which the lower half is being cleared.
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

    /// Adds the multiple of `r` that clears a column's 52 bits, and carries what is above them.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn reduce(&mut self, column: usize) {
        let inverse = _mm512_set1_epi64(NEGATED_INVERSE);
        // Of this product, and of every factor, the processor takes the lower 52 bits.
        let quotient = _mm512_madd52lo_epu64(_mm512_setzero_si512(), self.0[column], inverse);
        let r = R.map(|limb| _mm512_set1_epi64(limb));
        self.add_products(column, &r, quotient);
        let carry = _mm512_srli_epi64::<LIMB_BITS>(self.0[column]);
        self.0[column + 1] = _mm512_add_epi64(self.0[column + 1], carry);
    }
}
