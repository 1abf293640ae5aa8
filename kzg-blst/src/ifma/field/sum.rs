//! Sums of products with one reduction.

use core::arch::x86_64::{__m512i, _mm512_slli_epi64};

use super::constants::LIMBS;
use super::product::{Columns, for_each_row};
use super::{LaneMask, Lanes};

/// Eight normal elements as right factors of [`Lanes::sum_of_products`]: their limbs are shifted by
/// four bits.
#[derive(Clone, Copy)]
pub(in crate::ifma) struct Factors(pub(in crate::ifma) [__m512i; LIMBS]);

impl Lanes {
    /// A normal element as a right factor.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn factors(&self) -> Factors {
        debug_assert!(self.limbs_are_below(48));
        Factors(self.0.map(|limb| _mm512_slli_epi64::<4>(limb)))
    }

    /// `Σ left[i]·right[i] / 2^384` for loose `left`. The result is below that sum plus `p`, and its
    /// limbs are not carried: they are below `2^56·(N + 1)`.
    ///
    /// A column has `8·N` products and at most eight of the reduction, each below 2^52, in the lower and
    /// in the upper half, and a carry. A sixteenth of the lower half and the upper half stay below 2^63
    /// for up to 127 terms, so that a later carry reads a limb with the right sign.
    /// `tools/prove_bounds.py` proves these bounds.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn sum_of_products<const N: usize>(
        left: [&Self; N],
        right: [&Factors; N],
    ) -> Self {
        Self::sum_of_terms(&left, &right, |factors, row| factors.0[row])
    }

    /// Computes [`sum_of_products`](Self::sum_of_products), where `limb` returns a limb of a right factor,
    /// shifted by four bits.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn sum_of_terms<R, const N: usize>(
        left: &[&Self; N],
        right: &[R; N],
        limb: impl Fn(&R, usize) -> __m512i,
    ) -> Self {
        const { assert!(N <= 127) };
        debug_assert!(left.iter().all(|left| left.limbs_are_below(52)));
        let mut columns = Columns::zero();
        // A closure would keep the columns in memory.
        macro_rules! add_row {
            ($row:expr) => {
                for (left, right) in left.iter().zip(right) {
                    columns.add_row($row, left, limb(right, $row));
                }
            };
        }
        add_row!(0);
        add_row!(1);
        for_each_row!(ROW, {
            // The products of later rows fill the time in which the reduction waits for its quotient.
            if ROW + 2 < LIMBS {
                add_row!(ROW + 2);
            }
            columns.reduce(ROW);
        });
        columns.upper_half()
    }

    /// `(left·right + 8·b²) / 2^384` for a loose `left` and a normal `b`. The bounds are those of a
    /// [sum of two products](Self::sum_of_products). The square takes 36 products of limbs instead of 64.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn product_and_eight_squares(
        left: &Self,
        right: &Factors,
        b: &Self,
    ) -> Self {
        debug_assert!(left.limbs_are_below(52) && b.limbs_are_below(48));
        let sixteenfold = b.factors().0;
        let mut columns = Columns::zero();
        macro_rules! add_row {
            ($row:expr) => {
                columns.add_row($row, left, right.0[$row]);
                let factor = sixteenfold[$row];
                columns.add_product(2 * $row, _mm512_slli_epi64::<3>(b.0[$row]), factor);
                for (column, limb) in sixteenfold.iter().enumerate().skip($row + 1) {
                    columns.add_product($row + column, *limb, factor);
                }
            };
        }
        add_row!(0);
        add_row!(1);
        for_each_row!(ROW, {
            const NEXT: usize = (ROW + 2) % LIMBS;
            if ROW + 2 < LIMBS {
                add_row!(NEXT);
            }
            columns.reduce(ROW);
        });
        columns.upper_half()
    }

    /// `2·self` in the lanes of the mask, and `self` in the others.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn doubled_where(&self, lanes: LaneMask) -> Self {
        self.replace_where(lanes, &self.plus(self))
    }
}
