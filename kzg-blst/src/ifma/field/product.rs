//! Montgomery multiplication and squaring.

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64,
    _mm512_mask_blend_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64,
    _mm512_srai_epi64, _mm512_srli_epi64,
};

use super::constants::{LIMB_BITS, LIMB_MASK, LIMBS, NEGATED_INVERSE, P};
use super::{LaneMask, Lanes};

/// Repeats a block for every row of a multiplication. The rows are written out so that all columns
/// stay in registers.
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
pub(super) use for_each_row;

impl Lanes {
    /// `self·b / 2^384`: normal if `self` is loose and `b` normal.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn multiply(&self, b: &Self) -> Self {
        debug_assert!(self.limbs_are_below(52) && b.limbs_are_below(48));
        self.multiply_by_limbs(|row| b.0[row])
    }

    /// [`multiply`](Self::multiply) of the first two elements, and of the other two in the lanes of the mask.
    /// The right factors are blended limb by limb, so that they are not stored in between.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn multiply_blended(
        [a, b]: [&Self; 2],
        lanes: LaneMask,
        [c, d]: [&Self; 2],
    ) -> Self {
        debug_assert!(a.limbs_are_below(52) && b.limbs_are_below(48));
        debug_assert!(c.limbs_are_below(52) && d.limbs_are_below(48));
        a.replace_where(lanes, c)
            .multiply_by_limbs(|row| _mm512_mask_blend_epi64(lanes, b.0[row], d.0[row]))
    }

    /// `self·b / 2^384`, where `limb` returns a limb of `b`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn multiply_by_limbs(&self, limb: impl Fn(usize) -> __m512i) -> Self {
        let mut columns = Columns::zero();
        columns.add_row(0, self, _mm512_slli_epi64::<4>(limb(0)));
        for_each_row!(ROW, {
            // The products of the next row fill the time in which the reduction waits for its quotient.
            if ROW + 1 < LIMBS {
                columns.add_row(ROW + 1, self, _mm512_slli_epi64::<4>(limb(ROW + 1)));
            }
            columns.reduce(ROW);
        });
        columns.upper_half().normalize()
    }

    /// `self² / 2^384` of a normal element.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn square(&self) -> Self {
        debug_assert!(self.limbs_are_below(48));
        let twice = self.plus(self);
        let mut columns = Columns::zero();
        for_each_row!(ROW, {
            let factor = _mm512_slli_epi64::<4>(self.0[ROW]);
            columns.add_product(2 * ROW, self.0[ROW], factor);
            // The row of an earlier limb has added the product with that limb twice.
            for (column, limb) in twice.0.iter().enumerate().skip(ROW + 1) {
                columns.add_product(ROW + column, *limb, factor);
            }
            columns.reduce(ROW);
        });
        columns.upper_half().normalize()
    }
}

/// The columns of a product; the reduction carries the first eight of them into the others. Column `i`
/// is `lower[i]/16 + upper[i]`.
pub(super) struct Columns {
    lower: [__m512i; 2 * LIMBS],
    upper: [__m512i; 2 * LIMBS],
}

impl Columns {
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn zero() -> Self {
        Self {
            lower: [_mm512_setzero_si512(); 2 * LIMBS],
            upper: [_mm512_setzero_si512(); 2 * LIMBS],
        }
    }

    /// Columns with the given values.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn new(columns: [__m512i; 2 * LIMBS]) -> Self {
        Self {
            upper: columns,
            ..Self::zero()
        }
    }

    /// Adds `a·factor/16` at a column.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn add_product(&mut self, column: usize, a: __m512i, factor: __m512i) {
        self.lower[column] = _mm512_madd52lo_epu64(self.lower[column], a, factor);
        self.upper[column + 1] = _mm512_madd52hi_epu64(self.upper[column + 1], a, factor);
    }

    /// Adds the products of all limbs of `a` and `factor/16` from a column on.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn add_row(&mut self, row: usize, a: &Lanes, factor: __m512i) {
        for (column, limb) in a.0.iter().enumerate() {
            self.add_product(row + column, *limb, factor);
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn column(&self, i: usize) -> __m512i {
        _mm512_add_epi64(_mm512_srli_epi64::<4>(self.lower[i]), self.upper[i])
    }

    /// Adds the multiple of `p` that clears the 48 low bits of a column, and carries the bits above
    /// them to the next column. The column may be negative.
    ///
    /// The product of the quotient and the lowest limb of `p` is not added: with it the low bits become
    /// 2^48, or stay zero if they are zero. So the carry is the column divided by 2^48, rounded up.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn reduce(&mut self, column: usize) {
        let value = self.column(column);
        // The low 52 bits of this product are the quotient modulo 2^48, times 16.
        let inverse = _mm512_set1_epi64(NEGATED_INVERSE << 4);
        let quotient = _mm512_madd52lo_epu64(_mm512_setzero_si512(), value, inverse);
        let rounded_up = _mm512_add_epi64(value, _mm512_set1_epi64(LIMB_MASK));
        let carry = _mm512_srai_epi64::<LIMB_BITS>(rounded_up);
        self.upper[column + 1] = _mm512_add_epi64(self.upper[column + 1], carry);
        let [lowest, limbs @ ..] = P.map(|limb| _mm512_set1_epi64(limb));
        let upper = &mut self.upper[column + 1];
        *upper = _mm512_madd52hi_epu64(*upper, quotient, lowest);
        for (i, limb) in limbs.into_iter().enumerate() {
            self.add_product(column + 1 + i, quotient, limb);
        }
    }

    /// The columns that the reduction leaves, with any limbs.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(super) fn upper_half(&self) -> Lanes {
        Lanes(core::array::from_fn(|i| self.column(LIMBS + i)))
    }
}
