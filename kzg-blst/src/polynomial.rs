//! Evaluation of polynomials, weighted sums and transforms of the scalar field, on the engine that runs.

use kzg_traits::Exec;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;

use crate::Blst;
use crate::field::Fr;
use crate::selection::vector_engine;

/// Returns the value at `z` of the polynomial with the given values.
pub(crate) fn evaluate(folding: &Folding<Fr>, values: &[Fr], z: Fr, exec: &Exec) -> Fr {
    vector_engine()
        .and_then(|engine| engine.evaluate(folding, values, z, exec))
        .unwrap_or_else(|| folding.evaluate(values, z, &mut exec.scratch_vec()))
}

/// Computes [`Backend::weighted_sum`](kzg_traits::Backend::weighted_sum).
pub(crate) fn weighted_sum<'a>(weights: &[Fr], row: &dyn Fn(usize) -> &'a [Fr], out: &mut [Fr]) {
    if !vector_engine().is_some_and(|engine| engine.weighted_sum(weights, row, out)) {
        kzg_traits::backend::weighted_sum_by_element::<Blst>(weights, row, out);
    }
}

/// Does [`Domain::split`].
pub(crate) fn split(domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) {
    if !vector_engine().is_some_and(|engine| engine.split(domain, values, block, row_len)) {
        domain.split(values, block, row_len);
    }
}

/// Does [`Domain::merge_unscaled`].
pub(crate) fn merge(domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) {
    if !vector_engine().is_some_and(|engine| engine.merge(domain, values, block, row_len)) {
        domain.merge_unscaled(values, block, row_len);
    }
}
