//! Stopping work that is under way.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use crate::error::{KzgAdvancedError, Result};

/// Asks a job to stop between two of its steps, so that everything begun is finished. A clone
/// is another handle to the same token.
#[derive(Clone, Debug, Default)]
pub struct CancellationToken {
    cancelled: Arc<AtomicBool>,
}

impl CancellationToken {
    /// A token that nobody has used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

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
