//! Waiting for the result of one task.

use std::sync::Weak;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::queued::QueuedTask;
use super::task::{KzgResult, TaskLabel};
use super::worker::Shared;
use crate::error::KzgAdvancedError;

/// A handle to an accepted task, which gives its result. Dropping the handle does not cancel the
/// task and discards the result.
///
/// Where the task has a deadline, waiting ends at the deadline with
/// [`Deadline`](crate::Error::Deadline), unless the result has arrived; see
/// [abandoned calls](super#abandoned-calls).
///
/// ```
/// use std::time::Duration;
/// use kzg_advanced::concurrent::Submission;
/// use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
/// use kzg_advanced::{ConcurrentKzgProcessor, KzgTask};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// let task = KzgTask::Commitment { id: 7, blob: Blob::zeroed_on_heap().into() };
/// let mut handle = processor.submit(task, Submission::default())?;
/// let result = loop {
///     match handle.wait_timeout(Duration::from_millis(5)) {
///         Ok(result) => break result,
///         Err(again) => handle = again, // the caller may do other work here
///     }
/// };
/// assert_eq!(result.id(), 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the result is only available from this handle"]
pub struct TaskHandle {
    pub(super) label: TaskLabel,
    pub(super) deadline: Option<Instant>,
    /// The task, until it is answered.
    pub(super) task: Weak<QueuedTask>,
    pub(super) shared: Weak<Shared>,
    pub(super) result: Receiver<KzgResult>,
}

impl TaskHandle {
    /// The task's number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.label.id
    }

    /// Waits for the result, at most until the deadline.
    #[must_use]
    pub fn wait(mut self) -> KzgResult {
        loop {
            match self.wait_timeout(Duration::MAX) {
                Ok(result) => return result,
                Err(again) => self = again,
            }
        }
    }

    /// The result, if it has arrived.
    ///
    /// # Errors
    ///
    /// The handle, if the result has not arrived.
    pub fn try_wait(self) -> Result<KzgResult, Self> {
        self.wait_timeout(Duration::ZERO)
    }

    /// Waits for the result, at most for `timeout` and at most until the deadline.
    ///
    /// # Errors
    ///
    /// The handle, if the result has not arrived by then.
    pub fn wait_timeout(self, timeout: Duration) -> Result<KzgResult, Self> {
        // A moment that the clock cannot represent never comes.
        let until = Instant::now().checked_add(timeout);
        let received = match self.deadline.into_iter().chain(until).min() {
            Some(moment) => self.result.recv_deadline(moment),
            None => self.result.recv().map_err(RecvTimeoutError::from),
        };
        let is_late = || self.deadline.is_some_and(|at| Instant::now() >= at);
        let received = match received {
            Err(RecvTimeoutError::Timeout) if !is_late() => return Err(self),
            Err(RecvTimeoutError::Timeout) => {
                // The alarm of the deadline may come later than this.
                if let (Some(shared), Some(task)) = (self.shared.upgrade(), self.task.upgrade()) {
                    shared.expire(&task);
                }
                self.result.recv().ok()
            }
            received => received.ok(),
        };
        let lost = || self.label.failed(KzgAdvancedError::Cancelled);
        Ok(received.unwrap_or_else(lost))
    }
}
