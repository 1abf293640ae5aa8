//! EIP-7594: the cells of an extended blob, their proofs, recovery and verification, generic over
//! [`Backend`].
//!
//! An extended blob is the list of values of the blob's polynomial at the 8192th roots of unity, in
//! bit-reversed order: the 4096 values of the blob, then 4096 further values. It is cut into 128
//! cells of 64 values. Cell `k` holds the values where `X^64 = y_k`, a coset; the `y_k` are the
//! 128th roots of unity in bit-reversed order. The proof of cell `k` commits to the quotient of the
//! polynomial by `X^64 - y_k`. See [`fk20`](crate::fk20) for the computation of all proofs at once,
//! [`recovery`](crate::recovery) for the recovery of a blob from any 64 cells, and `verification`
//! for the check of many proofs in one.
//!
//! Source: the consensus specifications, fulu/polynomial-commitments-sampling.

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::bytes::{
    BYTES_PER_FIELD_ELEMENT, Blob, CELLS_PER_EXT_BLOB, Cell, FIELD_ELEMENTS_PER_BLOB,
    FIELD_ELEMENTS_PER_CELL, FIELD_ELEMENTS_PER_EXT_BLOB, KzgProof,
};
use crate::checks::check_recovery;
use crate::eip4844::{blob_to_raw_polynomial, raw_from_bytes_many};
use crate::error::{Error, Item, Result};
use crate::exec::Exec;
use crate::items::Cells;
use crate::recovery::{
    Locator, Present, divide_over_coset, parts_of_transform, recover_polynomial,
};
use crate::settings::Settings;

mod blocks;
mod cell_batch;
mod challenge;
mod evaluation;
mod false_values;
mod interpolation;
mod known_cells;
mod some_cells;
mod verification;
mod weighted_cells;

pub use challenge::{
    RANDOM_CHALLENGE_KZG_CELL_BATCH_DOMAIN, compute_verify_cell_kzg_proof_batch_challenge,
};

pub use crate::bytes::CELLS_PER_BLOB;

/// The outputs that a call requests. Each buffer holds 128 items.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) cells: Option<&'a mut [Cell]>,
    pub(crate) proofs: Option<&'a mut [KzgProof]>,
}

impl<B: Backend> Settings<B> {
    /// Computes the cells of a blob, their proofs, or both. `index` is the blob's position in the
    /// call.
    pub(crate) fn extend_blob(
        &self,
        blob: &Blob,
        index: usize,
        wanted: Wanted<'_>,
        exec: &Exec,
    ) -> Result<()> {
        let mut rows = exec.scratch_vec();
        blob_to_raw_polynomial::<B>(blob, index, &mut rows)?;
        self.extend_rows(&mut rows, exec);
        if let Some(cells) = wanted.cells {
            let (given, computed) = cells.split_at_mut(CELLS_PER_BLOB);
            let (parts, _) = blob.as_slice().as_chunks::<{ Cell::LENGTH }>();
            for (cell, part) in given.iter_mut().zip(parts) {
                cell.0.copy_from_slice(part);
            }
            let second = &rows[FIELD_ELEMENTS_PER_BLOB..];
            exec.for_each_mut(computed, |index, cell| {
                let row = &second[index * FIELD_ELEMENTS_PER_CELL..][..FIELD_ELEMENTS_PER_CELL];
                self.row_to_cell(row, CELLS_PER_BLOB + index, cell);
            });
        }
        if let Some(proofs) = wanted.proofs {
            let of_first = B::Fr::from_u64(CELLS_PER_BLOB as u64) * B::Fr::RAW_UNIT;
            self.prove_rows(&mut rows, [of_first, B::Fr::RAW_UNIT], proofs, exec);
        }
        Ok(())
    }

    /// Replaces the raw values of a blob by the raw rows of all cells, `f mod (X^64 - y)`. Those of cells 0
    /// to 63 are divided by 64.
    fn extend_rows(&self, rows: &mut Vec<B::Fr>, exec: &Exec) {
        let domain = self.domain();
        let inverse = domain.inverse_size(FIELD_ELEMENTS_PER_BLOB);
        rows.resize(FIELD_ELEMENTS_PER_EXT_BLOB, B::Fr::ZERO);
        let (first, second) = rows.split_at_mut(FIELD_ELEMENTS_PER_BLOB);
        // The first half becomes the rows of cells 0 to 63. The second half starts from the same rows: the inverse
        // transform over the rows gives the coefficients, and the transform for the other roots gives the rows of
        // cells 64 to 127. The threads share all levels but those between the parts.
        let parts = parts_of_transform(exec);
        let part_len = FIELD_ELEMENTS_PER_BLOB / parts;
        exec.for_each_row_mut(
            (first, part_len),
            (second, part_len),
            |part, first, second| {
                B::scale(first, inverse);
                let cells = part * (CELLS_PER_BLOB / parts)..;
                for (cell, row) in cells.zip(first.chunks_exact_mut(FIELD_ELEMENTS_PER_CELL)) {
                    B::merge_fr_unscaled(domain, row, cell, 1);
                }
                second.copy_from_slice(first);
                B::merge_fr_unscaled(domain, second, part, FIELD_ELEMENTS_PER_CELL);
            },
        );
        B::merge_fr_unscaled(domain, second, 0, part_len);
        B::split_fr(domain, second, 1, part_len);
        exec.for_each_chunk_mut(second, part_len, |part, rows| {
            B::split_fr(domain, rows, parts + part, FIELD_ELEMENTS_PER_CELL);
        });
    }

    /// Recovers an extended blob from at least 64 of its cells, in ascending order.
    pub(crate) fn recover(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        wanted: Wanted<'_>,
    ) -> Result<()> {
        check_recovery(cell_indices, cells.len())?;
        let (domain, exec) = (self.domain(), self.exec());
        let present = Present::new(cell_indices);
        let mut given_rows = exec.scratch_vec();
        let is_incomplete = cells.len() < CELLS_PER_EXT_BLOB;
        let (locator, read) = exec.join(
            || is_incomplete.then(|| Locator::new::<B>(domain, &present, &mut exec.scratch_vec())),
            || {
                read_present::<B>(cell_indices, cells, &mut given_rows, exec, |cell, row| {
                    B::merge_fr(domain, row, cell, 1);
                })
            },
        );
        read?;

        let mut polynomial = exec.scratch_vec();
        polynomial.extend_from_slice(&given_rows);
        match &locator {
            Some(locator) => {
                recover_polynomial::<B>(domain, &present, locator, &mut polynomial, exec);
            }
            None => B::merge_fr(domain, &mut polynomial, 0, FIELD_ELEMENTS_PER_CELL),
        }
        let mut rows = exec.scratch_vec();
        self.polynomial_to_rows(&polynomial, &mut rows);
        let all_agree = cells.len() == CELLS_PER_BLOB || present.agree(&given_rows, &rows);
        if let (false, Some(locator)) = (all_agree, &locator) {
            read_present::<B>(cell_indices, cells, &mut polynomial, exec, |_, _| ())?;
            divide_over_coset::<B>(domain, &present, locator, &mut polynomial);
        }
        if let Some(out) = wanted.cells {
            if all_agree || !is_incomplete {
                for (&index, cell) in cell_indices.iter().zip(cells.iter()) {
                    out[index as usize].0 = cell.0;
                }
                exec.for_each_mut(out, |index, cell| {
                    if !present.contains(index) {
                        let start = index * FIELD_ELEMENTS_PER_CELL;
                        self.row_to_cell(&rows[start..][..FIELD_ELEMENTS_PER_CELL], index, cell);
                    }
                });
            } else {
                let mut values = exec.scratch_vec();
                values.extend_from_slice(&polynomial);
                B::fft_fr(domain, &mut values);
                let values = &values;
                exec.for_each_mut(out, |index, cell| {
                    let start = index * FIELD_ELEMENTS_PER_CELL;
                    encode_cell::<B>(&values[start..][..FIELD_ELEMENTS_PER_CELL], cell);
                });
            }
        }
        if let Some(proofs) = wanted.proofs {
            if !all_agree {
                // If the cells contradict each other, the proofs are those of the polynomial of the
                // lower 4096 coefficients.
                self.polynomial_to_rows(&polynomial, &mut rows);
            }
            self.prove_rows(&mut rows, [B::Fr::RAW_UNIT; 2], proofs, exec);
        }
        Ok(())
    }

    /// Computes the rows of all cells from the lower 4096 coefficients of a polynomial.
    fn polynomial_to_rows(&self, polynomial: &[B::Fr], rows: &mut Vec<B::Fr>) {
        rows.clear();
        rows.resize(FIELD_ELEMENTS_PER_EXT_BLOB, B::Fr::ZERO);
        self.exec()
            .for_each_chunk_mut(rows, FIELD_ELEMENTS_PER_BLOB, |block, rows| {
                rows.copy_from_slice(&polynomial[..FIELD_ELEMENTS_PER_BLOB]);
                B::split_fr(self.domain(), rows, block, FIELD_ELEMENTS_PER_CELL);
            });
    }

    /// Computes the proofs of all cells from their rows. The rows of the first 64 cells and those of the others are
    /// each multiplied by a factor first.
    fn prove_rows(
        &self,
        rows: &mut [B::Fr],
        factors: [B::Fr; 2],
        out: &mut [KzgProof],
        exec: &Exec,
    ) {
        let mut points = exec.scratch_vec();
        points.resize(CELLS_PER_EXT_BLOB, B::G1::identity());
        self.fk20()
            .prove_cells(self.domain(), rows, factors, &mut points, exec);
        let points = &points;
        exec.for_each_mut(out, |index, proof| proof.0 = points[index].to_bytes());
    }

    /// Transforms the raw row `f mod (X^64 - y)` to the values of the cell.
    fn row_to_cell(&self, row: &[B::Fr], index: usize, cell: &mut Cell) {
        let mut values = [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL];
        values.copy_from_slice(row);
        B::split_fr(self.domain(), &mut values, index, 1);
        encode_cell::<B>(&values, cell);
    }
}

/// Decodes the present cells, in ascending order, to raw values, each cell at its position among all 8192 values, and
/// calls `then` with the index and the values of each present cell. The values of the other cells are zero.
fn read_present<B: Backend>(
    cell_indices: &[u64],
    cells: Cells<'_>,
    values: &mut Vec<B::Fr>,
    exec: &Exec,
    then: impl Fn(usize, &mut [B::Fr]) + Send + Sync,
) -> Result<()> {
    values.clear();
    values.resize(FIELD_ELEMENTS_PER_EXT_BLOB, B::Fr::ZERO);
    exec.try_for_each_chunk_mut(values, FIELD_ELEMENTS_PER_CELL, |index, values| {
        if let Ok(position) = cell_indices.binary_search(&(index as u64)) {
            decode_cell::<B>(cells.at(position), position, values)?;
            then(index, values);
        }
        Ok(())
    })
}

/// Decodes a cell's field elements to raw elements. `index` is the cell's position in the call, for
/// errors.
fn decode_cell<B: Backend>(cell: &Cell, index: usize, values: &mut [B::Fr]) -> Result<()> {
    raw_from_bytes_many(cell.field_elements(), values).map_err(|element| Error::FieldElement {
        item: Item::Cell,
        index,
        element,
    })
}

/// Encodes raw field elements.
fn encode_cell<B: Backend>(values: &[B::Fr], cell: &mut Cell) {
    let (slots, _) = cell.0.as_chunks_mut::<BYTES_PER_FIELD_ELEMENT>();
    for (slot, value) in slots.iter_mut().zip(values) {
        *slot = value.to_bytes_raw();
    }
}
