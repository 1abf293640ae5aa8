//! Waiting for the result of one task.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, TryRecvError};
use kzg_traits::{Error, KzgSettings};

use super::options::Submission;
use super::task::{KzgResult, Label};
use crate::backend_call::backend_name;
use crate::error::{FailedCall, KzgAdvancedError};

/// What whoever waits for a result knows of the task.
#[derive(Debug)]
pub(super) struct Awaited {
    label: Label,
    deadline: Option<Deadline>,
}

/// When a result is of no more use, and whose it was to be.
#[derive(Debug)]
struct Deadline {
    at: Instant,
    call: FailedCall,
}

impl Awaited {
    pub(super) fn new(label: Label, submission: &Submission, settings: &dyn KzgSettings) -> Self {
        let deadline = submission.deadline.map(|at| Deadline {
            at,
            call: FailedCall {
                operation: Some(label.operation),
                backend: Some(backend_name(settings)),
                attempts: 1,
                index: None,
            },
        });
        Self { label, deadline }
    }

    pub(super) fn id(&self) -> u64 {
        self.label.id
    }

    /// The result of a task that did not leave one.
    pub(super) fn lost(&self) -> KzgResult {
        self.label.failed(KzgAdvancedError::Cancelled)
    }

    /// The result that takes the place of one that is not there by the deadline.
    pub(super) fn missed(&self) -> KzgResult {
        let Some(deadline) = &self.deadline else {
            return self.lost();
        };
        let error = deadline.call.clone().failed_with(Error::Deadline);
        self.label.failed(error)
    }

    /// The same, if the deadline has passed.
    fn late(&self) -> Option<KzgResult> {
        let deadline = self.deadline.as_ref()?;
        (Instant::now() >= deadline.at).then(|| self.missed())
    }
}

/// A task that was accepted, and its result to come. Dropping it leaves the task alone and
/// discards the result.
///
/// Where the task has a deadline, waiting ends there with [`Deadline`](crate::Error::Deadline),
/// unless a result has come by then, whatever the worker does: a call that has begun is never cut
/// off, but nobody has to wait for it.
///
/// ```
/// use std::time::Duration;
/// use kzg_advanced::concurrent::Submission;
/// use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
/// use kzg_advanced::{ConcurrentKzgProcessor, KzgTask};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// let task = KzgTask::Commitment { id: 7, blob: Blob::zeroed_on_heap().into() };
/// let mut handle = processor.submit(task, Submission::default())?;
/// let result = loop {
///     match handle.wait_timeout(Duration::from_millis(5)) {
///         Ok(result) => break result,
///         Err(again) => handle = again, // something else could be done here
///     }
/// };
/// assert_eq!(result.id(), 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the result comes nowhere else"]
pub struct TaskHandle {
    pub(super) task: Awaited,
    pub(super) result: Receiver<KzgResult>,
}

impl TaskHandle {
    /// The task's number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.task.id()
    }

    /// Waits for the result; where there is a deadline, not beyond it.
    #[must_use]
    pub fn wait(mut self) -> KzgResult {
        loop {
            match self.wait_timeout(Duration::MAX) {
                Ok(result) => return result,
                Err(again) => self = again,
            }
        }
    }

    /// The result, if it is there.
    ///
    /// # Errors
    ///
    /// The handle, if it is not.
    pub fn try_wait(self) -> Result<KzgResult, Self> {
        match self.result.try_recv() {
            Ok(result) => Ok(result),
            Err(TryRecvError::Empty) => self.task.late().ok_or(self),
            Err(TryRecvError::Disconnected) => Ok(self.task.lost()),
        }
    }

    /// Waits for the result, but not longer than `timeout`; where there is a deadline, not
    /// beyond that either.
    ///
    /// # Errors
    ///
    /// The handle, if the result is not there by then.
    pub fn wait_timeout(self, timeout: Duration) -> Result<KzgResult, Self> {
        let deadline = self.task.deadline.as_ref().map(|deadline| deadline.at);
        // Beyond what the clock can say is for ever.
        let until = Instant::now().checked_add(timeout);
        let received = match deadline.into_iter().chain(until).min() {
            Some(moment) => self.result.recv_deadline(moment),
            None => self.result.recv().map_err(RecvTimeoutError::from),
        };
        match received {
            Ok(result) => Ok(result),
            Err(RecvTimeoutError::Timeout) => self.task.late().ok_or(self),
            Err(RecvTimeoutError::Disconnected) => Ok(self.task.lost()),
        }
    }
}
