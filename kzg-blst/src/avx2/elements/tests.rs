//! Elements at the bounds of their limbs, compared with their values.

use super::words::{from_lanes, to_lanes};
use super::*;
use crate::avx2::limbs_at_the_bounds::{Operands, Random, value};
use crate::curve::base_field::MODULUS;
use crate::engine::Engine;
use crate::selection::testing::can_test;

/// Calls `check` with elements and their limbs, if the processor has AVX2.
fn for_each(count: usize, check: impl Fn(&Fp8, [[f64; LIMBS]; WIDTH])) {
    if !can_test(Engine::Avx2) {
        return;
    }
    let limbs: Vec<_> = Operands::many(count).map(|operands| operands.c).collect();
    for limbs in limbs.chunks_exact(WIDTH) {
        let lanes = core::array::from_fn(|lane| {
            // The values are up to 8·p: the last limb of p is 2^44.7, and that of a value is below
            // 2^51 before the divisions.
            let mut limbs = limbs[lane].map(|limb| (limb / 2.0).floor());
            limbs[LIMBS - 1] = (limbs[LIMBS - 1] / 8.0).floor();
            limbs
        });
        // SAFETY: `can_test` has checked the processor features.
        check(&unsafe { from_lanes(&lanes) }, lanes);
    }
}

#[test]
fn words_are_canonical() {
    for_each(8_000, |elements, lanes| {
        // SAFETY: `for_each` has checked the processor features.
        let array = unsafe { elements.array() };
        assert_eq!(array, lanes.map(|limbs| value(&limbs)));
    });
}

/// Multiples of the modulus and their neighbours, for which the estimated quotient may be wrong.
#[test]
fn words_next_to_multiples_of_the_modulus() {
    if !can_test(Engine::Avx2) {
        return;
    }
    for k in -8..=8 {
        for shift in [0_i8, 1, -1, 2, -2, 100] {
            let limbs = core::array::from_fn(|i| {
                f64::from(k) * P[i] + if i == 0 { f64::from(shift) } else { 0.0 }
            });
            let mut expected = [0; 6];
            expected[0] = u64::from(shift.unsigned_abs());
            if shift < 0 {
                expected = MODULUS;
                expected[0] -= u64::from(shift.unsigned_abs());
            }
            // SAFETY: `can_test` has checked the processor features.
            let words = unsafe { from_lanes(&[limbs; WIDTH]).array() };
            assert_eq!(words, [blst_fp { l: expected }; WIDTH]);
        }
    }
}

#[test]
fn carried_and_reduced_elements_have_the_same_values_and_small_limbs() {
    let unit = (1_u64 << 47) as f64;
    for_each(8_000, |elements, lanes| {
        let expected = lanes.map(|limbs| value(&limbs));
        // SAFETY: `for_each` has checked the processor features.
        let (carried, reduced) = unsafe { (elements.carry(), elements.reduce().carry()) };
        for small in [carried, reduced] {
            // SAFETY: `for_each` has checked the processor features.
            unsafe {
                assert_eq!(small.array(), expected);
                for limbs in to_lanes(&small) {
                    assert!(limbs[..LIMBS - 1].iter().all(|l| l.abs() <= unit + 32.0));
                }
            }
        }
        // SAFETY: `for_each` has checked the processor features.
        for limbs in unsafe { to_lanes(&reduced) } {
            assert!((limbs[LIMBS - 1] / P[LIMBS - 1]).abs() < 0.5001);
        }
    });
}

#[test]
fn conversions_are_inverse_to_each_other() {
    if !can_test(Engine::Avx2) {
        return;
    }
    let mut random = Random(1);
    for _ in 0..1000 {
        let elements = core::array::from_fn(|_| blst_fp {
            l: random.canonical(),
        });
        // SAFETY: `can_test` has checked the processor features.
        assert_eq!(unsafe { Fp8::from_array(&elements).array() }, elements);
    }
}
