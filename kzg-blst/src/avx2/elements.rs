//! Eight base field elements side by side.
//!
//! Additions and subtractions are limb by limb, without a carry, so limbs grow; the contract of
//! the [kernels] says how far. [`Fp8::carry`] brings them back, [`Fp8::reduce`] the value too.
//! Every function says what it takes and gives in units: a unit is `2^47`, and the limbs that
//! come out of a multiplication are at most one unit.

use core::arch::x86_64::{
    __m256d, __m256i, _mm256_add_epi64, _mm256_add_pd, _mm256_and_si256, _mm256_andnot_pd,
    _mm256_blend_epi16, _mm256_castpd_si256, _mm256_castsi256_pd, _mm256_cmpgt_epi64,
    _mm256_floor_pd, _mm256_fnmadd_pd, _mm256_max_pd, _mm256_movemask_epi8, _mm256_mul_pd,
    _mm256_or_si256, _mm256_set1_epi64x, _mm256_set1_pd, _mm256_setzero_pd, _mm256_setzero_si256,
    _mm256_slli_epi64, _mm256_srli_epi64, _mm256_sub_epi64, _mm256_sub_pd, _mm256_xor_pd,
};

use blst::blst_fp;

use super::kernels;
use super::radix48::{HIGH, LIMBS, P, P_TOP, RADIX, from_words, to_words};
use crate::engine::exponent::{ODD_POWERS, steps};
use crate::msm::base_field::ONE;

/// Vectors of four elements.
const VECTORS: usize = 2;
/// Elements in a vector.
pub(super) const LANES: usize = 4;
/// Elements side by side.
pub(super) const WIDTH: usize = VECTORS * LANES;
/// `2^52`, where floats are integers: its bits and those of an integer below make their sum.
const INTEGERS: f64 = (1_u64 << 52) as f64;

/// A limb of four elements, and a word of four.
pub(super) type Limb = __m256d;
pub(super) type Word = __m256i;

/// Eight elements: limb `i` of the elements `4·v..4·v + 4` in `.0[v][i]`.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Fp8(pub(super) [[Limb; LIMBS]; VECTORS]);

/// The words of eight elements: word `i` of the elements `4·v..4·v + 4` in `[v][i]`.
pub(super) type Words8 = [[Word; 6]; VECTORS];

impl Fp8 {
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn zero() -> Self {
        Self([[_mm256_setzero_pd(); LIMBS]; VECTORS])
    }

    /// The same element eight times: one unit.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn element(element: &blst_fp) -> Self {
        let limbs = from_words(&element.l).map(|limb| _mm256_set1_pd(limb));
        Self([limbs; VECTORS]).carry()
    }

    /// One: one unit.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn one() -> Self {
        Self::element(&ONE)
    }

    /// `self^exponent`, for limbs of one unit and an exponent that is not zero.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn power(&self, exponent: &[u64; 6]) -> Self {
        let square = self.square();
        let mut odd_powers = [*self; ODD_POWERS];
        for i in 1..odd_powers.len() {
            odd_powers[i] = odd_powers[i - 1].multiply(&square);
        }
        let mut power = Self::one();
        for step in steps(exponent) {
            for _ in 0..step.squarings {
                power = power.square();
            }
            if let Some(i) = step.odd_power {
                power = power.multiply(&odd_powers[i]);
            }
        }
        power
    }

    /// `f` of all limbs.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn zip(&self, other: &Self, f: impl Fn(Limb, Limb) -> Limb) -> Self {
        let mut out = *self;
        for v in 0..VECTORS {
            for i in 0..LIMBS {
                out.0[v][i] = f(self.0[v][i], other.0[v][i]);
            }
        }
        out
    }

    /// Units add up.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn add(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_add_pd(a, b))
    }

    /// Units add up, except that the difference of two values with unsigned limbs, of two units
    /// each, has two.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn subtract(&self, other: &Self) -> Self {
        self.zip(other, |a, b| _mm256_sub_pd(a, b))
    }

    /// The product with a small number; units are multiplied.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn times(&self, k: f64) -> Self {
        let k = _mm256_set1_pd(k);
        self.zip(self, |a, _| _mm256_mul_pd(a, k))
    }

    /// The negative where the signs have their highest bit set.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn with_signs(&self, signs: &[Limb; VECTORS]) -> Self {
        let mut out = *self;
        for (vector, sign) in out.0.iter_mut().zip(signs) {
            for limb in vector {
                *limb = _mm256_xor_pd(*limb, *sign);
            }
        }
        out
    }

    /// Carries all limbs at once: up to sixteen units become one and a little.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn carry(&self) -> Self {
        debug_assert!(self.units() <= 16.0);
        let (high, down) = (_mm256_set1_pd(HIGH), _mm256_set1_pd(1.0 / RADIX));
        let mut out = *self;
        for vector in &mut out.0 {
            let mut carry = _mm256_setzero_pd();
            for limb in &mut vector[..LIMBS - 1] {
                let rounded = _mm256_sub_pd(_mm256_add_pd(*limb, high), high);
                *limb = _mm256_add_pd(_mm256_sub_pd(*limb, rounded), carry);
                carry = _mm256_mul_pd(rounded, down);
            }
            vector[LIMBS - 1] = _mm256_add_pd(vector[LIMBS - 1], carry);
        }
        out
    }

    /// Takes the multiple of `p` away that brings the value to `p/2` and a little: limbs grow by
    /// a unit for each `p`. For limbs of up to sixteen units.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn reduce(&self) -> Self {
        debug_assert!(self.units() <= 16.0);
        // Adding and taking away 1.5·2^52 rounds to an integer.
        let round = _mm256_set1_pd(1.5 * INTEGERS);
        let mut out = *self;
        for vector in &mut out.0 {
            let quotient = _mm256_mul_pd(vector[LIMBS - 1], _mm256_set1_pd(1.0 / P[LIMBS - 1]));
            let k = _mm256_sub_pd(_mm256_add_pd(quotient, round), round);
            for (limb, p) in vector.iter_mut().zip(P) {
                *limb = _mm256_fnmadd_pd(k, _mm256_set1_pd(p), *limb);
            }
        }
        out
    }

    /// `self = a·b`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn set_product(&mut self, a: &Self, b: &Self) {
        self.set_product_plus(a, b, zero());
    }

    /// `self = a·b + c`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn set_product_plus(&mut self, a: &Self, b: &Self, c: &Self) {
        debug_assert!(a.units() * b.units() <= 3.25 && c.units() <= 16.0);
        // SAFETY: the features of this function; a unique reference is none of the others.
        unsafe { kernels::multiply_add(self, a, b, c) };
    }

    /// `self = a·a + c`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn set_square_plus(&mut self, a: &Self, c: &Self) {
        debug_assert!(a.units() <= 1.8 && c.units() <= 16.0);
        // SAFETY: the features of this function; a unique reference is none of the others.
        unsafe { kernels::square_add(self, a, c) };
    }

    /// The largest limb, in units.
    #[target_feature(enable = "avx2,fma")]
    fn units(&self) -> f64 {
        largest(self.0.iter().flatten()) / (RADIX / 2.0)
    }

    /// The largest value, in multiples of `p`: by the highest limbs, so nearly.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn multiples_of_p(&self) -> f64 {
        largest(self.0.iter().map(|vector| &vector[LIMBS - 1])) / P[LIMBS - 1]
    }

    /// `a·b`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn multiply(&self, other: &Self) -> Self {
        let mut product = Self::zero();
        product.set_product(self, other);
        product
    }

    /// `a·a`, under the contract of the kernel.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn square(&self) -> Self {
        let mut square = Self::zero();
        square.set_square_plus(self, zero());
        square
    }

    /// Cuts words into unsigned limbs, of up to two units.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn from_words(words: &Words8) -> Self {
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

    /// The words of the values modulo `p`, for limbs of up to eight units and values of up to
    /// `8·p` in absolute value.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn words(&self) -> Words8 {
        debug_assert!(self.units() <= 8.0 && self.multiples_of_p() <= 8.01);
        let mut out = [[_mm256_set1_epi64x(0); 6]; VECTORS];
        for (words, vector) in out.iter_mut().zip(&self.0) {
            let limbs = unsigned(vector);
            // The quotient was estimated by the last limb. Where it might be one too large or too
            // small, one value in 2^44, the answer is found with care.
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
                *words = words_with_care(vector);
            }
        }
        out
    }

    /// The elements one by one.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn array(&self) -> [blst_fp; WIDTH] {
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

    /// Limbs of up to two units.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn from_array(elements: &[blst_fp; WIDTH]) -> Self {
        let mut words = [[_mm256_set1_epi64x(0); 6]; VECTORS];
        for (words, lanes) in words.iter_mut().zip(elements.chunks_exact(LANES)) {
            for (i, word) in words.iter_mut().enumerate() {
                *word = to_word(core::array::from_fn(|lane| lanes[lane].l[i]));
            }
        }
        Self::from_words(&words)
    }

    /// Replaces one element: limbs of up to two units.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn set_lane(&mut self, lane: usize, element: &blst_fp) {
        self.set_limbs(lane, &from_words(&element.l));
    }

    #[target_feature(enable = "avx2,fma")]
    fn set_limbs(&mut self, lane: usize, limbs: &[f64; LIMBS]) {
        for (slot, limb) in self.0[lane / LANES].iter_mut().zip(limbs) {
            let mut lanes = limb_lanes(*slot);
            lanes[lane % LANES] = *limb;
            *slot = to_limb(lanes);
        }
    }
}

/// A zero that need not be written first.
#[inline]
fn zero() -> &'static Fp8 {
    #[repr(C, align(64))]
    struct Zero([u8; size_of::<Fp8>()]);
    static ZERO: Zero = Zero([0; size_of::<Fp8>()]);
    // SAFETY: as large and as aligned; all bits zero are eight elements.
    unsafe { &*core::ptr::from_ref(&ZERO).cast() }
}

/// The largest absolute value.
#[target_feature(enable = "avx2,fma")]
fn largest<'a>(limbs: impl Iterator<Item = &'a Limb>) -> f64 {
    let sign = _mm256_set1_pd(-0.0);
    let largest = limbs.fold(sign, |largest, limb| {
        _mm256_max_pd(largest, _mm256_andnot_pd(sign, *limb))
    });
    limb_lanes(largest).into_iter().fold(0.0, f64::max)
}

/// The lanes for which something holds.
pub(super) fn mask(holds: impl Fn(usize) -> bool) -> u8 {
    (0..WIDTH).fold(0, |mask, lane| mask | u8::from(holds(lane)) << lane)
}

/// Takes a multiple of `p` away and carries, as integers: limbs below `2^48` that are not
/// negative, but for the last, which is within a hair of the range of a value below `p`.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn unsigned(limbs: &[Limb; LIMBS]) -> [Word; LIMBS] {
    /// A limb of up to `2^51` in absolute value, plus this, has the bits of `OFFSET`, plus it.
    const MIDDLE: f64 = 1.5 * INTEGERS;
    const OFFSET: u64 = MIDDLE.to_bits();
    /// What the offset of a limb carries into the next one.
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
fn words_with_care(limbs: &[Limb; LIMBS]) -> [Word; 6] {
    let limbs = limbs.map(|limb| limb_lanes(limb));
    let lanes: [[u64; 6]; LANES] =
        core::array::from_fn(|lane| to_words(&limbs.map(|limb| limb[lane])));
    core::array::from_fn(|i| to_word(lanes.map(|words| words[i])))
}

/// The low 48 bits as floats.
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
fn limb_lanes(limb: Limb) -> [f64; LANES] {
    word_lanes(_mm256_castpd_si256(limb)).map(f64::from_bits)
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn to_limb(lanes: [f64; LANES]) -> Limb {
    _mm256_castsi256_pd(to_word(lanes.map(f64::to_bits)))
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn word_lanes(word: Word) -> [u64; LANES] {
    // SAFETY: both are 32 bytes of integers.
    unsafe { core::mem::transmute(word) }
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn to_word(lanes: [u64; LANES]) -> Word {
    // SAFETY: both are 32 bytes of integers.
    unsafe { core::mem::transmute(lanes) }
}

/// Elements of any limbs.
#[cfg(test)]
#[target_feature(enable = "avx2,fma")]
pub(super) fn from_lanes(lanes: &[[f64; LIMBS]; WIDTH]) -> Fp8 {
    let mut elements = Fp8::zero();
    for (lane, limbs) in lanes.iter().enumerate() {
        elements.set_limbs(lane, limbs);
    }
    elements
}

/// The limbs of each element.
#[cfg(test)]
#[target_feature(enable = "avx2,fma")]
pub(super) fn to_lanes(elements: &Fp8) -> [[f64; LIMBS]; WIDTH] {
    core::array::from_fn(|lane| elements.0[lane / LANES].map(|limb| limb_lanes(limb)[lane % LANES]))
}

#[cfg(test)]
mod tests {
    use super::super::Avx2;
    use super::*;
    use crate::avx2::limbs_at_the_bounds::{Operands, Random, value};
    use crate::msm::base_field::MODULUS;

    /// Calls `check` with elements where there is AVX2, and the values that they stand for.
    fn for_each(count: usize, check: impl Fn(&Fp8, [[f64; LIMBS]; WIDTH])) {
        if Avx2::available().is_none() {
            return;
        }
        let limbs: Vec<_> = Operands::many(count).map(|operands| operands.c).collect();
        for limbs in limbs.chunks_exact(WIDTH) {
            let lanes = core::array::from_fn(|lane| {
                // Values of up to 8·p: the last limb is below 2^51, p has 2^44.7 there.
                let mut limbs = limbs[lane].map(|limb| (limb / 2.0).floor());
                limbs[LIMBS - 1] = (limbs[LIMBS - 1] / 8.0).floor();
                limbs
            });
            // SAFETY: the features were asked for.
            check(&unsafe { from_lanes(&lanes) }, lanes);
        }
    }

    #[test]
    fn words_are_those_below_the_modulus() {
        for_each(8_000, |elements, lanes| {
            // SAFETY: `for_each` asked for the features.
            let array = unsafe { elements.array() };
            assert_eq!(array, lanes.map(|limbs| value(&limbs)));
        });
    }

    /// Where the estimate of the quotient may be wrong: multiples of the modulus, and next to
    /// them.
    #[test]
    fn words_next_to_multiples_of_the_modulus() {
        if Avx2::available().is_none() {
            return;
        }
        for k in -8..=8 {
            for shift in [0_i8, 1, -1, 2, -2, 100] {
                let limbs = core::array::from_fn(|i| {
                    f64::from(k) * P[i] + if i == 0 { f64::from(shift) } else { 0.0 }
                });
                let mut expected = [0; 6];
                expected[0] = u64::from(shift.unsigned_abs());
                if shift < 0 {
                    expected = MODULUS;
                    expected[0] -= u64::from(shift.unsigned_abs());
                }
                // SAFETY: the features were asked for.
                let words = unsafe { from_lanes(&[limbs; WIDTH]).array() };
                assert_eq!(words, [blst_fp { l: expected }; WIDTH]);
            }
        }
    }

    #[test]
    fn carried_and_reduced_elements_have_the_same_values_and_small_limbs() {
        let unit = (1_u64 << 47) as f64;
        for_each(8_000, |elements, lanes| {
            let expected = lanes.map(|limbs| value(&limbs));
            // SAFETY: `for_each` asked for the features.
            let (carried, reduced) = unsafe { (elements.carry(), elements.reduce().carry()) };
            for small in [carried, reduced] {
                // SAFETY: as above.
                unsafe {
                    assert_eq!(small.array(), expected);
                    for limbs in to_lanes(&small) {
                        assert!(limbs[..LIMBS - 1].iter().all(|l| l.abs() <= unit + 32.0));
                    }
                }
            }
            // SAFETY: as above.
            for limbs in unsafe { to_lanes(&reduced) } {
                assert!((limbs[LIMBS - 1] / P[LIMBS - 1]).abs() < 0.5001);
            }
        });
    }

    #[test]
    fn elements_survive_the_way_there_and_back() {
        if Avx2::available().is_none() {
            return;
        }
        let mut random = Random(1);
        for _ in 0..1000 {
            let elements = core::array::from_fn(|_| blst_fp {
                l: random.canonical(),
            });
            // SAFETY: the features were asked for.
            assert_eq!(unsafe { Fp8::from_array(&elements).array() }, elements);
        }
    }
}
