//! The second stage: commitments and proofs; and the same in reverse, checking stored ones.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Cell, ErrorKind, KzgCommitment, KzgProof, KzgSettings, Operation};

use crate::formats::cells::StoredCells;
use crate::manifest::{BlobRecord, kzg_to_versioned_hash};
use crate::options::Proofs;
use kzg_advanced::Result;
use kzg_advanced::backend_error;

/// Commits to consecutive blobs, the first of which has the number `first`.
pub(crate) fn commit(
    settings: &dyn KzgSettings,
    blobs: &[&Blob],
    first: u64,
) -> Result<Vec<KzgCommitment>> {
    settings
        .blobs_to_kzg_commitments(blobs.into())
        .map_err(backend_error(
            settings,
            Operation::BlobsToKzgCommitments,
            first,
        ))
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
        .map_err(backend_error(
            settings,
            Operation::ComputeBlobKzgProofs,
            first,
        ))
}

/// The cells of consecutive blobs, 128 for each.
pub(crate) fn extend(settings: &dyn KzgSettings, blobs: &[&Blob], first: u64) -> Result<Vec<Cell>> {
    let mut cells = vec![Cell::default(); blobs.len() * CELLS_PER_EXT_BLOB];
    let rows = blobs.iter().zip(cells.chunks_exact_mut(CELLS_PER_EXT_BLOB));
    for ((blob, cells), number) in rows.zip(first..) {
        settings
            .compute_cells_into(blob, cells)
            .map_err(backend_error(settings, Operation::ComputeCells, number))?;
    }
    Ok(cells)
}

/// The cells of a blob whose content may be damaged: all lost if it has none.
pub(crate) fn cells_of(
    settings: &dyn KzgSettings,
    blob: &Blob,
    number: u64,
) -> Result<StoredCells> {
    match settings.compute_cells(blob) {
        Ok(cells) => Ok(StoredCells::from_cells(cells)),
        Err(error) if error.kind() == ErrorKind::Input => Ok(StoredCells::all_lost()),
        Err(error) => Err(backend_error(settings, Operation::ComputeCells, number)(
            error,
        )),
    }
}

/// The cells of consecutive blobs and their proofs, 128 of each for each.
pub(crate) fn prove_cells(
    settings: &dyn KzgSettings,
    blobs: &[&Blob],
    first: u64,
) -> Result<(Vec<Cell>, Vec<KzgProof>)> {
    settings
        .compute_many_cells_and_kzg_proofs(blobs.into())
        .map_err(backend_error(
            settings,
            Operation::ComputeManyCellsAndKzgProofs,
            first,
        ))
}

/// Why each blob's cells do not verify; `None` where they do. A lost cell does not.
fn cell_mismatches(
    settings: &dyn KzgSettings,
    cells: &[StoredCells],
    records: &[BlobRecord],
) -> Result<Vec<Option<String>>> {
    let mut found = Vec::with_capacity(records.len());
    for (cells, record) in cells.iter().zip(records) {
        let proofs = record.cell_proofs.as_deref().unwrap_or_default();
        let mut checked =
            cells
                .verify(settings, &record.commitment, proofs)
                .map_err(backend_error(
                    settings,
                    Operation::VerifyCellKzgProofEach,
                    record.blob,
                ))?;
        checked.count_lost();
        found.push(checked.reason());
    }
    Ok(found)
}

/// Why each blob does not match its record; `None` where it does. `stored_cells` holds the cells
/// that are stored for each; without, they are made of the blobs.
///
/// The proofs that there are are verified, which is cheaper than making them; where there are
/// none, the commitments are computed again.
pub(crate) fn mismatches(
    settings: &dyn KzgSettings,
    proofs: Proofs,
    blobs: &[&Blob],
    records: &[BlobRecord],
    stored_cells: Option<&[StoredCells]>,
) -> Result<Vec<Option<String>>> {
    let Some(first) = records.first().map(|record| record.blob) else {
        return Ok(Vec::new());
    };
    let mut found: Vec<Option<String>> = match proofs {
        Proofs::Blob | Proofs::Both => {
            let commitments: Vec<_> = records.iter().map(|record| record.commitment).collect();
            let proofs: Vec<_> = records
                .iter()
                .map(|record| record.proof.unwrap_or_default())
                .collect();
            let verdicts = settings
                .verify_blob_kzg_proof_each(blobs.into(), &commitments, &proofs)
                .map_err(backend_error(
                    settings,
                    Operation::VerifyBlobKzgProofEach,
                    first,
                ))?;
            verdicts
                .into_iter()
                .zip(blobs.iter().zip(records))
                .map(|(verdict, (blob, record))| match verdict {
                    Ok(true) => Ok(None),
                    Ok(false) => wrong_commitment(settings, blob, record)
                        .map(|reason| reason.or(Some("the proof does not verify".to_owned()))),
                    Err(error) => {
                        malformed(settings, Operation::VerifyBlobKzgProofEach, record, error)
                            .map(Some)
                    }
                })
                .collect::<Result<_>>()?
        }
        Proofs::Cells => vec![None; records.len()],
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
    if proofs.of_cells() {
        let made;
        let cells = match stored_cells {
            Some(cells) => cells,
            None => {
                made = blobs
                    .iter()
                    .zip(records)
                    .map(|(blob, record)| cells_of(settings, blob, record.blob))
                    .collect::<Result<Vec<_>>>()?;
                &made
            }
        };
        let of_cells = cell_mismatches(settings, cells, records)?;
        for (reason, of_cells) in found.iter_mut().zip(of_cells) {
            *reason = reason.take().or(of_cells);
        }
    }
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
        Err(error) => {
            malformed(settings, Operation::BlobsToKzgCommitments, record, error).map(Some)
        }
    }
}

/// A malformed item is a mismatch; any other error says nothing about it.
fn malformed(
    settings: &dyn KzgSettings,
    operation: Operation,
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
