//! Limbs of the modulus and of its multiples.

use crate::curve::base_field::MODULUS;

/// Number of limbs of an element.
pub(in crate::ifma) const LIMBS: usize = 8;
/// Number of bits of a limb.
pub(super) const LIMB_BITS: u32 = 48;
pub(super) const LIMB_MASK: i64 = (1 << LIMB_BITS) - 1;

/// The modulus `p`, limb by limb.
pub(super) const P: [i64; LIMBS] = multiple_of_p(1, 0);
/// `2·p`, limb by limb.
pub(super) const TWICE_P: [i64; LIMBS] = multiple_of_p(2, 0);
/// `2·p` with limbs so large that those of a canonical element can be subtracted one by one.
pub(super) const TWICE_P_LARGE: [i64; LIMBS] = multiple_of_p(2, 1);
/// `4·p` with limbs so large that those of an element up to `3.9p` with limbs up to three times those of a
/// normal one can be subtracted one by one.
pub(in crate::ifma) const FOUR_P_LARGE: [i64; LIMBS] = multiple_of_p(4, 3);
/// `(p - 1) / 2`, limb by limb.
pub(in crate::ifma) const HALF_P: [i64; LIMBS] = half(P);
/// `6·p`, limb by limb.
pub(super) const SIX_P: [i64; LIMBS] = multiple_of_p(6, 0);
/// `12·p` with limbs so large that those of an element up to `11p` with limbs below 2^51 can be
/// subtracted one by one.
pub(super) const TWELVE_P_LARGE: [i64; LIMBS] = multiple_of_p(12, 8);
/// `2^52` divided by the highest limb of `p`, the limb rounded up and the quotient down.
pub(super) const HIGHEST_LIMB_INVERSE: i64 = (1 << 52) / (P[LIMBS - 1] + 1);
/// `-1/p mod 2^48`.
pub(super) const NEGATED_INVERSE: i64 = 0xfffc_fffc_fffd;

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

/// The limbs of `factor·p`. All limbs but the highest are increased by `excess·2^48`, and the next
/// limb is decreased by `excess` in turn.
pub(in crate::ifma) const fn multiple_of_p(factor: i64, excess: i64) -> [i64; LIMBS] {
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
