//! Evaluation of a polynomial given by its values at roots of unity, by folding. Folding needs no
//! inversion, and points of the domain need no special case.
//!
//! In bit-reversed order the values of `f` at `w` and `-w` are neighbours. With
//! `f(X) = e(X²) + X·o(X²)` they give one value of the polynomial `g = e + z·o`, for which
//! `g(z²) = f(z)`:
//!
//! ```text
//! 2w·g(w²) = (w + z)·f(w) + (w - z)·f(-w)
//! ```
//!
//! The values of `g` are in bit-reversed order too, at half as many roots, so folding continues
//! until one value is left. The factors `2w` are never divided out. After `k` folds position `i`
//! holds the value at `v^(2^k)`, where `v = root[i << k]` is the first root of its block, times
//! `2^k·v^(2^k - 1)`. The roots of neighbours differ by the factor `root[2^k]`, whose power
//! `c = root[2^k]^-(2^k - 1)` corrects the different factors. As the roots `root[2i << k]^(2^k)`
//! are `root[2i]`, one fold is
//!
//! ```text
//! next[i] = (z^(2^k) + root[2i])·this[2i] + c·(root[2i] - z^(2^k))·this[2i + 1]
//! ```
//!
//! with `c·root[2i]` from a table. The two products share one modular reduction. The last value
//! belongs to `v = 1` and is `n·f(z)`.

use crate::algebra::Fr;
use crate::domain::Domain;

/// The tables for polynomials with `n` values.
#[derive(Debug)]
pub struct Folding<F> {
    /// The roots of order `n` with even positions.
    roots: Vec<F>,
    /// For every fold, the factor `c` that corrects the different factors of neighbours.
    corrections: Vec<F>,
    /// For every fold but the first, whose correction is one, the roots times the correction.
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

    /// The number `n` of values of a polynomial.
    #[must_use]
    pub fn values(&self) -> usize {
        1 << self.corrections.len()
    }

    /// The folds of an evaluation at `z`, in order.
    pub fn levels(&self, z: F) -> impl Iterator<Item = Level<'_, F>> {
        let powers = core::iter::successors(Some(z), |power| Some(power.square()));
        self.corrections
            .iter()
            .zip(powers)
            .enumerate()
            .map(|(k, (correction, z))| {
                let pairs = self.values() >> (k + 1);
                Level {
                    roots: &self.roots[..pairs],
                    corrected_roots: match k.checked_sub(1) {
                        None => &self.roots,
                        Some(k) => &self.corrected_roots[k],
                    },
                    z,
                    corrected_z: *correction * z,
                }
            })
    }

    /// The value of the polynomial at the evaluation point, from the value that remains after all
    /// folds.
    pub fn unscale(&self, folded: F) -> F {
        folded * self.n_inverse
    }

    /// The value at `z` of the polynomial with the given values at the roots of order `n`, in
    /// bit-reversed order. `folded` is working memory. The evaluation is linear in the values, so
    /// raw values give a raw result.
    ///
    /// # Panics
    ///
    /// If there are not `n` values.
    pub fn evaluate(&self, values: &[F], z: F, folded: &mut Vec<F>) -> F {
        assert_eq!(values.len(), self.values(), "n values");
        let mut levels = self.levels(z);
        let Some(first) = levels.next() else {
            return values[0];
        };
        folded.clear();
        let pairs = values.as_chunks().0.iter().enumerate();
        folded.extend(pairs.map(|(i, pair)| first.fold(i, *pair)));
        for level in levels {
            for i in 0..level.roots.len() {
                folded[i] = level.fold(i, [folded[2 * i], folded[2 * i + 1]]);
            }
        }
        self.unscale(folded[0])
    }
}

/// One fold, which halves the number of values. A fold has one root for each pair of values.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a, F> {
    /// The first root of each block.
    pub roots: &'a [F],
    /// The roots times the correction of the fold.
    pub corrected_roots: &'a [F],
    /// The power `z^(2^k)` of the evaluation point in fold `k`.
    pub z: F,
    /// `z` times the correction of the fold.
    pub corrected_z: F,
}

impl<F: Fr> Level<'_, F> {
    /// The value at position `i` after the fold, from the values at `2i` and `2i + 1` before the
    /// fold.
    #[inline]
    #[must_use]
    pub fn fold(&self, i: usize, pair: [F; 2]) -> F {
        let first = self.z + self.roots[i];
        let second = self.corrected_roots[i] - self.corrected_z;
        F::sum_of_products([first, second], pair)
    }
}
