//! The operations of EIP-4844 and EIP-7594.

use kzg_backends::isolation::isolated;
use zerocopy::FromZeros;

use crate::error::{CkzgError, Error};
use crate::kzg_traits;
use crate::views;
use crate::{
    Blob, Bytes32, Bytes48, CELLS_PER_EXT_BLOB, Cell, KzgCommitment, KzgProof, KzgSettings,
    last_error,
};

/// The cells of an extended blob.
type CellsPerExtBlob = [Cell; CELLS_PER_EXT_BLOB];
/// The proofs of the cells of an extended blob.
type ProofsPerExtBlob = [KzgProof; CELLS_PER_EXT_BLOB];

/// Input that is malformed is [`CkzgError::C_KZG_BADARGS`]; a proof that is well formed and does not
/// hold is `Ok(false)`.
impl KzgSettings {
    /// Commits to a blob.
    ///
    /// # Errors
    ///
    /// [`Error::CError`] for a field element that is not canonical.
    pub fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment, Error> {
        self.run(|kzg| kzg.blob_to_kzg_commitment(views::blob(blob)))
            .map(KzgCommitment::from)
    }

    /// Evaluates a blob's polynomial at `z_bytes`, and proves the value. Returns the proof and the
    /// value.
    ///
    /// # Errors
    ///
    /// [`Error::CError`] for a field element that is not canonical.
    pub fn compute_kzg_proof(
        &self,
        blob: &Blob,
        z_bytes: &Bytes32,
    ) -> Result<(KzgProof, Bytes32), Error> {
        self.run(|kzg| kzg.compute_kzg_proof(views::blob(blob), views::bytes32(z_bytes)))
            .map(|(proof, y)| (proof.into(), Bytes32::new(y.0)))
    }

    /// Proves that a blob matches its commitment, without checking that it does.
    ///
    /// # Errors
    ///
    /// [`Error::CError`] for a field element that is not canonical, or a commitment that is no point.
    pub fn compute_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment_bytes: &Bytes48,
    ) -> Result<KzgProof, Error> {
        self.run(|kzg| {
            kzg.compute_blob_kzg_proof(views::blob(blob), views::commitment(commitment_bytes))
        })
        .map(KzgProof::from)
    }

    /// Whether the committed polynomial has the value `y_bytes` at `z_bytes`.
    ///
    /// # Errors
    ///
    /// [`Error::CError`] if an argument is malformed.
    pub fn verify_kzg_proof(
        &self,
        commitment_bytes: &Bytes48,
        z_bytes: &Bytes32,
        y_bytes: &Bytes32,
        proof_bytes: &Bytes48,
    ) -> Result<bool, Error> {
        self.run(|kzg| {
            kzg.verify_kzg_proof(
                views::commitment(commitment_bytes),
                views::bytes32(z_bytes),
                views::bytes32(y_bytes),
                views::proof(proof_bytes),
            )
        })
    }

    /// Whether a blob matches its commitment.
    ///
    /// # Errors
    ///
    /// [`Error::CError`] if an argument is malformed.
    pub fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment_bytes: &Bytes48,
        proof_bytes: &Bytes48,
    ) -> Result<bool, Error> {
        self.run(|kzg| {
            kzg.verify_blob_kzg_proof(
                views::blob(blob),
                views::commitment(commitment_bytes),
                views::proof(proof_bytes),
            )
        })
    }

    /// Whether every blob matches its commitment; true for no blobs.
    ///
    /// # Errors
    ///
    /// [`Error::MismatchLength`] for lists of different lengths; [`Error::CError`] if an item is
    /// malformed.
    pub fn verify_blob_kzg_proof_batch(
        &self,
        blobs: &[Blob],
        commitments_bytes: &[Bytes48],
        proofs_bytes: &[Bytes48],
    ) -> Result<bool, Error> {
        self.run(|kzg| {
            kzg.verify_blob_kzg_proof_batch(
                views::blobs(blobs).into(),
                views::commitments(commitments_bytes),
                views::proofs(proofs_bytes),
            )
        })
    }

    /// The 128 cells of a blob.
    ///
    /// # Errors
    ///
    /// [`Error::CError`] for a field element that is not canonical.
    pub fn compute_cells(&self, blob: &Blob) -> Result<Box<CellsPerExtBlob>, Error> {
        let mut cells = zeroed::<CellsPerExtBlob>()?;
        self.run(|kzg| kzg.compute_cells_into(views::blob(blob), views::cells_mut(&mut cells)))?;
        Ok(cells)
    }

    /// The 128 cells of a blob and their proofs.
    ///
    /// # Errors
    ///
    /// [`Error::CError`] for a field element that is not canonical.
    pub fn compute_cells_and_kzg_proofs(
        &self,
        blob: &Blob,
    ) -> Result<(Box<CellsPerExtBlob>, Box<ProofsPerExtBlob>), Error> {
        let mut cells = zeroed::<CellsPerExtBlob>()?;
        let mut proofs = zeroed::<ProofsPerExtBlob>()?;
        self.run(|kzg| {
            kzg.compute_cells_and_kzg_proofs_into(
                views::blob(blob),
                views::cells_mut(&mut cells),
                views::proofs_mut(&mut proofs),
            )
        })?;
        Ok((cells, proofs))
    }

    /// Recovers all cells and their proofs from 64 or more of the cells. `cell_indices` must ascend.
    ///
    /// # Errors
    ///
    /// [`Error::MismatchLength`] for lists of different lengths; [`Error::CError`] for too few or too
    /// many cells, indices that do not ascend or reach 128, or a field element that is not canonical.
    pub fn recover_cells_and_kzg_proofs(
        &self,
        cell_indices: &[u64],
        cells: &[Cell],
    ) -> Result<(Box<CellsPerExtBlob>, Box<ProofsPerExtBlob>), Error> {
        let mut recovered_cells = zeroed::<CellsPerExtBlob>()?;
        let mut recovered_proofs = zeroed::<ProofsPerExtBlob>()?;
        self.run(|kzg| {
            kzg.recover_cells_and_kzg_proofs_into(
                cell_indices,
                views::cells(cells).into(),
                views::cells_mut(&mut recovered_cells),
                views::proofs_mut(&mut recovered_proofs),
            )
        })?;
        Ok((recovered_cells, recovered_proofs))
    }

    /// Whether every cell is the cell with its index in the extension of the blob of its commitment;
    /// true for no cells.
    ///
    /// # Errors
    ///
    /// [`Error::MismatchLength`] for lists of different lengths; [`Error::CError`] if an item is
    /// malformed.
    pub fn verify_cell_kzg_proof_batch(
        &self,
        commitments_bytes: &[Bytes48],
        cell_indices: &[u64],
        cells: &[Cell],
        proofs_bytes: &[Bytes48],
    ) -> Result<bool, Error> {
        self.run(|kzg| {
            kzg.verify_cell_kzg_proof_batch(
                views::commitments(commitments_bytes),
                cell_indices,
                views::cells(cells).into(),
                views::proofs(proofs_bytes),
            )
        })
    }
}

impl KzgSettings {
    /// Runs an operation. Its error is kept for [`last_error`](crate::last_error()); a panic is an
    /// error too.
    fn run<T>(
        &self,
        operation: impl FnOnce(&dyn kzg_traits::KzgSettings) -> kzg_traits::error::Result<T>,
    ) -> Result<T, Error> {
        isolated(&**self.inner(), operation).map_err(|error| {
            let ckzg = Error::of_operation(&error);
            last_error::keep(Some(error));
            ckzg
        })
    }
}

/// Zeros on the heap, which never pass through the stack.
fn zeroed<T: FromZeros>() -> Result<Box<T>, Error> {
    T::new_box_zeroed().map_err(|_| {
        last_error::keep(None);
        Error::CError(CkzgError::C_KZG_MALLOC)
    })
}
