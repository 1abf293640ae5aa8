//! Base field elements as eight limbs to the base `2^48`, each an exact `f64`.
//!
//! Limbs may be signed, and a value may be outside the range below `p`; [`to_words`] gives the
//! canonical value. `docs/engine.md` describes the arithmetic. `R = 2^384` as in blst's Montgomery
//! form, so that the two forms differ only in the partition of the bits.

/// Number of limbs of an element.
pub(super) const LIMBS: usize = 8;
/// The base of the limbs.
pub(super) const RADIX: f64 = (1_u64 << 48) as f64;
/// `p` in limbs between `-2^47` and `2^47`, except for the last limb.
pub(super) const P: [f64; LIMBS] = [
    -21_845.0,
    -86_500_641_359_361.0,
    -10_839_982_866_433.0,
    113_459_389_855_409.0,
    83_034_393_350_847.0,
    73_992_301_405_303.0,
    -27_924_617_254_986.0,
    28_591_897_852_288.0,
];
/// `1/p` modulo `2^48`.
pub(super) const P_INVERSE: f64 = 12_885_098_499.0;
/// The initial value of the high accumulator of a column. Floats near it are multiples of `2^48`.
pub(super) const HIGH: f64 = (3_u128 << 99) as f64;
/// The initial value of the low accumulator of a column.
pub(super) const LOW: f64 = -((3_u64 << 51) as f64);
/// `p` without its 336 low bits. A value whose last unsigned limb is smaller is below `p`.
pub(super) const P_TOP: u64 = 0x1a01_11ea_397f;

/// Converts a value below `2^384` to unsigned limbs.
pub(super) fn from_words(words: &[u64; 6]) -> [f64; LIMBS] {
    core::array::from_fn(|i| {
        let (word, shift) = (48 * i / 64, 48 * i % 64);
        let low = words[word] >> shift;
        let high = match words.get(word + 1) {
            Some(next) if shift > 16 => next << (64 - shift),
            _ => 0,
        };
        ((low | high) & ((1 << 48) - 1)) as f64
    })
}

/// The value modulo `p`, for limbs of up to `2^52` in absolute value.
pub(super) fn to_words(limbs: &[f64; LIMBS]) -> [u64; 6] {
    let mut words = [0_u64; 7];
    let mut carry = 0_i64;
    for (i, limb) in limbs.iter().enumerate() {
        let sum = *limb as i64 + carry;
        carry = sum >> 48;
        // The last limb keeps its sign, which extends into the last word.
        let limb = if i == LIMBS - 1 {
            sum
        } else {
            sum & ((1 << 48) - 1)
        };
        let (word, shift) = (48 * i / 64, 48 * i % 64);
        let bits = i128::from(limb) << shift;
        words[word] |= bits as u64;
        words[word + 1] |= (bits >> 64) as u64;
    }
    let is_negative = |words: &[u64; 7]| words[6] >> 63 == 1;
    while is_negative(&words) {
        words = combine(&words, u64::overflowing_add);
    }
    loop {
        let smaller = combine(&words, u64::overflowing_sub);
        if is_negative(&smaller) {
            return core::array::from_fn(|i| words[i]);
        }
        words = smaller;
    }
}

/// `words ± p`. `operation` adds or subtracts two words.
fn combine(words: &[u64; 7], operation: impl Fn(u64, u64) -> (u64, bool)) -> [u64; 7] {
    let mut carry = false;
    core::array::from_fn(|i| {
        let modulus = crate::curve::base_field::MODULUS.get(i).copied();
        let (word, first) = operation(words[i], modulus.unwrap_or(0));
        let (word, second) = operation(word, u64::from(carry));
        carry = first | second;
        word
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::base_field::MODULUS;

    #[test]
    fn the_constants_are_those_of_the_modulus() {
        assert_eq!(to_words(&P), [0; 6]);
        assert_eq!(P_TOP, MODULUS[5] >> 16);
        let p = u128::from(MODULUS[0]);
        assert_eq!((P_INVERSE as u128).wrapping_mul(p) % (1 << 48), 1);
    }

    #[test]
    fn conversions_are_inverse_to_each_other() {
        let mut largest = MODULUS;
        largest[0] -= 1;
        for words in [[0; 6], [1, 0, 0, 0, 0, 0], largest, [3, 5, 7, 11, 13, 17]] {
            let limbs = from_words(&words);
            assert_eq!(to_words(&limbs), words);
            for k in [-3.0, 1.0, 4.0] {
                let moved = core::array::from_fn(|i| limbs[i] + k * P[i]);
                assert_eq!(to_words(&moved), words);
            }
        }
    }
}
