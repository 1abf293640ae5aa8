//! Inputs and results of a batch that are more than one value.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Cell, Cells, KzgProof};
use serde::{Deserialize, Serialize};

/// The 128 cells of a blob's extension, and their proofs.
///
/// ```
/// use kzg_advanced::batch::CellsAndProofs;
/// use kzg_advanced::{BatchProcessor, Blob};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let batch = BatchProcessor::new(settings);
/// let blobs = [Blob::zeroed_on_heap()];
/// for CellsAndProofs { cells, proofs } in batch.batch_cells_and_proofs(&blobs)? {
///     assert_eq!((cells.len(), proofs.len()), (128, 128));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellsAndProofs {
    /// The cells.
    pub cells: Vec<Cell>,
    /// The proofs of the 128 cells, in the order of the cells, 48 bytes each.
    pub proofs: Vec<KzgProof>,
}

impl CellsAndProofs {
    /// Resizes both lists to 128 entries.
    pub(crate) fn fit(&mut self) {
        self.cells.resize(CELLS_PER_EXT_BLOB, Cell::default());
        self.proofs.resize(CELLS_PER_EXT_BLOB, KzgProof::default());
    }
}

/// At least 64 cells of one blob's extension, from which the other cells are recovered.
///
/// ```
/// use kzg_advanced::batch::PartialCells;
/// use kzg_advanced::{BatchProcessor, Blob};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let batch = BatchProcessor::new(settings);
/// let whole = batch.batch_cells_and_proofs(&[Blob::zeroed_on_heap()])?;
/// let columns: Vec<u64> = (64..128).collect(); // the columns that arrived
/// let part = PartialCells {
///     cell_indices: &columns,
///     cells: whole[0].cells[64..].into(),
/// };
/// assert_eq!(batch.batch_recover(&[part])?, whole);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PartialCells<'a> {
    /// The index of each cell, ascending.
    pub cell_indices: &'a [u64],
    /// The cells.
    pub cells: Cells<'a>,
}
