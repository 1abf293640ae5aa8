//! Arithmetic of eight elements compared with blst's.

use blst::{blst_fp, blst_fp12};

use super::super::field::Lanes;
use super::fp2::Fp2;
use super::fp6::Fp6;
use super::fp12::Fp12;
use crate::curve::additions::LANES;
use crate::curve::base_field::{MODULUS, ONE, square};
use crate::engine::Engine;
use crate::selection::testing::can_test;

type Eight = [blst_fp12; LANES];

/// Elements with parts that are random, zero, one and the largest.
fn elements(seed: u64) -> Eight {
    let mut largest = blst_fp { l: MODULUS };
    largest.l[0] -= 1;
    let mut state = blst_fp {
        l: [seed, 1, 4, 1, 5, 9],
    };
    let mut elements = Eight::default();
    for (lane, element) in elements.iter_mut().enumerate() {
        for fp in parts_mut(element) {
            let mut next = blst_fp::default();
            square(&mut next, &state);
            // SAFETY: blst reads two field elements and writes one.
            unsafe { blst::blst_fp_add(&mut state, &next, &ONE) };
            *fp = match (lane, state.l[0] >> 8 & 7) {
                (0, _) => largest,
                (1..4, 0) => largest,
                (1..4, 1) => blst_fp::default(),
                (1..4, 2) => ONE,
                _ => state,
            };
        }
    }
    elements
}

fn parts_mut(element: &mut blst_fp12) -> impl Iterator<Item = &mut blst_fp> {
    let fp2 = element.fp6.iter_mut().flat_map(|fp6| &mut fp6.fp2);
    fp2.flat_map(|fp2| &mut fp2.fp)
}

/// Part `index` of an element, in the order of [`parts_mut`].
fn part(element: &blst_fp12, index: usize) -> &blst_fp {
    &element.fp6[index / 6].fp2[index / 2 % 3].fp[index % 2]
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn read(elements: &Eight) -> Fp12 {
    let fp2 = |index| Fp2 {
        re: Lanes::read(|lane| part(&elements[lane], index)),
        im: Lanes::read(|lane| part(&elements[lane], index + 1)),
    };
    Fp12 {
        a: Fp6([fp2(0), fp2(2), fp2(4)]),
        b: Fp6([fp2(6), fp2(8), fp2(10)]),
    }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn write(elements: &Fp12) -> Eight {
    let mut written = Eight::default();
    let coefficients = elements.a.0.iter().chain(&elements.b.0);
    for (index, lanes) in coefficients.flat_map(|fp2| [fp2.re, fp2.im]).enumerate() {
        for (element, lane) in written.iter_mut().zip(lanes.canonical().elements()) {
            let part = parts_mut(element).nth(index);
            lane.write(part.expect("an element has twelve parts"));
        }
    }
    written
}

/// Applies an operation of blst to each element.
fn each(elements: &Eight, apply: impl Fn(&mut blst_fp12, &blst_fp12)) -> Eight {
    let mut results = Eight::default();
    for (result, element) in results.iter_mut().zip(elements) {
        apply(result, element);
    }
    results
}

fn unitary(elements: &Eight) -> Eight {
    each(elements, |result, f| {
        let mut inverse = blst_fp12::default();
        let mut conjugate = *f;
        // SAFETY: blst reads one or two elements and writes one in each call; they may be the same.
        unsafe {
            blst::blst_fp12_inverse(&mut inverse, f);
            blst::blst_fp12_conjugate(&mut conjugate);
            blst::blst_fp12_mul(&mut inverse, &inverse, &conjugate);
            blst::blst_fp12_frobenius_map(result, &inverse, 2);
            blst::blst_fp12_mul(result, result, &inverse);
        }
    })
}

/// Every operation, on the results of operations too.
#[test]
fn operations_equal_those_of_blst() {
    if !can_test(Engine::Ifma) {
        return;
    }
    for seed in 1..40 {
        let (f, g) = (elements(seed), elements(seed + 100));
        let cyclotomic = unitary(&f);
        // SAFETY: `can_test` has checked the processor features.
        let (squared, product, by_line, inverse, powers, conjugate, cyclotomic_square) = unsafe {
            let (lanes, others) = (read(&f), read(&g));
            let (mut squared, mut product, mut by_line) = (lanes, lanes, lanes);
            squared.square();
            squared.square();
            product.multiply(&others);
            product.multiply(&lanes);
            let [x, y, _] = others.b.0;
            by_line.multiply_by_line(&[x, y]);
            by_line.multiply_by_line(&[y, x]);
            let mut cyclotomic_square = read(&cyclotomic);
            cyclotomic_square.square_cyclotomic();
            cyclotomic_square.square_cyclotomic();
            (
                write(&squared),
                write(&product),
                write(&by_line),
                write(&lanes.inverse()),
                [write(&lanes.frobenius(1)), write(&squared.frobenius(2))],
                write(&product.conjugate()),
                write(&cyclotomic_square),
            )
        };
        // SAFETY: blst reads one or two elements and writes one in each call; they may be the same.
        let square = |out: &mut blst_fp12, f: &blst_fp12| unsafe { blst::blst_fp12_sqr(out, f) };
        let fourth = each(&each(&f, square), square);
        assert!(squared == fourth, "squares, {seed}");
        assert!(
            cyclotomic_square == each(&each(&cyclotomic, square), square),
            "squares in the cyclotomic subgroup, {seed}"
        );
        for lane in 0..LANES {
            let multiply = |a: &blst_fp12, b: &blst_fp12| {
                let mut product = blst_fp12::default();
                // SAFETY: blst reads two elements and writes one.
                unsafe { blst::blst_fp12_mul(&mut product, a, b) };
                product
            };
            let expected = multiply(&multiply(&f[lane], &g[lane]), &f[lane]);
            assert!(product[lane] == expected, "product, {seed}");
            let mut conjugated = expected;
            // SAFETY: blst reads and writes one element.
            unsafe { blst::blst_fp12_conjugate(&mut conjugated) };
            assert!(conjugate[lane] == conjugated, "conjugate, {seed}");
            let line = |x: usize, y: usize| {
                let mut line = blst_fp12::default();
                for index in 0..2 {
                    line.fp6[0].fp2[0].fp[index] = *part(&g[lane], x + index);
                    line.fp6[0].fp2[1].fp[index] = *part(&g[lane], y + index);
                }
                line.fp6[1].fp2[1].fp[0] = ONE;
                line
            };
            let expected = multiply(&multiply(&f[lane], &line(6, 8)), &line(8, 6));
            assert!(by_line[lane] == expected, "lines, {seed}");
            let mut expected = [blst_fp12::default(); 3];
            // SAFETY: blst reads one element and writes one.
            unsafe {
                blst::blst_fp12_inverse(&mut expected[0], &f[lane]);
                blst::blst_fp12_frobenius_map(&mut expected[1], &f[lane], 1);
                blst::blst_fp12_frobenius_map(&mut expected[2], &fourth[lane], 2);
            }
            assert!(inverse[lane] == expected[0], "inverse, {seed}");
            assert!(powers[0][lane] == expected[1], "power by p, {seed}");
            assert!(powers[1][lane] == expected[2], "power by p², {seed}");
        }
    }
}

#[test]
fn the_lanes_of_one_are_found() {
    if !can_test(Engine::Ifma) {
        return;
    }
    // SAFETY: `can_test` has checked the processor features.
    let ones = |elements: &Eight| unsafe { read(elements).ones() };
    let mut one = blst_fp12::default();
    *parts_mut(&mut one).next().expect("a first part") = ONE;
    assert_eq!(ones(&[one; LANES]), 0xff);
    for index in 0..12 {
        let mut elements = [one; LANES];
        let changed = parts_mut(&mut elements[index % LANES]).nth(index);
        changed.expect("an element has twelve parts").l[0] ^= 1;
        assert_eq!(ones(&elements), !(1 << (index % LANES)), "part {index}");
    }
}
