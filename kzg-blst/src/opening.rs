//! Decoding of the commitment and the proof of an opening, with the left side of its equation.

use kzg_traits::{Backend, Exec, Group, Item, PointError};

use crate::Blst;
use crate::curve::affine::INFINITY;
use crate::curve::endomorphism::halves;
use crate::curve::jacobian::G1;
use crate::curve::parameter::chain_digits;
use crate::decoding::{check_others, has_infinity_flag};
use crate::engine::{FEWEST_TERMS, MOST_TERMS, OpeningScalars, VectorEngine};
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
    decode_in_lanes(encodings, z, y, exec)
        .unwrap_or_else(|| kzg_traits::backend::decode_then_multiply::<Blst>(encodings, z, y, exec))
}

/// Computes [`decode`] by an engine that multiplies the proof by the doublings of its subgroup check;
/// `None` if there is no such engine, or the input needs other formulas.
fn decode_in_lanes(
    encodings: [&[u8; 48]; 2],
    z: Fr,
    y: Fr,
    exec: &Exec,
) -> Option<Result<[G1; 2], (Item, PointError)>> {
    let decoder = vector_engine().and_then(VectorEngine::opening_decoder)?;
    if encodings.into_iter().any(has_infinity_flag) {
        return None;
    }
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
    check_others(&mut points, inside);
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
