//! Cancellation of work under way.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// Cancels a job between two of its steps: a step that has begun is finished. A clone is another
/// handle to the same token.
///
/// ```
/// use kzg_advanced::batch::BatchOptions;
/// use kzg_advanced::{BatchProcessor, Blob, CancellationToken, ErrorKind};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let token = CancellationToken::new();
/// let options = BatchOptions::default().with_cancellation(token.clone());
/// let batch = BatchProcessor::with_options(settings, options);
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
    /// A token that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels the job.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the job is cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Fails if the job is cancelled.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Cancelled`].
    pub fn check(&self) -> KzgAdvancedResult<()> {
        if self.is_cancelled() {
            Err(KzgAdvancedError::Cancelled)
        } else {
            Ok(())
        }
    }
}
