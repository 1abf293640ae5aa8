//! Arithmetic in lanes compared with blst.

use super::constants::{HIGHEST_LIMB_INVERSE, LIMB_BITS, LIMB_MASK, LIMBS, P, multiple_of_p};
use super::*;
use crate::curve::additions::LANES;
use crate::engine::Engine;
use crate::selection::testing::can_test;
use blst::blst_fp;

/// The limbs of an element for each lane.
type Limbs = [[i64; LIMBS]; LANES];

/// Pseudorandom numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        let mixed = (self.0 ^ self.0 >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 29
    }

    /// An element below `bound·p` with normal limbs: of any value, small, just below a multiple of
    /// `p`, with a run of set bits, or such that a reduction finds columns without low bits.
    fn normal(&mut self, bound: u64) -> [i64; LIMBS] {
        let multiple = multiple_of_p((self.next() % bound) as i64, 0);
        let mut limbs: [i64; LIMBS] = core::array::from_fn(|i| match i {
            7 => (self.next() % P[7] as u64) as i64,
            _ => self.next() as i64 & LIMB_MASK,
        });
        match self.next() % 6 {
            0 => limbs = [(self.next() % 3) as i64, 0, 0, 0, 0, 0, 0, 0],
            1 => {
                limbs = P;
                limbs[0] -= 1 + (self.next() % 3) as i64;
            }
            2 => {
                limbs = [0; LIMBS];
                let from = self.next() as usize % 7;
                limbs[from..7].fill(LIMB_MASK);
            }
            3 => {
                // The first quotient of `limbs·1` is that of the multiple, and those of the next columns are zero.
                let multiple = multiple_of_p((self.next() % 1000) as i64, 0);
                limbs = [0; LIMBS];
                let mut borrow = 0;
                for i in 0..2 + self.next() as usize % 6 {
                    let negative = -multiple[i] - borrow;
                    (limbs[i], borrow) = (negative & LIMB_MASK, -(negative >> LIMB_BITS));
                }
            }
            _ => {}
        }
        let mut carry = 0;
        for (limb, multiple) in limbs.iter_mut().zip(multiple) {
            let sum = *limb + multiple + carry;
            (*limb, carry) = (sum & LIMB_MASK, sum >> LIMB_BITS);
        }
        assert_eq!(carry, 0);
        limbs
    }

    /// An element below `bound·p` with limbs up to `2^52 - 1`: each limb borrows from the next one.
    fn loose(&mut self, bound: u64) -> [i64; LIMBS] {
        let mut limbs = self.normal(bound);
        for i in 0..LIMBS - 1 {
            let lent = [0, 1, 7, 14, 15][self.next() as usize % 5].min(limbs[i + 1]);
            limbs[i] += lent << LIMB_BITS;
            limbs[i + 1] -= lent;
        }
        assert!(limbs.iter().all(|limb| (0..1 << 52).contains(limb)));
        limbs
    }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn from_limbs(limbs: &Limbs) -> Lanes {
    let mut lanes = Lanes::splat(&[0; LIMBS]);
    for (lane, limbs) in limbs.iter().enumerate() {
        lanes = lanes.replace_where(1 << lane, &Lanes::splat(limbs));
    }
    lanes
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn canonical_words(lanes: &Lanes) -> [blst_fp; LANES] {
    let mut words = [blst_fp::default(); LANES];
    for (words, element) in words.iter_mut().zip(lanes.elements()) {
        element.write(words);
    }
    words
}

/// The value modulo `p`, by Horner's rule.
fn value(limbs: &[i64; LIMBS]) -> blst_fp {
    let integer = |word: u64| blst_fp {
        l: [word, 0, 0, 0, 0, 0],
    };
    let (mut value, mut shift) = (blst_fp::default(), blst_fp::default());
    // SAFETY: blst reads six words, or field elements, and writes one field element, which
    // may be one of those that it reads, in each call.
    unsafe {
        blst::blst_fp_from_uint64(&mut shift, integer(1 << LIMB_BITS).l.as_ptr());
        for limb in limbs.iter().rev() {
            blst::blst_fp_mul(&mut value, &value, &shift);
            blst::blst_fp_add(&mut value, &value, &integer(*limb as u64));
        }
    }
    value
}

fn by_blst(
    operation: unsafe extern "C" fn(*mut blst_fp, *const blst_fp, *const blst_fp),
    a: &[i64; LIMBS],
    b: &[i64; LIMBS],
) -> blst_fp {
    let mut result = blst_fp::default();
    // SAFETY: each operation reads two field elements and writes one.
    unsafe { operation(&mut result, &value(a), &value(b)) };
    result
}

fn for_many(check: impl Fn(&mut Numbers)) {
    repeat(3000, check);
}

fn repeat(times: usize, check: impl Fn(&mut Numbers)) {
    if can_test(Engine::Ifma) {
        let mut numbers = Numbers(7);
        for _ in 0..times {
            check(&mut numbers);
        }
    }
}

#[test]
fn products_equal_those_of_blst() {
    for_many(check_products);
}

#[test]
#[ignore = "exhaustive, takes minutes: run by `just exhaustive`"]
fn products_equal_those_of_blst_in_millions_of_cases() {
    repeat(1_000_000, check_products);
}

fn check_products(numbers: &mut Numbers) {
    let a: Limbs = core::array::from_fn(|_| numbers.loose(6));
    let b: Limbs = core::array::from_fn(|_| numbers.normal(3));
    let c: Limbs = core::array::from_fn(|_| numbers.normal(1));
    // SAFETY: `can_test` has checked the processor features.
    let [product, square, sum] = unsafe {
        let [a, b, c] = [&a, &b, &c].map(|limbs| from_limbs(limbs));
        [
            a.multiply(&b),
            b.square(),
            Lanes::product_and_eight_squares(&a, &b.factors(), &c).normalize(),
        ]
        .map(|lanes| canonical_words(&lanes.canonical()))
    };
    for lane in 0..LANES {
        let (a, b, c) = (&a[lane], &b[lane], &c[lane]);
        let mut expected = by_blst(blst::blst_fp_mul, a, b);
        let mut c_squared = by_blst(blst::blst_fp_mul, c, c);
        // SAFETY: blst reads one or two field elements and writes one.
        unsafe {
            blst::blst_fp_lshift(&mut c_squared, &c_squared, 3);
            blst::blst_fp_add(&mut expected, &expected, &c_squared);
        }
        assert_eq!(sum[lane], expected, "{a:x?} * {b:x?} + 8 * {c:x?} squared");
        assert_eq!(
            product[lane],
            by_blst(blst::blst_fp_mul, a, b),
            "{a:x?} * {b:x?}"
        );
        assert_eq!(
            square[lane],
            by_blst(blst::blst_fp_mul, b, b),
            "{b:x?} squared"
        );
    }
}

#[test]
fn differences_equal_those_of_blst() {
    for_many(|numbers| {
        let a: Limbs = core::array::from_fn(|_| numbers.normal(2));
        let b: Limbs = core::array::from_fn(|_| numbers.normal(2));
        let canonical: Limbs = core::array::from_fn(|_| numbers.normal(1));
        // SAFETY: `can_test` has checked the processor features.
        let results = unsafe {
            let (a, b, c) = (from_limbs(&a), from_limbs(&b), from_limbs(&canonical));
            let one = Lanes::read(|_| &crate::curve::base_field::ONE);
            [
                canonical_words(&a.subtract(&c).multiply(&one).canonical()),
                canonical_words(&a.subtract_wide(&b).multiply(&one).canonical()),
                canonical_words(&a.canonical_difference(&b)),
                canonical_words(&a.reduced_difference(&b).canonical()),
            ]
        };
        let subtracted = [&canonical, &b, &b, &b];
        for (result, subtracted) in results.iter().zip(subtracted) {
            for lane in 0..LANES {
                let expected = by_blst(blst::blst_fp_sub, &a[lane], &subtracted[lane]);
                assert_eq!(result[lane], expected);
            }
        }
    });
}

#[test]
fn reductions_keep_their_bounds_at_both_ends_of_the_range() {
    if !can_test(Engine::Ifma) {
        return;
    }
    // SAFETY: `can_test` has checked the processor features.
    unsafe {
        let highest = |multiple| Lanes::splat(&multiple_of_p(multiple, 0));
        let one = Lanes::splat(&[1, 0, 0, 0, 0, 0, 0, 0]);
        let zero = Lanes::splat(&[0; LIMBS]);
        // The ends of the range, multiples of p, and their neighbours, with the difference modulo p.
        for (a, b, expected) in [
            (highest(4).minus(&one), zero, highest(1).minus(&one)),
            (zero, highest(11), zero),
            (zero, highest(11).minus(&one), one),
            (zero, Lanes::splat(&multiple_of_p(11, 7)), zero),
            (zero, zero, zero),
            (highest(1), zero, zero),
            (highest(2).plus(&one), highest(1), one),
        ] {
            let reduced = a.reduced_difference(&b);
            assert_is_below_eleven_tenths(&reduced);
            assert_eq!(reduced.canonical_difference(&expected).zeros(), 0xff);
        }
    }
}

/// Multiples of `p` and their neighbours, with limbs that are normal and with limbs as large as sums have.
#[test]
fn quotients_of_four_and_five_bits_are_right() {
    if !can_test(Engine::Ifma) {
        return;
    }
    // SAFETY: `can_test` has checked the processor features.
    unsafe {
        let one = Lanes::splat(&[1, 0, 0, 0, 0, 0, 0, 0]);
        let zero = Lanes::zero();
        for multiple in 0..28 {
            // The last excess gives limbs just below the bound.
            let excesses = [0, 1, 1 << 13, (1 << 15) - 66];
            for excess in excesses.into_iter().take(1 + 3 * usize::from(multiple > 0)) {
                let lanes = Lanes::splat(&multiple_of_p(multiple, excess));
                let below = Lanes::splat(&P).minus(&one);
                for (element, rest) in [
                    (lanes, zero),
                    (lanes.plus(&one), one),
                    (lanes.plus(&below), below),
                ] {
                    let mut results = vec![element.reduced_below_28p()];
                    if multiple < 16 {
                        results.push(element.reduced_positive());
                    }
                    for reduced in results {
                        assert_is_below_eleven_tenths(&reduced);
                        let difference = reduced.canonical_difference(&rest);
                        assert_eq!(difference.zeros(), 0xff, "{multiple}p, excess {excess}");
                    }
                }
            }
        }
    }
}

/// The largest element for each quotient leaves the largest rest.
#[test]
fn the_largest_rests_are_below_the_bound() {
    if !can_test(Engine::Ifma) {
        return;
    }
    for quotient in 0..27 {
        let mut limbs = [LIMB_MASK; LIMBS];
        limbs[LIMBS - 1] = (((quotient + 1) << 52) - 1) / HIGHEST_LIMB_INVERSE;
        // SAFETY: `can_test` has checked the processor features.
        unsafe {
            let element = Lanes::splat(&limbs);
            assert_is_below_eleven_tenths(&element.reduced_below_28p());
            if quotient < 15 {
                assert_is_below_eleven_tenths(&element.reduced_positive());
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn assert_is_below_eleven_tenths(lanes: &Lanes) {
    let ten = (1..10).fold(*lanes, |sum, _| sum.plus(lanes));
    assert_eq!(ten.above(&multiple_of_p(11, 0)), 0);
}

#[test]
fn signs_and_halves() {
    for_many(|numbers| {
        let a: Limbs = core::array::from_fn(|_| numbers.normal(1));
        let lanes = numbers.next() as u8;
        // SAFETY: `can_test` has checked the processor features.
        let (negated, above) = unsafe {
            let a = from_limbs(&a);
            let negated = canonical_words(&a.negate_where(lanes).canonical());
            (negated, a.above(&HALF_P))
        };
        for lane in 0..LANES {
            let zero = [0; LIMBS];
            let expected = if lanes >> lane & 1 == 1 {
                by_blst(blst::blst_fp_sub, &zero, &a[lane])
            } else {
                value(&a[lane])
            };
            assert_eq!(negated[lane], expected);
            let is_above = a[lane].iter().rev().gt(HALF_P.iter().rev());
            assert_eq!(above >> lane & 1 == 1, is_above);
        }
    });
}
