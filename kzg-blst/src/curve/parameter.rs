//! The absolute value of the curve's parameter, `x = 0xd201000000010000`, for chains of doublings.
//!
//! A chain for `x²·P` doubles `P` 63 times, with five additions of `P` on the way to `x·P`, and does the
//! same with `x·P`. The subgroup check computes it. Every half of a scalar is a sum of multiples on this
//! chain, so that a product takes no doublings of its own: about 42 multiples with the factors ±1
//! ([`chain_digits`], for sums in lanes), or some 26 with the factors ±1, ±3, ±5 and ±7
//! ([`chain_terms`], for sums one after the other). [`chain`] visits the multiples by blst's arithmetic.

use kzg_traits::Group;

use super::jacobian::G1;

/// Number of doublings before each addition of a multiplication by `x`: the distances between the set
/// bits of `x`.
pub(crate) const DOUBLINGS: [usize; 5] = [1, 2, 3, 9, 32];
/// Number of doublings after the last addition.
pub(crate) const LAST_DOUBLINGS: usize = 16;

/// Number of multiples on the chain before `x²·P`.
pub(crate) const CHAIN_LENGTH: usize = 126;

/// The factors of the multiples on the chain: one, and the factor after each doubling with the addition that
/// follows it, if any.
const CHAIN_FACTORS: [i128; CHAIN_LENGTH] = chain_factors();

/// Calls `visit` with the place of each multiple on the chain and the multiple, and returns `x²·point`, by
/// blst's arithmetic. All additions are complete.
pub(crate) fn chain(point: &G1, mut visit: impl FnMut(usize, &G1)) -> G1 {
    let mut multiple = *point;
    for part in 0..2 {
        let start = multiple;
        for doublings in 0..CHAIN_LENGTH / 2 {
            if doublings > 0 {
                multiple = multiple.double();
            }
            if is_followed_by_addition(doublings) {
                multiple += start;
            }
            visit(part * CHAIN_LENGTH / 2 + doublings, &multiple);
        }
        multiple = multiple.double();
    }
    multiple
}

/// The digit of each multiple on the chain: 0, 1 or -1.
pub(crate) type ChainDigits = [i8; CHAIN_LENGTH];

/// Returns digits with which the sum of the multiples on the chain is a half of a scalar; see
/// [`halves`](super::endomorphism::halves). About a third of the digits are not zero.
///
/// This is the non-adjacent form, with the factors of the chain in the place of powers of two: two
/// neighbouring digits are seldom both nonzero. At most 69 are nonzero.
pub(crate) fn chain_digits(half: i128) -> ChainDigits {
    let mut digits = [0; CHAIN_LENGTH];
    let mut rest = half;
    for place in (0..CHAIN_LENGTH).rev() {
        if rest.abs() > REACH[place] {
            digits[place] = rest.signum() as i8;
            rest -= rest.signum() * CHAIN_FACTORS[place];
        }
    }
    debug_assert_eq!(rest, 0, "a half is within reach");
    digits
}

/// Number of factors of [`ChainTerm`]: 1, 3, 5 and 7.
pub(crate) const ODD_FACTORS: usize = 4;

/// A small multiple of a point on the chain.
#[derive(Clone, Copy)]
pub(crate) struct ChainTerm {
    /// The place on the chain.
    pub(crate) place: usize,
    /// The factor of the point is `2·bucket + 1`, or the negative of that.
    pub(crate) bucket: usize,
    pub(crate) negative: bool,
}

/// Returns some 26 terms, at most 40, whose sum is a half of a scalar.
///
/// Each term is the one nearest to the rest, so that the rest gets smaller by about five bits.
pub(crate) fn chain_terms(half: i128) -> impl Iterator<Item = ChainTerm> {
    let mut rest = half;
    let mut below = TERMS.len();
    core::iter::from_fn(move || {
        if rest == 0 {
            return None;
        }
        // The terms from `below` on are larger than the rest.
        while TERMS[below - 1].0 > rest.abs() {
            below -= 1;
        }
        let distance = |index: usize| (TERMS[index].0 - rest.abs()).abs();
        let nearest = match below {
            index if index < TERMS.len() && distance(index) < distance(index - 1) => index,
            index => index - 1,
        };
        let (value, place, bucket) = TERMS[nearest];
        let negative = rest < 0;
        rest -= rest.signum() * value;
        Some(ChainTerm {
            place: place.into(),
            bucket: bucket.into(),
            negative,
        })
    })
}

/// The values of all terms in ascending order, each with its place and its bucket.
static TERMS: [(i128, u8, u8); ODD_FACTORS * CHAIN_LENGTH] = {
    let mut terms = [(0, 0, 0); ODD_FACTORS * CHAIN_LENGTH];
    let mut count = 0;
    while count < terms.len() {
        let (place, bucket) = (count / ODD_FACTORS, count % ODD_FACTORS);
        // A value that is too large for the type is too large for any half.
        let value = CHAIN_FACTORS[place].saturating_mul(2 * bucket as i128 + 1);
        let mut at = count;
        while at > 0 && terms[at - 1].0 > value {
            terms[at] = terms[at - 1];
            at -= 1;
        }
        terms[at] = (value, place as u8, bucket as u8);
        count += 1;
    }
    terms
};

/// The largest sum that the digits below each place reach: four thirds of the next lower factor.
///
/// The factor at place 64 is three times that at place 63, so that the rest after a digit at place 64 is up
/// to `5x/3`. The digit at place 63, whose factor is `x`, leaves what the places below it reach.
const REACH: [i128; CHAIN_LENGTH] = {
    let mut reach = [0; CHAIN_LENGTH];
    let mut place = 1;
    while place < CHAIN_LENGTH {
        reach[place] = CHAIN_FACTORS[place - 1] + CHAIN_FACTORS[place - 1] / 3;
        place += 1;
    }
    reach
};

const fn chain_factors() -> [i128; CHAIN_LENGTH] {
    let mut factors = [1; CHAIN_LENGTH];
    let mut place = 1;
    while place < CHAIN_LENGTH {
        // `x·P` begins the second part.
        let (start, doublings) = (place / 64 * 63, place - place / 64 * 63);
        factors[place] = 2 * factors[place - 1];
        if is_followed_by_addition(doublings) {
            factors[place] += factors[start];
        }
        place += 1;
    }
    factors
}

/// Whether an addition follows after that many doublings of a multiplication by `x`.
const fn is_followed_by_addition(doublings: usize) -> bool {
    let mut done = 0;
    let mut group = 0;
    while group < DOUBLINGS.len() {
        done += DOUBLINGS[group];
        if done == doublings {
            return true;
        }
        group += 1;
    }
    false
}

/// The factors of the multiples on the chain as scalars.
#[cfg(test)]
pub(crate) fn chain_multiples() -> impl Iterator<Item = crate::field::Fr> {
    use kzg_traits::Fr;

    let word = |bits: i128| crate::field::Fr::from_u64(bits as u64);
    CHAIN_FACTORS
        .into_iter()
        .map(move |factor| word(factor >> 64) * word(2).pow(64) + word(factor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::endomorphism::X;

    /// The most digits that are not zero.
    const MOST_DIGITS: usize = 69;
    /// The most terms.
    const MOST_TERMS: usize = 40;

    #[test]
    fn the_chain_leads_to_the_square_of_the_parameter() {
        assert_eq!(CHAIN_FACTORS[..6], [1, 3, 6, 13, 26, 52]);
        assert_eq!(CHAIN_FACTORS[63], i128::from(X));
        assert_eq!(
            2 * CHAIN_FACTORS[CHAIN_LENGTH - 1] as u128,
            u128::from(X).pow(2)
        );
    }

    #[test]
    fn digits_and_terms_give_the_half() {
        let largest = (u128::from(X).pow(2) / 2 + 1) as i128;
        let x = i128::from(X);
        let mut halves: Vec<i128> = (-1000..=1000).collect();
        for factor in CHAIN_FACTORS {
            for third in 1..=4 {
                halves.extend((-2..=2).map(|small| factor / 3 * third + small));
            }
        }
        let mut seed = 1_i128;
        for _ in 0..2000 {
            seed = seed
                .wrapping_mul(0x2545_f491_4f6c_dd1d_9e37_79b9)
                .wrapping_add(x);
            halves.extend([seed % largest, seed % x, seed % (x / 2) * x]);
        }
        halves.extend([largest, largest - 1]);
        halves.retain(|half| half.abs() <= largest);
        for half in halves.iter().flat_map(|&half| [half, -half]) {
            let digits = chain_digits(half);
            let terms = digits.iter().zip(CHAIN_FACTORS);
            let sum: i128 = terms
                .map(|(&digit, factor)| i128::from(digit) * factor)
                .sum();
            assert_eq!(sum, half);
            let nonzero = digits.iter().filter(|digit| **digit != 0).count();
            assert!(nonzero <= MOST_DIGITS, "{half} has {nonzero} digits");

            let terms: Vec<ChainTerm> = chain_terms(half).collect();
            let values = terms.iter().map(|term| {
                let value = CHAIN_FACTORS[term.place] * (2 * term.bucket as i128 + 1);
                if term.negative { -value } else { value }
            });
            assert_eq!(values.sum::<i128>(), half);
            assert!(
                terms.len() <= MOST_TERMS,
                "{half} has {} terms",
                terms.len()
            );
        }
    }
}
