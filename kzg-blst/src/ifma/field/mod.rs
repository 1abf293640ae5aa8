//! Eight elements of the base field side by side.
//!
//! An element is eight limbs of 48 bits, limb `i` of all eight elements in one register. The
//! processor multiplies integers of 52 bits and adds the lower or the upper 52 bits of the product
//! to 64 bits. With one factor shifted left by four, these are `a·16b = h·2^52 + l`, that is,
//! `a·b = h·2^48 + l/16`: the limbs of a product at radix 2^48, the lower one times 16. So a
//! Montgomery multiplication by eight limbs divides by 2^384 as blst's does, and the domains are
//! the same.
//!
//! # Bounds
//!
//! A *normal* element has limbs below 2^48, and stands for its value modulo `p`, which it may
//! exceed: 2^384 is `9.8·p`. A *loose* one has limbs below 2^52, such as a difference to which a
//! multiple of `p` with large limbs was added. The product of a loose `a` and a normal `b` is
//! normal and below `a·b/2^384 + p`: the values that are added to reduce it are below
//! `2^384·p`. So if `a < 6p` and `b < 3p`, the product is below `3p`. Each sum of lower halves has
//! 16 terms below 2^52 and each sum of upper halves 16 terms and a carry, so that nothing exceeds
//! 64 bits.
//!
//! Source of the instruction's use: Gueron and Krasnov, "Accelerating big integer arithmetic using
//! Intel IFMA extensions", ARITH 2016. The radix that keeps blst's domain is our own.

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpeq_epi64_mask,
    _mm512_cmple_epu64_mask, _mm512_cmplt_epi64_mask, _mm512_cmplt_epu64_mask,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_blend_epi64, _mm512_or_si512,
    _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srli_epi64,
    _mm512_sub_epi64,
};

use crate::curve::base_field::MODULUS;
use crate::ifma::limbs::carry;

pub(super) mod power;

/// Limbs of an element.
pub(super) const LIMBS: usize = 8;
/// Bits of a limb.
const LIMB_BITS: u32 = 48;
const LIMB_MASK: i64 = (1 << LIMB_BITS) - 1;

/// The modulus `p`, limb by limb.
const P: [i64; LIMBS] = multiple_of_p(1, 0);
/// `2·p`, limb by limb.
const TWICE_P: [i64; LIMBS] = multiple_of_p(2, 0);
/// `2·p` with limbs from which those of a canonical element can be taken away one by one.
const TWICE_P_LARGE: [i64; LIMBS] = multiple_of_p(2, 1);
/// `4·p` with limbs from which those of an element up to `2p` with limbs below 2^49 can be taken
/// away one by one.
const FOUR_P_LARGE: [i64; LIMBS] = multiple_of_p(4, 3);
/// `(p - 1) / 2`, limb by limb.
pub(super) const HALF_P: [i64; LIMBS] = half(P);
/// `6·p`, limb by limb.
const SIX_P: [i64; LIMBS] = multiple_of_p(6, 0);
/// `12·p`, limb by limb.
const TWELVE_P: [i64; LIMBS] = multiple_of_p(12, 0);
/// `2^52` divided by the highest limb of `p`, the limb rounded up and the quotient down.
const HIGHEST_LIMB_INVERSE: i64 = (1 << 52) / (P[LIMBS - 1] + 1);
/// `-1/p mod 2^48`.
const NEGATED_INVERSE: i64 = 0xfffc_fffc_fffd;

/// Repeats a block for every row of a multiplication: written out, so that all columns stay in
/// registers.
macro_rules! for_each_row {
    ($row:ident, $block:block) => {
        for_each_row!($row, $block, 0, 1, 2, 3, 4, 5, 6, 7)
    };
    ($row:ident, $block:block, $($number:literal),*) => {
        $({
            const $row: usize = $number;
            $block
        })*
    };
}

/// Eight elements of the base field in Montgomery form.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Lanes(pub(super) [__m512i; LIMBS]);

/// Lanes of which something is said.
pub(super) type LaneMask = __mmask8;

impl Lanes {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn splat(limbs: &[i64; LIMBS]) -> Self {
        Self(limbs.map(|limb| _mm512_set1_epi64(limb)))
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn zero() -> Self {
        Self::splat(&[0; LIMBS])
    }

    /// `self·b / 2^384`: normal if `self` is loose and `b` normal.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn multiply(&self, b: &Self) -> Self {
        debug_assert!(self.limbs_are_below(52) && b.limbs_are_below(48));
        let mut columns = Columns::zero();
        for_each_row!(ROW, {
            let factor = _mm512_slli_epi64::<4>(b.0[ROW]);
            for column in 0..LIMBS {
                columns.add_product(ROW + column, self.0[column], factor);
            }
            columns.reduce(ROW);
        });
        columns.normalize()
    }

    /// `self² / 2^384` of a normal element.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn square(&self) -> Self {
        debug_assert!(self.limbs_are_below(48));
        let twice = self.plus(self);
        let mut columns = Columns::zero();
        for_each_row!(ROW, {
            let factor = _mm512_slli_epi64::<4>(self.0[ROW]);
            columns.add_product(2 * ROW, self.0[ROW], factor);
            // A product with an earlier limb was added, twice, in that limb's row.
            for (column, limb) in twice.0.iter().enumerate().skip(ROW + 1) {
                columns.add_product(ROW + column, *limb, factor);
            }
            columns.reduce(ROW);
        });
        columns.normalize()
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

    /// The lanes in which a canonical element is above `limbs`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn above(&self, limbs: &[i64; LIMBS]) -> LaneMask {
        let difference = carry::<LIMB_BITS, LIMBS>(Self::splat(limbs).minus(self).0);
        // The highest limb has the sign of the whole.
        _mm512_cmplt_epi64_mask(difference[LIMBS - 1], _mm512_setzero_si512())
    }

    /// `other` in the lanes of the mask.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn replace_where(&self, lanes: LaneMask, other: &Self) -> Self {
        Self(core::array::from_fn(|i| {
            _mm512_mask_blend_epi64(lanes, self.0[i], other.0[i])
        }))
    }

    /// The canonical form of `self - b`, which must be at least `-2p` and below `2p`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn canonical_difference(&self, b: &Self) -> Self {
        Self::splat(&TWICE_P).plus(self).minus(b).canonical()
    }

    /// `self - b` modulo `p`, normal and below `1.1p`, for a difference of at least `-12p` and
    /// below `4p`, whatever its limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn reduced_difference(&self, b: &Self) -> Self {
        Self::splat(&TWELVE_P)
            .plus(self)
            .minus(b)
            .reduced_positive()
    }

    /// The same modulo `p`, normal and below `1.1p`, for an element of at least `-6p` and below
    /// `10p`, whatever its limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn reduced_wide(&self) -> Self {
        Self::splat(&SIX_P).plus(self).reduced_positive()
    }

    /// The same modulo `p`, normal and below `1.1p`, for an element that is not negative and below
    /// `16p`, whatever its limbs: so that its quotient by `p` is below 16, and the multiples of
    /// limbs below 2^52.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn reduced_positive(&self) -> Self {
        let carried = carry::<LIMB_BITS, LIMBS>(self.0);
        debug_assert!(Self(carried).is_at_most(160));
        // The quotient from the highest limb: too small by at most one for the part that is cut
        // off, and by a 300th for that of the inverse.
        let inverse = _mm512_set1_epi64(HIGHEST_LIMB_INVERSE);
        let highest = carried[LIMBS - 1];
        let quotient = _mm512_madd52hi_epu64(_mm512_setzero_si512(), highest, inverse);
        let mut rest = carried;
        for (limb, p) in rest.iter_mut().zip(P) {
            let multiple =
                _mm512_madd52lo_epu64(_mm512_setzero_si512(), quotient, _mm512_set1_epi64(p));
            *limb = _mm512_sub_epi64(*limb, multiple);
        }
        Self(carry::<LIMB_BITS, LIMBS>(rest))
    }

    /// The same value with limbs below 2^48, if it is not negative and below 2^384.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn normalize(&self) -> Self {
        let normal = Self(carry::<LIMB_BITS, LIMBS>(self.0));
        debug_assert!(normal.limbs_are_below(48));
        normal
    }

    /// The canonical form of an element that is at least zero and below `4p`, whatever its limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn canonical(&self) -> Self {
        let carried = Self(carry::<LIMB_BITS, LIMBS>(self.0));
        debug_assert!(carried.is_at_most(40));
        carried.subtract_once(&TWICE_P).subtract_once(&P)
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

    /// Takes a multiple of `p` away in the lanes that are not below it.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn subtract_once(&self, multiple: &[i64; LIMBS]) -> Self {
        let difference = carry::<LIMB_BITS, LIMBS>(self.minus(&Self::splat(multiple)).0);
        let negative = _mm512_cmplt_epi64_mask(difference[LIMBS - 1], _mm512_setzero_si512());
        Self(difference).replace_where(negative, self)
    }

    /// Whether all limbs are below `2^bits`, and so not negative: for the bounds above.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn limbs_are_below(&self, bits: u32) -> bool {
        let zero = _mm512_setzero_si512();
        let any = (self.0.iter()).fold(zero, |any, limb| _mm512_or_si512(any, *limb));
        _mm512_cmplt_epu64_mask(any, _mm512_set1_epi64(1 << bits)) == LaneMask::MAX
    }

    /// Whether the highest limbs let values be at most so many tenths of `p`, and not negative,
    /// where the other limbs are not.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    fn is_at_most(&self, tenths: i64) -> bool {
        let most = _mm512_set1_epi64(tenths * (P[LIMBS - 1] + 1) / 10);
        _mm512_cmple_epu64_mask(self.0[LIMBS - 1], most) == LaneMask::MAX
    }

    /// The sum, limb by limb.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn plus(&self, b: &Self) -> Self {
        Self(core::array::from_fn(|i| {
            _mm512_add_epi64(self.0[i], b.0[i])
        }))
    }

    /// The difference, limb by limb.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn minus(&self, b: &Self) -> Self {
        Self(core::array::from_fn(|i| {
            _mm512_sub_epi64(self.0[i], b.0[i])
        }))
    }
}

/// The columns of a product, of which the lower half is being cleared: column `i` is
/// `lower[i]/16 + upper[i]`.
struct Columns {
    lower: [__m512i; 2 * LIMBS],
    upper: [__m512i; 2 * LIMBS],
}

impl Columns {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn zero() -> Self {
        Self {
            lower: [_mm512_setzero_si512(); 2 * LIMBS],
            upper: [_mm512_setzero_si512(); 2 * LIMBS],
        }
    }

    /// Adds `a·factor/16` at a column.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn add_product(&mut self, column: usize, a: __m512i, factor: __m512i) {
        self.lower[column] = _mm512_madd52lo_epu64(self.lower[column], a, factor);
        self.upper[column + 1] = _mm512_madd52hi_epu64(self.upper[column + 1], a, factor);
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn column(&self, i: usize) -> __m512i {
        _mm512_add_epi64(_mm512_srli_epi64::<4>(self.lower[i]), self.upper[i])
    }

    /// Adds the multiple of `p` that clears a column's 48 bits, and carries what is above them.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn reduce(&mut self, column: usize) {
        let inverse = _mm512_set1_epi64(NEGATED_INVERSE);
        let quotient = _mm512_madd52lo_epu64(_mm512_setzero_si512(), self.column(column), inverse);
        let quotient = _mm512_and_si512(quotient, _mm512_set1_epi64(LIMB_MASK));
        for (i, p) in P.iter().enumerate() {
            self.add_product(column + i, quotient, _mm512_set1_epi64(p << 4));
        }
        let carry = _mm512_srli_epi64::<LIMB_BITS>(self.column(column));
        self.upper[column + 1] = _mm512_add_epi64(self.upper[column + 1], carry);
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn normalize(&self) -> Lanes {
        Lanes(core::array::from_fn(|i| self.column(LIMBS + i))).normalize()
    }
}

/// Half of an integer, rounded down.
const fn half(limbs: [i64; LIMBS]) -> [i64; LIMBS] {
    let mut halved = [0; LIMBS];
    let mut i = LIMBS;
    let mut odd = 0;
    while i > 0 {
        i -= 1;
        halved[i] = (limbs[i] | odd << LIMB_BITS) >> 1;
        odd = limbs[i] & 1;
    }
    halved
}

/// The limbs of `factor·p`, all but the highest made larger by `excess·2^48`, at the cost of the
/// next.
const fn multiple_of_p(factor: i64, excess: i64) -> [i64; LIMBS] {
    let mut limbs = [0; LIMBS];
    let mut carry = 0;
    let mut i = 0;
    while i < LIMBS {
        let (word, shift) = (i * 48 / 64, i * 48 % 64);
        let mut bits = MODULUS[word] >> shift;
        if shift > 16 {
            bits |= MODULUS[word + 1] << (64 - shift);
        }
        let product = (bits as i64 & LIMB_MASK) * factor + carry;
        carry = product >> LIMB_BITS;
        limbs[i] = if i + 1 < LIMBS {
            (product & LIMB_MASK) + (excess << LIMB_BITS)
        } else {
            product
        };
        if i > 0 {
            limbs[i] -= excess;
        }
        i += 1;
    }
    limbs
}

#[cfg(test)]
mod tests;
