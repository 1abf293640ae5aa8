//! Evaluation of a polynomial given by its values at roots of unity, by folding: without an
//! inversion, and the same for every point, those of the domain included.
//!
//! In bit-reversed order the values of `f` at `w` and `-w` are neighbours, and with
//! `f(X) = e(X²) + X·o(X²)` they give one value of the polynomial `g = e + z·o`, for which
//! `g(z²) = f(z)`:
//!
//! ```text
//! 2w·g(w²) = (w + z)·f(w) + (w - z)·f(-w)
//! ```
//!
//! The values of `g` are in bit-reversed order too, at half as many roots, so folding goes on
//! until one value is left. The factors `2w` are never divided out. After `k` folds position `i`
//! holds the value at `v^(2^k)`, where `v = root[i << k]` is the first root of its block, times
//! `2^k·v^(2^k - 1)`. The roots of neighbours differ by the factor `root[2^k]`, whose power
//! `c = root[2^k]^-(2^k - 1)` makes up for the different factors. As the roots
//! `root[2i << k]^(2^k)` are `root[2i]`, one fold is
//!
//! ```text
//! next[i] = (z^(2^k) + root[2i])·this[2i] + c·(root[2i] - z^(2^k))·this[2i + 1]
//! ```
//!
//! with `c·root[2i]` from a table: two products, which share a reduction. The last value stands
//! at `v = 1`, and is `n·f(z)`.

use crate::algebra::Fr;
use crate::domain::Domain;

/// The tables for polynomials with `n` values.
#[derive(Debug)]
pub struct Folding<F> {
    /// The roots of order `n` with even positions.
    roots: Vec<F>,
    /// For every fold, the factor that makes up for different roots.
    corrections: Vec<F>,
    /// For every fold but the first, whose correction is one, the corrected roots.
    corrected_roots: Vec<Vec<F>>,
    n_inverse: F,
}

impl<F: Fr> Folding<F> {
    /// Computes the tables.
    ///
    /// # Panics
    ///
    /// If `n` is no power of two, or larger than the domain.
    #[must_use]
    pub fn new(domain: &Domain<F>, n: usize) -> Self {
        assert!(n.is_power_of_two(), "a power of two");
        let roots: Vec<F> = domain.roots(n).iter().step_by(2).copied().collect();
        let inverses = domain.inverse_roots(n);
        let corrections: Vec<F> = (0..n.trailing_zeros())
            .map(|k| inverses[1 << k].pow((1 << k) - 1))
            .collect();
        let corrected_roots = corrections
            .iter()
            .enumerate()
            .skip(1)
            .map(|(k, correction)| {
                let pairs = n >> (k + 1);
                roots[..pairs]
                    .iter()
                    .map(|root| *correction * *root)
                    .collect()
            })
            .collect();
        Self {
            roots,
            corrections,
            corrected_roots,
            n_inverse: F::from_u64(n as u64)
                .inverse()
                .expect("a power of two is not zero"),
        }
    }

    /// The value at `z` of the polynomial with the given values at the roots of order `n`, in
    /// bit-reversed order. `folded` is working memory. Linear in the values, so it takes raw
    /// ones to a raw one.
    ///
    /// # Panics
    ///
    /// If there are not `n` values.
    pub fn evaluate(&self, values: &[F], z: F, folded: &mut Vec<F>) -> F {
        assert_eq!(values.len(), 1 << self.corrections.len(), "n values");
        let Some(first_correction) = self.corrections.first() else {
            return values[0];
        };
        debug_assert_eq!(*first_correction, F::ONE);
        folded.clear();
        folded.extend(
            (values.chunks_exact(2).zip(&self.roots))
                .map(|(pair, root)| F::sum_of_products([z + *root, *root - z], [pair[0], pair[1]])),
        );
        let mut power = z;
        for (correction, corrected_roots) in self.corrections[1..].iter().zip(&self.corrected_roots)
        {
            power = power.square();
            let corrected = *correction * power;
            for (i, (root, corrected_root)) in self.roots.iter().zip(corrected_roots).enumerate() {
                folded[i] = F::sum_of_products(
                    [power + *root, *corrected_root - corrected],
                    [folded[2 * i], folded[2 * i + 1]],
                );
            }
        }
        folded[0] * self.n_inverse
    }
}
