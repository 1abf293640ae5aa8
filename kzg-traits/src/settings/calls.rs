//! The implementation of [`KzgSettings`] for [`Settings`], by the generic protocol.

use crate::algebra::Fr;
use crate::backend::Backend;
use crate::bytes::{Blob, Bytes32, CELLS_PER_EXT_BLOB, Cell, KzgCommitment, KzgProof};
use crate::checks::check_count;
use crate::eip7594::{self, Wanted};
use crate::error::{Item, Result};
use crate::exec::Exec;
use crate::items::{Blobs, Cells};
use crate::operation::Operation;
use crate::settings::{KzgSettings, Settings};

impl<B: Backend> KzgSettings for Settings<B> {
    fn backend(&self) -> &str {
        B::NAME
    }

    /// A batch of verifications shares its pairing check and its multi-scalar multiplications.
    /// These take most of the time of a single verification; at 64 items they take a few percent of
    /// the batch. Commitments and proofs share only the tables: on one thread, calls for many items
    /// were measured within two percent of single calls. Several threads each take whole items, a
    /// few for each thread.
    fn items_per_call(&self, operation: Operation) -> usize {
        match operation {
            Operation::VerifyBlobKzgProofBatch | Operation::VerifyBlobKzgProofEach => 64,
            Operation::BlobsToKzgCommitments
            | Operation::ComputeBlobKzgProofs
            | Operation::ComputeManyCellsAndKzgProofs
                if self.exec.is_parallel() =>
            {
                4 * self.exec.threads()
            }
            _ => 1,
        }
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        self.exec.run(|| self.commit(blob, 0, &self.exec))
    }

    fn compute_kzg_proof(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        self.exec.run(|| self.prove(blob, z))
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        self.exec
            .run(|| self.prove_blob(blob, commitment, 0, &self.exec))
    }

    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        self.verify_point(commitment, z, y, proof)
    }

    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool> {
        self.verify_one(blob, commitment, proof)
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        self.verify_batch(blobs, commitments, proofs)
    }

    fn compute_challenge(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<Bytes32> {
        Ok(Bytes32(Self::challenge(blob, commitment).to_bytes()))
    }

    fn blobs_to_kzg_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        let each = self.exec_for_items(blobs.len());
        self.exec.try_for_each_mut(out, |index, slot| {
            *slot = self.commit(blobs.at(index), index, &each)?;
            Ok(())
        })
    }

    fn compute_blob_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        let each = self.exec_for_items(blobs.len());
        self.exec.try_for_each_mut(out, |index, slot| {
            *slot = self.prove_blob(blobs.at(index), &commitments[index], index, &each)?;
            Ok(())
        })
    }

    fn verify_blob_kzg_proof_each_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        self.exec
            .run(|| self.verify_each(blobs, commitments, proofs, out))
    }

    fn compute_cells_into(&self, blob: &Blob, cells: &mut [Cell]) -> Result<()> {
        check_count(Item::Output, CELLS_PER_EXT_BLOB, cells.len())?;
        let wanted = Wanted {
            cells: Some(cells),
            proofs: None,
        };
        self.exec
            .run(|| self.extend_blob(blob, 0, wanted, &self.exec))
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Output, CELLS_PER_EXT_BLOB, cells.len())?;
        check_count(Item::Output, CELLS_PER_EXT_BLOB, proofs.len())?;
        let wanted = Wanted {
            cells: Some(cells),
            proofs: Some(proofs),
        };
        self.exec
            .run(|| self.extend_blob(blob, 0, wanted, &self.exec))
    }

    fn compute_cell_kzg_proofs_into(&self, blob: &Blob, proofs: &mut [KzgProof]) -> Result<()> {
        check_count(Item::Output, CELLS_PER_EXT_BLOB, proofs.len())?;
        let wanted = Wanted {
            cells: None,
            proofs: Some(proofs),
        };
        self.exec
            .run(|| self.extend_blob(blob, 0, wanted, &self.exec))
    }

    fn compute_cells_at_into(
        &self,
        blob: &Blob,
        cell_indices: &[u64],
        cells: &mut [Cell],
    ) -> Result<()> {
        self.cells_at(blob, cell_indices, cells)
    }

    fn compute_many_cells_and_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len() * CELLS_PER_EXT_BLOB, cells.len())?;
        check_count(Item::Output, blobs.len() * CELLS_PER_EXT_BLOB, proofs.len())?;
        let each = self.exec_for_items(blobs.len());
        let (cells, proofs) = ((cells, CELLS_PER_EXT_BLOB), (proofs, CELLS_PER_EXT_BLOB));
        self.exec
            .try_for_each_row_mut(cells, proofs, |index, cells, proofs| {
                let wanted = Wanted {
                    cells: Some(cells),
                    proofs: Some(proofs),
                };
                self.extend_blob(blobs.at(index), index, wanted, &each)
            })
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Output, CELLS_PER_EXT_BLOB, recovered_cells.len())?;
        check_count(Item::Output, CELLS_PER_EXT_BLOB, recovered_proofs.len())?;
        let wanted = Wanted {
            cells: Some(recovered_cells),
            proofs: Some(recovered_proofs),
        };
        self.exec.run(|| self.recover(cell_indices, cells, wanted))
    }

    fn recover_cells_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
    ) -> Result<()> {
        check_count(Item::Output, CELLS_PER_EXT_BLOB, recovered_cells.len())?;
        let wanted = Wanted {
            cells: Some(recovered_cells),
            proofs: None,
        };
        self.exec.run(|| self.recover(cell_indices, cells, wanted))
    }

    fn verify_cell_kzg_proof_batch(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<bool> {
        self.exec
            .run(|| self.verify_cells(commitments, cell_indices, cells, proofs))
    }

    fn verify_cell_kzg_proof_each_into(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        self.exec
            .run(|| self.verify_cells_each(commitments, cell_indices, cells, proofs, out))
    }

    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        commitments: &[KzgCommitment],
        commitment_indices: &[u64],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<Bytes32> {
        let hash = eip7594::compute_verify_cell_kzg_proof_batch_challenge(
            commitments,
            commitment_indices,
            cell_indices,
            cells,
            proofs,
        )?;
        Ok(Bytes32(B::Fr::from_bytes_reduced(&hash).to_bytes()))
    }

    fn warm_up(&self) -> Result<()> {
        self.build_tables();
        Ok(())
    }

    fn tables_memory(&self) -> usize {
        Self::tables_memory(self)
    }

    fn release_tables(&self) {
        self.tables.release();
        self.exec.release_scratch();
    }
}

impl<B: Backend> Settings<B> {
    /// The executor for each of several items: the calling thread, because the items themselves are
    /// spread over the threads. A single item may use all threads.
    fn exec_for_items(&self, items: usize) -> Exec {
        if items > 1 {
            self.exec.on_this_thread()
        } else {
            self.exec.clone()
        }
    }
}
