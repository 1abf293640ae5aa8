//! The handlers of EIP-4844. The library parses the byte strings, since some have wrong lengths on
//! purpose.

use serde::Deserialize;

use crate::law::CheckFailure;
use kzg_traits::bytes::{Blob, Bytes32, KzgCommitment, KzgProof};
use kzg_traits::error::Result;
use kzg_traits::settings::KzgSettings;

use super::Handler;
use super::case::{OneBlob, check, each, handlers};

pub(super) const HANDLERS: [Handler; 7] = handlers![
    blob_to_kzg_commitment: 11 cases,
    compute_kzg_proof: 52 cases,
    compute_blob_kzg_proof: 15 cases,
    verify_kzg_proof: 122 cases,
    verify_blob_kzg_proof: 29 cases,
    verify_blob_kzg_proof_batch: 24 cases,
    compute_challenge: 9 cases,
];

fn blob_to_kzg_commitment(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: OneBlob| {
        settings.blob_to_kzg_commitment(&*Blob::from_hex(&input.blob)?)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlobAndPoint {
    blob: String,
    z: String,
}

fn compute_kzg_proof(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: BlobAndPoint| {
        let (blob, z) = (Blob::from_hex(&input.blob)?, input.z.parse()?);
        settings.compute_kzg_proof(&blob, &z)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlobAndCommitment {
    blob: String,
    commitment: String,
}

fn compute_blob_kzg_proof(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: BlobAndCommitment| {
        let (blob, commitment) = (Blob::from_hex(&input.blob)?, input.commitment.parse()?);
        settings.compute_blob_kzg_proof(&blob, &commitment)
    })
}

fn compute_challenge(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: BlobAndCommitment| {
        let (blob, commitment) = (Blob::from_hex(&input.blob)?, input.commitment.parse()?);
        settings.compute_challenge(&blob, &commitment)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    commitment: String,
    z: String,
    y: String,
    proof: String,
}

fn verify_kzg_proof(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: Opening| {
        let commitment: KzgCommitment = input.commitment.parse()?;
        let (z, y): (Bytes32, Bytes32) = (input.z.parse()?, input.y.parse()?);
        settings.verify_kzg_proof(&commitment, &z, &y, &input.proof.parse()?)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvenBlob {
    blob: String,
    commitment: String,
    proof: String,
}

fn verify_blob_kzg_proof(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: ProvenBlob| {
        let (blob, commitment) = (Blob::from_hex(&input.blob)?, input.commitment.parse()?);
        settings.verify_blob_kzg_proof(&blob, &commitment, &input.proof.parse()?)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvenBlobs {
    blobs: Vec<String>,
    commitments: Vec<String>,
    proofs: Vec<String>,
}

fn verify_blob_kzg_proof_batch(text: &str, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
    check(text, |input: ProvenBlobs| {
        let blobs: Vec<Box<Blob>> = each(&input.blobs, Blob::from_hex)?;
        let commitments: Vec<KzgCommitment> = each(&input.commitments, str::parse)?;
        let proofs: Vec<KzgProof> = each(&input.proofs, str::parse)?;
        settings.verify_blob_kzg_proof_batch((&blobs).into(), &commitments, &proofs)
    })
}
