//! EIP-4844: commitments to blobs, proofs of their values, and verification, generic over
//! [`Backend`].
//!
//! A blob is the list of values of a polynomial `f` of degree below 4096 at the 4096th roots of
//! unity, in bit-reversed order. Its commitment is `C = [f(τ)]₁`, a combination of the setup's
//! Lagrange points. A proof that `f(z) = y` is the commitment to the quotient
//! `(f(X) - y) / (X - z)`, and is checked by `e(C - [y]₁, [1]₂) = e(π, [τ - z]₂)`; moving `z`
//! to the first group, `e(C - [y]₁ + z·π, [1]₂) · e(-π, [τ]₂) = 1`, leaves fixed points in the
//! second.
//!
//! Source: the consensus specifications, deneb/polynomial-commitments.

mod decoding;
mod opening;
mod verification;

use crate::algebra::{Fr, Group};
use crate::backend::{Backend, sha256_each};
use crate::bytes::{Blob, Bytes32, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof};
use crate::error::{Error, Item, Result};
use crate::exec::Exec;
use crate::poly;
use crate::settings::Settings;

pub(crate) use decoding::raw_from_bytes_many;
pub(crate) use decoding::{blob_to_polynomial, blob_to_raw_polynomial};

use decoding::field_element;

/// Domain separator of the hash that gives a blob's evaluation point.
pub const FIAT_SHAMIR_PROTOCOL_DOMAIN: &[u8; 16] = b"FSBLOBVERIFY_V1_";
/// Domain separator of the hash that gives the weights of a batch of proofs.
pub const RANDOM_CHALLENGE_KZG_BATCH_DOMAIN: &[u8; 16] = b"RCKZGBATCH___V1_";

/// The number of field elements of a blob, in the form in which it is hashed.
static FIELD_ELEMENTS_AS_BYTES: [u8; 16] = (FIELD_ELEMENTS_PER_BLOB as u128).to_be_bytes();

/// The point at which the proof of a blob opens the blob: a hash of the blob and its commitment.
#[must_use]
pub fn compute_challenge(blob: &Blob, commitment: &KzgCommitment) -> [u8; 32] {
    let mut hash = [[0; 32]];
    sha256_each(&[challenge_message(blob, commitment)], &mut hash);
    hash[0]
}

/// The message whose hash is the challenge of a blob.
fn challenge_message<'a>(blob: &'a Blob, commitment: &'a KzgCommitment) -> [&'a [u8]; 4] {
    [
        FIAT_SHAMIR_PROTOCOL_DOMAIN,
        &FIELD_ELEMENTS_AS_BYTES,
        blob.as_slice(),
        &commitment.0,
    ]
}

impl<B: Backend> Settings<B> {
    pub(crate) fn challenge(blob: &Blob, commitment: &KzgCommitment) -> B::Fr {
        B::Fr::from_bytes_reduced(&compute_challenge(blob, commitment))
    }

    pub(crate) fn commit(&self, blob: &Blob, index: usize, exec: &Exec) -> Result<KzgCommitment> {
        let mut values = exec.scratch_vec();
        blob_to_polynomial::<B>(blob, index, &mut values)?;
        let bases = self.lagrange_bases();
        Ok(KzgCommitment(
            B::msm_fixed(&bases, &values, exec).to_bytes(),
        ))
    }

    pub(crate) fn prove(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        let exec = self.exec();
        let mut values = exec.scratch_vec();
        blob_to_polynomial::<B>(blob, 0, &mut values)?;
        let z = field_element::<B>(z, Item::Z)?;
        let (proof, y) = self.prove_polynomial(&values, z, exec);
        Ok((proof, Bytes32(y.to_bytes())))
    }

    pub(crate) fn prove_blob(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        index: usize,
        exec: &Exec,
    ) -> Result<KzgProof> {
        let mut values = exec.scratch_vec();
        blob_to_polynomial::<B>(blob, index, &mut values)?;
        B::G1::from_bytes(&commitment.0).map_err(|reason| Error::Point {
            item: Item::Commitment,
            index,
            reason,
        })?;
        let z = Self::challenge(blob, commitment);
        Ok(self.prove_polynomial(&values, z, exec).0)
    }

    fn prove_polynomial(&self, values: &[B::Fr], z: B::Fr, exec: &Exec) -> (KzgProof, B::Fr) {
        let roots = self.domain().roots(FIELD_ELEMENTS_PER_BLOB);
        let mut quotient = exec.scratch_vec();
        let mut prefix = exec.scratch_vec();
        let y = B::evaluate(self.folding(), values, z, exec);
        poly::quotient(values, roots, z, y, &mut quotient, &mut prefix);
        let proof = B::msm_fixed(&self.lagrange_bases(), &quotient, exec);
        (KzgProof(proof.to_bytes()), y)
    }
}
