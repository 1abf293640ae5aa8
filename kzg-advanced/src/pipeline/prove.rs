//! The second stage: commitments and proofs; and the same in reverse, checking stored ones.

use kzg_traits::{Blob, ErrorKind, KzgCommitment, KzgProof, KzgSettings};

use super::manifest::{BlobRecord, kzg_to_versioned_hash};
use super::options::Proofs;
use crate::error::{KzgAdvancedError, Result};

/// Commits to consecutive blobs, the first of which has the number `first`.
pub(crate) fn commit(
    settings: &dyn KzgSettings,
    blobs: &[&Blob],
    first: u64,
) -> Result<Vec<KzgCommitment>> {
    settings
        .blobs_to_kzg_commitments(blobs.into())
        .map_err(backend_error(settings, "commit", first))
}

/// Proves consecutive blobs.
pub(crate) fn prove(
    settings: &dyn KzgSettings,
    blobs: &[&Blob],
    commitments: &[KzgCommitment],
    first: u64,
) -> Result<Vec<KzgProof>> {
    settings
        .compute_blob_kzg_proofs(blobs.into(), commitments)
        .map_err(backend_error(settings, "prove", first))
}

/// Why each blob does not match its record; `None` where it does.
///
/// With proofs the proof is verified, which is cheaper than making it; without, the commitment
/// is computed again.
pub(crate) fn mismatches(
    settings: &dyn KzgSettings,
    proofs: Proofs,
    blobs: &[&Blob],
    records: &[BlobRecord],
) -> Result<Vec<Option<String>>> {
    let Some(first) = records.first().map(|record| record.blob) else {
        return Ok(Vec::new());
    };
    let mut found: Vec<Option<String>> = match proofs {
        Proofs::Blob => {
            let commitments: Vec<_> = records.iter().map(|record| record.commitment).collect();
            let proofs: Vec<_> = records
                .iter()
                .map(|record| record.proof.unwrap_or_default())
                .collect();
            let verdicts = settings
                .verify_blob_kzg_proof_each(blobs.into(), &commitments, &proofs)
                .map_err(backend_error(settings, "verify", first))?;
            verdicts
                .into_iter()
                .zip(blobs.iter().zip(records))
                .map(|(verdict, (blob, record))| match verdict {
                    Ok(true) => Ok(None),
                    Ok(false) => wrong_commitment(settings, blob, record)
                        .map(|reason| reason.or(Some("the proof does not verify".to_owned()))),
                    Err(error) => malformed(settings, "verify", record, error).map(Some),
                })
                .collect::<Result<_>>()?
        }
        Proofs::None => match settings.blobs_to_kzg_commitments(blobs.into()) {
            Ok(commitments) => commitments
                .iter()
                .zip(records)
                .map(|(commitment, record)| {
                    (*commitment != record.commitment).then(|| WRONG_COMMITMENT.to_owned())
                })
                .collect(),
            // One of them is malformed: which?
            Err(_) => blobs
                .iter()
                .zip(records)
                .map(|(blob, record)| wrong_commitment(settings, blob, record))
                .collect::<Result<_>>()?,
        },
    };
    for (reason, record) in found.iter_mut().zip(records) {
        if reason.is_none() && record.versioned_hash != kzg_to_versioned_hash(&record.commitment) {
            *reason = Some("the versioned hash is not the commitment's".to_owned());
        }
    }
    Ok(found)
}

const WRONG_COMMITMENT: &str = "the blob is not the one that was committed to";

fn wrong_commitment(
    settings: &dyn KzgSettings,
    blob: &Blob,
    record: &BlobRecord,
) -> Result<Option<String>> {
    match settings.blob_to_kzg_commitment(blob) {
        Ok(commitment) if commitment == record.commitment => Ok(None),
        Ok(_) => Ok(Some(WRONG_COMMITMENT.to_owned())),
        Err(error) => malformed(settings, "commit", record, error).map(Some),
    }
}

/// A malformed item is a mismatch; any other error says nothing about it.
fn malformed(
    settings: &dyn KzgSettings,
    operation: &'static str,
    record: &BlobRecord,
    error: kzg_traits::Error,
) -> Result<String> {
    if error.kind() == ErrorKind::Input {
        Ok(error.with_index(record.blob as usize).to_string())
    } else {
        Err(backend_error(settings, operation, record.blob)(
            error.with_index(0),
        ))
    }
}

/// Says which blob of the job an error is about; `first` is the first of the call.
fn backend_error(
    settings: &dyn KzgSettings,
    operation: &'static str,
    first: u64,
) -> impl FnOnce(kzg_traits::Error) -> KzgAdvancedError {
    let backend = settings.backend().to_owned();
    move |source| {
        let index = first + source.index().unwrap_or(0) as u64;
        KzgAdvancedError::Backend {
            operation,
            backend,
            index,
            source: source.with_index(index as usize),
        }
    }
}
