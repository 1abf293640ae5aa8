//! Field elements and points for tests. They are arbitrary, but the same in every run.

use kzg_traits::{Fr as _, Group};

use crate::field::Fr;
use crate::group::G1;

/// Field elements that are spread over the whole range.
pub(crate) fn scalars(count: usize) -> Vec<Fr> {
    let seed = Fr::from_bytes_reduced(&[0x5a; 32]);
    core::iter::successors(Some(seed), |element| Some(element.square() + seed))
        .take(count)
        .collect()
}

/// Points of G1, multiples of the generator.
pub(crate) fn points(count: usize) -> Vec<G1> {
    let generator = G1::generator();
    scalars(count)
        .iter()
        .map(|scalar| generator.mul(scalar))
        .collect()
}
