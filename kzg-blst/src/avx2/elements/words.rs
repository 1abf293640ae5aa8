//! Conversion of eight elements from and to their words.

use core::arch::x86_64::{
    _mm256_add_epi64, _mm256_add_pd, _mm256_and_si256, _mm256_blend_epi16, _mm256_castpd_si256,
    _mm256_castsi256_pd, _mm256_cmpgt_epi64, _mm256_floor_pd, _mm256_fnmadd_pd,
    _mm256_movemask_epi8, _mm256_mul_pd, _mm256_or_si256, _mm256_set1_epi64x, _mm256_set1_pd,
    _mm256_setzero_si256, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_sub_epi64, _mm256_sub_pd,
};

use blst::blst_fp;

use super::{Fp8, INTEGERS, LANES, Limb, VECTORS, WIDTH, Word, Words8};
use crate::avx2::radix48::{LIMBS, P, P_TOP, to_words};

impl Fp8 {
    /// Converts words to unsigned limbs, of up to two units.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(in crate::avx2) fn from_words(words: &Words8) -> Self {
        let mut out = Self::zero();
        for (vector, words) in out.0.iter_mut().zip(words) {
            for half in 0..2 {
                let [w0, w1, w2] = [words[3 * half], words[3 * half + 1], words[3 * half + 2]];
                let limbs = [
                    w0,
                    _mm256_or_si256(_mm256_srli_epi64::<48>(w0), _mm256_slli_epi64::<16>(w1)),
                    _mm256_or_si256(_mm256_srli_epi64::<32>(w1), _mm256_slli_epi64::<32>(w2)),
                    _mm256_srli_epi64::<16>(w2),
                ];
                for (slot, limb) in vector[4 * half..].iter_mut().zip(limbs) {
                    *slot = to_float(limb);
                }
            }
        }
        out
    }

    /// The words of the canonical values, for limbs of up to eight units and values of up to `8·p`
    /// in absolute value.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(in crate::avx2) fn words(&self) -> Words8 {
        debug_assert!(self.units() <= 8.0 && self.multiples_of_p() <= 8.01);
        let mut out = [[_mm256_set1_epi64x(0); 6]; VECTORS];
        for (words, vector) in out.iter_mut().zip(&self.0) {
            let limbs = unsigned(vector);
            // The quotient was estimated from the last limb. It may be too large or too small by
            // one for one value in 2^44. Then the words are computed one lane at a time.
            let top = limbs[LIMBS - 1];
            let too_small = _mm256_cmpgt_epi64(_mm256_setzero_si256(), top);
            let too_large = _mm256_cmpgt_epi64(top, _mm256_set1_epi64x(P_TOP as i64 - 1));
            let unsure = _mm256_movemask_epi8(_mm256_or_si256(too_small, too_large)) != 0;
            for half in 0..2 {
                let [l0, l1, l2, l3]: [Word; 4] = core::array::from_fn(|i| limbs[4 * half + i]);
                words[3 * half] = _mm256_or_si256(l0, _mm256_slli_epi64::<48>(l1));
                words[3 * half + 1] =
                    _mm256_or_si256(_mm256_srli_epi64::<16>(l1), _mm256_slli_epi64::<32>(l2));
                words[3 * half + 2] =
                    _mm256_or_si256(_mm256_srli_epi64::<32>(l2), _mm256_slli_epi64::<16>(l3));
            }
            if unsure {
                *words = words_one_by_one(vector);
            }
        }
        out
    }

    /// The canonical elements, one for each lane.
    #[target_feature(enable = "avx2,fma")]
    pub(in crate::avx2) fn array(&self) -> [blst_fp; WIDTH] {
        let words = self.words();
        let mut out = [blst_fp::default(); WIDTH];
        for (lanes, words) in out.chunks_exact_mut(LANES).zip(&words) {
            for (i, word) in words.iter().enumerate() {
                for (element, word) in lanes.iter_mut().zip(word_lanes(*word)) {
                    element.l[i] = word;
                }
            }
        }
        out
    }

    /// Converts one element for each lane to limbs of up to two units.
    #[target_feature(enable = "avx2,fma")]
    pub(in crate::avx2) fn from_array(elements: &[blst_fp; WIDTH]) -> Self {
        let mut words = [[_mm256_set1_epi64x(0); 6]; VECTORS];
        for (words, lanes) in words.iter_mut().zip(elements.chunks_exact(LANES)) {
            for (i, word) in words.iter_mut().enumerate() {
                *word = to_word(core::array::from_fn(|lane| lanes[lane].l[i]));
            }
        }
        Self::from_words(&words)
    }
}

/// Subtracts a multiple of `p` and carries, as integers. The results are limbs below `2^48` that are
/// not negative. The last limb may be slightly outside the range of values below `p`.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn unsigned(limbs: &[Limb; LIMBS]) -> [Word; LIMBS] {
    /// The sum of a limb of up to `2^51` in absolute value and this float has the bits of `OFFSET`
    /// plus the limb.
    const MIDDLE: f64 = 1.5 * INTEGERS;
    const OFFSET: u64 = MIDDLE.to_bits();
    /// The carry of the offset into the next limb.
    const CARRIED: f64 = (OFFSET >> 48) as f64;
    let quotient = _mm256_mul_pd(limbs[LIMBS - 1], _mm256_set1_pd(1.0 / P[LIMBS - 1]));
    let k = _mm256_floor_pd(quotient);
    let mut carry = _mm256_setzero_si256();
    let mut out = [carry; LIMBS];
    for (i, limb) in limbs.iter().enumerate() {
        let offset = if i == 0 { MIDDLE } else { MIDDLE - CARRIED };
        let rest = _mm256_fnmadd_pd(k, _mm256_set1_pd(P[i]), *limb);
        let bits = _mm256_castpd_si256(_mm256_add_pd(rest, _mm256_set1_pd(offset)));
        let sum = _mm256_add_epi64(bits, carry);
        if i < LIMBS - 1 {
            carry = _mm256_srli_epi64::<48>(sum);
            out[i] = _mm256_and_si256(sum, _mm256_set1_epi64x((1 << 48) - 1));
        } else {
            out[i] = _mm256_sub_epi64(sum, _mm256_set1_epi64x(OFFSET as i64));
        }
    }
    out
}

#[cold]
#[target_feature(enable = "avx2,fma")]
fn words_one_by_one(limbs: &[Limb; LIMBS]) -> [Word; 6] {
    let limbs = limbs.map(|limb| limb_lanes(limb));
    let lanes: [[u64; 6]; LANES] =
        core::array::from_fn(|lane| to_words(&limbs.map(|limb| limb[lane])));
    core::array::from_fn(|i| to_word(lanes.map(|words| words[i])))
}

/// The low 48 bits of each integer as floats.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn to_float(integers: Word) -> Limb {
    /// The highest sixteen bits of each integer.
    const HIGHEST: i32 = 0b1000_1000;
    let offset = _mm256_set1_pd(INTEGERS);
    let sum = _mm256_blend_epi16::<HIGHEST>(integers, _mm256_castpd_si256(offset));
    _mm256_sub_pd(_mm256_castsi256_pd(sum), offset)
}

#[target_feature(enable = "avx2,fma")]
#[inline]
pub(in crate::avx2) fn limb_lanes(limb: Limb) -> [f64; LANES] {
    word_lanes(_mm256_castpd_si256(limb)).map(f64::from_bits)
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn word_lanes(word: Word) -> [u64; LANES] {
    // SAFETY: both types are 32 bytes of integers.
    unsafe { core::mem::transmute(word) }
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn to_word(lanes: [u64; LANES]) -> Word {
    // SAFETY: both types are 32 bytes of integers.
    unsafe { core::mem::transmute(lanes) }
}

/// Elements with any limbs, one for each lane.
#[cfg(any(test, feature = "internals"))]
#[target_feature(enable = "avx2,fma")]
pub(in crate::avx2) fn from_lanes(lanes: &[[f64; LIMBS]; WIDTH]) -> Fp8 {
    let vector = |v: usize| {
        core::array::from_fn(|i| {
            let limbs: [u64; LANES] =
                core::array::from_fn(|lane| lanes[v * LANES + lane][i].to_bits());
            _mm256_castsi256_pd(to_word(limbs))
        })
    };
    Fp8([vector(0), vector(1)])
}

/// The limbs of each lane.
#[cfg(any(test, feature = "internals"))]
#[target_feature(enable = "avx2,fma")]
pub(in crate::avx2) fn to_lanes(elements: &Fp8) -> [[f64; LIMBS]; WIDTH] {
    core::array::from_fn(|lane| elements.0[lane / LANES].map(|limb| limb_lanes(limb)[lane % LANES]))
}
