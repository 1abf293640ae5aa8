//! Evaluation of polynomials, weighted sums and transforms of the scalar field, on the engine that runs.

use kzg_traits::Exec;
use kzg_traits::bytes::FIELD_ELEMENTS_PER_CELL;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;

use crate::Blst;
use crate::curve::additions::LANES;
use crate::engine::VectorEngine;
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

/// Computes [`Backend::scale`](kzg_traits::Backend::scale).
pub(crate) fn scale(values: &mut [Fr], factor: Fr) {
    if !vector_engine().is_some_and(|engine| engine.scale(values, &factor)) {
        kzg_traits::backend::scale_by_element(values, factor);
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

/// Computes [`Backend::add_interpolations`](kzg_traits::Backend::add_interpolations).
pub(crate) fn add_interpolations<'a>(
    domain: &Domain<Fr>,
    cell_indices: &[usize],
    weights: &[Fr],
    row: &dyn Fn(usize) -> &'a [Fr],
    sum: &mut [Fr; FIELD_ELEMENTS_PER_CELL],
) {
    assert_eq!(cell_indices.len(), weights.len(), "one weight for each row");
    let groups = cell_indices.chunks(LANES).zip(weights.chunks(LANES));
    for (group, (indices, weights)) in groups.enumerate() {
        let row = |k: usize| row(group * LANES + k);
        let in_lanes = |engine: &dyn VectorEngine, sum: &mut _| {
            engine.add_interpolations(domain, indices, weights, &row, sum)
        };
        if !vector_engine().is_some_and(|engine| in_lanes(engine, sum)) {
            kzg_traits::backend::add_interpolations_by_row::<Blst>(
                domain, indices, weights, row, sum,
            );
        }
    }
}
