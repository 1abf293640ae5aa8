//! Progress of a batch.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::backend_call::users_code;
use crate::sync::lock;

/// The progress of a batch.
///
/// ```
/// use kzg_advanced::batch::BatchOptions;
/// use kzg_advanced::{BatchProcessor, Blob};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let options = BatchOptions::default()
///     .with_progress(|progress| eprintln!("{} of {}", progress.done, progress.total));
/// let batch = BatchProcessor::with_options(settings, options);
/// let blobs: Vec<Box<Blob>> = (0..3).map(|_| Blob::zeroed_on_heap()).collect();
/// batch.batch_commitments(&blobs)?; // 1 of 3, 2 of 3, 3 of 3
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchProgress {
    /// The number of items that have their result.
    pub done: usize,
    /// The number of all items.
    pub total: usize,
}

/// A function that receives the progress of a batch.
#[derive(Clone)]
pub(super) struct ProgressFn(pub(super) Arc<dyn Fn(BatchProgress) + Send + Sync>);

impl fmt::Debug for ProgressFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressFn")
    }
}

/// Counts finished items and reports progress.
pub(super) struct ProgressCounter<'a> {
    report: Option<&'a ProgressFn>,
    total: usize,
    state: Mutex<Counted>,
}

struct Counted {
    done: usize,
    /// Whether a thread is reporting. That thread also reports what is finished meanwhile.
    reporting: bool,
}

impl<'a> ProgressCounter<'a> {
    pub(super) fn new(report: Option<&'a ProgressFn>, total: usize) -> Self {
        Self {
            report,
            total,
            state: Mutex::new(Counted {
                done: 0,
                reporting: false,
            }),
        }
    }

    /// Counts `items` more finished items. No lock is held during the report: the function may run
    /// work on the threads of the batch, and a thread that takes up another chunk meanwhile
    /// returns here.
    pub(super) fn advance(&self, items: usize) {
        let Some(ProgressFn(report)) = self.report else {
            return;
        };
        let mut state = self.lock();
        state.done += items;
        if state.reporting {
            return;
        }
        state.reporting = true;
        loop {
            let (done, total) = (state.done, self.total);
            drop(state);
            users_code("progress", || report(BatchProgress { done, total }));
            state = self.lock();
            if state.done == done {
                state.reporting = false;
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        lock(&self.state)
    }
}
