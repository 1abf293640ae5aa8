//! The backend's settings: kzg-blst's, with the calls for many items on the device.

mod calibration;
mod calls;
mod inputs;
mod recovery;

use std::sync::{Arc, PoisonError, RwLock};

use kzg_blst::{Blst, Fr};
use kzg_traits::bytes::FIELD_ELEMENTS_PER_BLOB;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;
use kzg_traits::{Error, Exec, Settings, SettingsOptions, SetupError, Threads, TrustedSetup};

use crate::batch::{Batch, Failure};
use crate::device::Device;
use crate::options::GpuOptions;
use crate::status::{DeviceStatus, Generation, Health};
use calibration::InUse;
use calls::smallest_batch;

pub use calibration::Thresholds;

type Result<T, E = Error> = core::result::Result<T, E>;

/// Largest number of blobs that are checked together.
const LARGEST_BATCH: usize = 256;

/// A trusted setup loaded into kzg-blst and a device.
///
/// The device's tables are built when they are first used, or by
/// [`warm_up`](kzg_traits::KzgSettings::warm_up).
#[derive(Debug)]
pub struct BlstGpu {
    processor: Settings<Blst>,
    /// The same settings for one item of several.
    each: Settings<Blst>,
    exec: Exec,
    domain: Domain<Fr>,
    folding: Folding<Fr>,
    setup: TrustedSetup,
    /// The device, unless it could not be opened again.
    device: RwLock<Option<Arc<Device>>>,
    device_name: String,
    health: Health,
    thresholds: InUse,
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
            device_name: device.name().to_owned(),
            device: RwLock::new(Some(Arc::new(device))),
            health: Health::new(),
            thresholds: InUse::new(&gpu),
            options: gpu,
        })
    }

    /// The name that the device had when the settings were loaded.
    #[must_use]
    pub fn device_name(&self) -> &str {
        &self.device_name
    }

    /// The record of the device: the faults on it, and whether it is still in use.
    #[must_use]
    pub fn device_status(&self) -> DeviceStatus {
        self.health.status()
    }

    /// Releases the device, opens it once more, and uses it again. Its tables are built again. The
    /// faults of batches that began before this call do not end the new use of the device.
    ///
    /// CUDA's driver makes a new context only after everything in the process has released the lost
    /// one. So for a lost device this call helps only after all calls that were computing on the
    /// device have ended, and if nothing else in the process uses the device, such as other settings
    /// or another library. After some faults CUDA's manual asks for a new process. Where the driver
    /// gives the lost context again, this call or the next batch fails, and the processor computes
    /// the batch.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load). The device is then released and not in use.
    pub fn reopen(&self) -> Result<(), SetupError> {
        let options = &self.options;
        let mut place = self.device.write().unwrap_or_else(PoisonError::into_inner);
        // The old device is dropped before the new one is opened: the driver gives the same context
        // for as long as the context is retained.
        *place = None;
        self.health.closed();
        let device = Device::open(options.library.as_deref(), options.device, &self.setup)?;
        *place = Some(Arc::new(device));
        self.health.reopened();
        Ok(())
    }

    /// The device, with the generation of its record.
    fn device(&self) -> Option<(Arc<Device>, Generation)> {
        let place = self.device.read().unwrap_or_else(PoisonError::into_inner);
        // `reopen` changes the generation under the lock of the device, so both fit together.
        let device = Arc::clone(place.as_ref()?);
        Some((device, self.health.generation()))
    }

    /// Runs a batch on the device. `None` if the processor has to compute it.
    fn on_device<T>(&self, run: impl FnOnce(Batch<'_>) -> Result<T, Failure>) -> Option<T> {
        if !self.health.is_in_use() {
            return None;
        }
        let (device, generation) = self.device()?;
        let outcome = run(Batch {
            device: &device,
            processor: &self.processor,
            domain: &self.domain,
            check: self.options.check,
            exec: &self.exec,
        });
        match outcome {
            Ok(result) => {
                self.health.succeeded(generation);
                Some(result)
            }
            Err(failure) => {
                self.health.failed(generation, failure);
                None
            }
        }
    }

    /// Whether a call for a number of blobs goes to the device. Its batches must not be too small either, unless
    /// the options ask for more blobs than a batch has.
    fn goes_to_device(&self, blobs: usize, smallest: usize) -> bool {
        blobs > 0
            && blobs >= smallest
            && (smallest > LARGEST_BATCH || smallest_batch(blobs) >= smallest)
            && self.health.is_in_use()
    }
}
