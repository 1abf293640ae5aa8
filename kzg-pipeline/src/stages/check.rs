//! Checks blobs and their cells against the records of the blobs.

use kzg_advanced::batch::Consecutive;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result, backend_error};
use kzg_traits::{Blob, ErrorKind, KzgCommitment, KzgSettings, Operation};

use crate::formats::cells::{CellFaults, StoredCells};
use crate::manifest::{BlobRecord, kzg_to_versioned_hash};
use crate::options::Proofs;

/// The reason why a blob or its cells do not match the blob's record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Mismatch {
    #[error("the blob is not the one that was committed to")]
    Commitment,
    #[error("the proof does not verify")]
    Proof,
    #[error("the versioned hash is not the commitment's")]
    VersionedHash,
    #[error(transparent)]
    Malformed(kzg_traits::Error),
    #[error(transparent)]
    Cells(CellFaults),
}

/// The mismatch of each blob with its record; `None` if the blob and the record match.
/// `stored_cells` has the stored cells of each blob; without stored cells, cells are computed from
/// the blobs.
///
/// If the records have proofs, the proofs are verified, which is cheaper than computing them.
/// Otherwise the commitments are computed again.
///
/// # Panics
///
/// If the numbers of records, blobs and stored cells differ.
pub(crate) fn mismatches(
    settings: &dyn KzgSettings,
    proofs: Proofs,
    blobs: &[&Blob],
    records: &[BlobRecord],
    stored_cells: Option<&[StoredCells]>,
) -> Result<Vec<Option<Mismatch>>> {
    assert_eq!(blobs.len(), records.len());
    assert!(stored_cells.is_none_or(|cells| cells.len() == records.len()));
    let Some(first) = records.first().map(|record| record.blob) else {
        return Ok(Vec::new());
    };
    let consecutive = Consecutive::new(settings, first);
    let mut found = match proofs {
        Proofs::Blob | Proofs::Both => proof_mismatches(settings, consecutive, blobs, records)?,
        Proofs::Cells => vec![None; records.len()],
        Proofs::None => {
            let commitments = consecutive.commitments_each(blobs.into());
            let commitments = commitments.into_iter().zip(records);
            commitments
                .map(|(commitment, record)| commitment_mismatch(commitment, record))
                .collect::<Result<_>>()?
        }
    };
    if proofs.of_cells() {
        let computed: Vec<StoredCells>;
        let cells = match stored_cells {
            Some(cells) => cells,
            None => {
                let each = blobs.iter().zip(records);
                computed = each
                    .map(|(blob, record)| cells_of(settings, blob, record.blob))
                    .collect::<Result<_>>()?;
                &computed
            }
        };
        for ((found, cells), record) in found.iter_mut().zip(cells).zip(records) {
            let of_cells = cell_mismatch(settings, cells, record)?;
            *found = found.take().or(of_cells);
        }
    }
    for (found, record) in found.iter_mut().zip(records) {
        if found.is_none() && record.versioned_hash != kzg_to_versioned_hash(&record.commitment) {
            *found = Some(Mismatch::VersionedHash);
        }
    }
    Ok(found)
}

fn proof_mismatches(
    settings: &dyn KzgSettings,
    consecutive: Consecutive<'_>,
    blobs: &[&Blob],
    records: &[BlobRecord],
) -> Result<Vec<Option<Mismatch>>> {
    let commitments: Vec<_> = records.iter().map(|record| record.commitment).collect();
    // A missing proof becomes zero bytes, which are not a valid point.
    let proofs: Vec<_> = records
        .iter()
        .map(|record| record.proof.unwrap_or_default())
        .collect();
    let verdicts = consecutive.verdicts(blobs.into(), &commitments, &proofs)?;
    let each = verdicts.into_iter().zip(blobs.iter().zip(records));
    each.map(|(verdict, (blob, record))| match verdict {
        Ok(true) => Ok(None),
        // Either the blob or the proof is wrong; the commitment shows which one.
        Ok(false) => {
            let one = Consecutive::new(settings, record.blob);
            let commitment = one.commitments([*blob].as_slice().into());
            let commitment = commitment.map(|made| made[0]);
            let mismatch = commitment_mismatch(commitment, record)?;
            Ok(Some(mismatch.unwrap_or(Mismatch::Proof)))
        }
        Err(error) => malformed(settings, Operation::VerifyBlobKzgProofEach, record, error),
    })
    .collect()
}

/// Compares a computed commitment with the recorded commitment.
fn commitment_mismatch(
    computed: Result<KzgCommitment>,
    record: &BlobRecord,
) -> Result<Option<Mismatch>> {
    match computed {
        Ok(commitment) => Ok((commitment != record.commitment).then_some(Mismatch::Commitment)),
        Err(KzgAdvancedError::DataValidation { source, item, call }) => {
            match source.downcast::<kzg_traits::Error>() {
                Ok(malformed) => {
                    let malformed = malformed.with_index(record.blob as usize);
                    Ok(Some(Mismatch::Malformed(malformed)))
                }
                Err(source) => Err(KzgAdvancedError::DataValidation { source, item, call }),
            }
        }
        Err(error) => Err(error),
    }
}

/// The mismatch of stored cells with the blob's record. A lost cell is a mismatch too.
fn cell_mismatch(
    settings: &dyn KzgSettings,
    cells: &StoredCells,
    record: &BlobRecord,
) -> Result<Option<Mismatch>> {
    let operation = Operation::VerifyCellKzgProofEach;
    let proofs = record.cell_proofs.as_deref().unwrap_or_default();
    match cells.verify(settings, &record.commitment, proofs) {
        Ok(mut checked) => {
            checked.count_lost();
            Ok(checked.faults().map(Mismatch::Cells))
        }
        // Without a header, nothing has checked the number of proofs.
        Err(error) if error.kind() == ErrorKind::Input => Ok(Some(Mismatch::Malformed(error))),
        Err(error) => Err(backend_error(settings, operation, record.blob)(error)),
    }
}

/// The cells of a blob that may be damaged; all cells are lost if the blob is malformed.
pub(crate) fn cells_of(
    settings: &dyn KzgSettings,
    blob: &Blob,
    number: u64,
) -> Result<StoredCells> {
    let cells = Consecutive::new(settings, number).cells([blob].as_slice().into());
    match cells {
        Ok(mut cells) => Ok(StoredCells::from_cells(cells.remove(0))),
        Err(error) if error.kind() == ErrorKind::Input => Ok(StoredCells::all_lost()),
        Err(error) => Err(error),
    }
}

/// A malformed item is a mismatch; any other error says nothing about the item.
fn malformed(
    settings: &dyn KzgSettings,
    operation: Operation,
    record: &BlobRecord,
    error: kzg_traits::Error,
) -> Result<Option<Mismatch>> {
    if error.kind() == ErrorKind::Input {
        let error = error.with_index(record.blob as usize);
        return Ok(Some(Mismatch::Malformed(error)));
    }
    Err(backend_error(settings, operation, record.blob)(
        error.with_index(0),
    ))
}
