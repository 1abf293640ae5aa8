//! Conversion of eight base field elements from and to blst's form, six words of 64 bits.

use core::arch::x86_64::{
    __m512i, _mm512_loadu_si512, _mm512_mask_storeu_epi64, _mm512_maskz_loadu_epi64,
    _mm512_maskz_permutexvar_epi8, _mm512_setzero_si512, _mm512_shuffle_i64x2,
    _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

use blst::blst_fp;

use super::field::{LaneMask, Lanes};
use crate::curve::additions::LANES;

/// The positions in a register that hold the words of an element.
const WORDS: u8 = 0b0011_1111;
/// The bytes of a register of limbs that may be nonzero: six of every eight.
const LIMB_BYTES: u64 = 0x3f3f_3f3f_3f3f_3f3f;
/// The bytes of a register that hold the words of an element.
const WORD_BYTES: u64 = 0x0000_ffff_ffff_ffff;

/// For every byte of a register of limbs, its position among the words of an element.
static TO_LIMBS: [u8; 64] = bytes_of_limbs();
/// For every byte of the words of an element, its position in a register of limbs.
static TO_WORDS: [u8; 64] = bytes_of_words();

impl Lanes {
    /// Reads one element into each lane.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn read<'a>(element: impl Fn(usize) -> &'a blst_fp) -> Self {
        let places = register(&TO_LIMBS);
        let mut rows = [_mm512_setzero_si512(); LANES];
        for (lane, row) in rows.iter_mut().enumerate() {
            // SAFETY: the mask limits the read to six words, as many as the element has.
            let words = unsafe { _mm512_maskz_loadu_epi64(WORDS, element(lane).l.as_ptr().cast()) };
            *row = _mm512_maskz_permutexvar_epi8(LIMB_BYTES, places, words);
        }
        Self(transpose(rows))
    }

    /// The elements of all lanes, which must be canonical, one register of limbs for each.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn elements(&self) -> [Element; LANES] {
        transpose(self.0).map(Element)
    }
}

/// A canonical element, its limbs side by side.
#[derive(Clone, Copy)]
pub(super) struct Element(__m512i);

impl Element {
    /// Writes the element in blst's form.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn write(self, out: &mut blst_fp) {
        let words = _mm512_maskz_permutexvar_epi8(WORD_BYTES, register(&TO_WORDS), self.0);
        // SAFETY: the mask limits the write to six words, as many as the element has.
        unsafe { _mm512_mask_storeu_epi64(out.l.as_mut_ptr().cast(), WORDS, words) };
    }
}

/// The lanes for which the predicate holds.
#[inline]
pub(super) fn mask(holds: impl Fn(usize) -> bool) -> LaneMask {
    (0..LANES).fold(0, |mask, lane| mask | LaneMask::from(holds(lane)) << lane)
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn register(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: the array has 64 bytes, as many as a register.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

/// Transposes a square of words: word `j` of row `i` becomes word `i` of row `j`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
pub(super) fn transpose(rows: [__m512i; LANES]) -> [__m512i; LANES] {
    // First pairs of rows are interleaved, then fours of rows, then all eight.
    let pairs: [__m512i; LANES] = core::array::from_fn(|i| {
        let (even, odd) = (rows[i / 2 * 2], rows[i / 2 * 2 + 1]);
        if i % 2 == 0 {
            _mm512_unpacklo_epi64(even, odd)
        } else {
            _mm512_unpackhi_epi64(even, odd)
        }
    });
    // `fours[half][k]` has rows `4·half..4·half + 4`: of words k and k + 4, for even k, or k + 1
    // and k + 5 ..
    let select = |a, b, high: bool| {
        if high {
            _mm512_shuffle_i64x2::<0xdd>(a, b)
        } else {
            _mm512_shuffle_i64x2::<0x88>(a, b)
        }
    };
    let mut columns = rows;
    for odd in 0..2 {
        let low = |high| select(pairs[odd], pairs[2 + odd], high);
        let upper = |high| select(pairs[4 + odd], pairs[6 + odd], high);
        for high in [false, true] {
            // Words odd + 2·high and odd + 2·high + 4 of rows 0, 1 | 2, 3, and of rows 4 to 7.
            let (low, upper) = (low(high), upper(high));
            columns[odd + 2 * usize::from(high)] = select(low, upper, false);
            columns[odd + 2 * usize::from(high) + 4] = select(low, upper, true);
        }
    }
    columns
}

const fn bytes_of_limbs() -> [u8; 64] {
    let mut places = [0; 64];
    let mut byte = 0;
    while byte < 64 {
        if byte % 8 < 6 {
            places[byte] = (byte / 8 * 6 + byte % 8) as u8;
        }
        byte += 1;
    }
    places
}

const fn bytes_of_words() -> [u8; 64] {
    let mut places = [0; 64];
    let mut byte = 0;
    while byte < 48 {
        places[byte] = (byte / 6 * 8 + byte % 6) as u8;
        byte += 1;
    }
    places
}
