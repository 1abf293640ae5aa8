//! Sums of the polynomials that interpolate cells, eight cells side by side.
//!
//! [`transform`](super::transform) has eight elements of one cell in a register. Here a register has one element
//! of each of eight cells, so that no level needs a transposition, and the polynomials are summed before they
//! are written.
//!
//! The roots and the weights are multiplied by 2^4, as for other transforms. From values below `2r`, which is
//! the bound of products too, two levels lead to sums below `8r`, and these are reduced below `2r`. The last
//! level multiplies both halves: one by the weights, the other by the products of the weights and the root.

use kzg_traits::Fr as _;
use kzg_traits::bytes::{CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_CELL};
use kzg_traits::domain::Domain;

use super::scalar::ScalarLanes;
use super::transform::merge_pair;
use crate::curve::additions::LANES;
use crate::field::Fr;

/// The fewest cells for which idle lanes cost less than one cell after the other.
const FEWEST_CELLS: usize = 5;

/// The levels whose sums are reduced, named by half of the block that they merge.
const REDUCED: [usize; 2] = [2, 8];
/// Half of a cell, which the last level merges.
const LAST_HALF: usize = FIELD_ELEMENTS_PER_CELL / 2;

/// Computes [`Backend::add_interpolations`](kzg_traits::Backend::add_interpolations) for at most eight cells and
/// returns true; returns false, without a change, if one cell after the other takes less time.
///
/// # Panics
///
/// If there is not one weight for each index, an index is 128 or larger, or a row does not have 64 values. If the
/// result is false, none of this was checked.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn add_if_faster<'a>(
    domain: &Domain<Fr>,
    cell_indices: &[usize],
    weights: &[Fr],
    row: &dyn Fn(usize) -> &'a [Fr],
    sum: &mut [Fr; FIELD_ELEMENTS_PER_CELL],
) -> bool {
    let is_faster = (FEWEST_CELLS..=LANES).contains(&cell_indices.len());
    if is_faster {
        add(domain, cell_indices, weights, row, sum);
    }
    is_faster
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn add<'a>(
    domain: &Domain<Fr>,
    cell_indices: &[usize],
    weights: &[Fr],
    row: &dyn Fn(usize) -> &'a [Fr],
    sum: &mut [Fr; FIELD_ELEMENTS_PER_CELL],
) {
    assert_eq!(
        cell_indices.len(),
        weights.len(),
        "one weight for each cell"
    );
    // An idle lane has the first cell and the weight zero.
    let cell = |lane: usize| if lane < cell_indices.len() { lane } else { 0 };
    let cells: [&[Fr; FIELD_ELEMENTS_PER_CELL]; LANES] =
        core::array::from_fn(|lane| row(cell(lane)).try_into().expect("64 values"));
    let indices: [usize; LANES] = core::array::from_fn(|lane| cell_indices[cell(lane)]);
    assert!(
        indices.iter().all(|&index| index < CELLS_PER_EXT_BLOB),
        "cells of a blob"
    );
    let roots = domain.inverse_roots(CELLS_PER_EXT_BLOB * FIELD_ELEMENTS_PER_CELL);
    let root = |pairs: usize, pair: usize| {
        ScalarLanes::read(|lane| &roots[2 * (indices[lane] * pairs + pair)]).times_16()
    };

    let mut values = [ScalarLanes::splat(&Fr::ZERO); FIELD_ELEMENTS_PER_CELL];
    for (i, lanes) in values.iter_mut().enumerate() {
        *lanes = ScalarLanes::read(|lane| &cells[lane][i]);
    }
    let mut half = 1;
    while half < LAST_HALF {
        for (pair, values) in values.chunks_exact_mut(2 * half).enumerate() {
            let root = root(LAST_HALF / half, pair);
            let (low, high) = values.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                merge_pair(a, b, &root, REDUCED.contains(&half));
            }
        }
        half *= 2;
    }
    // Values are below 4r here, and so the products are below 1.6r.
    let weights = ScalarLanes::read(|lane| weights.get(lane).unwrap_or(&Fr::ZERO)).times_16();
    let weighted_root = ScalarLanes::sum_of_products([&root(1, 0)], [&weights]);
    let (low, high) = values.split_at_mut(LAST_HALF);
    for (a, b) in low.iter_mut().zip(high) {
        let (total, difference) = (a.add(b), a.subtract(b, 4));
        *a = ScalarLanes::sum_of_products([&total], [&weights]);
        *b = ScalarLanes::sum_of_products([&difference], [&weighted_root]);
    }

    let groups = values.as_chunks_mut().0.iter_mut();
    for (values, sum) in groups.zip(sum.as_chunks_mut::<LANES>().0) {
        ScalarLanes::transpose(values);
        // Eight values below 1.6r have a sum below 16r.
        let [first, others @ ..] = values;
        let total = others.iter().fold(*first, |total, lanes| total.add(lanes));
        let total = total.reduce().add(&ScalarLanes::read(|lane| &sum[lane]));
        for (element, out) in total.elements().into_iter().zip(sum) {
            element.write(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::ifma::scalar::largest_element;
    use crate::selection::testing::can_test;

    /// The elements and weights are the largest by their words, and zero, in patterns that make sums and
    /// differences as large as possible.
    #[test]
    fn the_largest_values_keep_the_bounds() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let domain = Domain::<Fr>::new();
        for cells in FEWEST_CELLS..=LANES {
            let weights = vec![largest_element(); cells];
            let indices: Vec<usize> = (0..cells).map(|k| 18 * k + 1).collect();
            for (pattern, largest_first) in (0..=6).flat_map(|k| [(1 << k, true), (1 << k, false)])
            {
                let values: Vec<Fr> = (0..FIELD_ELEMENTS_PER_CELL)
                    .map(|i| match (i % (2 * pattern) < pattern) == largest_first {
                        true => largest_element(),
                        false => Fr::ZERO,
                    })
                    .collect();
                let mut sum = [largest_element(); FIELD_ELEMENTS_PER_CELL];
                let mut expected = sum;
                // SAFETY: `can_test` has checked the processor features.
                assert!(unsafe {
                    add_if_faster(&domain, &indices, &weights, &|_| &values, &mut sum)
                });
                for (index, weight) in indices.iter().zip(&weights) {
                    let mut row = values.clone();
                    domain.merge_unscaled(&mut row, *index, 1);
                    for (sum, coefficient) in expected.iter_mut().zip(row) {
                        *sum += *weight * coefficient;
                    }
                }
                assert_eq!(sum, expected, "{cells} cells, {pattern}");
            }
        }
    }
}
