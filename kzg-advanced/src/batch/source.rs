//! What goes into a batch, and what comes out that is no single commitment or proof.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Cell, Cells, KzgProof};

/// A borrowed blob, as slices and iterators hold it: `&Blob`, `&&Blob`, `&Box<Blob>`.
///
/// So a batch takes `&[Blob]`, `&[&Blob]`, `&Vec<Box<Blob>>` or any iterator over blobs that
/// the caller keeps, and copies none of them.
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

impl<'a> BlobRef<'a> for &'a Pooled<Box<Blob>> {
    fn blob(self) -> &'a Blob {
        self
    }
}

/// The 128 cells of a blob's extension, and their proofs.
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
#[derive(Clone, Copy, Debug)]
pub struct PartialCells<'a> {
    /// The index of each cell, ascending.
    pub cell_indices: &'a [u64],
    /// The cells.
    pub cells: Cells<'a>,
}
