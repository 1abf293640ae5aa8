//! The content of a document: blobs or cells, and the claims of the document about them.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::checks;
use kzg_traits::eip7594::CELLS_PER_BLOB;
use kzg_traits::{Blob, Bytes32, Cell, Item, KzgCommitment, KzgProof};

use super::beacon::Block;
use super::cell_claims::CellsClaim;
use super::cells::StoredCells;
use super::{Fault, FormatError};

/// Blobs, or cells of blobs, with their commitments and proofs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidecars {
    /// The blobs.
    pub blobs: Vec<Box<Blob>>,
    /// The commitment to each blob; empty if the format has no commitments.
    pub commitments: Vec<KzgCommitment>,
    /// The proofs.
    pub proofs: SidecarProofs,
    /// The versioned hash of each blob; empty if the format has none.
    pub versioned_hashes: Vec<Bytes32>,
    /// The position of each blob in its block or in the answer, where blobs are missing or in
    /// another order; otherwise empty.
    pub indices: Vec<u64>,
    /// The slot of each blob, where the document may hold blobs of several blocks; otherwise empty.
    pub slots: Vec<u64>,
    /// The cells of each blob with their proofs, where the document holds cells and no blobs.
    pub cells: Vec<BlobCells>,
    /// A blob transaction without its sidecar: the RLP of its body, signature included.
    pub transaction: Option<Vec<u8>>,
    /// The block of the blobs.
    pub block: Option<Box<Block>>,
}

/// The proofs of blobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SidecarProofs {
    /// No proofs.
    #[default]
    None,
    /// A proof for each blob (EIP-4844).
    Blobs(Vec<KzgProof>),
    /// The proofs of the 128 cells of each blob, blob after blob (EIP-7594).
    Cells(Vec<KzgProof>),
}

/// Some of the cells of a blob, with their proofs, in ascending order of the indices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlobCells {
    /// The indices of the cells, less than 128.
    pub indices: Vec<u64>,
    /// The cells.
    pub cells: Vec<Cell>,
    /// The proof of each cell.
    pub proofs: Vec<KzgProof>,
}

impl BlobCells {
    /// The cells at their places among 128, and the proofs at the same places.
    #[must_use]
    pub fn stored(&self) -> (StoredCells, Vec<KzgProof>) {
        let mut stored = StoredCells::all_lost();
        let mut proofs = vec![KzgProof::default(); CELLS_PER_EXT_BLOB];
        for ((&index, cell), proof) in self.indices.iter().zip(&self.cells).zip(&self.proofs) {
            // Other indices are refused where the cells are used.
            if index < CELLS_PER_EXT_BLOB as u64 {
                stored.set(index as usize, cell);
                proofs[index as usize] = *proof;
            }
        }
        (stored, proofs)
    }

    /// The cells with the blob's commitment and their proofs.
    ///
    /// # Errors
    ///
    /// [`Error::Count`](kzg_traits::Error::Count) if there is not one cell and one proof for each index.
    pub(super) fn claim<'a>(
        &'a self,
        commitment: &'a KzgCommitment,
    ) -> kzg_traits::error::Result<CellsClaim<'a>> {
        let count = self.indices.len();
        checks::check_count(Item::Cell, count, self.cells.len())?;
        checks::check_count(Item::Proof, count, self.proofs.len())?;
        Ok(CellsClaim {
            commitment,
            indices: self.indices.as_slice().into(),
            cells: self.cells.iter().collect(),
            proofs: self.proofs.iter().collect(),
        })
    }

    /// The blob, if the first 64 cells are there: they are its bytes.
    pub(super) fn systematic(&self) -> Option<Box<Blob>> {
        let first = self.indices.get(..CELLS_PER_BLOB)?;
        let cells = self.cells.get(..CELLS_PER_BLOB)?;
        if !first.iter().copied().eq(0..CELLS_PER_BLOB as u64) {
            return None;
        }
        let mut blob = Blob::zeroed_on_heap();
        for (part, cell) in blob.0.chunks_exact_mut(Cell::LENGTH).zip(cells) {
            part.copy_from_slice(cell.as_slice());
        }
        Some(blob)
    }
}

/// The parts that a document of a format holds, and that its writer needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contents {
    /// Whether there is a commitment to each blob.
    pub commitments: bool,
    /// The kind of proofs.
    pub proofs: ProofKind,
    /// Whether there are cells instead of blobs.
    pub cells: bool,
}

/// A kind of proofs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofKind {
    /// No proofs.
    #[default]
    None,
    /// A proof for each blob.
    Blobs,
    /// A proof for each cell.
    Cells,
    /// Proofs of either kind or none: those that are there.
    Any,
}

impl Contents {
    /// Blobs alone.
    pub(super) const BLOBS: Self = Self {
        commitments: false,
        proofs: ProofKind::None,
        cells: false,
    };

    /// Blobs with commitments and proofs of this kind.
    pub(super) const fn proved(proofs: ProofKind) -> Self {
        Self {
            commitments: true,
            proofs,
            cells: false,
        }
    }

    /// Cells with their proofs.
    pub(super) const fn cells(commitments: bool) -> Self {
        Self {
            commitments,
            proofs: ProofKind::None,
            cells: true,
        }
    }
}

impl Sidecars {
    /// Blobs without commitments and proofs, from the 131072 bytes of each blob.
    pub(super) fn of_blobs<'a>(blobs: impl Iterator<Item = &'a [u8]>) -> Self {
        let blobs = blobs.map(|bytes| {
            let mut blob = Blob::zeroed_on_heap();
            blob.0.copy_from_slice(bytes);
            blob
        });
        Self {
            blobs: blobs.collect(),
            ..Self::default()
        }
    }

    /// The bytes of the blobs, for a format that holds nothing else.
    pub(super) fn only_blobs(&self) -> Result<impl Iterator<Item = &[u8]>, FormatError> {
        if !self.commitments.is_empty() || self.proofs != SidecarProofs::None {
            return Err(FormatError::OnlyBlobs);
        }
        self.need_blobs()?;
        Ok(self.blobs.iter().map(|blob| blob.as_slice()))
    }

    /// Checks that there are blobs, and not cells only.
    pub(super) fn need_blobs(&self) -> Result<(), FormatError> {
        match self.cells.first() {
            Some(cells) if self.blobs.is_empty() => Err(FormatError::OnlyCells {
                name: self.name(0),
                cells: cells.indices.len(),
            }),
            _ => Ok(()),
        }
    }

    /// The proofs of blobs, with one for each blob and a commitment to each blob.
    pub(super) fn blob_proofs(&self) -> Result<&[KzgProof], FormatError> {
        let SidecarProofs::Blobs(proofs) = &self.proofs else {
            return Err(FormatError::OtherProofs);
        };
        self.check_counts(proofs.len(), 1)?;
        Ok(proofs)
    }

    /// The proofs of cells, with 128 for each blob and a commitment to each blob.
    pub(super) fn cell_proofs(&self) -> Result<&[KzgProof], FormatError> {
        let SidecarProofs::Cells(proofs) = &self.proofs else {
            return Err(FormatError::OtherProofs);
        };
        self.check_counts(proofs.len(), CELLS_PER_EXT_BLOB)?;
        Ok(proofs)
    }

    fn check_counts(&self, proofs: usize, proofs_each: usize) -> Result<(), FormatError> {
        let blobs = self.blobs.len();
        check_count("commitments", self.commitments.len(), blobs)?;
        check_count("proofs", proofs, blobs * proofs_each)
    }

    /// The cells of each blob, which have a cell and a proof for each index, and indices below 128.
    pub(super) fn whole_cells(&self) -> Result<&[BlobCells], FormatError> {
        for (position, blob) in self.cells.iter().enumerate() {
            check_count("cells", blob.cells.len(), blob.indices.len())?;
            check_count("proofs of cells", blob.proofs.len(), blob.indices.len())?;
            let most = CELLS_PER_EXT_BLOB as u64 - 1;
            if let Some(&value) = blob.indices.iter().find(|index| **index > most) {
                let fault = Fault::Range { value, most };
                return Err(FormatError::at(self.name(position), fault));
            }
        }
        Ok(&self.cells)
    }

    /// The number of blobs, or of blobs of which there are cells.
    #[must_use]
    pub fn count(&self) -> usize {
        self.blobs.len().max(self.cells.len())
    }

    /// The slot of a blob, if the document has it.
    #[must_use]
    pub fn slot(&self, position: usize) -> Option<u64> {
        let of_block = self.block.as_ref().map(|block| block.header.slot);
        of_block.or_else(|| self.slots.get(position).copied())
    }

    /// The name of a blob in messages: its slot if that is known, and its index.
    #[must_use]
    pub fn name(&self, position: usize) -> String {
        let index = self.indices.get(position).copied();
        let index = index.unwrap_or(position as u64);
        match self.slot(position) {
            Some(slot) => format!("slot {slot}, blob {index}"),
            None => format!("blob {index}"),
        }
    }

    /// Whether the document claims something that can be verified.
    #[must_use]
    pub fn has_claims(&self) -> bool {
        !(self.commitments.is_empty()
            && self.versioned_hashes.is_empty()
            && self.proofs == SidecarProofs::None
            && self.cells.is_empty())
    }

    /// Makes blobs of cells where the first 64 cells of each blob are there.
    ///
    /// # Errors
    ///
    /// [`FormatError::OnlyCells`] with the first blob of which other cells are there.
    pub fn with_blobs(mut self) -> Result<Self, FormatError> {
        if self.blobs.is_empty() {
            let blobs = self.cells.iter().enumerate().map(|(position, cells)| {
                cells.systematic().ok_or_else(|| FormatError::OnlyCells {
                    name: self.name(position),
                    cells: cells.indices.len(),
                })
            });
            self.blobs = blobs.collect::<Result<_, _>>()?;
        }
        Ok(self)
    }
}

/// Checks the length of a list.
pub(super) fn check_count(
    what: &'static str,
    actual: usize,
    expected: usize,
) -> Result<(), FormatError> {
    if actual == expected {
        return Ok(());
    }
    Err(FormatError::Count {
        what,
        actual,
        expected,
    })
}
