//! What goes into a batch, and what comes out that is no single commitment or proof.

use std::sync::Arc;

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Cell, Cells, KzgProof};

/// A borrowed blob, as slices and iterators hold it: `&Blob`, `&&Blob`, `&Box<Blob>`,
/// `&Arc<Blob>`.
///
/// So a batch takes `&[Blob]`, `&[&Blob]`, `&Vec<Box<Blob>>` or any iterator over blobs that
/// the caller keeps, and copies none of them.
///
/// ```
/// use std::sync::Arc;
/// use kzg_advanced::{BatchProcessor, Blob};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let batch = BatchProcessor::new(settings);
/// let boxes: Vec<Box<Blob>> = (0..3).map(|_| Blob::zeroed_on_heap()).collect();
/// let all = batch.batch_commitments(&boxes)?;
/// let shared: Vec<Arc<Blob>> = boxes.into_iter().map(Arc::from).collect();
/// assert_eq!(batch.batch_commitments(&shared)?, all);
/// let some = shared.iter().filter(|blob| blob.0[0] == 0); // lent, not copied
/// assert_eq!(batch.batch_commitments(some)?, all);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait BlobRef<'a> {
    /// The blob.
    fn blob(self) -> &'a Blob;
}

impl<'a> BlobRef<'a> for &'a Blob {
    fn blob(self) -> &'a Blob {
        self
    }
}

impl<'a> BlobRef<'a> for &'a &Blob {
    fn blob(self) -> &'a Blob {
        self
    }
}

impl<'a> BlobRef<'a> for &'a Box<Blob> {
    fn blob(self) -> &'a Blob {
        self
    }
}

impl<'a> BlobRef<'a> for &'a Arc<Blob> {
    fn blob(self) -> &'a Blob {
        self
    }
}

impl<'a> BlobRef<'a> for &'a Pooled<Box<Blob>> {
    fn blob(self) -> &'a Blob {
        self
    }
}

/// The 128 cells of a blob's extension, and their proofs.
///
/// ```
/// use kzg_advanced::batch::CellsAndProofs;
/// use kzg_advanced::{BatchProcessor, Blob};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let batch = BatchProcessor::new(settings);
/// let blobs = [Blob::zeroed_on_heap()];
/// for CellsAndProofs { cells, proofs } in batch.batch_cells_and_proofs(&blobs)? {
///     assert_eq!((cells.len(), proofs.len()), (128, 128));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellsAndProofs {
    /// The cells.
    pub cells: Vec<Cell>,
    /// The proof of each.
    pub proofs: Vec<KzgProof>,
}

impl CellsAndProofs {
    /// Makes room for all of them; allocates where there is too little.
    pub(crate) fn fit(&mut self) {
        self.cells.resize(CELLS_PER_EXT_BLOB, Cell::default());
        self.proofs.resize(CELLS_PER_EXT_BLOB, KzgProof::default());
    }
}

/// At least 64 cells of one blob's extension, from which the others are recovered.
///
/// ```
/// use kzg_advanced::batch::PartialCells;
/// use kzg_advanced::{BatchProcessor, Blob};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let batch = BatchProcessor::new(settings);
/// let whole = batch.batch_cells_and_proofs(&[Blob::zeroed_on_heap()])?;
/// let columns: Vec<u64> = (64..128).collect(); // those that arrived
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
