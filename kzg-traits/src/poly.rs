//! Polynomials given by their values at the roots of unity, in bit-reversed order.
//!
//! Blobs are evaluated by [`folding`](crate::folding); [`evaluate`] is the formula of
//! the specification, against which folding is tested.

use crate::algebra::Fr;

/// Replaces each value by its inverse, at the cost of one inversion and three multiplications per
/// value. Zeros stay zero. `prefix` is working memory.
///
/// Source: Montgomery's trick.
pub fn batch_inverse<F: Fr>(values: &mut [F], prefix: &mut Vec<F>) {
    prefix.clear();
    let mut product = F::ONE;
    prefix.extend(values.iter().map(|value| {
        let before = product;
        if *value != F::ZERO {
            product *= *value;
        }
        before
    }));
    let mut inverse = product
        .inverse()
        .expect("a product of values that are not zero");
    for (value, before) in values.iter_mut().zip(&*prefix).rev() {
        if *value != F::ZERO {
            let inverted = inverse * *before;
            inverse *= *value;
            *value = inverted;
        }
    }
}

/// The value at `z` of the polynomial with the given values at `roots`.
///
/// Source: `evaluate_polynomial_in_evaluation_form` of the consensus specifications, the
/// barycentric formula `(z^n - 1)/n · Σ values[i]·roots[i]/(z - roots[i])`.
///
/// # Panics
///
/// If `values` and `roots` differ in length, or are empty.
#[must_use]
pub fn evaluate<F: Fr>(values: &[F], roots: &[F], z: F) -> F {
    assert_eq!(values.len(), roots.len(), "one root for each value");
    if let Some(index) = roots.iter().position(|root| *root == z) {
        return values[index];
    }
    let mut denominators: Vec<F> = roots.iter().map(|root| z - *root).collect();
    batch_inverse(&mut denominators, &mut Vec::new());
    let mut sum = F::ZERO;
    for ((value, root), inverse) in values.iter().zip(roots).zip(&denominators) {
        sum += *value * *root * *inverse;
    }
    let n = values.len() as u64;
    let scale = F::from_u64(n).inverse().expect("n is not zero");
    (z.pow(n) - F::ONE) * scale * sum
}

/// The values at `roots` of the quotient `(f(X) - y) / (X - z)`, where `values` are the values of
/// `f` and `y = f(z)`. `prefix` is working memory.
///
/// Source: `compute_kzg_proof_impl` and `compute_quotient_eval_within_domain` of the consensus
/// specifications. If `z` is root `m`, the value of the quotient at `z` is
/// `-(1/z) · Σ_{i≠m} quotient[i]·roots[i]`: the quotient has no term of degree `n - 1`, so the sum
/// of `quotient[i]·roots[i]` over all `i` vanishes.
///
/// # Panics
///
/// If `values` and `roots` differ in length.
pub fn quotient<F: Fr>(
    values: &[F],
    roots: &[F],
    z: F,
    y: F,
    quotient: &mut Vec<F>,
    prefix: &mut Vec<F>,
) {
    assert_eq!(values.len(), roots.len(), "one root for each value");
    quotient.clear();
    quotient.extend(roots.iter().map(|root| *root - z));
    batch_inverse(quotient, prefix);
    for (inverse, value) in quotient.iter_mut().zip(values) {
        *inverse *= *value - y;
    }
    if let Some(m) = roots.iter().position(|root| *root == z) {
        let mut sum = F::ZERO;
        for (term, root) in quotient.iter().zip(roots) {
            sum += *term * *root;
        }
        quotient[m] = -(sum * z.inverse().expect("a root of unity is not zero"));
    }
}
