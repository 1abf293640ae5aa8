//! Carries between the limbs of eight elements of any field.

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_set1_epi64, _mm512_srai_epi64,
};

/// Carries, so that all limbs but the highest are below `2^BITS` and not negative. The limbs may be
/// signed.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
pub(super) fn carry<const BITS: u32, const LIMBS: usize>(
    mut limbs: [__m512i; LIMBS],
) -> [__m512i; LIMBS] {
    let mask = _mm512_set1_epi64((1 << BITS) - 1);
    for i in 0..LIMBS - 1 {
        let carry = _mm512_srai_epi64::<BITS>(limbs[i]);
        limbs[i] = _mm512_and_si512(limbs[i], mask);
        limbs[i + 1] = _mm512_add_epi64(limbs[i + 1], carry);
    }
    limbs
}
