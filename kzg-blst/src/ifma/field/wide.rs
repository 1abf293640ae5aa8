//! Products that are not reduced yet: sums and differences of them take one reduction.

use core::arch::x86_64::{__m512i, _mm512_setzero_si512, _mm512_slli_epi64};

use super::Lanes;
use super::constants::LIMBS;
use super::product::{Columns, for_each_row};

/// Number of columns of a product.
pub(in crate::ifma) const COLUMNS: usize = 2 * LIMBS;

/// Eight integers `Σ columns[i]·2^(48·i)`. The columns are signed.
///
/// A column of a product is below `8·(2^52 + 2^48)`. So sums and differences of up to 60 products have
/// columns below 2^62 in absolute value, to which a reduction adds less than 2^57.
#[derive(Clone, Copy)]
pub(in crate::ifma) struct Wide(pub(in crate::ifma) [__m512i; COLUMNS]);

impl Lanes {
    /// `self·b`, of elements with limbs below 2^50.
    ///
    /// Either factor is shifted by two bits, together as much as one factor of a reduced product.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn wide_product(&self, b: &Self) -> Wide {
        debug_assert!(self.limbs_are_below(50) && b.limbs_are_below(50));
        let left = self.0.map(|limb| _mm512_slli_epi64::<2>(limb));
        let mut columns = Columns::zero();
        let mut product = Wide([_mm512_setzero_si512(); COLUMNS]);
        for_each_row!(ROW, {
            let factor = _mm512_slli_epi64::<2>(b.0[ROW]);
            for (column, limb) in left.iter().enumerate() {
                columns.add_product(ROW + column, *limb, factor);
            }
            // No later row adds to this column.
            product.0[ROW] = columns.column(ROW);
        });
        for column in LIMBS..COLUMNS {
            product.0[column] = columns.column(column);
        }
        product
    }
}

impl Wide {
    /// `self / 2^384` modulo `p`: at least `self / 2^384`, and at most `p` more. The limbs are signed
    /// and not carried.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    pub(in crate::ifma) fn divided(&self) -> Lanes {
        let mut columns = Columns::new(self.0);
        for_each_row!(ROW, { columns.reduce(ROW) });
        columns.upper_half()
    }
}
