//! A backend that only hashes, so that a run takes no time.

use std::sync::atomic::{AtomicUsize, Ordering};

use kzg_traits::error::Result as KzgResult;
use kzg_traits::{Blob, Blobs, Bytes32, Cell, Error, Items, KzgCommitment, KzgProof, KzgSettings};
use sha2::{Digest, Sha256};

/// Commitments and proofs are hashes, so that a run takes no time; counts the blobs that are
/// committed to.
#[derive(Debug, Default)]
pub(super) struct Hashing {
    pub(super) committed: AtomicUsize,
    pub(super) wrong_proofs: bool,
    pub(super) fault_at: Option<usize>,
}

fn hash48(parts: &[&[u8]]) -> [u8; 48] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let mut out = [0; 48];
    out[..32].copy_from_slice(&hash.finalize());
    out
}

impl KzgSettings for Hashing {
    fn backend(&self) -> &str {
        "hashing"
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> KzgResult<KzgCommitment> {
        let count = self.committed.fetch_add(1, Ordering::Relaxed);
        if self.fault_at == Some(count) {
            return Err(Error::Fault {
                backend: "hashing".to_owned(),
                message: "scripted".to_owned(),
            });
        }
        Ok(KzgCommitment(hash48(&[&blob.0])))
    }

    fn compute_kzg_proof(&self, _: &Blob, _: &Bytes32) -> KzgResult<(KzgProof, Bytes32)> {
        unreachable!("the pipeline proves blobs only")
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, c: &KzgCommitment) -> KzgResult<KzgProof> {
        let mut proof = KzgProof(hash48(&[&blob.0, &c.0]));
        proof.0[0] ^= u8::from(self.wrong_proofs);
        Ok(proof)
    }

    fn verify_kzg_proof(
        &self,
        _: &KzgCommitment,
        _: &Bytes32,
        _: &Bytes32,
        _: &KzgProof,
    ) -> KzgResult<bool> {
        unreachable!("the pipeline verifies blobs only")
    }

    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> KzgResult<bool> {
        Ok(commitment.0 == hash48(&[&blob.0]) && proof.0 == hash48(&[&blob.0, &commitment.0]))
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        _: Blobs<'_>,
        _: &[KzgCommitment],
        _: &[KzgProof],
    ) -> KzgResult<bool> {
        unreachable!("the pipeline asks for each verdict")
    }

    fn compute_challenge(&self, _: &Blob, _: &KzgCommitment) -> KzgResult<Bytes32> {
        unreachable!("the pipeline does not ask for challenges")
    }

    /// The second half repeats the first with a bit flipped.
    fn compute_cells_into(&self, blob: &Blob, cells: &mut [Cell]) -> KzgResult<()> {
        for (index, cell) in cells.iter_mut().enumerate() {
            let start = index % 64 * Cell::LENGTH;
            cell.0.copy_from_slice(&blob.0[start..][..Cell::LENGTH]);
            cell.0[0] ^= u8::from(index >= 64);
        }
        Ok(())
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> KzgResult<()> {
        self.compute_cells_into(blob, cells)?;
        let commitment = hash48(&[&blob.0]);
        for (index, (cell, proof)) in cells.iter().zip(proofs).enumerate() {
            *proof = KzgProof(hash48(&[&commitment, &[index as u8], &cell.0]));
        }
        Ok(())
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        indices: &[u64],
        cells: Items<'_, Cell>,
        out: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> KzgResult<()> {
        let mut blob = Blob::zeroed_on_heap();
        for (&index, cell) in indices.iter().zip(cells.iter()) {
            let start = index as usize % 64 * Cell::LENGTH;
            blob.0[start..][..Cell::LENGTH].copy_from_slice(&cell.0);
            blob.0[start] ^= u8::from(index >= 64);
        }
        self.compute_cells_and_kzg_proofs_into(&blob, out, proofs)
    }

    fn verify_cell_kzg_proof_batch(
        &self,
        commitments: &[KzgCommitment],
        indices: &[u64],
        cells: Items<'_, Cell>,
        proofs: &[KzgProof],
    ) -> KzgResult<bool> {
        let expected = cells
            .iter()
            .zip(commitments)
            .zip(indices)
            .map(|((cell, commitment), &k)| hash48(&[&commitment.0, &[k as u8], &cell.0]));
        Ok(expected.eq(proofs.iter().map(|proof| proof.0)))
    }

    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        _: &[KzgCommitment],
        _: &[u64],
        _: &[u64],
        _: Items<'_, Cell>,
        _: &[KzgProof],
    ) -> KzgResult<Bytes32> {
        unreachable!("the pipeline does not ask for challenges")
    }
}
