//! Eight elements of the scalar field side by side, for the evaluation of polynomials and for
//! transforms.
//!
//! An element is five limbs of 52 bits, which the processor's multiplication is made for. So a
//! Montgomery multiplication divides by 2^260 here, where elsewhere it divides by 2^256; whoever
//! uses it makes up for the factor of 2^4.
//!
//! Limbs are below 2^52, all but the highest. As 2^260 is more than `35r`, the product of values
//! below `A·r` and `B·r` comes out below `(A·B/35 + 1)·r`. Each column adds up 30 terms below 2^52
//! at most.

use core::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm256_storeu_si256, _mm512_add_epi64, _mm512_and_si512,
    _mm512_castsi256_si512, _mm512_castsi512_si256, _mm512_cmple_epu64_mask,
    _mm512_cmplt_epi64_mask, _mm512_cmplt_epu64_mask, _mm512_loadu_si512, _mm512_madd52hi_epu64,
    _mm512_madd52lo_epu64, _mm512_mask_mov_epi64, _mm512_or_si512, _mm512_permutex2var_epi64,
    _mm512_set1_epi64, _mm512_setr_epi64, _mm512_setzero_si512, _mm512_slli_epi64,
    _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
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
    pub(super) fn read<'a>(element: impl Fn(usize) -> &'a Fr) -> Self {
        let mut rows = [_mm512_setzero_si512(); LANES];
        for (lane, row) in rows.iter_mut().enumerate() {
            // SAFETY: an element has four words, which is half of a register.
            let words = unsafe { _mm256_loadu_si256(element(lane).0.l.as_ptr().cast()) };
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
        debug_assert!(self.is_at_most(2));
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

    /// The canonical elements of all lanes, for values below `16r`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn elements(&self) -> [Element; LANES] {
        // Below 2.6r, and so no more than twice r too much.
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
    pub(super) fn transpose(square: &mut [Self; LANES]) {
        for limb in 0..LIMBS {
            let rows = square.map(|lanes| lanes.0[limb]);
            for (lanes, column) in square.iter_mut().zip(transpose(rows)) {
                lanes.0[limb] = column;
            }
        }
    }

    /// `self + b`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn add(&self, b: &Self) -> Self {
        let mut sum = self.0;
        for (sum, b) in sum.iter_mut().zip(b.0) {
            *sum = _mm512_add_epi64(*sum, b);
        }
        let sum = Self(carry::<LIMB_BITS, LIMBS>(sum));
        debug_assert!(sum.limbs_are_whole());
        sum
    }

    /// `self - b + times·r`, for `b` of at most that and few times.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn subtract(&self, b: &Self, times: i64) -> Self {
        let mut difference = self.0;
        for ((difference, b), r) in difference.iter_mut().zip(b.0).zip(R) {
            let raised = _mm512_add_epi64(*difference, _mm512_set1_epi64(times * r));
            *difference = _mm512_sub_epi64(raised, b);
        }
        let difference = Self(carry::<LIMB_BITS, LIMBS>(difference));
        debug_assert!(difference.limbs_are_whole(), "not negative");
        difference
    }

    /// `16·self`, for values below `r`: comes out below `2.6r`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn times_16(&self) -> Self {
        debug_assert!(self.is_at_most(1));
        let mut product = self.0;
        for limb in &mut product {
            *limb = _mm512_slli_epi64::<4>(*limb);
        }
        Self(carry::<LIMB_BITS, LIMBS>(product)).reduce()
    }

    /// Takes a multiple of `r` away: values below `16r` come out below `2.6r`, and those below
    /// `8r` below `1.9r`.
    ///
    /// With `t = floor(value/2^255)`, at most `value/1.104r`, what is left of `value - t·r` is
    /// below `2^255 + t·(2^255 - r) < 1.105r + 0.105t·r`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn reduce(&self) -> Self {
        debug_assert!(self.is_at_most(16));
        let zero = _mm512_setzero_si512();
        let times = _mm512_srli_epi64::<{ 255 - 4 * LIMB_BITS }>(self.0[LIMBS - 1]);
        let mut rest = self.0;
        for (i, r) in R.iter().map(|limb| _mm512_set1_epi64(*limb)).enumerate() {
            rest[i] = _mm512_sub_epi64(rest[i], _mm512_madd52lo_epu64(zero, times, r));
            // The highest limb of r has 47 bits, and 16 times as much no more than 52.
            if i + 1 < LIMBS {
                let high = _mm512_madd52hi_epu64(zero, times, r);
                rest[i + 1] = _mm512_sub_epi64(rest[i + 1], high);
            }
        }
        Self(carry::<LIMB_BITS, LIMBS>(rest))
    }

    /// `self - r` where that is not negative.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn subtract_order_once(&self) -> Self {
        let mut rest = self.0;
        for (rest, r) in rest.iter_mut().zip(R) {
            *rest = _mm512_sub_epi64(*rest, _mm512_set1_epi64(r));
        }
        let mut rest = carry::<LIMB_BITS, LIMBS>(rest);
        let negative = _mm512_cmplt_epi64_mask(rest[LIMBS - 1], _mm512_setzero_si512());
        for (rest, limb) in rest.iter_mut().zip(self.0) {
            *rest = _mm512_mask_mov_epi64(*rest, negative, limb);
        }
        Self(rest)
    }

    /// `(Σ a[k]·b[k]) / 2^260`, of one or two products.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn sum_of_products<const N: usize>(a: [&Self; N], b: [&Self; N]) -> Self {
        const { assert!(N == 1 || N == 2, "the bounds hold for one or two products") };
        for factor in a.iter().chain(&b) {
            debug_assert!(factor.limbs_are_whole(), "the processor takes 52 bits");
        }
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

    /// Whether all limbs, the highest too, are below 2^52 and not negative.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn limbs_are_whole(&self) -> bool {
        let zero = _mm512_setzero_si512();
        let any = (self.0.iter()).fold(zero, |any, limb| _mm512_or_si512(any, *limb));
        _mm512_cmplt_epu64_mask(any, _mm512_set1_epi64(1 << LIMB_BITS)) == u8::MAX
    }

    /// Whether the highest limbs let values be at most so many times `r`, and not negative.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn is_at_most(&self, times: i64) -> bool {
        let most = _mm512_set1_epi64(times * (R[LIMBS - 1] + 1));
        _mm512_cmple_epu64_mask(self.0[LIMBS - 1], most) == u8::MAX
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
pub(super) struct Element(__m512i);

impl Element {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn write(self, out: &mut Fr) {
        // SAFETY: an element has four words, which is half of a register.
        unsafe { _mm256_storeu_si256(out.0.l.as_mut_ptr().cast(), _mm512_castsi512_si256(self.0)) };
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

/// The element whose words are the largest.
#[cfg(test)]
pub(super) fn largest_element() -> Fr {
    let mut l = ORDER;
    l[0] -= 1;
    Fr(blst::blst_fr { l })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::selection::testing::can_test;
    use kzg_traits::Fr as _;

    type Limbs = [i64; LIMBS];

    /// `times·r + offset`, for few times and small offsets.
    fn near_multiple(times: i64, offset: i64) -> Limbs {
        let mut carry = offset;
        core::array::from_fn(|i| {
            let sum = times * R[i] + carry;
            carry = sum >> LIMB_BITS;
            if i + 1 < LIMBS { sum & LIMB_MASK } else { sum }
        })
    }

    /// The ends of the range below `times·r`, the multiples of `r` in it, what lies beside them,
    /// and half way between.
    fn values_below(times: i64) -> Vec<Limbs> {
        let half = near_multiple(1, 0).map(|limb| limb / 2);
        let mut values = Vec::new();
        for k in 0..times {
            let multiple = near_multiple(k, 0);
            let mut carry = 0;
            values.push(core::array::from_fn(|i| {
                let sum = multiple[i] + half[i] + carry;
                carry = sum >> LIMB_BITS;
                if i + 1 < LIMBS { sum & LIMB_MASK } else { sum }
            }));
            values.extend([0, 1, 2].map(|offset| near_multiple(k, offset)));
            values.extend([-1, -2].map(|offset| near_multiple(k + 1, offset)));
        }
        values
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn lanes(limbs: &Limbs) -> ScalarLanes {
        ScalarLanes(limbs.map(|limb| _mm512_set1_epi64(limb)))
    }

    /// The limbs of the first lane, which all are as.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn limbs(lanes: &ScalarLanes) -> Limbs {
        lanes.0.map(|register| {
            let mut limbs = [0_i64; LANES];
            // SAFETY: the array has eight words, as the register has.
            unsafe { _mm512_storeu_si512(limbs.as_mut_ptr().cast(), register) };
            assert_eq!(limbs, [limbs[0]; LANES]);
            limbs[0]
        })
    }

    /// The integer modulo `r`.
    fn value(limbs: &Limbs) -> Fr {
        let shift = Fr::from_u64(1 << LIMB_BITS);
        let integers = limbs.iter().rev().map(|limb| Fr::from_u64(*limb as u64));
        integers.fold(Fr::ZERO, |value, limb| value * shift + limb)
    }

    /// How many times `r` it is, to 50 bits.
    fn multiple_of_order(limbs: &Limbs) -> f64 {
        let highest = |limbs: &Limbs| limbs[4] as f64 + limbs[3] as f64 / 2_f64.powi(52);
        assert!(limbs.iter().all(|limb| (0..1 << LIMB_BITS).contains(limb)));
        highest(limbs) / highest(&R)
    }

    /// `2^260`, by which products are divided.
    fn divisor() -> Fr {
        (0..260).fold(Fr::ONE, |power, _| power + power)
    }

    #[test]
    fn what_is_reduced_is_within_its_bound() {
        if !can_test(Engine::Ifma) {
            return;
        }
        for (times, bound) in [(8, 1.9), (16, 2.6)] {
            for integer in values_below(times) {
                // SAFETY: the processor has the features.
                let reduced = unsafe { limbs(&lanes(&integer).reduce()) };
                assert_eq!(value(&reduced), value(&integer), "{integer:x?}");
                assert!(multiple_of_order(&reduced) < bound, "{integer:x?}");
            }
        }
        for integer in values_below(1) {
            // SAFETY: as above.
            let product = unsafe { limbs(&lanes(&integer).times_16()) };
            assert_eq!(value(&product), value(&integer) * Fr::from_u64(16));
            assert!(multiple_of_order(&product) < 2.6, "{integer:x?}");
        }
    }

    #[test]
    fn elements_are_canonical() {
        if !can_test(Engine::Ifma) {
            return;
        }
        for integer in values_below(16) {
            let mut element = Fr::ZERO;
            // SAFETY: the processor has the features.
            unsafe { lanes(&integer).elements()[LANES - 1].write(&mut element) };
            // Its words are the integer.
            assert_eq!(element.0.l, value(&integer).to_words(), "{integer:x?}");
        }
        for integer in values_below(2) {
            // SAFETY: as above.
            let words = unsafe { lanes(&integer).words() };
            let as_element = Fr::RAW_UNIT.times_integer(&words[LANES - 1]);
            assert_eq!(as_element, value(&integer), "{integer:x?}");
        }
    }

    #[test]
    fn sums_and_differences_are_carried() {
        if !can_test(Engine::Ifma) {
            return;
        }
        for (a, b) in values_below(8)
            .into_iter()
            .flat_map(|a| values_below(8).into_iter().map(move |b| (a, b)))
        {
            // SAFETY: the processor has the features.
            let (sum, difference) = unsafe {
                let (a, b) = (lanes(&a), lanes(&b));
                (limbs(&a.add(&b)), limbs(&a.subtract(&b, 8)))
            };
            assert_eq!(value(&sum), value(&a) + value(&b));
            assert_eq!(value(&difference), value(&a) - value(&b));
            // The largest are below 16 by less than the precision.
            assert!(multiple_of_order(&sum) <= 16.0 && multiple_of_order(&difference) <= 16.0);
        }
    }

    /// The largest factors of the transforms and of folding.
    #[test]
    fn products_are_within_their_bounds() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let divisor = divisor();
        for (times_a, times_b) in [(1, 1), (13, 3), (12, 3), (16, 1), (2, 2), (16, 2)] {
            for (a, b) in values_below(times_a)
                .into_iter()
                .flat_map(|a| values_below(times_b).into_iter().map(move |b| (a, b)))
            {
                // SAFETY: the processor has the features.
                let (one, two) = unsafe {
                    let (a, b) = (lanes(&a), lanes(&b));
                    let one = ScalarLanes::sum_of_products([&a], [&b]);
                    let two = ScalarLanes::sum_of_products([&a, &b], [&b, &a]);
                    (limbs(&one), limbs(&two))
                };
                let product = value(&a) * value(&b);
                assert_eq!(value(&one) * divisor, product, "{a:x?} * {b:x?}");
                assert_eq!(value(&two) * divisor, product + product);
                let share = (times_a * times_b) as f64 / 35.0;
                assert!(multiple_of_order(&one) < share + 1.0);
                assert!(multiple_of_order(&two) < 2.0 * share + 1.0);
            }
        }
    }
}
