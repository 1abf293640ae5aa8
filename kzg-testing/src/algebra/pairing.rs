//! The pairing is bilinear and not degenerate, and a check notices every wrong pair.

use crate::execs;
use crate::seeded::Seeded;
use kzg_traits::algebra::{Fr, Group};
use kzg_traits::backend::Backend;

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

/// Whether the product of the pairings is one, on any number of threads.
fn is_one<B: Backend>(pairs: &[(B::G1, &B::PreparedG2)]) -> bool {
    let [first, rest @ ..] = execs();
    let product_is_one = B::pairing_check(pairs, &first);
    for exec in &rest {
        assert_eq!(B::pairing_check(pairs, exec), product_is_one, "{exec:?}");
    }
    product_is_one
}
