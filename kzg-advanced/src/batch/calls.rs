//! The calls of the settings, each for a range of the items of a batch.

use core::ops::Range;

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::error::Result;
use kzg_traits::{Blobs, Cell, KzgCommitment, KzgProof, KzgSettings};

use super::source::{CellsAndProofs, PartialCells};

/// Commits to the blobs of a range.
pub(crate) fn commit(
    settings: &dyn KzgSettings,
    blobs: Blobs<'_>,
    range: Range<usize>,
    out: &mut [KzgCommitment],
) -> Result<()> {
    settings.blobs_to_kzg_commitments_into(blobs.slice(range), out)
}

/// Proves the blobs of a range.
pub(crate) fn prove(
    settings: &dyn KzgSettings,
    blobs: Blobs<'_>,
    commitments: &[KzgCommitment],
    range: Range<usize>,
    out: &mut [KzgProof],
) -> Result<()> {
    settings.compute_blob_kzg_proofs_into(blobs.slice(range.clone()), &commitments[range], out)
}

/// Computes the cells and proofs of the blobs of a range.
pub(crate) fn extend(
    settings: &dyn KzgSettings,
    blobs: Blobs<'_>,
    range: Range<usize>,
    out: &mut [CellsAndProofs],
) -> Result<()> {
    out.iter_mut().for_each(CellsAndProofs::fit);
    if let [one] = out {
        let blob = blobs.at(range.start);
        return settings.compute_cells_and_kzg_proofs_into(blob, &mut one.cells, &mut one.proofs);
    }
    let mut cells = vec![Cell::default(); out.len() * CELLS_PER_EXT_BLOB];
    let mut proofs = vec![KzgProof::default(); out.len() * CELLS_PER_EXT_BLOB];
    let blobs = blobs.slice(range);
    settings.compute_many_cells_and_kzg_proofs_into(blobs, &mut cells, &mut proofs)?;
    let rows = cells
        .chunks_exact(CELLS_PER_EXT_BLOB)
        .zip(proofs.chunks_exact(CELLS_PER_EXT_BLOB));
    for (one, (cells, proofs)) in out.iter_mut().zip(rows) {
        one.cells.clone_from_slice(cells);
        one.proofs.copy_from_slice(proofs);
    }
    Ok(())
}

/// Recovers all cells and proofs of one blob.
pub(crate) fn recover(
    settings: &dyn KzgSettings,
    item: &PartialCells<'_>,
    out: &mut CellsAndProofs,
) -> Result<()> {
    out.fit();
    settings.recover_cells_and_kzg_proofs_into(
        item.cell_indices,
        item.cells,
        &mut out.cells,
        &mut out.proofs,
    )
}

/// Verifies each blob of a range.
pub(crate) fn verify_each(
    settings: &dyn KzgSettings,
    (blobs, commitments, proofs): (Blobs<'_>, &[KzgCommitment], &[KzgProof]),
    range: Range<usize>,
    out: &mut [Result<bool>],
) -> Result<()> {
    settings.verify_blob_kzg_proof_each_into(
        blobs.slice(range.clone()),
        &commitments[range.clone()],
        &proofs[range],
        out,
    )
}
