//! The points form a group of order `r`, and scalars act on it.

use crate::seeded::Seeded;
use kzg_traits::algebra::{Fr, Group};
use kzg_traits::domain::Domain;

use super::field;

fn samples<G: Group>() -> Vec<G> {
    let mut seeded = Seeded::new(3);
    let generator = G::generator();
    let mut all = vec![
        G::identity(),
        generator,
        -generator,
        generator.double(),
        // The same point by another route, so that its projective form may differ.
        generator.double() + generator - generator,
    ];
    all.extend((0..3).map(|_| generator.mul(&seeded.fr())));
    all
}

/// Associative, commutative, with a neutral element and negatives.
pub(super) fn addition<G: Group>() {
    let samples = samples::<G>();
    let identity = G::identity();
    assert!(identity.is_identity());
    assert!(!G::generator().is_identity());
    assert_eq!(identity.double(), identity);
    assert_eq!(-identity, identity);
    for &p in &samples {
        assert_eq!(p + identity, p);
        assert_eq!(identity + p, p);
        let same = p;
        assert_eq!(p - same, identity);
        assert!((p + -p).is_identity());
        assert_eq!(p + p, p.double(), "addition of a point to itself");
        assert_eq!(-(-p), p);
        for &q in &samples {
            assert_eq!(p + q, q + p);
            assert_eq!(p - q, p + -q);
            assert_eq!((p - q) + q, p);
            assert_eq!(p == q, p.to_bytes() == q.to_bytes());
            let mut sum = p;
            sum += q;
            assert_eq!(sum, p + q);
            for &s in &samples {
                assert_eq!((p + q) + s, p + (q + s));
            }
        }
    }
}

/// Multiplication by scalars is repeated addition, and respects the field.
pub(super) fn multiplication<G: Group>() {
    let minus_one = -G::Scalar::ONE;
    for p in samples::<G>() {
        let mut multiple = G::identity();
        for k in 0..33 {
            assert_eq!(p.mul(&G::Scalar::from_u64(k)), multiple, "times {k}");
            multiple += p;
        }
        assert_eq!(p.mul(&minus_one), -p);
        assert_eq!(p.mul(&minus_one) + p, G::identity(), "of order r");
    }
    let mut seeded = Seeded::new(4);
    let p = G::generator().mul(&seeded.fr());
    let q = G::generator().mul(&seeded.fr());
    let scalars = field::samples::<G::Scalar>();
    for (index, a) in scalars.iter().enumerate() {
        let b = &scalars[(index + 7) % scalars.len()];
        assert_eq!(p.mul(a) + p.mul(b), p.mul(&(*a + *b)));
        assert_eq!(p.mul(a) + q.mul(a), (p + q).mul(a));
        assert_eq!(p.mul(a).mul(b), p.mul(&(*a * *b)));
    }
}

/// Multiplying many points by one scalar is multiplying each: by roots of unity, as transforms
/// do, and by any others.
pub(super) fn multiplication_of_many<G: Group>() {
    let domain = Domain::<G::Scalar>::new();
    let mut seeded = Seeded::new(5);
    // Infinity, equal and inverse points among them.
    let mut points = samples::<G>();
    points.extend((0..9).map(|_| G::generator().mul(&seeded.fr())));
    let check = |k: &G::Scalar, count: usize| {
        let mut multiples = points[..count].to_vec();
        G::mul_all(&mut multiples, k);
        for (multiple, point) in multiples.iter().zip(&points) {
            assert_eq!(*multiple, point.mul(k), "{count} points times {k:?}");
        }
    };
    for root in domain.roots(4) {
        for count in 0..=points.len() {
            check(root, count);
        }
    }
    for k in field::samples::<G::Scalar>().iter().chain(domain.roots(16)) {
        check(k, points.len());
    }
}
