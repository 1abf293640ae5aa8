//! Settings with only the required operations.

use kzg_traits::bytes::{Blob, Bytes32, Cell, KzgCommitment, KzgProof};
use kzg_traits::error::Result;
use kzg_traits::items::{Blobs, Cells};
use kzg_traits::settings::KzgSettings;

/// Passes on the required operations. The other operations are those that the trait provides.
#[derive(Debug)]
pub struct Required<'a>(pub &'a dyn KzgSettings);

impl KzgSettings for Required<'_> {
    fn backend(&self) -> &str {
        self.0.backend()
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        self.0.blob_to_kzg_commitment(blob)
    }

    fn compute_kzg_proof(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        self.0.compute_kzg_proof(blob, z)
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        self.0.compute_blob_kzg_proof(blob, commitment)
    }

    fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        self.0.verify_kzg_proof(commitment, z, y, proof)
    }

    fn verify_blob_kzg_proof(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool> {
        self.0.verify_blob_kzg_proof(blob, commitment, proof)
    }

    fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        self.0
            .verify_blob_kzg_proof_batch(blobs, commitments, proofs)
    }

    fn compute_challenge(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<Bytes32> {
        self.0.compute_challenge(blob, commitment)
    }

    fn compute_cells_into(&self, blob: &Blob, cells: &mut [Cell]) -> Result<()> {
        self.0.compute_cells_into(blob, cells)
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        self.0
            .compute_cells_and_kzg_proofs_into(blob, cells, proofs)
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        self.0.recover_cells_and_kzg_proofs_into(
            cell_indices,
            cells,
            recovered_cells,
            recovered_proofs,
        )
    }

    fn verify_cell_kzg_proof_batch(
        &self,
        commitments: &[KzgCommitment],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<bool> {
        self.0
            .verify_cell_kzg_proof_batch(commitments, cell_indices, cells, proofs)
    }

    fn compute_verify_cell_kzg_proof_batch_challenge(
        &self,
        commitments: &[KzgCommitment],
        commitment_indices: &[u64],
        cell_indices: &[u64],
        cells: Cells<'_>,
        proofs: &[KzgProof],
    ) -> Result<Bytes32> {
        self.0.compute_verify_cell_kzg_proof_batch_challenge(
            commitments,
            commitment_indices,
            cell_indices,
            cells,
            proofs,
        )
    }
}
