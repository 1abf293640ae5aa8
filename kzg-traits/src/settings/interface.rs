//! The object-safe interface to a loaded trusted setup.

use core::fmt::Debug;

use crate::bytes::{Blob, Bytes32, CELLS_PER_EXT_BLOB, Cell, KzgCommitment, KzgProof};
use crate::checks::{check_cell_index, check_count};
use crate::error::{Item, Result};
use crate::execution::PointEvaluationError;
use crate::items::{Blobs, Cells};
use crate::operation::Operation;
use crate::settings::record::CallRecord;

/// A loaded trusted setup that answers every call of EIP-4844 and EIP-7594.
///
/// The trait is object-safe: arguments and results are bytes, so a backend can be chosen at run
/// time. `Ok(false)` means well formed but wrong; `Err` means malformed, faulty or refused. An
/// error of kind [`Input`](crate::ErrorKind::Input) names the first offending item.
///
/// The table "The memory of an operation" of `docs/tuning.md` has the memory that each operation
/// takes, at most and between calls. A test checks kzg-blst against this table.
///
/// Only the operations of the specification are required; the others have defaults in terms of
/// them, which [`Settings`](crate::Settings) overrides with faster ones.
pub trait KzgSettings: Debug + Send + Sync {
    /// The name of the backend that answers.
    fn backend(&self) -> &str;

    /// The measured number of items that one call of an operation should have. With fewer items
    /// the time per item is longer; more items do not shorten it.
    fn items_per_call(&self, _operation: Operation) -> usize {
        1
    }

    /// Returns a view of the settings whose calls write the backend that answered and the number of
    /// attempts to `record`. Returns `None` if every call is one attempt on
    /// [`backend`](Self::backend).
    fn recording<'s>(&'s self, _record: &CallRecord) -> Option<Box<dyn KzgSettings + 's>> {
        None
    }

    /// Commits to a blob.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element that is not canonical.
    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment>;

    /// Evaluates a blob's polynomial at `z`, and proves the value: returns the proof and `y`.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element of the blob, or a `z`, that is not canonical.
    fn compute_kzg_proof(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)>;

    /// Proves that a blob matches its commitment. The method does *not* check that the commitment
    /// is that of the blob.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element that is not canonical or a commitment that is no point.
    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof>;

    /// Whether the committed polynomial has the value `y` at `z`.
    ///
    /// # Errors
    ///
    /// Kind `Input` if any of the four arguments is malformed.
    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool>;

    /// The point evaluation precompile of EIP-4844, see
    /// [`point_evaluation`](crate::execution::point_evaluation).
    ///
    /// # Errors
    ///
    /// [`PointEvaluationError`].
    fn point_evaluation(&self, input: &[u8; 192]) -> Result<[u8; 64], PointEvaluationError> {
        crate::execution::point_evaluation(self, input)
    }

    /// Whether a blob matches its commitment.
    ///
    /// # Errors
    ///
    /// Kind `Input` if any of the three arguments is malformed.
    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool>;

    /// Whether every blob matches its commitment; true for no blobs.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths, or the first item that is malformed.
    fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool>;

    /// The point at which a blob's proof opens the blob, as a canonical field element. The point is
    /// a hash, so the content of the arguments is not checked.
    ///
    /// # Errors
    ///
    /// No error is caused by the input.
    fn compute_challenge(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<Bytes32>;

    /// Commits to many blobs and writes the commitments to the caller's buffer.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths, or the first blob that is malformed. In
    /// this case the buffer's content is unspecified.
    fn blobs_to_kzg_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        for (index, (blob, slot)) in blobs.iter().zip(out).enumerate() {
            *slot = self
                .blob_to_kzg_commitment(blob)
                .map_err(|e| e.with_index(index))?;
        }
        Ok(())
    }

    /// Commits to many blobs.
    ///
    /// # Errors
    ///
    /// As [`blobs_to_kzg_commitments_into`](Self::blobs_to_kzg_commitments_into).
    fn blobs_to_kzg_commitments(&self, blobs: Blobs<'_>) -> Result<Vec<KzgCommitment>> {
        let mut out = vec![KzgCommitment::default(); blobs.len()];
        self.blobs_to_kzg_commitments_into(blobs, &mut out)?;
        Ok(out)
    }

    /// Proves that many blobs match their commitments and writes the proofs to the caller's buffer.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths, or the first item that is malformed. In
    /// this case the buffer's content is unspecified.
    fn compute_blob_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        for (index, slot) in out.iter_mut().enumerate() {
            *slot = self
                .compute_blob_kzg_proof(blobs.at(index), &commitments[index])
                .map_err(|e| e.with_index(index))?;
        }
        Ok(())
    }

    /// Proves that many blobs match their commitments.
    ///
    /// # Errors
    ///
    /// As [`compute_blob_kzg_proofs_into`](Self::compute_blob_kzg_proofs_into).
    fn compute_blob_kzg_proofs(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
    ) -> Result<Vec<KzgProof>> {
        let mut out = vec![KzgProof::default(); blobs.len()];
        self.compute_blob_kzg_proofs_into(blobs, commitments, &mut out)?;
        Ok(out)
    }

    /// Writes the verdict on each blob to the caller's buffer: the result of
    /// [`verify_blob_kzg_proof`](Self::verify_blob_kzg_proof) for that blob, its errors included.
    ///
    /// If all blobs match, the cost is that of one batch. The only false blob of a batch of 64 costs two more
    /// pairings: the call takes 1.12 times as long as the batch. Several false blobs cost up to seven pairing checks
    /// each. If nearly all blobs are false, each is checked by itself, which takes 3.5 times as long (kzg-blst, engine
    /// `ifma`, Zen 5; rows `verify_blob_kzg_proof_each` of the program `compare`). With kzg-constantine, which has no
    /// values of pairings, the only false blob costs seven pairing checks. The worst case is
    /// about a tenth of false blobs: by the number of checks, it takes at most twice as long as that. The
    /// figures are for one thread. On several threads, single checks are the faster way from a smaller
    /// share of false blobs on.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths.
    fn verify_blob_kzg_proof_each_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Proof, blobs.len(), proofs.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        for (index, slot) in out.iter_mut().enumerate() {
            *slot = self
                .verify_blob_kzg_proof(blobs.at(index), &commitments[index], &proofs[index])
                .map_err(|e| e.with_index(index));
        }
        Ok(())
    }

    /// Returns the verdict on each blob.
    ///
    /// # Errors
    ///
    /// As [`verify_blob_kzg_proof_each_into`](Self::verify_blob_kzg_proof_each_into).
    fn verify_blob_kzg_proof_each(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<Vec<Result<bool>>> {
        let mut out = vec![Ok(false); blobs.len()];
        self.verify_blob_kzg_proof_each_into(blobs, commitments, proofs, &mut out)?;
        Ok(out)
    }

    /// Computes the 128 cells of a blob's extension into the caller's buffer.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element that is not canonical or a buffer of another length.
    fn compute_cells_into(&self, blob: &Blob, cells: &mut [Cell]) -> Result<()>;

    /// Computes the 128 cells of a blob's extension.
    ///
    /// # Errors
    ///
    /// As [`compute_cells_into`](Self::compute_cells_into).
    fn compute_cells(&self, blob: &Blob) -> Result<Vec<Cell>> {
        let mut cells = vec![Cell::default(); CELLS_PER_EXT_BLOB];
        self.compute_cells_into(blob, &mut cells)?;
        Ok(cells)
    }

    /// Computes the 128 cells of a blob's extension and their proofs into the caller's buffers.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element that is not canonical or a buffer of another length.
    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()>;

    /// Computes the 128 cells of a blob's extension and their proofs.
    ///
    /// # Errors
    ///
    /// As [`compute_cells_and_kzg_proofs_into`](Self::compute_cells_and_kzg_proofs_into).
    fn compute_cells_and_kzg_proofs(&self, blob: &Blob) -> Result<(Vec<Cell>, Vec<KzgProof>)> {
        let (mut cells, mut proofs) = extension_buffers(1);
        self.compute_cells_and_kzg_proofs_into(blob, &mut cells, &mut proofs)?;
        Ok((cells, proofs))
    }

    /// Computes the proofs of the 128 cells without the cells into the caller's buffer.
    ///
    /// # Errors
    ///
    /// As [`compute_cells_and_kzg_proofs_into`](Self::compute_cells_and_kzg_proofs_into).
    fn compute_cell_kzg_proofs_into(&self, blob: &Blob, proofs: &mut [KzgProof]) -> Result<()> {
        let (mut cells, _) = extension_buffers(1);
        self.compute_cells_and_kzg_proofs_into(blob, &mut cells, proofs)
    }

    /// Computes the proofs of the 128 cells without the cells.
    ///
    /// # Errors
    ///
    /// As [`compute_cells_and_kzg_proofs_into`](Self::compute_cells_and_kzg_proofs_into).
    fn compute_cell_kzg_proofs(&self, blob: &Blob) -> Result<Vec<KzgProof>> {
        let mut proofs = vec![KzgProof::default(); CELLS_PER_EXT_BLOB];
        self.compute_cell_kzg_proofs_into(blob, &mut proofs)?;
        Ok(proofs)
    }

    /// Computes some of the 128 cells, `cells[i]` for `cell_indices[i]`. The indices may have any
    /// order.
    ///
    /// # Errors
    ///
    /// Kind `Input` for a field element that is not canonical, an index of 128 or more, or a
    /// buffer of another length than the indices.
    fn compute_cells_at_into(
        &self,
        blob: &Blob,
        cell_indices: &[u64],
        cells: &mut [Cell],
    ) -> Result<()> {
        check_count(Item::Output, cell_indices.len(), cells.len())?;
        let all = self.compute_cells(blob)?;
        for (position, &cell_index) in cell_indices.iter().enumerate() {
            check_cell_index(position, cell_index)?;
        }
        for (cell, &index) in cells.iter_mut().zip(cell_indices) {
            cell.clone_from(&all[index as usize]);
        }
        Ok(())
    }

    /// Computes some of the 128 cells, in the order of the indices.
    ///
    /// # Errors
    ///
    /// As [`compute_cells_at_into`](Self::compute_cells_at_into).
    fn compute_cells_at(&self, blob: &Blob, cell_indices: &[u64]) -> Result<Vec<Cell>> {
        let mut cells = vec![Cell::default(); cell_indices.len()];
        self.compute_cells_at_into(blob, cell_indices, &mut cells)?;
        Ok(cells)
    }

    /// Computes the cells and proofs of many blobs, such as a block's, into the caller's buffers:
    /// 128 of each for a blob, blob after blob.
    ///
    /// # Errors
    ///
    /// Kind `Input` for buffers of another length, or the first blob that is malformed. In this
    /// case the buffers' content is unspecified.
    fn compute_many_cells_and_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len() * CELLS_PER_EXT_BLOB, cells.len())?;
        check_count(Item::Output, blobs.len() * CELLS_PER_EXT_BLOB, proofs.len())?;
        let rows = cells
            .chunks_exact_mut(CELLS_PER_EXT_BLOB)
            .zip(proofs.chunks_exact_mut(CELLS_PER_EXT_BLOB));
        for (index, (cells, proofs)) in rows.enumerate() {
            self.compute_cells_and_kzg_proofs_into(blobs.at(index), cells, proofs)
                .map_err(|e| e.with_index(index))?;
        }
        Ok(())
    }

    /// Computes the cells and proofs of many blobs: 128 of each for a blob, blob after blob.
    ///
    /// # Errors
    ///
    /// As [`compute_many_cells_and_kzg_proofs_into`](Self::compute_many_cells_and_kzg_proofs_into).
    fn compute_many_cells_and_kzg_proofs(
        &self,
        blobs: Blobs<'_>,
    ) -> Result<(Vec<Cell>, Vec<KzgProof>)> {
        let (mut cells, mut proofs) = extension_buffers(blobs.len());
        self.compute_many_cells_and_kzg_proofs_into(blobs, &mut cells, &mut proofs)?;
        Ok((cells, proofs))
    }

    /// Recovers all 128 cells and their proofs from 64 or more of the cells, into the caller's
    /// buffers. `cell_indices` must ascend.
    ///
    /// More than 64 cells may contradict each other. This method does not detect the contradiction:
    /// the result is then that of the specification's formula, and its proofs do not verify. Verify
    /// cells before they are used.
    ///
    /// # Errors
    ///
    /// Kind `Input` for too few or too many cells, lists of different lengths, indices that do
    /// not ascend or reach 128, a field element that is not canonical, or buffers of another
    /// length.
    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()>;

    /// Recovers all 128 cells and their proofs.
    ///
    /// # Errors
    ///
    /// As [`recover_cells_and_kzg_proofs_into`](Self::recover_cells_and_kzg_proofs_into).
    fn recover_cells_and_kzg_proofs(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
    ) -> Result<(Vec<Cell>, Vec<KzgProof>)> {
        let (mut recovered_cells, mut recovered_proofs) = extension_buffers(1);
        self.recover_cells_and_kzg_proofs_into(
            cell_indices,
            cells,
            &mut recovered_cells,
            &mut recovered_proofs,
        )?;
        Ok((recovered_cells, recovered_proofs))
    }

    /// Recovers all 128 cells without proofs.
    ///
    /// The default computes the proofs and discards them. [`Settings`](crate::Settings) computes no
    /// proofs; with kzg-blst, it is about 30 times as fast as with proofs (row `recover_cells(64)`
    /// of `compare`).
    ///
    /// # Errors
    ///
    /// As [`recover_cells_and_kzg_proofs_into`](Self::recover_cells_and_kzg_proofs_into).
    fn recover_cells_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
    ) -> Result<()> {
        let mut proofs = vec![KzgProof::default(); CELLS_PER_EXT_BLOB];
        self.recover_cells_and_kzg_proofs_into(cell_indices, cells, recovered_cells, &mut proofs)
    }

    /// Recovers all 128 cells without proofs.
    ///
    /// # Errors
    ///
    /// As [`recover_cells_and_kzg_proofs_into`](Self::recover_cells_and_kzg_proofs_into).
    fn recover_cells(&self, cell_indices: &[u64], cells: Cells<'_>) -> Result<Vec<Cell>> {
        let mut recovered = vec![Cell::default(); CELLS_PER_EXT_BLOB];
        self.recover_cells_into(cell_indices, cells, &mut recovered)?;
        Ok(recovered)
    }

    /// Whether every cell is the cell with its index in the extension of the blob of its
    /// commitment; true for no cells. Commitments and indices may repeat, in any order.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths, or the first item that is malformed.
    fn verify_cell_kzg_proof_batch(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<bool>;

    /// Writes the verdict on each cell to the caller's buffer: the result of
    /// [`verify_cell_kzg_proof_batch`](Self::verify_cell_kzg_proof_batch) for that cell alone, its
    /// errors included.
    ///
    /// If all cells match, the cost is that of one batch. Up to 32 cells of a blob with false values are located from
    /// the values of its other cells, and confirmed by one more pairing check for all blobs. A column of 128 with false
    /// proofs costs five more pairings, and with kzg-constantine about ten. Where 64 cells of a blob hold, the
    /// verdicts on its cells in false columns follow from these by sums of proofs; otherwise each of them is checked. The
    /// false proofs of one blob cost some thirty pairing checks, and one check for each of the cells. If nearly all cells
    /// are false, each is checked by itself, by a pairing check and a multi-scalar multiplication over 64 fixed points.
    /// The worst case is about a tenth of false proofs without an order: by the number of checks, it takes at most twice
    /// as long as that. The figures are for one thread. On several threads, single checks are the faster way from a
    /// smaller share of false cells on. For 21 blobs, one column of false proofs takes 1.13 times as long as the batch,
    /// eight columns 1.9 times, all 17 times (kzg-blst, engine `ifma`, Zen 5; rows `verify_cell_kzg_proof_each` of the
    /// program `compare`).
    ///
    /// Verdicts that follow from other cells are right for setups whose secret nobody knows. With a known secret,
    /// such as that of an insecure setup, a forged cell can have the verdict `Ok(false)` here and `Ok(true)` in a call
    /// by itself.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths.
    fn verify_cell_kzg_proof_each_into(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        check_count(Item::Commitment, cells.len(), commitments.len())?;
        check_count(Item::CellIndex, cells.len(), cell_indices.len())?;
        check_count(Item::Proof, cells.len(), proofs.len())?;
        check_count(Item::Output, cells.len(), out.len())?;
        for (index, slot) in out.iter_mut().enumerate() {
            let one = index..index + 1;
            *slot = self
                .verify_cell_kzg_proof_batch(
                    &commitments[one.clone()],
                    &cell_indices[one.clone()],
                    cells.slice(one.clone()),
                    &proofs[one],
                )
                .map_err(|e| e.with_index(index));
        }
        Ok(())
    }

    /// Returns the verdict on each cell.
    ///
    /// # Errors
    ///
    /// As [`verify_cell_kzg_proof_each_into`](Self::verify_cell_kzg_proof_each_into).
    fn verify_cell_kzg_proof_each(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<Vec<Result<bool>>> {
        let mut out = vec![Ok(false); cells.len()];
        self.verify_cell_kzg_proof_each_into(commitments, cell_indices, cells, proofs, &mut out)?;
        Ok(out)
    }

    /// The coefficient whose powers weight a batch of cells, as a canonical field element.
    /// `commitments` has no duplicates; `commitment_indices[k]` is the position of the commitment
    /// of cell `k` in `commitments`. The coefficient is a hash, so the content of the arguments is
    /// not checked.
    ///
    /// # Errors
    ///
    /// Kind `Input` for lists of different lengths.
    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        commitments: &[KzgCommitment],
        commitment_indices: &[u64],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<Bytes32>;

    /// Builds the prover's tables now instead of at first use. Building takes up to seconds, so a
    /// caller may run it on a background thread.
    ///
    /// # Errors
    ///
    /// No error is caused by the input.
    fn warm_up(&self) -> Result<()> {
        Ok(())
    }

    /// The memory that the prover's tables take now, in bytes; 0 if it is not known.
    fn tables_memory(&self) -> usize {
        0
    }

    /// Frees the prover's tables and the scratch memory; the next call that needs them builds
    /// them again.
    fn release_tables(&self) {}
}

/// Buffers for the cells and proofs of a number of blobs.
fn extension_buffers(blobs: usize) -> (Vec<Cell>, Vec<KzgProof>) {
    (
        vec![Cell::default(); blobs * CELLS_PER_EXT_BLOB],
        vec![KzgProof::default(); blobs * CELLS_PER_EXT_BLOB],
    )
}
