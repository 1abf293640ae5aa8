//! The calls: few items on the processor, many on the device.

use kzg_blst::Fr;
use kzg_traits::bytes::{
    Blob, CELLS_PER_EXT_BLOB, Cell, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof,
};
use kzg_traits::checks::check_count;
use kzg_traits::settings::KzgSettingsWrapper;
use kzg_traits::{Blobs, Cells, Fr as _, Item, KzgSettings, Operation};

use super::{BlstGpu, LARGEST_BATCH, Result};
use crate::NAME;
use crate::device::Task;

impl BlstGpu {
    /// The proofs of the cells of blobs, on the device or on the processor.
    pub(super) fn cell_proofs(&self, blobs: Blobs<'_>, proofs: &mut [KzgProof]) -> Result<()> {
        let goes_to_device = self.goes_to_device(blobs.len(), self.thresholds.cell_batch());
        for (first, proofs) in batches(blobs.len(), proofs, CELLS_PER_EXT_BLOB) {
            let blobs = blobs.slice(first..first + proofs.len() / CELLS_PER_EXT_BLOB);
            if goes_to_device && self.health.is_in_use() {
                let rows = self.rows(blobs, first)?;
                if let Some(made) = self.on_device(|batch| batch.cell_proofs(&rows)) {
                    copy(proofs, &made, |proof| &mut proof.0);
                    continue;
                }
            }
            self.exec
                .try_for_each_chunk_mut(proofs, CELLS_PER_EXT_BLOB, |index, proofs| {
                    let made = self
                        .each
                        .compute_cell_kzg_proofs_into(blobs.at(index), proofs);
                    made.map_err(|error| error.with_index(first + index))
                })?;
        }
        Ok(())
    }

    /// The cells of blobs.
    pub(super) fn cells(&self, blobs: Blobs<'_>, cells: &mut [Cell]) -> Result<()> {
        self.exec
            .try_for_each_chunk_mut(cells, CELLS_PER_EXT_BLOB, |index, cells| {
                let made = self.each.compute_cells_into(blobs.at(index), cells);
                made.map_err(|error| error.with_index(index))
            })
    }
}

/// kzg-blst answers every call that has no method here. A call for one blob goes to the method for
/// many blobs if the thresholds send a batch of one blob to the device.
impl KzgSettingsWrapper for BlstGpu {
    fn inner(&self) -> &dyn KzgSettings {
        &self.processor
    }

    fn backend(&self) -> &str {
        NAME
    }

    /// For operations that go to the device, the largest number of blobs that are checked together; otherwise
    /// the processor's number. That this is the best one is an estimate: it was not measured on a device.
    fn items_per_call(&self, operation: Operation) -> usize {
        match operation {
            Operation::BlobsToKzgCommitments | Operation::ComputeBlobKzgProofs
                if self.goes_to_device(LARGEST_BATCH, self.thresholds.batch()) =>
            {
                LARGEST_BATCH
            }
            Operation::ComputeManyCellsAndKzgProofs
                if self.goes_to_device(LARGEST_BATCH, self.thresholds.cell_batch()) =>
            {
                LARGEST_BATCH
            }
            _ => self.processor.items_per_call(operation),
        }
    }

    fn tables_memory(&self) -> usize {
        let on_device = self
            .device()
            .map_or(0, |(device, _)| device.tables_memory());
        self.processor.tables_memory() + on_device
    }

    fn release_tables(&self) {
        KzgSettings::release_tables(&self.processor);
        if let Some((device, _)) = self.device() {
            device.release_tables();
        }
    }

    fn warm_up(&self) -> Result<()> {
        self.processor.warm_up()?;
        let thresholds = self.thresholds();
        for (task, threshold) in [
            (Task::Commitment, thresholds.batch),
            (Task::CellProofs, thresholds.cell_batch),
        ] {
            if threshold.is_none() || !self.health.is_in_use() {
                continue;
            }
            let Some((device, generation)) = self.device() else {
                break;
            };
            if let Err(error) = device.prepare(task) {
                self.health.failed(generation, error.into());
            }
        }
        Ok(())
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        if !self.goes_to_device(1, self.thresholds.batch()) {
            return self.processor.blob_to_kzg_commitment(blob);
        }
        let mut out = [KzgCommitment::default()];
        let blobs = core::slice::from_ref(blob).into();
        KzgSettingsWrapper::blobs_to_kzg_commitments_into(self, blobs, &mut out)?;
        Ok(out[0])
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        if !self.goes_to_device(1, self.thresholds.batch()) {
            return self.processor.compute_blob_kzg_proof(blob, commitment);
        }
        let mut out = [KzgProof::default()];
        let blobs = core::slice::from_ref(blob).into();
        let commitments = core::slice::from_ref(commitment);
        KzgSettingsWrapper::compute_blob_kzg_proofs_into(self, blobs, commitments, &mut out)?;
        Ok(out[0])
    }

    fn blobs_to_kzg_commitments_into(
        &self,
        blobs: Blobs<'_>,
        out: &mut [KzgCommitment],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        if !self.goes_to_device(blobs.len(), self.thresholds.batch()) {
            return self.processor.blobs_to_kzg_commitments_into(blobs, out);
        }
        for (first, out) in batches(blobs.len(), out, 1) {
            let blobs = blobs.slice(first..first + out.len());
            let values = self.decode(blobs, first)?;
            match self.on_device(|batch| batch.commitments(&values)) {
                Some(made) => copy(out, &made, |commitment| &mut commitment.0),
                None => self.processor.blobs_to_kzg_commitments_into(blobs, out)?,
            }
        }
        Ok(())
    }

    fn compute_blob_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        out: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Commitment, blobs.len(), commitments.len())?;
        check_count(Item::Output, blobs.len(), out.len())?;
        if !self.goes_to_device(blobs.len(), self.thresholds.batch()) {
            return self
                .processor
                .compute_blob_kzg_proofs_into(blobs, commitments, out);
        }
        for (first, out) in batches(blobs.len(), out, 1) {
            let range = first..first + out.len();
            let (blobs, commitments) = (blobs.slice(range.clone()), &commitments[range]);
            let mut values = vec![Fr::ZERO; blobs.len() * FIELD_ELEMENTS_PER_BLOB];
            let each = FIELD_ELEMENTS_PER_BLOB;
            self.exec
                .try_for_each_chunk_mut(&mut values, each, |index, values| {
                    self.quotient(blobs.at(index), &commitments[index], first + index, values)
                })?;
            match self.on_device(|batch| batch.commitments(&values)) {
                Some(made) => copy(out, &made, |proof| &mut proof.0),
                None => self
                    .processor
                    .compute_blob_kzg_proofs_into(blobs, commitments, out)?,
            }
        }
        Ok(())
    }

    fn compute_cells_and_kzg_proofs_into(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        if !self.goes_to_device(1, self.thresholds.cell_batch()) {
            return self
                .processor
                .compute_cells_and_kzg_proofs_into(blob, cells, proofs);
        }
        let blobs = core::slice::from_ref(blob).into();
        KzgSettingsWrapper::compute_many_cells_and_kzg_proofs_into(self, blobs, cells, proofs)
    }

    fn compute_many_cells_and_kzg_proofs_into(
        &self,
        blobs: Blobs<'_>,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len() * CELLS_PER_EXT_BLOB, cells.len())?;
        check_count(Item::Output, blobs.len() * CELLS_PER_EXT_BLOB, proofs.len())?;
        if !self.goes_to_device(blobs.len(), self.thresholds.cell_batch()) {
            return self
                .processor
                .compute_many_cells_and_kzg_proofs_into(blobs, cells, proofs);
        }
        self.cells(blobs, cells)?;
        self.cell_proofs(blobs, proofs)
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        if !self.goes_to_device(1, self.thresholds.cell_batch()) {
            return self.processor.recover_cells_and_kzg_proofs_into(
                cell_indices,
                cells,
                recovered_cells,
                recovered_proofs,
            );
        }
        self.recover_many_cells_and_kzg_proofs_into(
            &[(cell_indices, cells)],
            recovered_cells,
            recovered_proofs,
        )
        .map_err(|(_, error)| error)
    }
}

/// Copies the results of a batch to the caller's buffer.
fn copy<T>(out: &mut [T], made: &[[u8; 48]], bytes: impl Fn(&mut T) -> &mut [u8; 48]) {
    for (slot, made) in out.iter_mut().zip(made) {
        *bytes(slot) = *made;
    }
}

/// Splits the results of a call, `each` for a blob, into batches whose sizes differ by at most one; with the first
/// blob of each batch. A last batch of few blobs would be checked for more than it costs to compute them.
fn batches<T>(blobs: usize, out: &mut [T], each: usize) -> impl Iterator<Item = (usize, &mut [T])> {
    let number = number_of_batches(blobs);
    let first = move |batch: usize| batch * blobs / number;
    let mut rest = out;
    (0..number).map(move |batch| {
        let size = first(batch + 1) - first(batch);
        let (out, others) = core::mem::take(&mut rest).split_at_mut(size * each);
        rest = others;
        (first(batch), out)
    })
}

fn number_of_batches(blobs: usize) -> usize {
    blobs.div_ceil(LARGEST_BATCH)
}

/// The size of the smallest batch of a call for at least one blob.
pub(super) fn smallest_batch(blobs: usize) -> usize {
    blobs / number_of_batches(blobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_batches_differ_by_at_most_one() {
        let sizes = |blobs: usize| -> Vec<(usize, usize)> {
            let mut out = vec![0_u8; 3 * blobs];
            let batches = batches(blobs, &mut out, 3);
            batches.map(|(first, out)| (first, out.len())).collect()
        };
        assert_eq!(sizes(0), []);
        assert_eq!(sizes(1), [(0, 3)]);
        assert_eq!(sizes(256), [(0, 768)]);
        assert_eq!(sizes(257), [(0, 384), (128, 387)]);
        assert_eq!(sizes(1000), [(0, 750), (250, 750), (500, 750), (750, 750)]);
        for blobs in (1..1100).chain([57_631, 76_801]) {
            let sizes = sizes(blobs);
            let lengths = || sizes.iter().map(|(_, length)| length / 3);
            assert_eq!(lengths().min(), Some(smallest_batch(blobs)));
            assert!(lengths().max() <= Some((smallest_batch(blobs) + 1).min(LARGEST_BATCH)));
            assert_eq!(lengths().sum::<usize>(), blobs);
        }
    }
}
