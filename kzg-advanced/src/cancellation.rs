//! Stopping work that is under way.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use crate::error::{KzgAdvancedError, Result};

/// Asks a job to stop between two of its steps, so that everything begun is finished. A clone
/// is another handle to the same token.
///
/// ```
/// use kzg_advanced::{BatchProcessor, Blob, CancellationToken, ErrorKind};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let token = CancellationToken::new();
/// let batch = BatchProcessor::new(settings).with_cancellation(token.clone());
/// let stopper = std::thread::spawn(move || token.cancel());
/// stopper.join().expect("no panic");
/// let error = batch.batch_commitments(&[Blob::zeroed_on_heap()]).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Cancelled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

    /// Fails if the job has been asked to stop.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Cancelled`].
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            Err(KzgAdvancedError::Cancelled)
        } else {
            Ok(())
        }
    }
}
