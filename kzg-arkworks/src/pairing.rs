//! Pairings by arkworks' Miller loop over prepared lines.

use ark_bls12_381::Bls12_381;
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ff::Zero;
use kzg_traits::Exec;
use kzg_traits::backend::small_exponent;

use crate::group::{G1, G2};
use crate::jacobian::normalize;

/// The lines of the Miller loop of a fixed G2 point.
#[derive(Debug)]
pub struct PreparedG2(<Bls12_381 as Pairing>::G2Prepared);

impl PreparedG2 {
    pub(crate) fn new(point: &G2) -> Self {
        Self(point.0.into())
    }
}

/// Whether the product of the pairings `e(p, q)` is one.
pub(crate) fn pairing_check(pairs: &[(G1, &PreparedG2)]) -> bool {
    // The group of pairings is written additively.
    product(pairs).is_some_and(|product| product.is_zero())
}

/// Some `k` below `bound` for which the product of the pairings of `power` is that of `base` to the power `k`,
/// if there is one.
pub(crate) fn exponent(
    base: &[(G1, &PreparedG2)],
    power: &[(G1, &PreparedG2)],
    bound: usize,
    exec: &Exec,
) -> Option<usize> {
    let (base, power) = exec.join(|| product(base), || product(power));
    small_exponent(base?, power?, bound, |a, b| *a + b)
}

/// The product of the pairings `e(p, q)`. Only zero has no final exponentiation, and no Miller loop gives zero.
fn product(pairs: &[(G1, &PreparedG2)]) -> Option<PairingOutput<Bls12_381>> {
    let points: Vec<_> = pairs.iter().map(|(p, _)| p.0).collect();
    // arkworks leaves out the pairs with an identity on either side, whose pairing is one.
    let product =
        Bls12_381::multi_miller_loop(normalize(&points), pairs.iter().map(|(_, q)| q.0.clone()));
    Bls12_381::final_exponentiation(product)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Fr;
    use crate::samples;
    use kzg_traits::{Fr as _, Group};

    #[test]
    fn pairings_are_bilinear() {
        let (p, q) = (G1::generator(), G2::generator());
        let prepared = PreparedG2::new(&q);
        for pair in samples::scalars(6).chunks(2) {
            let (a, b) = (pair[0], pair[1]);
            let multiple = PreparedG2::new(&q.mul(&b));
            let left = p.mul(&a);
            let right = p.mul(&(a * b));
            assert!(pairing_check(&[(left, &multiple), (-right, &prepared)]));
            assert!(!pairing_check(&[(left, &multiple), (right, &prepared)]));
            assert!(!pairing_check(&[(left, &multiple)]));
        }
    }

    #[test]
    fn the_identity_on_either_side_pairs_to_one() {
        let (p, q) = (G1::generator(), PreparedG2::new(&G2::generator()));
        let identity = PreparedG2::new(&G2::identity());
        assert!(pairing_check(&[]));
        assert!(pairing_check(&[(G1::identity(), &q)]));
        assert!(pairing_check(&[(p, &identity)]));
        assert!(pairing_check(&[(G1::identity(), &identity)]));
        assert!(!pairing_check(&[(p, &identity), (p, &q)]));
        assert!(pairing_check(&[
            (p, &q),
            (G1::identity(), &q),
            (p, &identity),
            (-p, &q)
        ]));
    }

    #[test]
    fn more_pairs_than_arkworks_processes_at_once() {
        let (p, q) = (G1::generator(), PreparedG2::new(&G2::generator()));
        let multiples: Vec<_> = (1..=10).map(Fr::from_u64).collect();
        let mut pairs: Vec<_> = multiples.iter().map(|k| (p.mul(k), &q)).collect();
        assert!(!pairing_check(&pairs));
        pairs.push((-p.mul(&Fr::from_u64(55)), &q));
        assert!(pairing_check(&pairs));
    }
}
