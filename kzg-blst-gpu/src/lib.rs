//! kzg-blst with bulk operations on a GPU: many commitments, many proofs, the cells and proofs of
//! many blobs, and recovery, by CUDA kernels of our own.
//!
//! ```no_run
//! use kzg_blst_gpu::{BlstGpu, GpuOptions};
//! use kzg_traits::{KzgSettings, SettingsOptions, TrustedSetup};
//!
//! let setup = TrustedSetup::mainnet();
//! let kzg = BlstGpu::load(&setup, SettingsOptions::default(), GpuOptions::default())?;
//! println!("{}: {}", kzg.backend(), kzg.device_name());
//! # Ok::<(), kzg_traits::SetupError>(())
//! ```
//!
//! [`BlstGpu`] answers every call of [`KzgSettings`](kzg_traits::KzgSettings). Calls for few items,
//! and all verification, go to kzg-blst on the processor. Nothing that the device computes is
//! trusted: each batch is checked on the processor before it is returned, see [`Check`]. Where the
//! device fails or gives a wrong result, the processor computes the batch, so that a call has the
//! same result with and without a working device; [`BlstGpu::device_status`] tells what happened.
//!
//! CUDA's driver is loaded at run time. Nothing of CUDA is needed to build the crate.
//!
//! The modules import downwards only: `settings`, `status`, `batch`, `check`, `device`, `driver`,
//! `options`.

mod batch;
mod check;
mod device;
mod driver;
mod options;
mod settings;
mod status;

pub use options::{Check, GpuOptions};
pub use settings::{BlstGpu, Thresholds};
pub use status::DeviceStatus;

/// The backend's name.
pub const NAME: &str = "blst-gpu";
