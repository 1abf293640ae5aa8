//! The pairing is bilinear and not degenerate, and a check notices every wrong pair.

use crate::execs;
use crate::seeded::Seeded;
use kzg_traits::algebra::{Fr, Group};
use kzg_traits::backend::Backend;
use kzg_traits::exec::Exec;

/// `e(a·P, b·Q) = e(P, Q)^(a·b)`, and additive on both sides.
pub(super) fn bilinear<B: Backend>() {
    let mut seeded = Seeded::new(7);
    let (p, q) = (B::G1::generator(), B::G2::generator());
    for _ in 0..3 {
        let (a, b): (B::Fr, B::Fr) = (seeded.fr(), seeded.fr());
        let b_q = B::prepare_g2(&q.mul(&b));
        let base = B::prepare_g2(&q);
        let product = p.mul(&(a * b));
        assert!(is_one::<B>(&[(p.mul(&a), &b_q), (-product, &base)]));
        assert!(!is_one::<B>(&[(p.mul(&a), &b_q), (product, &base)]));
        assert!(!is_one::<B>(&[(p.mul(&a), &b_q), (-(product + p), &base)]));
        // On the left: e(aP + P, Q) = e(aP, Q)·e(P, Q).
        let sum = p.mul(&a) + p;
        assert!(is_one::<B>(&[(sum, &b_q), (-p.mul(&a), &b_q), (-p, &b_q)]));
        // On the right: e(P, bQ + Q) = e(P, bQ)·e(P, Q).
        let sum = B::prepare_g2(&(q.mul(&b) + q));
        assert!(is_one::<B>(&[(p, &sum), (-p, &b_q), (-p, &base)]));
        assert!(!is_one::<B>(&[(p, &sum), (-p, &b_q)]));
        // A sign moves from one side to the other.
        let negative = B::prepare_g2(&-q);
        assert!(is_one::<B>(&[(p.mul(&a), &base), (p.mul(&a), &negative)]));
    }
}

/// A pairing with infinity on either side is one.
pub(super) fn infinities<B: Backend>() {
    let (p, o) = (B::G1::generator(), B::G1::identity());
    let q = B::prepare_g2(&B::G2::generator());
    let infinity = B::prepare_g2(&B::G2::identity());
    assert!(is_one::<B>(&[]));
    assert!(is_one::<B>(&[(o, &q)]));
    assert!(is_one::<B>(&[(p, &infinity)]));
    assert!(is_one::<B>(&[(o, &infinity)]));
    assert!(is_one::<B>(&[(o, &q), (p, &infinity), (o, &infinity)]));
    assert!(!is_one::<B>(&[(p, &q)]), "degenerate");
    for beside in [(o, &q), (p, &infinity), (o, &infinity)] {
        assert!(!is_one::<B>(&[beside, (p, &q)]));
        assert!(!is_one::<B>(&[(p, &q), beside]));
        assert!(is_one::<B>(&[(p, &q), beside, (-p, &q)]));
    }
}

/// Products of many pairings with one wrong pair at every position.
pub(super) fn products<B: Backend>() {
    let mut seeded = Seeded::new(8);
    let (p, q) = (B::G1::generator(), B::G2::generator());
    let exponents: Vec<(B::Fr, B::Fr)> = (0..6).map(|_| (seeded.fr(), seeded.fr())).collect();
    let mut total = B::Fr::ZERO;
    for (a, b) in &exponents {
        total += *a * *b;
    }
    let base = B::prepare_g2(&q);
    let prepared: Vec<_> = exponents
        .iter()
        .map(|(_, b)| B::prepare_g2(&q.mul(b)))
        .collect();
    let mut pairs: Vec<_> = exponents
        .iter()
        .zip(&prepared)
        .map(|((a, _), q)| (p.mul(a), q))
        .collect();
    pairs.push((-p.mul(&total), &base));
    assert!(is_one::<B>(&pairs));
    for place in 0..pairs.len() {
        let mut wrong = pairs.clone();
        wrong[place].0 += p;
        assert!(!is_one::<B>(&wrong), "pair {place} is wrong");
        let (_, missing) = (wrong.remove(place), wrong);
        assert!(!is_one::<B>(&missing), "pair {place} is missing");
    }
}

/// Many products with the same points of G2: right and wrong ones, and infinity on every side.
pub(super) fn many<B: Backend>() {
    let mut seeded = Seeded::new(9);
    let (p, q) = (B::G1::generator(), B::G2::generator());
    let k: B::Fr = seeded.fr();
    let (base, multiple) = (B::prepare_g2(&q), B::prepare_g2(&q.mul(&k)));
    let infinity = B::prepare_g2(&B::G2::identity());
    let mut products = Vec::new();
    for index in 0..21 {
        let factor: B::Fr = seeded.fr();
        let right = [p.mul(&(factor * k)), -p.mul(&factor)];
        products.push(match index % 7 {
            1 => [right[0] + p, right[1]],
            3 => [B::G1::identity(); 2],
            4 => [right[0], B::G1::identity()],
            5 => [B::G1::identity(), right[1]],
            6 => [right[1], right[0]],
            _ => right,
        });
    }
    for q in [
        [&base, &multiple],
        [&multiple, &base],
        [&base, &infinity],
        [&infinity; 2],
    ] {
        let pairs = products.iter().map(|[a, b]| [(*a, q[0]), (*b, q[1])]);
        let expected: Vec<bool> = pairs.map(|pairs| is_one::<B>(&pairs)).collect();
        for exec in execs() {
            for count in (0..=9).chain([products.len()]) {
                let mut out = vec![count % 2 == 0; count];
                B::try_pairing_check_each(&products[..count], q, &mut out, &exec)
                    .expect("the backend gives a result");
                assert_eq!(out, expected[..count], "{count} products");
            }
        }
    }
}

/// Exactly the exponents below the bound are found, or none if the backend finds no exponents.
pub(super) fn exponents<B: Backend>() {
    let mut seeded = Seeded::new(10);
    let (p, q) = (B::G1::generator(), B::G2::generator());
    let tau: B::Fr = seeded.fr();
    let (one, multiple) = (B::prepare_g2(&q), B::prepare_g2(&q.mul(&tau)));
    let infinity = B::prepare_g2(&B::G2::identity());
    let pairs = |[left, right]: [B::G1; 2]| [(left, &one), (right, &multiple)];
    let base: [B::G1; 2] = core::array::from_fn(|_| p.mul(&seeded.fr()));
    // Points whose product of pairings is one: `e(s·tau·P, Q)·e(-s·P, tau·Q) = 1`.
    let s: B::Fr = seeded.fr();
    let shift = [p.mul(&(s * tau)), -p.mul(&s)];
    for exec in execs() {
        for bound in [0, 1, 2, 17, 128] {
            let exponents = [0, 1, 2, 15, 16, 17, 127, 128, 129];
            for k in exponents {
                let power = base.map(|point| point.mul(&B::Fr::from_u64(k as u64)));
                let power = [power[0] + shift[0], power[1] + shift[1]];
                let found = exponent::<B>(&pairs(base), &pairs(power), bound, &exec);
                let expected = (B::FINDS_PAIRING_EXPONENTS && k < bound).then_some(k);
                assert_eq!(found, expected, "{k} below {bound}");
            }
        }
        // No such power of the base, and pairs with infinity.
        let negative = base.map(|point| -point.mul(&B::Fr::from_u64(3)));
        for other in [negative, [base[0] + p, base[1]]] {
            assert_eq!(exponent::<B>(&pairs(base), &pairs(other), 128, &exec), None);
        }
        let zero = B::FINDS_PAIRING_EXPONENTS.then_some(0);
        let o = B::G1::identity();
        for with_product_one in [&[][..], &[(o, &one)], &[(p, &infinity)], &pairs(shift)] {
            let found = exponent::<B>(&pairs(base), with_product_one, 5, &exec);
            assert_eq!(found, zero);
            let found = exponent::<B>(with_product_one, &pairs(base), 5, &exec);
            assert_eq!(found, None);
        }
        let doubled = [(base[0] + base[0], &one), (o, &one), (p, &infinity)];
        let two = B::FINDS_PAIRING_EXPONENTS.then_some(2);
        assert_eq!(exponent::<B>(&[(base[0], &one)], &doubled, 5, &exec), two);
    }
}

fn exponent<B: Backend>(
    base: &[(B::G1, &B::PreparedG2)],
    power: &[(B::G1, &B::PreparedG2)],
    bound: usize,
    exec: &Exec,
) -> Option<usize> {
    B::try_pairing_exponent(base, power, bound, exec).expect("the backend gives a result")
}

/// Whether the product of the pairings is one, on any number of threads.
fn is_one<B: Backend>(pairs: &[(B::G1, &B::PreparedG2)]) -> bool {
    let [first, rest @ ..] = execs();
    let product_is_one = B::pairing_check(pairs, &first);
    for exec in &rest {
        assert_eq!(B::pairing_check(pairs, exec), product_is_one, "{exec:?}");
    }
    product_is_one
}
