//! The absolute value of the curve's parameter, `x = 0xd201000000010000`, for chains of doublings.
//!
//! A chain for `x²·P` doubles `P` 63 times, with five additions of `P` on the way to `x·P`, and does the
//! same with `x·P`. The subgroup check computes it. Every half of a scalar is a sum of few multiples on
//! this chain, so that a product with a scalar takes no doublings of its own: [`chain_digits`].

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
    fn digits_give_the_half() {
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
        }
    }
}
