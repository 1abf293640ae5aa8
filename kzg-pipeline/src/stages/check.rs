//! Checks blobs and their cells against the records of the blobs.

use kzg_advanced::batch::Consecutive;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result, backend_error};
use kzg_traits::{Blob, ErrorKind, KzgCommitment, KzgSettings, Operation};

use crate::formats::cell_claims::verify_each;
use crate::formats::cells::{CellFaults, CheckedCells, StoredCells};
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
        for (found, of_cells) in found
            .iter_mut()
            .zip(cell_mismatches(settings, cells, records)?)
        {
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

/// The mismatch of the stored cells of each blob with its record. A lost cell is a mismatch too.
fn cell_mismatches(
    settings: &dyn KzgSettings,
    cells: &[StoredCells],
    records: &[BlobRecord],
) -> Result<Vec<Option<Mismatch>>> {
    let claims = cells.iter().zip(records).map(|(cells, record)| {
        let proofs = record.cell_proofs.as_deref().unwrap_or_default();
        // Nothing has checked the number of proofs if the manifest has no header.
        let claim = cells.claim(&record.commitment, proofs);
        claim.map_err(Mismatch::Malformed)
    });
    let malformed = |position: usize, error: kzg_traits::Error| {
        Mismatch::Malformed(error.with_index(records[position].blob as usize))
    };
    let checked = verify_each(settings, claims.collect(), malformed)
        .map_err(|(position, error)| of_cells(settings, &records[position], error))?;
    let mismatches = checked.into_iter().map(|checked| match checked {
        Ok(checked) => cell_faults(checked),
        Err(malformed) => Some(malformed),
    });
    Ok(mismatches.collect())
}

fn cell_faults(mut checked: CheckedCells) -> Option<Mismatch> {
    checked.count_lost();
    checked.faults().map(Mismatch::Cells)
}

/// An error of the backend that says nothing about the cells. It names the first blob of the call.
fn of_cells(
    settings: &dyn KzgSettings,
    first: &BlobRecord,
    error: kzg_traits::Error,
) -> KzgAdvancedError {
    let operation = Operation::VerifyCellKzgProofEach;
    backend_error(settings, operation, first.blob)(error.with_index(0))
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

#[cfg(test)]
mod tests {
    use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
    use kzg_traits::{Cell, SettingsOptions, TrustedSetup};

    use super::*;
    use crate::formats::cell_claims::CELLS_PER_CALL;

    /// The blobs of a group, whose cells are verified in one call.
    const BLOBS_AT_ONCE: usize = CELLS_PER_CALL / CELLS_PER_EXT_BLOB;

    fn settings() -> std::sync::Arc<dyn KzgSettings> {
        let setup = TrustedSetup::mainnet();
        let choice = kzg_advanced::BackendChoice::Auto;
        let settings = kzg_advanced::load(choice, &setup, SettingsOptions::default());
        settings.expect("blst is compiled in")
    }

    /// The cells and records of constant blobs, whose proofs are infinity.
    fn blobs(settings: &dyn KzgSettings, count: usize) -> (Vec<Vec<Cell>>, Vec<BlobRecord>) {
        let of_blob = |number: usize| {
            let mut blob = Blob::zeroed_on_heap();
            for element in blob.0.as_chunks_mut::<32>().0 {
                element[31] = number as u8;
            }
            let extension = settings.compute_cells_and_kzg_proofs(&blob);
            let (cells, proofs) = extension.expect("well formed");
            let commitment = settings.blob_to_kzg_commitment(&blob).expect("well formed");
            let record = BlobRecord {
                input: 0,
                blob: number as u64,
                commitment,
                versioned_hash: kzg_to_versioned_hash(&commitment),
                proof: None,
                cell_proofs: Some(proofs),
            };
            (cells, record)
        };
        (0..count).map(of_blob).unzip()
    }

    fn found(
        settings: &dyn KzgSettings,
        cells: &[Vec<Cell>],
        records: &[BlobRecord],
    ) -> Vec<Option<Mismatch>> {
        let cells = cells.iter().cloned().map(StoredCells::from_cells);
        let cells: Vec<StoredCells> = cells.collect();
        cell_mismatches(settings, &cells, records).expect("no fault of the backend")
    }

    #[test]
    fn faults_of_cells_are_those_of_their_blobs_in_every_group() {
        let settings = &*settings();
        let count = 2 * BLOBS_AT_ONCE + 2;
        let (mut cells, mut records) = blobs(settings, count);
        assert_eq!(found(settings, &cells, &records), vec![None; count]);

        // A cell of another blob, a lost cell, a wrong number of proofs in the second group, and no proofs at all.
        cells[BLOBS_AT_ONCE - 1][9] = cells[0][9].clone();
        cells[2 * BLOBS_AT_ONCE][127] = Cell([0xff; Cell::LENGTH]);
        let proofs = records[BLOBS_AT_ONCE + 2].cell_proofs.as_mut();
        proofs.expect("made above").pop();
        records[count - 1].cell_proofs = None;
        let found = found(settings, &cells, &records);
        for (position, mismatch) in found.iter().enumerate() {
            let is_expected = match mismatch {
                None => ![
                    BLOBS_AT_ONCE - 1,
                    BLOBS_AT_ONCE + 2,
                    2 * BLOBS_AT_ONCE,
                    count - 1,
                ]
                .contains(&position),
                Some(Mismatch::Cells(_)) => {
                    [BLOBS_AT_ONCE - 1, 2 * BLOBS_AT_ONCE].contains(&position)
                }
                Some(Mismatch::Malformed(kzg_traits::Error::Count { actual, .. })) => {
                    [(BLOBS_AT_ONCE + 2, 127), (count - 1, 0)].contains(&(position, *actual))
                }
                Some(_) => false,
            };
            assert!(is_expected, "blob {position}: {mismatch:?}");
        }
    }

    /// The other blobs of the call keep their verdicts, and the commitment is not a fault of each cell.
    #[test]
    fn a_malformed_commitment_is_the_mismatch_of_its_blob() {
        let settings = &*settings();
        let (cells, mut records) = blobs(settings, 3);
        records[1].commitment = KzgCommitment([0; 48]);
        let malformed = kzg_traits::Error::Point {
            item: kzg_traits::Item::Commitment,
            index: 1,
            reason: kzg_traits::error::PointError::Encoding,
        };
        let expected = [None, Some(Mismatch::Malformed(malformed)), None];
        assert_eq!(found(settings, &cells, &records), expected);
    }
}
