//! Decoding of the commitment and the proof of an opening, with the left side of its equation.

mod scalar;

use kzg_traits::backend::decode_then_multiply;
use kzg_traits::{Backend, Exec, Group, Item, PointError};

use crate::Blst;
use crate::curve::affine::INFINITY;
use crate::curve::endomorphism::halves;
use crate::curve::jacobian::G1;
use crate::curve::parameter::chain_digits;
use crate::decoding::{has_infinity_flag, reject_others};
use crate::engine::{FEWEST_TERMS, MOST_TERMS, OpeningDecoder, OpeningScalars, VectorEngine};
use crate::field::Fr;
use crate::msm::generator;
use crate::selection::vector_engine;

/// Computes [`Backend::decode_opening`].
pub(crate) fn decode(
    encodings: [&[u8; 48]; 2],
    z: Fr,
    y: Fr,
    exec: &Exec,
) -> Result<[G1; 2], (Item, PointError)> {
    if encodings.into_iter().any(has_infinity_flag) {
        return decode_then_multiply::<Blst>(encodings, z, y, exec);
    }
    let Some(decoder) = vector_engine().and_then(VectorEngine::opening_decoder) else {
        return scalar::decode(encodings, z, y);
    };
    decode_in_lanes(decoder, encodings, z, y, exec)
        .unwrap_or_else(|| decode_then_multiply::<Blst>(encodings, z, y, exec))
}

/// Computes [`decode`] by an engine that multiplies the proof by the doublings of its subgroup check;
/// `None` if the scalar has too few or too many digits. No point is infinity.
fn decode_in_lanes(
    decoder: &dyn OpeningDecoder,
    encodings: [&[u8; 48]; 2],
    z: Fr,
    y: Fr,
    exec: &Exec,
) -> Option<Result<[G1; 2], (Item, PointError)>> {
    let digits = halves(z).map(chain_digits);
    for digits in &digits {
        let terms = digits.iter().filter(|digit| **digit != 0).count();
        if !(FEWEST_TERMS..=MOST_TERMS).contains(&terms) {
            return None;
        }
    }
    let scalars = OpeningScalars {
        digits,
        generator_rows: generator::rows(-y),
    };
    let mut points = [Ok(INFINITY); 2];
    let (inside, sum) =
        decoder.uncompress_opening(&encodings.map(|encoding| *encoding), &scalars, &mut points);
    reject_others(&mut points, inside);
    let point = |index: usize, item| {
        let affine = points[index].map_err(|reason| (item, reason))?;
        Ok(G1::from_affine(&affine))
    };
    let decoded =
        point(0, Item::Commitment).and_then(|commitment| Ok((commitment, point(1, Item::Proof)?)));
    Some(decoded.map(|(commitment, proof)| {
        let sum = sum.unwrap_or_else(|| Blst::msm(&[proof, G1::generator()], &[z, -y], exec));
        [commitment + sum, proof]
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::additions::LANES;
    use crate::curve::endomorphism::sign_patterns;
    use crate::curve::parameter::chain_multiples;
    use crate::selection::testing::on_every_engine;
    use kzg_traits::Fr as _;

    use crate::decoding::tests::encodings;

    /// The factors by which the proof is multiplied in each lane, before the products with `μ`.
    fn factors_of_proof(z: Fr) -> [Fr; LANES] {
        let mut sums = [Fr::ZERO; LANES];
        for (half, digits) in halves(z).map(chain_digits).iter().enumerate() {
            let terms = digits
                .iter()
                .zip(chain_multiples())
                .filter(|(digit, _)| **digit != 0);
            for (term, (digit, factor)) in terms.enumerate() {
                let sum = &mut sums[half * LANES / 2 + term % (LANES / 2)];
                *sum = if *digit < 0 {
                    *sum - factor
                } else {
                    *sum + factor
                };
            }
        }
        sums
    }

    /// The factors by which the generator is multiplied in each lane, before the products with `μ`.
    fn factors_of_generator(scalar: Fr) -> [Fr; LANES] {
        let two = Fr::from_u64(2);
        let mut sums = [Fr::ZERO; LANES];
        for (half, signs) in sign_patterns(scalar).into_iter().enumerate() {
            for bit in 0..128 {
                let power = two.pow(bit);
                let sum = &mut sums[half * LANES / 2 + bit as usize / 32];
                *sum = if signs >> bit & 1 == 1 {
                    *sum + power
                } else {
                    *sum - power
                };
            }
        }
        sums
    }

    /// Malformed points, points of small order, infinity and points of the subgroup, with scalars at the
    /// ends of their range.
    #[test]
    fn every_engine_gives_the_result_of_a_decoding_and_a_multiplication() {
        let encodings = encodings();
        let mut scalar = Fr::from_u64(0x9e37_79b9_7f4a_7c15);
        let edges = [
            Fr::ZERO,
            Fr::ONE,
            -Fr::ONE,
            Fr::from_u64(0xd201_0000_0001_0000),
        ];
        let cases: Vec<_> = (encodings.windows(2).enumerate())
            .map(|(i, pair)| {
                scalar = scalar.square() + Fr::ONE;
                let z = edges.get(i % 7).copied().unwrap_or(scalar);
                let y = edges.get(i % 5).copied().unwrap_or(z + scalar);
                ([&pair[0], &pair[1]], z, y)
            })
            .collect();
        let exec = Exec::serial();
        let expected: Vec<_> = (cases.iter())
            .map(|(pair, z, y)| decode_then_multiply::<Blst>(*pair, *z, *y, &exec))
            .collect();
        assert!(expected.iter().filter(|result| result.is_ok()).count() > 20);
        on_every_engine(|engine| {
            for ((pair, z, y), expected) in cases.iter().zip(&expected) {
                assert_eq!(
                    decode(*pair, *z, *y, &exec),
                    *expected,
                    "{engine}, {pair:?}"
                );
            }
        });
    }

    /// The proof is chosen so that the two points of one lane are equal or opposite. Their incomplete sum
    /// is infinity, and so is the sum of all lanes.
    #[test]
    fn a_chosen_proof_with_equal_or_opposite_points_in_a_lane() {
        let z = Fr::from_u64(0x1234_5678_9abc_def1).pow(9);
        let y = z.square() + Fr::ONE;
        let (of_proof, of_generator) = (factors_of_proof(z), factors_of_generator(-y));
        let commitment = G1::generator().mul(&y.square());
        for lane in 0..LANES {
            let logarithm = of_generator[lane] * of_proof[lane].inverse().unwrap();
            for logarithm in [logarithm, -logarithm] {
                let proof = G1::generator().mul(&logarithm);
                let left = commitment + G1::generator().mul(&(logarithm * z - y));
                let encodings = [commitment.to_bytes(), proof.to_bytes()];
                on_every_engine(|engine| {
                    let decoded = decode(encodings.each_ref(), z, y, &Exec::serial());
                    assert_eq!(decoded, Ok([left, proof]), "{engine}, lane {lane}");
                    let Some(decoder) = vector_engine().and_then(VectorEngine::opening_decoder)
                    else {
                        return;
                    };
                    let scalars = OpeningScalars {
                        digits: halves(z).map(chain_digits),
                        generator_rows: generator::rows(-y),
                    };
                    let mut points = [Ok(INFINITY); 2];
                    let (inside, sum) =
                        decoder.uncompress_opening(&encodings, &scalars, &mut points);
                    assert_eq!((inside, sum), (3, None), "{engine}, lane {lane}");
                });
            }
        }
    }
}
