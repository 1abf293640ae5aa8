//! The operations of EIP-4844.

use kzg_backends::kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof};

use crate::cells::{blob_view, commitments_of, proofs_of};
use crate::{
    BlobRef, Bytes48Ref, DASContext, Error, Failure, KZGCommitment, KZGProof, SerializedScalar,
};

impl DASContext {
    /// Commits to a blob.
    ///
    /// # Errors
    ///
    /// [`Error::Serialization`] for a field element that is not canonical.
    pub fn blob_to_kzg_commitment(&self, blob: BlobRef<'_>) -> Result<KZGCommitment, Error> {
        self.run(Error::of_prover, |kzg| {
            kzg.blob_to_kzg_commitment(blob_view(blob))
        })
        .map(|commitment| commitment.0)
    }

    /// Evaluates a blob's polynomial at `z`, and proves the value. Returns the proof and the value.
    ///
    /// # Errors
    ///
    /// [`Error::EIP4844`] for a field element that is not canonical.
    pub fn compute_kzg_proof(
        &self,
        blob: BlobRef<'_>,
        z: SerializedScalar,
    ) -> Result<(KZGProof, SerializedScalar), Error> {
        self.run(Error::of_eip4844, |kzg| {
            kzg.compute_kzg_proof(blob_view(blob), &Bytes32(z))
        })
        .map(|(proof, y)| (proof.0, y.0))
    }

    /// Proves that a blob matches its commitment, without checking that it does.
    ///
    /// # Errors
    ///
    /// [`Error::EIP4844`] for a field element that is not canonical, or a commitment that is no point.
    pub fn compute_blob_kzg_proof(
        &self,
        blob: BlobRef<'_>,
        commitment: Bytes48Ref<'_>,
    ) -> Result<KZGProof, Error> {
        self.run(Error::of_eip4844, |kzg| {
            kzg.compute_blob_kzg_proof(blob_view(blob), &KzgCommitment(*commitment))
        })
        .map(|proof| proof.0)
    }

    /// Checks that the committed polynomial has the value `y` at `z`.
    ///
    /// # Errors
    ///
    /// [`Error::EIP4844`] if an argument is malformed or the proof does not hold.
    pub fn verify_kzg_proof(
        &self,
        commitment: Bytes48Ref<'_>,
        z: SerializedScalar,
        y: SerializedScalar,
        proof: Bytes48Ref<'_>,
    ) -> Result<(), Error> {
        let verdict = self.run(Error::of_eip4844, |kzg| {
            kzg.verify_kzg_proof(
                &KzgCommitment(*commitment),
                &Bytes32(z),
                &Bytes32(y),
                &KzgProof(*proof),
            )
        })?;
        proven(verdict)
    }

    /// Checks that a blob matches its commitment.
    ///
    /// # Errors
    ///
    /// [`Error::EIP4844`] if an argument is malformed or the proof does not hold.
    pub fn verify_blob_kzg_proof(
        &self,
        blob: BlobRef<'_>,
        commitment: Bytes48Ref<'_>,
        proof: Bytes48Ref<'_>,
    ) -> Result<(), Error> {
        let verdict = self.run(Error::of_eip4844, |kzg| {
            kzg.verify_blob_kzg_proof(
                blob_view(blob),
                &KzgCommitment(*commitment),
                &KzgProof(*proof),
            )
        })?;
        proven(verdict)
    }

    /// Checks that every blob matches its commitment.
    ///
    /// # Errors
    ///
    /// [`Error::EIP4844`] for lists of different lengths, or if an item is malformed or a proof does
    /// not hold.
    pub fn verify_blob_kzg_proof_batch(
        &self,
        blobs: Vec<BlobRef<'_>>,
        commitments: Vec<Bytes48Ref<'_>>,
        proofs: Vec<Bytes48Ref<'_>>,
    ) -> Result<(), Error> {
        let blobs: Vec<&Blob> = blobs.iter().map(|blob| blob_view(blob)).collect();
        let verdict = self.run(Error::of_eip4844, |kzg| {
            kzg.verify_blob_kzg_proof_batch(
                (&blobs).into(),
                &commitments_of(&commitments),
                &proofs_of(&proofs),
            )
        })?;
        proven(verdict)
    }
}

fn proven(verdict: bool) -> Result<(), Error> {
    if verdict {
        Ok(())
    } else {
        Err(Error::EIP4844(Failure::InvalidProof))
    }
}
