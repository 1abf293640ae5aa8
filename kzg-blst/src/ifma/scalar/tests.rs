//! Arithmetic in lanes at the bounds, compared with scalar arithmetic.

use core::arch::x86_64::{_mm512_set1_epi64, _mm512_storeu_si512};

use super::*;
use crate::curve::additions::LANES;
use crate::engine::Engine;
use crate::field::Fr;
use crate::selection::testing::can_test;
use kzg_traits::Fr as _;

type Limbs = [i64; LIMBS];

/// `times·r + offset`, for a small number `times` and small offsets.
fn near_multiple(times: i64, offset: i64) -> Limbs {
    let mut carry = offset;
    core::array::from_fn(|i| {
        let sum = times * R[i] + carry;
        carry = sum >> LIMB_BITS;
        if i + 1 < LIMBS { sum & LIMB_MASK } else { sum }
    })
}

/// The ends of the range below `times·r`, the multiples of `r` in it, their neighbours, and the
/// values half-way between.
fn values_below(times: i64) -> Vec<Limbs> {
    let half = near_multiple(1, 0).map(|limb| limb / 2);
    let mut values = Vec::new();
    for k in 0..times {
        let multiple = near_multiple(k, 0);
        let mut carry = 0;
        values.push(core::array::from_fn(|i| {
            let sum = multiple[i] + half[i] + carry;
            carry = sum >> LIMB_BITS;
            if i + 1 < LIMBS { sum & LIMB_MASK } else { sum }
        }));
        values.extend([0, 1, 2].map(|offset| near_multiple(k, offset)));
        values.extend([-1, -2].map(|offset| near_multiple(k + 1, offset)));
    }
    values
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn lanes(limbs: &Limbs) -> ScalarLanes {
    ScalarLanes(limbs.map(|limb| _mm512_set1_epi64(limb)))
}

/// The limbs of every lane, which must be the same.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn limbs(lanes: &ScalarLanes) -> Limbs {
    lanes.0.map(|register| {
        let mut limbs = [0_i64; LANES];
        // SAFETY: the array has eight words, as many as the register.
        unsafe { _mm512_storeu_si512(limbs.as_mut_ptr().cast(), register) };
        assert_eq!(limbs, [limbs[0]; LANES]);
        limbs[0]
    })
}

/// The integer modulo `r`.
fn value(limbs: &Limbs) -> Fr {
    let shift = Fr::from_u64(1 << LIMB_BITS);
    let integers = limbs.iter().rev().map(|limb| Fr::from_u64(*limb as u64));
    integers.fold(Fr::ZERO, |value, limb| value * shift + limb)
}

/// The quotient by `r`, to 50 bits.
fn multiple_of_order(limbs: &Limbs) -> f64 {
    let highest = |limbs: &Limbs| limbs[4] as f64 + limbs[3] as f64 / 2_f64.powi(52);
    assert!(limbs.iter().all(|limb| (0..1 << LIMB_BITS).contains(limb)));
    highest(limbs) / highest(&R)
}

/// `2^260`, the divisor of products.
fn divisor() -> Fr {
    (0..260).fold(Fr::ONE, |power, _| power + power)
}

#[test]
fn reductions_keep_their_bounds() {
    if !can_test(Engine::Ifma) {
        return;
    }
    for (times, bound) in [(8, 1.9), (16, 2.6)] {
        for integer in values_below(times) {
            // SAFETY: `can_test` has checked the processor features.
            let reduced = unsafe { limbs(&lanes(&integer).reduce()) };
            assert_eq!(value(&reduced), value(&integer), "{integer:x?}");
            assert!(multiple_of_order(&reduced) < bound, "{integer:x?}");
        }
    }
    for integer in values_below(1) {
        // SAFETY: `can_test` has checked the processor features.
        let product = unsafe { limbs(&lanes(&integer).times_16()) };
        assert_eq!(value(&product), value(&integer) * Fr::from_u64(16));
        assert!(multiple_of_order(&product) < 2.6, "{integer:x?}");
    }
}

#[test]
fn elements_are_canonical() {
    if !can_test(Engine::Ifma) {
        return;
    }
    for integer in values_below(16) {
        let mut element = Fr::ZERO;
        // SAFETY: `can_test` has checked the processor features.
        unsafe { lanes(&integer).elements()[LANES - 1].write(&mut element) };
        // The words are those of the integer.
        assert_eq!(element.0.l, value(&integer).to_words(), "{integer:x?}");
    }
    for integer in values_below(2) {
        // SAFETY: `can_test` has checked the processor features.
        let words = unsafe { lanes(&integer).words() };
        let as_element = Fr::RAW_UNIT.times_integer(&words[LANES - 1]);
        assert_eq!(as_element, value(&integer), "{integer:x?}");
    }
}

#[test]
fn sums_and_differences_are_carried() {
    if !can_test(Engine::Ifma) {
        return;
    }
    for (a, b) in values_below(8)
        .into_iter()
        .flat_map(|a| values_below(8).into_iter().map(move |b| (a, b)))
    {
        // SAFETY: `can_test` has checked the processor features.
        let (sum, difference) = unsafe {
            let (a, b) = (lanes(&a), lanes(&b));
            (limbs(&a.add(&b)), limbs(&a.subtract(&b, 8)))
        };
        assert_eq!(value(&sum), value(&a) + value(&b));
        assert_eq!(value(&difference), value(&a) - value(&b));
        // The largest quotients are below 16 by less than the precision.
        assert!(multiple_of_order(&sum) <= 16.0 && multiple_of_order(&difference) <= 16.0);
    }
}

/// The factors are as large as those of transforms and of folding.
#[test]
fn products_keep_their_bounds() {
    if !can_test(Engine::Ifma) {
        return;
    }
    let divisor = divisor();
    for (times_a, times_b) in [(1, 1), (13, 3), (12, 3), (16, 1), (2, 2), (16, 2)] {
        for (a, b) in values_below(times_a)
            .into_iter()
            .flat_map(|a| values_below(times_b).into_iter().map(move |b| (a, b)))
        {
            // SAFETY: `can_test` has checked the processor features.
            let (one, two) = unsafe {
                let (a, b) = (lanes(&a), lanes(&b));
                let one = ScalarLanes::sum_of_products([&a], [&b]);
                let two = ScalarLanes::sum_of_products([&a, &b], [&b, &a]);
                (limbs(&one), limbs(&two))
            };
            let product = value(&a) * value(&b);
            assert_eq!(value(&one) * divisor, product, "{a:x?} * {b:x?}");
            assert_eq!(value(&two) * divisor, product + product);
            let share = (times_a * times_b) as f64 / 35.0;
            assert!(multiple_of_order(&one) < share + 1.0);
            assert!(multiple_of_order(&two) < 2.0 * share + 1.0);
        }
    }
}

/// The largest element by its words.
pub(in crate::ifma) fn largest_element() -> Fr {
    let mut l = ORDER;
    l[0] -= 1;
    Fr(blst::blst_fr { l })
}
