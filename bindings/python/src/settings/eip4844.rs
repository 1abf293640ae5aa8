//! The operations of EIP-4844: blobs.

use kzg_backends::kzg_traits::{Blob, Bytes32, Item, KzgCommitment, KzgProof};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::Settings;
use crate::arguments::{Many, One};
use crate::buffers::Input;
use crate::errors::raised;
use crate::output::{ByteList, Bytes, Rows, Verdicts};
use crate::rows::{all_or_alone, canonical, each, zip};

#[pymethods]
impl Settings {
    /// Commit to a blob.
    fn blob_to_kzg_commitment(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
    ) -> PyResult<Bytes<KzgCommitment>> {
        self.run(py, |kzg| kzg.blob_to_kzg_commitment(blob.get()?))
            .map(Bytes)
    }

    /// Evaluate a blob's polynomial at `z` and prove the value. Return the proof and the value.
    fn compute_kzg_proof(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        z: One<Bytes32>,
    ) -> PyResult<(Bytes<KzgProof>, Bytes<Bytes32>)> {
        let (proof, y) = self.run(py, |kzg| kzg.compute_kzg_proof(blob.get()?, z.get()?))?;
        Ok((Bytes(proof), Bytes(y)))
    }

    /// Prove that a blob matches its commitment, without checking that it does.
    fn compute_blob_kzg_proof(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        commitment: One<KzgCommitment>,
    ) -> PyResult<Bytes<KzgProof>> {
        self.run(py, |kzg| {
            kzg.compute_blob_kzg_proof(blob.get()?, commitment.get()?)
        })
        .map(Bytes)
    }

    /// Whether the committed polynomial has the value `y` at `z`.
    fn verify_kzg_proof(
        &self,
        py: Python<'_>,
        commitment: One<KzgCommitment>,
        z: One<Bytes32>,
        y: One<Bytes32>,
        proof: One<KzgProof>,
    ) -> PyResult<bool> {
        self.run(py, |kzg| {
            kzg.verify_kzg_proof(commitment.get()?, z.get()?, y.get()?, proof.get()?)
        })
    }

    /// Whether a blob matches its commitment.
    fn verify_blob_kzg_proof(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        commitment: One<KzgCommitment>,
        proof: One<KzgProof>,
    ) -> PyResult<bool> {
        self.run(py, |kzg| {
            kzg.verify_blob_kzg_proof(blob.get()?, commitment.get()?, proof.get()?)
        })
    }

    /// Whether every blob matches its commitment.
    fn verify_blob_kzg_proof_batch(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        commitments: Many<KzgCommitment>,
        proofs: Many<KzgProof>,
    ) -> PyResult<bool> {
        self.run(py, |kzg| {
            let blobs = blobs.get()?;
            kzg.verify_blob_kzg_proof_batch(
                blobs.items(),
                &commitments.copied()?,
                &proofs.copied()?,
            )
        })
    }

    /// The verdict on every blob: whether it matches its commitment, or the error if an item is malformed.
    fn verify_blob_kzg_proof_each(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        commitments: Many<KzgCommitment>,
        proofs: Many<KzgProof>,
    ) -> PyResult<Verdicts> {
        self.run(py, |kzg| {
            let rows = zip(blobs.each()?, Item::Commitment, commitments.each()?)?;
            each(zip(rows, Item::Proof, proofs.each()?)?, |rows| {
                let rows = rows
                    .iter()
                    .map(|&((blob, &commitment), &proof)| ((blob, commitment), proof));
                let ((blobs, commitments), proofs): ((Vec<_>, Vec<_>), Vec<_>) = rows.unzip();
                kzg.verify_blob_kzg_proof_each((&blobs).into(), &commitments, &proofs)
            })
        })
        .map(Verdicts)
    }

    /// The point at which the proof of a blob opens the blob, a field element.
    fn compute_challenge(
        &self,
        py: Python<'_>,
        blob: One<Blob>,
        commitment: One<KzgCommitment>,
    ) -> PyResult<Bytes<Bytes32>> {
        self.run(py, |kzg| {
            kzg.compute_challenge(blob.get()?, commitment.get()?)
        })
        .map(Bytes)
    }

    /// Run the precompile of EIP-4844 on its 192 bytes of input; return its 64 bytes of output.
    fn point_evaluation(&self, py: Python<'_>, input: Input) -> PyResult<Bytes<[u8; 64]>> {
        let input: &[u8; 192] = input[..].try_into().map_err(|_| {
            PyValueError::new_err(format!("input: {} bytes, expected 192", input.len()))
        })?;
        // The inner result: a refusal by the precompile. The outer one: a call that did not end.
        let output = self.run(py, |kzg| Ok(kzg.point_evaluation(input)))?;
        output.map(Bytes).map_err(|error| raised(py, error))
    }

    /// Commit to many blobs.
    fn blobs_to_kzg_commitments(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
    ) -> PyResult<ByteList<KzgCommitment>> {
        self.run(py, |kzg| kzg.blobs_to_kzg_commitments(blobs.get()?.items()))
            .map(ByteList)
    }

    /// Commit to many blobs. A malformed blob gives its error, and the others their commitments.
    fn blobs_to_kzg_commitments_each(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
    ) -> PyResult<Rows<KzgCommitment>> {
        self.run(py, |kzg| {
            let blobs = blobs.each()?.into_iter();
            let rows = blobs.map(|blob| blob.and_then(canonical)).collect();
            each(rows, |blobs| {
                all_or_alone(blobs, |blobs| kzg.blobs_to_kzg_commitments(blobs.into()))
            })
        })
        .map(Rows)
    }

    /// Prove that blobs match their commitments.
    fn compute_blob_kzg_proofs(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        commitments: Many<KzgCommitment>,
    ) -> PyResult<ByteList<KzgProof>> {
        self.run(py, |kzg| {
            kzg.compute_blob_kzg_proofs(blobs.get()?.items(), &commitments.copied()?)
        })
        .map(ByteList)
    }

    /// Prove that blobs match their commitments. A malformed row gives its error, and the others their proofs.
    fn compute_blob_kzg_proofs_each(
        &self,
        py: Python<'_>,
        blobs: Many<Blob>,
        commitments: Many<KzgCommitment>,
    ) -> PyResult<Rows<KzgProof>> {
        self.run(py, |kzg| {
            let blobs = blobs.each()?.into_iter();
            let blobs = blobs.map(|blob| blob.and_then(canonical)).collect();
            each(zip(blobs, Item::Commitment, commitments.each()?)?, |rows| {
                all_or_alone(rows, |rows| {
                    let rows = rows.iter().map(|&(blob, &commitment)| (blob, commitment));
                    let (blobs, commitments): (Vec<_>, Vec<_>) = rows.unzip();
                    kzg.compute_blob_kzg_proofs((&blobs).into(), &commitments)
                })
            })
        })
        .map(Rows)
    }
}
