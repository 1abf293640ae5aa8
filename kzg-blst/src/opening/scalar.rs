//! Openings by blst's arithmetic, one point after the other.
//!
//! The subgroup check of the proof is the chain of doublings to `x²·P` of
//! [`parameter`](crate::curve::parameter). Both halves of `z` are sums of some 26 small multiples of the
//! points on this chain, so that `z·proof` takes no chain of doublings of its own. Points with the same odd
//! factor are added in one bucket. All additions are complete.

use kzg_traits::{Group, Item, PointError};

use crate::curve::endomorphism::{halves, mu};
use crate::curve::jacobian::G1;
use crate::curve::parameter::{CHAIN_LENGTH, ChainTerm, ODD_FACTORS, chain, chain_terms};
use crate::engine::GENERATOR_BITS;
use crate::field::Fr;
use crate::msm::generator;

/// Decodes and checks a commitment and a proof that are not infinity, and returns
/// `[commitment + z·proof - y·generator, proof]`.
///
/// # Errors
///
/// [`Item::Commitment`] or [`Item::Proof`] with the reason, the commitment first.
pub(super) fn decode(
    [commitment, proof]: [&[u8; 48]; 2],
    z: Fr,
    y: Fr,
) -> Result<[G1; 2], (Item, PointError)> {
    let commitment = G1::from_bytes(commitment).map_err(|reason| (Item::Commitment, reason))?;
    let proof = G1::uncompress(proof).map_err(|reason| (Item::Proof, reason))?;
    let proof = G1::from_affine(&proof);

    let mut multiples = [G1::identity(); CHAIN_LENGTH];
    let end = chain(&proof, |place, multiple| multiples[place] = *multiple);
    // For a point of the whole curve, `mu` is the map `-φ`. The chain ends there if and only if the point lies
    // in the subgroup: `in_subgroup` of the IFMA engine has the reason and the source.
    if end != mu(&proof) {
        return Err((Item::Proof, PointError::Subgroup));
    }
    let mut left = multiply(&multiples, z);
    left.add_other(&multiply_generator(-y));
    left.add_other(&commitment);
    Ok([left, proof])
}

/// Returns a point times a scalar, from the multiples on its chain.
fn multiply(multiples: &[G1; CHAIN_LENGTH], scalar: Fr) -> G1 {
    // Bucket `i` has the points with the factor `2·i + 1`.
    let mut buckets = [G1::identity(); ODD_FACTORS];
    let mut add = |term: ChainTerm, point: G1| {
        let point = if term.negative { -point } else { point };
        buckets[term.bucket].add_other(&point);
    };
    let [first, second] = halves(scalar);
    for term in chain_terms(first) {
        add(term, multiples[term.place]);
    }
    for term in chain_terms(second) {
        add(term, mu(&multiples[term.place]));
    }
    // The sum of `(2i + 1)·bᵢ` is that of `bᵢ` and twice that of `i·bᵢ`.
    let [mut lowest, others @ ..] = buckets;
    let (mut sum, mut weighted) = (G1::identity(), G1::identity());
    for bucket in others.into_iter().rev() {
        sum.add_other(&bucket);
        weighted.add_other(&sum);
    }
    lowest.add_other(&sum);
    lowest.add_other(&weighted.double());
    lowest
}

/// Returns the generator times a scalar.
fn multiply_generator(scalar: Fr) -> G1 {
    let rows = generator::rows(scalar);
    let half = rows.len() / 2;
    let [first, second] = [&rows[..half], &rows[half..]].map(|rows| {
        (0..GENERATOR_BITS).rev().fold(G1::identity(), |sum, bit| {
            let mut sum = sum.double();
            for row in rows.chunks_exact(GENERATOR_BITS) {
                sum.add_affine(&row[bit]);
            }
            sum
        })
    });
    let mut product = first;
    product.add_other(&mu(&second));
    product
}
