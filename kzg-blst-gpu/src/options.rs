//! The options of the device.

use std::path::PathBuf;

/// The check of what the device computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// One random linear combination of all results of a batch, which also checks that each result
    /// is a point of the group. A wrong batch passes with probability `2^-128`.
    #[default]
    Combined,
    /// The processor computes each result too.
    EachItem,
}

/// The options of the device. The default numbers of blobs follow from the cost of the check on a processor,
/// which `docs/gpu.md` has. [`BlstGpu::calibrate`](crate::BlstGpu::calibrate) measures from which numbers on
/// the device is faster than the processor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GpuOptions {
    /// The path of CUDA's driver library; by default the system finds it.
    pub library: Option<PathBuf>,
    /// The number of the device.
    pub device: i32,
    /// The smallest number of blobs of a call whose commitments or proofs are computed on the device. A call for
    /// more than 256 blobs is divided into batches of 128 to 256 blobs, which must have this size too, unless
    /// the number is larger than 256.
    pub smallest_batch: usize,
    /// The smallest number of blobs of a call whose cells' proofs are computed on the device, as
    /// [`smallest_batch`](Self::smallest_batch).
    pub smallest_cell_batch: usize,
    /// The check of results.
    pub check: Check,
}

impl Default for GpuOptions {
    /// The first device, for 32 blobs or more; for cells' proofs 16 or more. From there on the check
    /// takes less than 5 % of the time that one thread of the processor takes for the results.
    fn default() -> Self {
        Self {
            library: None,
            device: 0,
            smallest_batch: 32,
            smallest_cell_batch: 16,
            check: Check::Combined,
        }
    }
}

impl GpuOptions {
    /// The same options with another driver library.
    #[must_use]
    pub fn with_library(mut self, library: impl Into<PathBuf>) -> Self {
        self.library = Some(library.into());
        self
    }

    /// The same options with another device.
    #[must_use]
    pub fn with_device(mut self, device: i32) -> Self {
        self.device = device;
        self
    }

    /// The same options with other thresholds.
    #[must_use]
    pub fn with_smallest_batches(mut self, blobs: usize, cell_blobs: usize) -> Self {
        self.smallest_batch = blobs;
        self.smallest_cell_batch = cell_blobs;
        self
    }

    /// The same options with another check of results.
    #[must_use]
    pub fn with_check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }
}
