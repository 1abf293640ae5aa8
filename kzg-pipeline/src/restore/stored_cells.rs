//! Restores a blob from its stored cells.

use kzg_advanced::{KzgAdvancedResult as Result, backend_error};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::eip7594::CELLS_PER_BLOB;
use kzg_traits::{Blob, ErrorKind, KzgSettings, Operation};

use super::fault::BlobFault;
use crate::folder::stored::StoredBlobs;
use crate::manifest::BlobRecord;
use crate::options::Proofs;
use crate::stages::check::mismatches;

/// Restores a blob from its stored cells. The inner error says why the cells are not enough.
///
/// Cells whose proofs do not verify count as lost. If the job made no cell proofs, all cells that
/// are not lost are used, and the result is checked against the commitment.
pub(super) fn recover_blob(
    settings: &dyn KzgSettings,
    stored: &StoredBlobs,
    record: &BlobRecord,
    blob: &mut Blob,
) -> Result<Result<(), BlobFault>> {
    let cells = match stored.read_cells(record.blob) {
        Ok(cells) => cells,
        Err(fault) => return Ok(Err(fault.into())),
    };
    let fault = |error: kzg_traits::Error| match error.kind() {
        ErrorKind::Input => Ok(Err(BlobFault::Recovery(error))),
        _ => Err(backend_error(
            settings,
            Operation::RecoverCells,
            record.blob,
        )(error)),
    };
    let (good, bad) = match &record.cell_proofs {
        Some(proofs) => match cells.verify(settings, &record.commitment, proofs) {
            Ok(checked) => (checked.good, checked.bad.len()),
            Err(error) => return fault(error.with_index(record.blob as usize)),
        },
        None => (cells.present(), 0),
    };
    if good.len() < CELLS_PER_BLOB {
        return Ok(Err(BlobFault::TooFewCells {
            good: good.len(),
            lost: CELLS_PER_EXT_BLOB - good.len() - bad,
            bad,
        }));
    }
    if let Err(error) = cells.to_blob(settings, &good, blob) {
        return fault(error);
    }
    if record.cell_proofs.is_some() {
        return Ok(Ok(()));
    }
    let record = core::slice::from_ref(record);
    let found = mismatches(settings, Proofs::None, &[&*blob], record, None)?;
    Ok(match found.into_iter().flatten().next() {
        None => Ok(()),
        Some(mismatch) => Err(BlobFault::FalseCells(mismatch)),
    })
}
