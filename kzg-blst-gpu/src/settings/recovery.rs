//! The recovery of many blobs.

use kzg_traits::bytes::{Blob, CELLS_PER_BLOB, CELLS_PER_EXT_BLOB, Cell, KzgProof};
use kzg_traits::checks::check_count;
use kzg_traits::{Cells, Error, Item, KzgSettings};

use super::{BlstGpu, Result};

impl BlstGpu {
    /// Recovers the cells and proofs of several blobs into the caller's buffers, 128 of each for a
    /// blob. Each blob has its cells' indices and cells, as in
    /// [`recover_cells_and_kzg_proofs`](KzgSettings::recover_cells_and_kzg_proofs).
    ///
    /// # Errors
    ///
    /// The position of the first blob whose input is malformed, with the error; or position 0 and
    /// [`Error::Count`] for buffers of another length.
    pub fn recover_many_cells_and_kzg_proofs_into(
        &self,
        blobs: &[(&[u64], Cells<'_>)],
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<(), (usize, Error)> {
        let length = blobs.len() * CELLS_PER_EXT_BLOB;
        check_count(Item::Output, length, cells.len()).map_err(|error| (0, error))?;
        check_count(Item::Output, length, proofs.len()).map_err(|error| (0, error))?;
        // The blobs whose cells agree, as far as they are known.
        let mut agreeing = vec![None; blobs.len()];
        let mut rows: Vec<_> = cells
            .chunks_exact_mut(CELLS_PER_EXT_BLOB)
            .zip(proofs.chunks_exact_mut(CELLS_PER_EXT_BLOB))
            .zip(&mut agreeing)
            .collect();
        self.exec
            .try_for_each_mut(&mut rows, |index, ((cells, proofs), agreeing)| {
                let (indices, given) = blobs[index];
                let recovered = self.recover_one(indices, given, cells, proofs);
                **agreeing = recovered.map_err(|error| (index, error))?;
                Ok(())
            })?;
        let agreeing: Vec<(usize, Box<Blob>)> = agreeing
            .into_iter()
            .enumerate()
            .filter_map(|(index, blob)| Some((index, blob?)))
            .collect();
        let blobs: Vec<&Blob> = agreeing.iter().map(|(_, blob)| &**blob).collect();
        let mut made = vec![KzgProof::default(); blobs.len() * CELLS_PER_EXT_BLOB];
        self.cell_proofs((&blobs).into(), &mut made)
            .map_err(|error| (0, error))?;
        for ((index, _), made) in agreeing.iter().zip(made.chunks_exact(CELLS_PER_EXT_BLOB)) {
            proofs[index * CELLS_PER_EXT_BLOB..][..CELLS_PER_EXT_BLOB].copy_from_slice(made);
        }
        Ok(())
    }

    /// Recovers the cells of a blob. If they are those of a blob, returns it; if the given cells
    /// contradict each other, computes the proofs too, by the specification's formula.
    fn recover_one(
        &self,
        indices: &[u64],
        given: Cells<'_>,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<Option<Box<Blob>>> {
        self.each.recover_cells_into(indices, given, cells)?;
        let mut blob = Blob::zeroed_on_heap();
        blob.copy_from_cells(cells);
        // 64 cells determine a blob and cannot contradict each other.
        if given.len() == CELLS_PER_BLOB || self.each.compute_cells(&blob)? == *cells {
            return Ok(Some(blob));
        }
        self.each
            .recover_cells_and_kzg_proofs_into(indices, given, cells, proofs)?;
        Ok(None)
    }
}
