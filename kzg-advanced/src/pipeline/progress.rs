//! Watching a job, and stopping it.

use core::fmt::Debug;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use crate::error::{KzgAdvancedError, Result};

/// A part of a job, as people follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Inputs become artefacts.
    Process,
    /// Artefacts are read back and verified.
    Verify,
    /// Artefacts become files again.
    Decode,
}

/// Follows a job. Called from the thread that runs it.
pub trait Progress: Debug + Send + Sync {
    /// A phase begins; `bytes` is the length of all inputs where it is known.
    fn begin(&self, phase: Phase, bytes: Option<u64>);

    /// So many more bytes of the inputs are done, held in so many blobs.
    fn advance(&self, blobs: u64, bytes: u64);
}

/// Follows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: Phase, _: Option<u64>) {}

    fn advance(&self, _: u64, _: u64) {}
}

/// Stops a job between two chunks, so that everything begun is finished. A clone is another
/// handle to the same token.
#[derive(Clone, Debug, Default)]
pub struct CancelToken {
    cancelled: Arc<AtomicBool>,
}

impl CancelToken {
    /// Asks the job to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the job has been asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            Err(KzgAdvancedError::Cancelled)
        } else {
            Ok(())
        }
    }
}
