//! Fourier transforms by ark-poly, whose input and output are in natural order.

use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use kzg_traits::domain::{Domain, bit_reversal_permutation};

use crate::field::Fr;

/// Transforms coefficients in natural order to values in bit-reversed order.
pub(crate) fn fft(domain: &Domain<Fr>, values: &mut [Fr]) {
    let evaluation_domain = evaluation_domain(domain, values.len());
    in_arkworks(values, |elements| evaluation_domain.fft_in_place(elements));
    bit_reversal_permutation(values);
}

/// Transforms values in bit-reversed order to coefficients in natural order.
pub(crate) fn ifft(domain: &Domain<Fr>, values: &mut [Fr]) {
    let evaluation_domain = evaluation_domain(domain, values.len());
    bit_reversal_permutation(values);
    in_arkworks(values, |elements| evaluation_domain.ifft_in_place(elements));
}

/// ark-poly's domain of order `n`.
///
/// ark-poly derives the domain from arkworks' own constants, not from the roots in `domain`, which
/// only limits the size. A test compares the two derivations of the roots.
///
/// # Panics
///
/// If `n` is no power of two, or larger than the domain.
fn evaluation_domain(domain: &Domain<Fr>, n: usize) -> Radix2EvaluationDomain<ark_bls12_381::Fr> {
    assert!(n.is_power_of_two(), "a power of two");
    assert_eq!(domain.roots(n).len(), n);
    Radix2EvaluationDomain::new(n).expect("the field has roots of unity of order 2^32")
}

/// Runs `transform` on a vector of arkworks' type with the same elements.
fn in_arkworks(values: &mut [Fr], transform: impl FnOnce(&mut Vec<ark_bls12_381::Fr>)) {
    let mut elements = values.iter().map(|value| value.0).collect();
    transform(&mut elements);
    for (value, element) in values.iter_mut().zip(elements) {
        value.0 = element;
    }
}
