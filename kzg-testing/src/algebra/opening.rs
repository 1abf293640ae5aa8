//! Decoding of openings with the left side of their equation.

use crate::malformed::{self, G1_OUTSIDE_SUBGROUP};
use crate::seeded::Seeded;
use kzg_traits::algebra::{Fr, Group};
use kzg_traits::backend::Backend;
use kzg_traits::error::{Item, PointError};
use kzg_traits::exec::Exec;

/// The absolute value of the curve's parameter.
const PARAMETER: u64 = 0xd201_0000_0001_0000;

/// Scalars of all sizes: near zero, near the powers of the curve's parameter by which backends split
/// scalars, and random ones.
fn scalars<F: Fr>() -> Vec<F> {
    let x = F::from_u64(PARAMETER);
    let small = (0..6).map(F::from_u64);
    let mut scalars: Vec<F> = small
        .chain([x, x.pow(2), x.pow(3), F::from_u64(2).pow(64)])
        .collect();
    scalars.extend(
        scalars
            .clone()
            .into_iter()
            .map(|k| k * F::from_u64(3) - F::ONE),
    );
    scalars.extend(scalars.clone().into_iter().map(|k| -k));
    // Sums `a + b·x²` of halves with few and with many digits in the chain of multiples that the subgroup
    // check of kzg-blst computes: 4, 5, 63, 64 and 65.
    let halves = [
        0x1a4021a41c5,
        0x1a40_21a4_021a_61c5,
        0x396c_8c00_5555_e155_2dff_0000_5554_5548,
        0x396c_8c00_5555_e155_96ff_8000_5554_d548,
        0x396c_8c00_5555_e156_0000_0000_5555_552e,
    ];
    for first in halves.map(integer::<F>) {
        for second in halves.map(integer::<F>) {
            scalars.extend([first + second * x.pow(2), first - second * x.pow(2)]);
        }
    }
    let mut seeded = Seeded::new(21);
    scalars.extend((0..20).map(|_| seeded.fr::<F>()));
    scalars
}

fn integer<F: Fr>(value: u128) -> F {
    F::from_u64((value >> 64) as u64) * F::from_u64(2).pow(64) + F::from_u64(value as u64)
}

/// The left side is `commitment + z·proof - y·generator`, also where terms are equal, opposite or
/// infinite.
pub(super) fn left_side<B: Backend>() {
    let exec = Exec::serial();
    let multiple = |k: &B::Fr| B::G1::generator().mul(k);
    let mut seeded = Seeded::new(22);
    let random = seeded.fr::<B::Fr>();
    let x = B::Fr::from_u64(PARAMETER);
    for p in [B::Fr::ZERO, B::Fr::ONE, -B::Fr::ONE, x, random] {
        let proof = multiple(&p);
        for z in scalars::<B::Fr>() {
            let y = seeded.fr::<B::Fr>();
            // The product and the multiple of the generator are equal or opposite, or the sum is
            // infinity.
            for (c, y) in [(random, y), (y, z * p), (z * p, -z * p), (y - z * p, y)] {
                let encodings = [multiple(&c).to_bytes(), proof.to_bytes()];
                let decoded = B::decode_opening(encodings.each_ref(), z, y, &exec);
                assert_eq!(decoded, Ok([multiple(&(c + z * p - y)), proof]));
            }
        }
    }
}

/// A malformed point is named, the commitment first.
pub(super) fn malformed_points<B: Backend>() {
    let mut seeded = Seeded::new(23);
    let (y, z) = (seeded.fr::<B::Fr>(), seeded.fr::<B::Fr>());
    let valid = B::G1::generator().mul(&y).to_bytes();
    let outside = G1_OUTSIDE_SUBGROUP.map(|encoding| (encoding, PointError::Subgroup));
    let malformed: Vec<_> = malformed::g1_points().into_iter().chain(outside).collect();
    for (encoding, reason) in &malformed {
        for scalar in [B::Fr::ZERO, z] {
            let decode = |encodings| B::decode_opening(encodings, scalar, y, &Exec::serial());
            assert_eq!(decode([encoding, &valid]), Err((Item::Commitment, *reason)));
            assert_eq!(decode([&valid, encoding]), Err((Item::Proof, *reason)));
            for (other, _) in &malformed {
                assert_eq!(decode([encoding, other]), Err((Item::Commitment, *reason)));
            }
        }
    }
}
