//! Checks of the lengths of lists and of the cell indices in the inputs of a call.

use crate::bytes::CELLS_PER_EXT_BLOB;
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
