//! The operations of EIP-7594.

use kzg_backends::kzg_traits;
use kzg_backends::kzg_traits::checks::check_cell_index;
use kzg_backends::kzg_traits::eip7594::CELLS_PER_BLOB;
use kzg_backends::kzg_traits::{KzgCommitment, KzgProof, KzgSettings};

use crate::constants::CELLS_PER_EXT_BLOB;
use crate::{BlobRef, Bytes48Ref, Cell, CellIndex, CellRef, DASContext, Error, Failure, KZGProof};

/// The cells of an extended blob, and their proofs.
type CellsAndProofs = ([Cell; CELLS_PER_EXT_BLOB], [KZGProof; CELLS_PER_EXT_BLOB]);

/// The same, as the backend returns them.
type Recovered = (Vec<kzg_traits::Cell>, Vec<KzgProof>);

impl DASContext {
    /// The 128 cells of a blob.
    ///
    /// # Errors
    ///
    /// [`Error::Serialization`] for a field element that is not canonical.
    pub fn compute_cells(&self, blob: BlobRef<'_>) -> Result<[Cell; CELLS_PER_EXT_BLOB], Error> {
        self.run(Error::of_prover, |kzg| kzg.compute_cells(blob_view(blob)))
            .map(|cells| boxed(&cells))
    }

    /// The 128 cells of a blob and their proofs.
    ///
    /// # Errors
    ///
    /// [`Error::Serialization`] for a field element that is not canonical.
    pub fn compute_cells_and_kzg_proofs(&self, blob: BlobRef<'_>) -> Result<CellsAndProofs, Error> {
        #[cfg(feature = "tracing")]
        let _span = tracing::info_span!("compute_cells_and_kzg_proofs").entered();
        self.run(Error::of_prover, |kzg| {
            kzg.compute_cells_and_kzg_proofs(blob_view(blob))
        })
        .map(|(cells, proofs)| (boxed(&cells), arrays(&proofs)))
    }

    /// Recovers all cells and their proofs from 64 or more of the cells. `cell_indices` must ascend.
    ///
    /// # Errors
    ///
    /// [`Error::Recovery`] for lists of different lengths, too few or too many cells, indices that do
    /// not ascend or reach 128, or cells that no blob has together; [`Error::Serialization`] for a
    /// field element that is not canonical.
    pub fn recover_cells_and_kzg_proofs(
        &self,
        cell_indices: Vec<CellIndex>,
        cells: Vec<CellRef<'_>>,
    ) -> Result<CellsAndProofs, Error> {
        let cells: Vec<_> = cells.iter().map(|cell| cell_view(cell)).collect();
        let (cells, proofs) = self
            .run(Error::of_recovery, |kzg| {
                recover(kzg, &cell_indices, &cells)
            })?
            .ok_or(Error::Recovery(Failure::ContradictoryCells))?;
        Ok((boxed(&cells), arrays(&proofs)))
    }

    /// Checks that every cell is the cell with its index in the extension of the blob of its
    /// commitment.
    ///
    /// # Errors
    ///
    /// [`Error::Verifier`] for lists of different lengths, an index that reaches 128, or a proof that
    /// does not hold; [`Error::Serialization`] for a field element or a point that is malformed. An index
    /// that reaches 128 comes first.
    pub fn verify_cell_kzg_proof_batch(
        &self,
        commitments: Vec<Bytes48Ref<'_>>,
        cell_indices: &[CellIndex],
        cells: Vec<CellRef<'_>>,
        proofs_bytes: Vec<Bytes48Ref<'_>>,
    ) -> Result<(), Error> {
        let cells: Vec<_> = cells.iter().map(|cell| cell_view(cell)).collect();
        let verdict = self.run(Error::of_verifier, |kzg| {
            // As in the original, an index out of range comes before every malformed item.
            for (position, &index) in cell_indices.iter().enumerate() {
                check_cell_index(position, index)?;
            }
            kzg.verify_cell_kzg_proof_batch(
                &commitments_of(&commitments),
                cell_indices,
                (&cells).into(),
                &proofs_of(&proofs_bytes),
            )
        })?;
        match verdict {
            true => Ok(()),
            false => Err(Error::Verifier(Failure::InvalidProof)),
        }
    }
}

/// The cells and proofs that the given cells determine; `None` if the given cells contradict each
/// other. The specification has a result for such cells, and the original has an error.
fn recover(
    kzg: &dyn KzgSettings,
    indices: &[CellIndex],
    cells: &[&kzg_traits::Cell],
) -> kzg_traits::error::Result<Option<Recovered>> {
    let recovered = kzg.recover_cells_and_kzg_proofs(indices, cells.into())?;
    // The lists are valid now. 64 cells determine a blob, so more than 64 may contradict each other.
    if cells.len() > CELLS_PER_BLOB {
        let (indices, cells) = (&indices[..CELLS_PER_BLOB], &cells[..CELLS_PER_BLOB]);
        if kzg.recover_cells(indices, cells.into())? != recovered.0 {
            return Ok(None);
        }
    }
    Ok(Some(recovered))
}

/// A blob, without copying.
pub(crate) fn blob_view(blob: BlobRef<'_>) -> &kzg_traits::Blob {
    zerocopy::transmute_ref!(blob)
}

/// A cell, without copying.
fn cell_view(cell: CellRef<'_>) -> &kzg_traits::Cell {
    zerocopy::transmute_ref!(cell)
}

/// Commitments side by side, as the backend takes them.
pub(crate) fn commitments_of(commitments: &[Bytes48Ref<'_>]) -> Vec<KzgCommitment> {
    commitments
        .iter()
        .map(|&bytes| KzgCommitment(*bytes))
        .collect()
}

/// Proofs side by side, as the backend takes them.
pub(crate) fn proofs_of(proofs: &[Bytes48Ref<'_>]) -> Vec<KzgProof> {
    proofs.iter().map(|&bytes| KzgProof(*bytes)).collect()
}

/// The computed cells, each in a box.
fn boxed(cells: &[kzg_traits::Cell]) -> [Cell; CELLS_PER_EXT_BLOB] {
    std::array::from_fn(|index| Box::new(cells[index].0))
}

/// The computed proofs as arrays.
fn arrays(proofs: &[KzgProof]) -> [KZGProof; CELLS_PER_EXT_BLOB] {
    std::array::from_fn(|index| proofs[index].0)
}
