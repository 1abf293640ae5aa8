//! Runs the engine's own functions, with the instructions of `recorder`, on the ranges that their
//! documentation allows.

#![allow(dead_code, unused_imports)]

mod recorder;

mod curve {
    pub(crate) mod base_field {
        include!("modulus.rs");
    }
}
mod field {
    include!("order.rs");
}
mod ifma;

use ifma::limbs::carry;
use recorder::{__m512i, WHOLE_PRODUCTS, range};

fn main() {
    constants();
    base_field();
    scalar_field();
}

/// Checks that the constants are the multiples of the moduli that their documentation names. The multiples are
/// computed here once more, from the words of the moduli.
fn constants() {
    use ifma::field::constants::{
        FOUR_P_LARGE, HALF_P, P, SIX_P, TWELVE_P_LARGE, TWICE_P, TWICE_P_LARGE,
    };
    let p = curve::base_field::MODULUS;
    for (limbs, factor, name) in [
        (P, 1, "P"),
        (TWICE_P, 2, "TWICE_P"),
        (TWICE_P_LARGE, 2, "TWICE_P_LARGE"),
        (FOUR_P_LARGE, 4, "FOUR_P_LARGE"),
        (SIX_P, 6, "SIX_P"),
        (TWELVE_P_LARGE, 12, "TWELVE_P_LARGE"),
    ] {
        assert_eq!(
            digits(&limbs, 48),
            multiple(&p, factor, 48),
            "{name} is no {factor}p"
        );
    }
    // (p - 1)/2, for an odd p.
    let mut twice = HALF_P.map(|limb| 2 * limb);
    twice[0] += 1;
    assert_eq!(
        digits(&twice, 48),
        multiple(&p, 1, 48),
        "HALF_P is no (p - 1)/2"
    );
    assert_eq!(
        digits(&ifma::scalar::R, 52),
        multiple(&field::ORDER, 1, 52),
        "R is no r"
    );
}

/// The digits of a number in base `2^bits`, from its limbs, which may be of any size.
fn digits(limbs: &[i64], bits: u32) -> Vec<i128> {
    let mut carry = 0;
    let mut digits = Vec::new();
    for limb in limbs {
        carry += i128::from(*limb);
        digits.push(carry & ((1 << bits) - 1));
        carry >>= bits;
    }
    digits.push(carry);
    without_leading_zeros(digits)
}

/// The digits of `factor` times a number in base `2^bits`, from its words of 64 bits, bit by bit.
fn multiple(words: &[u64], factor: u64, bits: u32) -> Vec<i128> {
    let mut product = Vec::new();
    let mut carry = 0;
    for word in words {
        carry += u128::from(*word) * u128::from(factor);
        product.push(carry as u64);
        carry >>= 64;
    }
    product.push(carry as u64);
    let mut digits = vec![0; 64 * product.len() / bits as usize + 1];
    for place in 0..64 * product.len() {
        let bit = product[place / 64] >> (place % 64) & 1;
        digits[place / bits as usize] |= i128::from(bit) << (place % bits as usize);
    }
    without_leading_zeros(digits)
}

fn without_leading_zeros(mut digits: Vec<i128>) -> Vec<i128> {
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

/// Runs `f` where the lower half of each product must be the whole product.
fn with_whole_products<R>(f: impl FnOnce() -> R) -> R {
    WHOLE_PRODUCTS.set(true);
    let result = f();
    WHOLE_PRODUCTS.set(false);
    result
}

fn base_field() {
    use ifma::field::constants::{
        HIGHEST_LIMB_INVERSE, P, SIX_P, multiple_of_p,
    };
    use ifma::field::wide::{COLUMNS, Wide};
    use ifma::field::{Factors, Lanes};
    // An element below `tenths/10·p` with limbs below `2^bits`.
    let below = |tenths: i128, bits: u32| {
        let mut limbs = [range(0, (1 << bits) - 1); 8];
        limbs[7] = range(
            0,
            (tenths * (i128::from(P[7]) + 1) / 10).min((1 << bits) - 1),
        );
        Lanes(limbs)
    };
    let assert_normal = |lanes: &Lanes, tenths: i128, what: &str| {
        let highest = lanes.0[7];
        let most = tenths * (i128::from(P[7]) + 1) / 10;
        assert!(
            lanes
                .0
                .iter()
                .all(|limb| limb.low >= 0 && limb.high < 1 << 48),
            "{what}: {:?}",
            lanes.0
        );
        assert!(
            highest.high <= most,
            "{what}: the highest limb {highest:?}, of {most} at most"
        );
    };

    // Products. The library's assertions check that they are normal.
    let (loose, normal) = (below(60, 52), below(30, 48));
    assert_normal(&loose.multiply(&normal), 30, "the product of 6p and 3p");
    assert_normal(&normal.square(), 30, "the square of 3p");
    assert_normal(&normal.multiply(&normal), 30, "the product of 3p and 3p");

    // The longest sum of products that the library allows.
    const LONGEST: usize = include!("longest.rs");
    let factors = normal.factors();
    let sum = Lanes::sum_of_products::<LONGEST>([&loose; LONGEST], [&factors; LONGEST]);
    let bound = ((1_i128 << 56) * (LONGEST as i128 + 1)).min(1 << 63);
    for limb in sum.0 {
        assert!(
            limb.high < bound,
            "{limb:?} of a sum, not below 2^56·(N + 1) and 2^63"
        );
    }

    // The multiples that make differences positive in a doubling and in a square in the cyclotomic subgroup.
    const MULTIPLES: [(i64, i64); 4] = include!("multiples.rs");
    let [above_d, above_minus_y, above_square, above_others] =
        MULTIPLES.map(|(factor, excess)| multiple_of_p(factor, excess));
    let minus_y = Lanes::product_and_eight_squares(&loose, &factors, &normal);
    let sum = Lanes::sum_of_products([&loose; 2], [&factors; 2]);
    for i in 0..7 {
        let (normal, sum) = (normal.0[i].high, sum.0[i].high);
        assert!(
            i128::from(above_d[i]) >= 4 * normal,
            "four times a normal limb is above {:x}",
            above_d[i]
        );
        assert!(
            i128::from(above_minus_y[i]) >= minus_y.0[i].high,
            "{:?} of a product and a square",
            minus_y.0[i]
        );
        // 3·(-2ab - u·ab) - 2f, and 3·(2ab + 2u·ab) + 2f where the multiples are added.
        for multiple in [above_square[i], above_others[i]] {
            let (low, high) = (9 * sum + 2 * normal, 12 * sum + 2 * normal);
            assert!(
                i128::from(multiple) >= low && i128::from(multiple) + high < (1 << 63) - (1 << 54),
                "limbs from -{low:x} to {high:x} with {multiple:x}"
            );
        }
    }

    // Products that are not reduced, and the division of the largest sum of them.
    let factor = Lanes([range(0, (1 << 50) - 1); 8]);
    let wide = factor.wide_product(&factor);
    for column in wide.0 {
        assert!(
            column.low >= 0 && column.high < 8 * ((1 << 52) + (1 << 48)),
            "{column:?} of a product that is not reduced"
        );
    }
    for bits in 50..=62 {
        let most = (1_i128 << bits) - 1;
        for limb in Wide([range(-most, most); COLUMNS]).divided().0 {
            assert!(
                limb.low >= -most - (1 << 57) && limb.high <= most + (1 << 57),
                "{limb:?} of a quotient of columns of {bits} bits"
            );
        }
    }

    // Differences are factors again.
    let (small, canonical) = (below(20, 48), below(10, 48));
    let difference = small.subtract(&below(19, 48));
    difference.multiply(&small);
    let bound = (1_i128 << 48) + (1 << 49);
    assert!(
        difference
            .0
            .iter()
            .all(|limb| limb.low >= 0 && limb.high < bound),
        "a difference: {:?}",
        difference.0
    );
    small.subtract_wide(&below(20, 49)).multiply(&small);
    canonical.negate_where(0x0f).multiply(&small);
    below(40, 48).canonical();

    // Differences to be reduced: the limbs are not negative.
    let mut eightfold = [range(0, 8 * ((1 << 48) - 1)); 8];
    eightfold[7] = range(0, 11 * (i128::from(P[7]) + 1));
    below(1, 52).reduced_difference(&Lanes(eightfold));

    // Reductions. The quotient is constant in a slice of the highest limb with the carry of the limb below
    // it, which is zero or five. The other limbs are as large as they may be.
    let one = i128::from(HIGHEST_LIMB_INVERSE);
    for (tenths, reduced) in [
        (160, Lanes::reduced_positive as fn(&Lanes) -> Lanes),
        (280, Lanes::reduced_below_28p),
    ] {
        // Below the bound by the carry of the other limbs.
        let highest = tenths * (i128::from(P[7]) + 1) / 10 - 1;
        for quotient in 0_i128.. {
            let first = ((quotient << 52) + one - 1) / one;
            let last = (((quotient + 1) << 52) - 1) / one;
            if first > highest {
                break;
            }
            for carry in [0, 5] {
                if first < carry {
                    continue;
                }
                let mut limbs = [range(0, (1 << 63) - (1 << 54) - 1); 8];
                limbs[6] = range(carry << 48, ((carry + 1) << 48) - 1);
                limbs[7] = range(first - carry, last.min(highest) - carry);
                // The products of quotients and limbs must be whole. That which gives the quotient is an
                // upper half.
                let reduced = with_whole_products(|| reduced(&Lanes(limbs)));
                assert_normal(&reduced, 11, "a reduced value");
            }
        }
    }
    let sum: [_; 8] = core::array::from_fn(|i| {
        let (lower, upper) = (i128::from(SIX_P[i]), (1_i128 << 62) - 1);
        range(lower - upper, lower + upper)
    });
    carry::<48, 8>(sum);
}

fn scalar_field() {
    use ifma::scalar::{R, ScalarLanes};
    let whole = (1_i128 << 52) - 1;
    let below = |times: i128| {
        let mut limbs = [range(0, whole); 5];
        limbs[4] = range(0, times * (i128::from(R[4]) + 1) - 1);
        ScalarLanes(limbs)
    };
    let assert_whole = |lanes: &ScalarLanes, tenths: i128, what: &str| {
        let most = tenths * (i128::from(R[4]) + 1) / 10;
        assert!(
            lanes
                .0
                .iter()
                .all(|limb| limb.low >= 0 && limb.high <= whole),
            "{what}: {:?}",
            lanes.0
        );
        assert!(
            lanes.0[4].high <= most,
            "{what}: the highest limb {:?}, of {most} at most",
            lanes.0[4]
        );
    };
    // The pairs of bounds are those of transforms and of folding, as in the tests of the module.
    for (a, b) in [(1, 1), (13, 3), (12, 3), (16, 1), (2, 2), (16, 2)] {
        let (a, b) = (below(a), below(b));
        ScalarLanes::sum_of_products([&a], [&b]);
        ScalarLanes::sum_of_products([&a, &a], [&b, &b]);
    }
    for (a, b) in [(1, 1), (8, 8), (13, 3)] {
        below(a).add(&below(b));
    }
    // `t = floor(value / 2^255)` is constant in a slice of the highest limb.
    for (times, tenths) in [(8, 19), (16, 26)] {
        let most = times * (i128::from(R[4]) + 1) - 1;
        for t in 0.. {
            let (first, last) = (t << 47, ((t + 1) << 47) - 1);
            if first > most {
                break;
            }
            let mut limbs = [range(0, whole); 5];
            limbs[4] = range(first, last.min(most));
            let reduced = ScalarLanes(limbs).reduce();
            assert_whole(&reduced, tenths, "a reduced scalar");
        }
    }
    // Subtraction: `b` of at most `times·r`, at each slice of the highest limb of `b`.
    for times in [1_i64, 2, 8] {
        let raised = i128::from(times) * i128::from(R[4]);
        let mut b = [range(0, whole); 5];
        b[4] = range(0, raised - 1);
        let mut a = [range(0, whole); 5];
        a[4] = range(i128::from(times), i128::from(times) + i128::from(R[4]));
        ScalarLanes(a).subtract(&ScalarLanes(b), times);
    }
}
