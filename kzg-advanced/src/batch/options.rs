//! The choices of a batch.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kzg_traits::{Exec, Operation, Threads};

use super::chunk::Job;
use crate::cancellation::CancellationToken;

/// How far a batch is.
///
/// ```
/// use kzg_advanced::{BatchProcessor, Blob};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let batch = BatchProcessor::new(settings)
///     .with_progress(|progress| eprintln!("{} of {}", progress.done, progress.total));
/// let blobs: Vec<Box<Blob>> = (0..3).map(|_| Blob::zeroed_on_heap()).collect();
/// batch.batch_commitments(&blobs)?; // 1 of 3, 2 of 3, 3 of 3
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchProgress {
    /// The items that have their result.
    pub done: usize,
    /// All items.
    pub total: usize,
}

/// A function that is told how far a batch is.
pub(crate) type ProgressFn = Arc<dyn Fn(BatchProgress) + Send + Sync>;

/// The choices of a [`BatchProcessor`](super::BatchProcessor) beside what it does about bad
/// items. None of them changes a result.
///
/// ```
/// use kzg_advanced::batch::BatchOptions;
/// use kzg_advanced::{BatchProcessor, Blob, CancellationToken, Threads};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let token = CancellationToken::new(); // for whoever wants to stop it
/// let options = BatchOptions::default()
///     .with_workers(Threads::Global)
///     .with_chunk_size(2)
///     .with_cancellation(token);
/// let batch = BatchProcessor::new(settings).with_options(options);
/// let blobs: Vec<Box<Blob>> = (0..3).map(|_| Blob::zeroed_on_heap()).collect();
/// assert_eq!(batch.batch_commitments(&blobs)?.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct BatchOptions {
    /// The items that are handed to the backend together; `None` for as many as
    /// [`items_per_call`](kzg_traits::KzgSettings::items_per_call) says.
    pub chunk_size: Option<usize>,
    /// Stops a batch.
    pub cancel: CancellationToken,
    pub(super) workers: Exec,
    pub(super) progress: Option<ProgressFn>,
}

impl BatchOptions {
    /// The same options with another chunk size; zero counts as one.
    #[must_use]
    pub fn with_chunk_size(mut self, items: usize) -> Self {
        self.chunk_size = Some(items.max(1));
        self
    }

    /// The same options with other threads to share out the chunks. By default it is the
    /// calling thread alone, and the settings' own threads share out the work of each call.
    #[must_use]
    pub fn with_workers(mut self, workers: Threads) -> Self {
        self.workers = Exec::new(workers);
        self
    }

    /// The same options, stopped by `cancel`.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// The same options, followed by `progress`: it is called after each chunk, with ever more
    /// items done, on whichever thread has done it, one call at a time. Chunks that end during
    /// a call are told of together by the next.
    #[must_use]
    pub fn with_progress(
        mut self,
        progress: impl Fn(BatchProgress) + Send + Sync + 'static,
    ) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }
}

impl BatchOptions {
    pub(super) fn chunk_size_for<T>(&self, job: &Job<'_, T>) -> usize {
        if job.operation == Operation::RecoverCellsAndKzgProofs {
            return 1; // There is no call for many.
        }
        self.chunk_size
            .unwrap_or_else(|| job.settings.items_per_call(job.operation))
            .max(1)
    }
}

/// Counts what is done, and tells.
pub(super) struct ProgressCounter<'a> {
    tell: Option<&'a ProgressFn>,
    total: usize,
    state: Mutex<Counted>,
}

struct Counted {
    done: usize,
    /// Whether some thread is telling, and will tell of what is done meanwhile.
    telling: bool,
}

impl<'a> ProgressCounter<'a> {
    pub(super) fn new(options: &'a BatchOptions, total: usize) -> Self {
        Self {
            tell: options.progress.as_ref(),
            total,
            state: Mutex::new(Counted {
                done: 0,
                telling: false,
            }),
        }
    }

    /// So many more items are done. No lock is held while it is told: the caller's function may
    /// do work on the batch's own threads, where this one takes up another chunk meanwhile, and
    /// comes here again.
    pub(super) fn advance(&self, items: usize) {
        let Some(tell) = self.tell else { return };
        let mut state = self.lock();
        state.done += items;
        if state.telling {
            return;
        }
        state.telling = true;
        loop {
            let (done, total) = (state.done, self.total);
            drop(state);
            tell(BatchProgress { done, total });
            state = self.lock();
            if state.done == done {
                state.telling = false;
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for BatchOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchOptions")
            .field("chunk_size", &self.chunk_size)
            .field("workers", &self.workers)
            .field("cancel", &self.cancel)
            .field("progress", &self.progress.is_some())
            .finish()
    }
}
