//! The values of the polynomials that cells interpolate, at one point.
//!
//! The point depends on all items of the batch, so that their author cannot choose two polynomials of degree below 64
//! with the same value, except with a probability below `2^-247`.

use crate::algebra::Fr;
use crate::backend::Backend;
use crate::bytes::{CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_CELL, FIELD_ELEMENTS_PER_EXT_BLOB};
use crate::settings::Settings;

use super::cell_batch::CellBatch;

/// The point of a batch at which the polynomials of its cells are evaluated.
pub(super) struct CellEvaluation<F> {
    /// The values there of the Lagrange polynomials of all cells.
    lagrange: Vec<F>,
}

impl<F: Fr> CellEvaluation<F> {
    /// Computes the values of the Lagrange polynomials at the point `z` of a batch. That of the point `x` of the cell
    /// with `x^64 = y` is `Σ (z/x)^i / 64` over `i` from 0 to 63. Because `(z/x)^i` is `z^i·x^(64 - i) / y`, the
    /// values of a cell are those of one polynomial in `x`.
    pub(super) fn new<B: Backend<Fr = F>>(settings: &Settings<B>, transcript: &[u8; 32]) -> Self {
        let domain = settings.domain();
        let z = F::from_bytes_reduced(transcript);
        // The coefficients times `y`, except the first.
        let mut coefficients =
            [domain.inverse_size(FIELD_ELEMENTS_PER_CELL); FIELD_ELEMENTS_PER_CELL];
        let mut power = coefficients[0];
        for coefficient in coefficients[1..].iter_mut().rev() {
            power *= z;
            *coefficient = power;
        }
        let inverse_roots = domain.inverse_roots(CELLS_PER_EXT_BLOB);
        let mut lagrange = vec![F::ZERO; FIELD_ELEMENTS_PER_EXT_BLOB];
        let exec = settings.exec();
        exec.for_each_chunk_mut(&mut lagrange, FIELD_ELEMENTS_PER_CELL, |cell, values| {
            values.copy_from_slice(&coefficients);
            B::scale(&mut values[1..], inverse_roots[cell]);
            B::split_fr(domain, values, cell, 1);
        });
        Self { lagrange }
    }

    /// The raw value at the point of the polynomial of the cell at a position of the batch.
    pub(super) fn value<B: Backend<Fr = F>>(&self, batch: &CellBatch<'_, B>, position: usize) -> F {
        let start = batch.cell_index(position) * FIELD_ELEMENTS_PER_CELL;
        let (lagrange, _) = self.lagrange[start..][..FIELD_ELEMENTS_PER_CELL].as_chunks();
        let (values, _) = batch.values(position).as_chunks();
        let pairs = values.iter().zip(lagrange);
        pairs.fold(F::ZERO, |sum, (values, lagrange)| {
            sum + F::sum_of_products(*values, *lagrange)
        })
    }
}
