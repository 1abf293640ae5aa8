//! Settings that answer at once, so that what is measured is what stands above them.

use kzg_traits::error::Result;
use kzg_traits::{Blob, Blobs, Bytes32, Cell, Cells, KzgCommitment, KzgProof, KzgSettings};

/// Settings that compute nothing.
#[derive(Clone, Copy, Debug)]
pub struct Null;

impl KzgSettings for Null {
    fn backend(&self) -> &str {
        "null"
    }

    fn blob_to_kzg_commitment(&self, _: &Blob) -> Result<KzgCommitment> {
        Ok(KzgCommitment::default())
    }

    fn compute_kzg_proof(&self, _: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        Ok((KzgProof::default(), *z))
    }

    fn compute_blob_kzg_proof(&self, _: &Blob, _: &KzgCommitment) -> Result<KzgProof> {
        Ok(KzgProof::default())
    }

    fn verify_kzg_proof(
        &self,
        _: &KzgCommitment,
        _: &Bytes32,
        _: &Bytes32,
        _: &KzgProof,
    ) -> Result<bool> {
        Ok(true)
    }

    fn verify_blob_kzg_proof(&self, _: &Blob, _: &KzgCommitment, _: &KzgProof) -> Result<bool> {
        Ok(true)
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        _: Blobs<'_>,
        _: &[KzgCommitment],
        _: &[KzgProof],
    ) -> Result<bool> {
        Ok(true)
    }

    fn compute_challenge(&self, _: &Blob, _: &KzgCommitment) -> Result<Bytes32> {
        Ok(Bytes32::default())
    }

    fn compute_cells_into(&self, _: &Blob, _: &mut [Cell]) -> Result<()> {
        Ok(())
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        _: &Blob,
        _: &mut [Cell],
        _: &mut [KzgProof],
    ) -> Result<()> {
        Ok(())
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        _: &[u64],
        _: Cells<'_>,
        _: &mut [Cell],
        _: &mut [KzgProof],
    ) -> Result<()> {
        Ok(())
    }

    fn verify_cell_kzg_proof_batch(
        &self,
        _: &[KzgCommitment],
        _: &[u64],
        _: Cells<'_>,
        _: &[KzgProof],
    ) -> Result<bool> {
        Ok(true)
    }

    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        _: &[KzgCommitment],
        _: &[u64],
        _: &[u64],
        _: Cells<'_>,
        _: &[KzgProof],
    ) -> Result<Bytes32> {
        Ok(Bytes32::default())
    }
}
