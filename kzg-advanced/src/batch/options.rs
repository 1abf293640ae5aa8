//! The options of a batch.

use std::sync::Arc;

use kzg_traits::{Exec, Operation, Threads};
use serde::{Deserialize, Serialize};

use super::chunk::BatchOperation;
use super::progress::{BatchProgress, ProgressFn};
use crate::backend_call::items_per_call;
use crate::cancellation::CancellationToken;

/// The options of a [`BatchProcessor`](super::BatchProcessor). None of them changes a result.
///
/// Serialised, they are the chunk size alone: threads, the progress function and the token are
/// values of one process.
///
/// ```
/// use kzg_advanced::batch::BatchOptions;
/// use kzg_advanced::{BatchProcessor, Blob, CancellationToken, Threads};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let token = CancellationToken::new(); // another thread may cancel the batch by a clone
/// let options = BatchOptions::default()
///     .with_threads(Threads::Global)
///     .with_chunk_size(2)
///     .with_cancellation(token);
/// let batch = BatchProcessor::with_options(settings, options);
/// let blobs: Vec<Box<Blob>> = (0..3).map(|_| Blob::zeroed_on_heap()).collect();
/// assert_eq!(batch.batch_commitments(&blobs)?.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct BatchOptions {
    /// The number of items per call of the backend; `None` for
    /// [`items_per_call`](kzg_traits::KzgSettings::items_per_call).
    pub chunk_size: Option<usize>,
    /// Cancels the batch between two chunks.
    #[serde(skip)]
    pub cancel: CancellationToken,
    #[serde(skip)]
    pub(super) exec: Exec,
    #[serde(skip)]
    pub(super) progress: Option<ProgressFn>,
}

impl BatchOptions {
    /// Sets the number of items per call of the backend; zero counts as one.
    #[must_use]
    pub fn with_chunk_size(mut self, items: usize) -> Self {
        self.chunk_size = Some(items.max(1));
        self
    }

    /// Sets the threads that share out the chunks. By default the calling thread runs all chunks,
    /// and the settings' own threads share out the work of each call.
    /// [`thread_pool`](super::thread_pool) makes a pool.
    #[must_use]
    pub fn with_threads(mut self, threads: Threads) -> Self {
        self.exec = Exec::new(threads);
        self
    }

    /// Sets the token that cancels the batch.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// Sets the function that receives the progress. It is called after each chunk, with a growing
    /// number of finished items, on the thread that finished the chunk, one call at a time. Chunks
    /// that end during a call are reported together by the next one. A panic in the function is
    /// logged and does not end the batch.
    #[must_use]
    pub fn with_progress(
        mut self,
        progress: impl Fn(BatchProgress) + Send + Sync + 'static,
    ) -> Self {
        self.progress = Some(ProgressFn(Arc::new(progress)));
        self
    }

    pub(super) fn chunk_size_for<T>(&self, work: &BatchOperation<'_, T>) -> usize {
        if work.operation == Operation::RecoverCellsAndKzgProofs {
            return 1; // The interface has no call for many recoveries.
        }
        self.chunk_size
            .unwrap_or_else(|| items_per_call(work.settings, work.operation))
            .max(1)
    }
}
