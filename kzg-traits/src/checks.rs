//! Checks of the lengths of lists and of the cell indices in the inputs of a call.

use crate::bytes::{BLS_MODULUS, Blob, CELLS_PER_BLOB, CELLS_PER_EXT_BLOB};
use crate::error::{Error, Item, Result};

/// Checks that a list has the expected length.
///
/// # Errors
///
/// [`Error::Count`] if `actual` differs from `expected`.
pub fn check_count(item: Item, expected: usize, actual: usize) -> Result<()> {
    if expected == actual {
        Ok(())
    } else {
        Err(Error::Count {
            item,
            expected,
            actual,
        })
    }
}

/// Checks that the field elements of a blob are canonical, in microseconds. A caller that leaves such blobs
/// out of a call for many blobs gets the results of the other ones; `index` is the position of the blob in
/// its list.
///
/// # Errors
///
/// [`Error::FieldElement`] for the first element at or above the group order.
pub fn check_canonical(index: usize, blob: &Blob) -> Result<()> {
    let elements = blob.field_elements();
    match elements.iter().position(|element| *element >= BLS_MODULUS) {
        None => Ok(()),
        Some(element) => Err(Error::FieldElement {
            item: Item::Blob,
            index,
            element,
        }),
    }
}

/// Checks that a cell index is below [`CELLS_PER_EXT_BLOB`]; `index` is its position in the
/// call's list.
///
/// # Errors
///
/// [`Error::CellIndex`] if the cell index is too large.
pub fn check_cell_index(index: usize, cell_index: u64) -> Result<()> {
    if cell_index < CELLS_PER_EXT_BLOB as u64 {
        Ok(())
    } else {
        Err(Error::CellIndex { index, cell_index })
    }
}

/// Checks that an extended blob can be recovered from `cells` cells, 64 to 128 of them.
///
/// # Errors
///
/// [`Error::CellCount`] for another number.
pub fn check_recovery_count(cells: usize) -> Result<()> {
    if (CELLS_PER_BLOB..=CELLS_PER_EXT_BLOB).contains(&cells) {
        Ok(())
    } else {
        Err(Error::CellCount { actual: cells })
    }
}

/// Checks the indices of `cells` cells from which an extended blob is recovered: as many indices as
/// cells, 64 to 128 of them, below [`CELLS_PER_EXT_BLOB`] and ascending.
///
/// # Errors
///
/// [`Error::Count`], [`Error::CellCount`], [`Error::CellIndex`] or [`Error::CellOrder`], for the first
/// index that is wrong.
///
/// Source: `recover_cells_and_kzg_proofs` of the consensus specifications,
/// fulu/polynomial-commitments-sampling.
pub fn check_recovery(cell_indices: &[u64], cells: usize) -> Result<()> {
    check_count(Item::CellIndex, cells, cell_indices.len())?;
    check_recovery_count(cells)?;
    for (index, &cell_index) in cell_indices.iter().enumerate() {
        check_cell_index(index, cell_index)?;
        if index > 0 && cell_index <= cell_indices[index - 1] {
            return Err(Error::CellOrder { index });
        }
    }
    Ok(())
}
