//! The backend's settings: kzg-blst's, with the calls for many items on the device.

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
use crate::driver::DeviceError;
use crate::options::GpuOptions;
use crate::status::{DeviceStatus, Health};

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

    /// The record of the device: the faults on it, and whether it is still in use.
    #[must_use]
    pub fn device_status(&self) -> DeviceStatus {
        self.health.status()
    }

    /// Opens the device once more and uses it again. Its tables are built again. After the loss of a
    /// device, CUDA's manual asks for a new process: then the next batch fails again, and the processor
    /// computes it.
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
    /// Whether a call for a number of blobs goes to the device.
    fn goes_to_device(&self, blobs: usize, smallest: usize) -> bool {
        blobs > 0 && blobs >= smallest && self.health.status().in_use
    }
}
