//! The backend's settings: kzg-blst's, with the calls for many items on the device.

use std::sync::{Arc, PoisonError, RwLock};

use kzg_blst::{Blst, Fr, G1};
use kzg_traits::bytes::{
    Blob, CELLS_PER_EXT_BLOB, Cell, FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL,
    FIELD_ELEMENTS_PER_EXT_BLOB, KzgCommitment, KzgProof,
};
use kzg_traits::checks::check_count;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;
use kzg_traits::settings::KzgSettingsWrapper;
use kzg_traits::{
    Backend, Blobs, Cells, Error, Exec, Fr as _, Group, Item, KzgSettings, Operation, Settings,
    SettingsOptions, SetupError, Threads, TrustedSetup, eip4844, poly,
};

use crate::NAME;
use crate::batch::{Batch, Failure};
use crate::device::{Device, Task};
use crate::driver::DeviceError;
use crate::options::GpuOptions;
use crate::status::{DeviceStatus, Health};

type Result<T, E = Error> = core::result::Result<T, E>;

/// Largest number of blobs that are checked together.
const LARGEST_BATCH: usize = 256;

/// A trusted setup loaded into kzg-blst and a device.
///
/// The device's tables are built when they are first used, or by
/// [`warm_up`](KzgSettings::warm_up).
#[derive(Debug)]
pub struct BlstGpu {
    processor: Settings<Blst>,
    /// The same settings for one item of several.
    each: Settings<Blst>,
    exec: Exec,
    domain: Domain<Fr>,
    folding: Folding<Fr>,
    setup: TrustedSetup,
    device: RwLock<Arc<Device>>,
    health: Health,
    options: GpuOptions,
}

impl BlstGpu {
    /// Loads a trusted setup and opens the device.
    ///
    /// # Errors
    ///
    /// [`SetupError::LibraryNotFound`] or [`SetupError::MissingSymbols`] without CUDA's driver,
    /// [`SetupError::BackendUnavailable`] without the device; otherwise as [`Settings::load`].
    pub fn load(
        setup: &TrustedSetup,
        options: SettingsOptions,
        gpu: GpuOptions,
    ) -> Result<Self, SetupError> {
        let device = Device::open(gpu.library.as_deref(), gpu.device, setup)?;
        let processor = Settings::<Blst>::load(setup, options.clone())?;
        let domain = Domain::new();
        Ok(Self {
            each: processor.with_options(options.clone().with_threads(Threads::One)),
            processor,
            exec: Exec::new(options.threads),
            folding: Folding::new(&domain, FIELD_ELEMENTS_PER_BLOB),
            domain,
            setup: setup.clone(),
            device: RwLock::new(Arc::new(device)),
            health: Health::new(),
            options: gpu,
        })
    }

    /// The device's name.
    #[must_use]
    pub fn device_name(&self) -> String {
        self.device().name().to_owned()
    }

    /// What happened on the device, and whether it is in use.
    #[must_use]
    pub fn device_status(&self) -> DeviceStatus {
        self.health.status()
    }

    /// Opens the device once more and uses it again. Its tables are built again.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn reopen(&self) -> Result<(), SetupError> {
        let options = &self.options;
        let device = Device::open(options.library.as_deref(), options.device, &self.setup)?;
        let mut place = self.device.write().unwrap_or_else(PoisonError::into_inner);
        *place = Arc::new(device);
        self.health.reopened();
        Ok(())
    }

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
        let (parts, _) = blob.0.as_chunks_mut::<{ Cell::LENGTH }>();
        for (part, cell) in parts.iter_mut().zip(cells.iter()) {
            *part = cell.0;
        }
        // 64 cells determine a blob and cannot contradict each other.
        if given.len() == CELLS_PER_EXT_BLOB / 2 || self.each.compute_cells(&blob)? == *cells {
            return Ok(Some(blob));
        }
        self.each
            .recover_cells_and_kzg_proofs_into(indices, given, cells, proofs)?;
        Ok(None)
    }

    fn device(&self) -> Arc<Device> {
        let device = self.device.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&device)
    }

    /// Runs a batch on the device. `None` if the processor has to compute it.
    fn on_device<T>(&self, run: impl FnOnce(Batch<'_>) -> Result<T, Failure>) -> Option<T> {
        if !self.health.status().in_use {
            return None;
        }
        let device = self.device();
        let outcome = run(Batch {
            device: &device,
            processor: &self.processor,
            domain: &self.domain,
            check: self.options.check,
            exec: &self.exec,
        });
        match outcome {
            Ok(result) => {
                self.health.succeeded();
                Some(result)
            }
            Err(Failure::Device(error)) => {
                let is_lost = matches!(error, DeviceError::Lost { .. });
                self.health.failed(error.into(), is_lost);
                None
            }
            Err(Failure::Check(error)) => {
                self.health.failed(error, true);
                None
            }
        }
    }

    /// Decodes blobs to raw values, 4096 for each.
    fn decode(&self, blobs: Blobs<'_>, first: usize) -> Result<Vec<Fr>> {
        let mut values = vec![Fr::ZERO; blobs.len() * FIELD_ELEMENTS_PER_BLOB];
        self.exec.try_for_each_chunk_mut(
            &mut values,
            FIELD_ELEMENTS_PER_BLOB,
            |index, values| decode_blob(blobs.at(index), first + index, values),
        )?;
        Ok(values)
    }

    /// Decodes a blob and gives the raw values of the quotient whose commitment is its proof.
    fn quotient(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        index: usize,
        values: &mut [Fr],
    ) -> Result<()> {
        decode_blob(blob, index, values)?;
        G1::from_bytes(&commitment.0).map_err(|reason| Error::Point {
            item: Item::Commitment,
            index,
            reason,
        })?;
        let z = Fr::from_bytes_reduced(&eip4844::compute_challenge(blob, commitment));
        let exec = self.exec.on_this_thread();
        let y = Blst::evaluate(&self.folding, values, z, &exec);
        let roots = self.domain.roots(FIELD_ELEMENTS_PER_BLOB);
        let (mut quotient, mut prefix) = (exec.scratch_vec(), exec.scratch_vec());
        poly::quotient(values, roots, z, y, &mut quotient, &mut prefix);
        values.copy_from_slice(&quotient);
        Ok(())
    }

    /// Decodes blobs to their raw rows, `f mod (X^64 - y)` for the 128 roots `y`: 8192 coefficients.
    fn rows(&self, blobs: Blobs<'_>, first: usize) -> Result<Vec<Fr>> {
        let mut rows = vec![Fr::ZERO; blobs.len() * FIELD_ELEMENTS_PER_EXT_BLOB];
        self.exec.try_for_each_chunk_mut(
            &mut rows,
            FIELD_ELEMENTS_PER_EXT_BLOB,
            |index, rows| {
                let (lower, upper) = rows.split_at_mut(FIELD_ELEMENTS_PER_BLOB);
                decode_blob(blobs.at(index), first + index, lower)?;
                Blst::ifft_fr(&self.domain, lower);
                upper.copy_from_slice(lower);
                Blst::split_fr(&self.domain, lower, 0, FIELD_ELEMENTS_PER_CELL);
                Blst::split_fr(&self.domain, upper, 1, FIELD_ELEMENTS_PER_CELL);
                Ok::<(), Error>(())
            },
        )?;
        Ok(rows)
    }

    /// The proofs of the cells of blobs, on the device or on the processor.
    fn cell_proofs(&self, blobs: Blobs<'_>, proofs: &mut [KzgProof]) -> Result<()> {
        let goes_to_device = self.goes_to_device(blobs.len(), self.options.smallest_cell_batch);
        for (first, proofs) in batches(blobs.len(), proofs, CELLS_PER_EXT_BLOB) {
            let blobs = blobs.slice(first..first + proofs.len() / CELLS_PER_EXT_BLOB);
            if goes_to_device && self.health.status().in_use {
                let rows = self.rows(blobs, first)?;
                if let Some(made) = self.on_device(|batch| batch.cell_proofs(&rows)) {
                    proofs
                        .iter_mut()
                        .zip(made)
                        .for_each(|(proof, made)| proof.0 = made);
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

    /// Whether a call for so many blobs goes to the device.
    fn goes_to_device(&self, blobs: usize, smallest: usize) -> bool {
        blobs > 0 && blobs >= smallest && self.health.status().in_use
    }
}

/// Every call goes to kzg-blst, but for those below. The calls for one blob are the calls for many
/// with one blob where the options send that to the device.
impl KzgSettingsWrapper for BlstGpu {
    fn inner(&self) -> &dyn KzgSettings {
        &self.processor
    }

    fn backend(&self) -> &str {
        NAME
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        match operation {
            Operation::BlobsToKzgCommitments
            | Operation::ComputeBlobKzgProofs
            | Operation::ComputeManyCellsAndKzgProofs => LARGEST_BATCH,
            _ => self.processor.items_per_call(operation),
        }
    }

    fn tables_memory(&self) -> usize {
        self.processor.tables_memory() + self.device().tables_memory()
    }

    fn release_tables(&self) {
        KzgSettings::release_tables(&self.processor);
        self.device().release_tables();
    }

    fn warm_up(&self) -> Result<()> {
        self.processor.warm_up()?;
        for task in [Task::Commitment, Task::CellProofs] {
            if !self.health.status().in_use {
                break;
            }
            if let Err(error) = self.device().prepare(task) {
                let is_lost = matches!(error, DeviceError::Lost { .. });
                self.health.failed(error.into(), is_lost);
            }
        }
        Ok(())
    }

    fn blob_to_kzg_commitment(&self, blob: &Blob) -> Result<KzgCommitment> {
        if !self.goes_to_device(1, self.options.smallest_batch) {
            return self.processor.blob_to_kzg_commitment(blob);
        }
        let mut out = [KzgCommitment::default()];
        let blobs = core::slice::from_ref(blob).into();
        KzgSettingsWrapper::blobs_to_kzg_commitments_into(self, blobs, &mut out)?;
        Ok(out[0])
    }

    fn compute_blob_kzg_proof(&self, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof> {
        if !self.goes_to_device(1, self.options.smallest_batch) {
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
        if !self.goes_to_device(blobs.len(), self.options.smallest_batch) {
            return self.processor.blobs_to_kzg_commitments_into(blobs, out);
        }
        for (first, out) in batches(blobs.len(), out, 1) {
            let blobs = blobs.slice(first..first + out.len());
            let values = self.decode(blobs, first)?;
            match self.on_device(|batch| batch.commitments(&values)) {
                Some(made) => out
                    .iter_mut()
                    .zip(made)
                    .for_each(|(slot, made)| slot.0 = made),
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
        if !self.goes_to_device(blobs.len(), self.options.smallest_batch) {
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
                Some(made) => out
                    .iter_mut()
                    .zip(made)
                    .for_each(|(slot, made)| slot.0 = made),
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
        if !self.goes_to_device(1, self.options.smallest_cell_batch) {
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
        if !self.goes_to_device(blobs.len(), self.options.smallest_cell_batch) {
            return self
                .processor
                .compute_many_cells_and_kzg_proofs_into(blobs, cells, proofs);
        }
        self.exec
            .try_for_each_chunk_mut(cells, CELLS_PER_EXT_BLOB, |index, cells| {
                let made = self.each.compute_cells_into(blobs.at(index), cells);
                made.map_err(|error| error.with_index(index))
            })?;
        self.cell_proofs(blobs, proofs)
    }

    fn recover_cells_and_kzg_proofs_into(
        &self,
        cell_indices: &[u64],
        cells: Cells<'_>,
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Result<()> {
        if !self.goes_to_device(1, self.options.smallest_cell_batch) {
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

/// Splits the results of a call, `each` for a blob, into batches; with the first blob of each batch.
fn batches<T>(blobs: usize, out: &mut [T], each: usize) -> impl Iterator<Item = (usize, &mut [T])> {
    (0..blobs)
        .step_by(LARGEST_BATCH)
        .zip(out.chunks_mut(LARGEST_BATCH * each))
}

/// Decodes a blob to raw values. `index` is the blob's position in the call, for errors.
fn decode_blob(blob: &Blob, index: usize, values: &mut [Fr]) -> Result<()> {
    for (element, (value, bytes)) in values.iter_mut().zip(blob.field_elements()).enumerate() {
        *value = Fr::from_bytes_raw(bytes).ok_or(Error::FieldElement {
            item: Item::Blob,
            index,
            element,
        })?;
    }
    Ok(())
}
