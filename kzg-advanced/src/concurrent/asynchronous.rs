//! Asynchronous submission, for programs on the tokio runtime (feature `tokio`).

use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::options::Submission;
use super::processor::ConcurrentKzgProcessor;
use super::task::{KzgResult, KzgTask, TaskLabel};
use crate::error::{KzgAdvancedError, KzgAdvancedResult};
use crate::workers::{Refusal, WaitForRoom};

/// A handle to an accepted task: a future that gives its result. Dropping the handle does not
/// cancel the task and discards the result.
///
/// Where the task has a deadline, the future is ready at the deadline with
/// [`Deadline`](crate::Error::Deadline), unless the result has arrived; see
/// [abandoned calls](super#abandoned-calls). The future needs no runtime.
///
/// ```
/// use std::time::{Duration, Instant};
/// use kzg_advanced::concurrent::Submission;
/// use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
/// use kzg_advanced::{ConcurrentKzgProcessor, KzgTask};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// runtime.block_on(async {
///     let task = KzgTask::Commitment { id: 7, blob: Blob::zeroed_on_heap().into() };
///     let submission = Submission::real_time()
///         .with_deadline(Instant::now() + Duration::from_secs(60));
///     let handle = processor.submit_async(task, submission).await?; // waits for room
///     assert_eq!(handle.id(), 7);
///     let result = handle.await;
///     assert!(!result.is_error());
///     Ok::<(), kzg_advanced::KzgAdvancedError>(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the result is only available from this handle"]
pub struct AsyncTaskHandle {
    label: TaskLabel,
    result: oneshot::Receiver<KzgResult>,
}

impl AsyncTaskHandle {
    /// The task's number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.label.id
    }
}

impl Future for AsyncTaskHandle {
    type Output = KzgResult;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<KzgResult> {
        let result = Pin::new(&mut self.result).poll(context);
        result
            .map(|result| result.unwrap_or_else(|_| self.label.failed(KzgAdvancedError::Cancelled)))
    }
}

impl ConcurrentKzgProcessor {
    /// As [`submit`](Self::submit), but waits for room without blocking the thread. Dropping the
    /// future ends the wait.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    ///
    /// # Panics
    ///
    /// If the submission waits for room for a limited time outside a tokio runtime or in one
    /// without timers.
    pub async fn submit_async(
        &self,
        task: KzgTask,
        submission: Submission,
    ) -> KzgAdvancedResult<AsyncTaskHandle> {
        let room = &self.shared.room[submission.priority.lane() as usize];
        let wait = submission.wait_for_room();
        let label = task.label();
        let (sender, result) = oneshot::channel();
        let reply = Box::new(|result| drop(sender.send(result)));
        let task = self.shared.prepare(task, submission, reply)?;
        let mut has_waited = false;
        loop {
            // Registers before the attempt, so that room made in between is not missed.
            let mut notified = pin!(room.notified());
            notified.as_mut().enable();
            match self.shared.try_submit(Arc::clone(&task), WaitForRoom::No) {
                Ok(()) => return Ok(AsyncTaskHandle { label, result }),
                Err(Refusal::Full(_)) if !has_waited && wait.continues() => {}
                Err(refusal) => return Err(self.shared.refuse(refusal)),
            }
            match wait {
                // The next round tries again, for the last time if the deadline has passed by
                // tokio's clock.
                WaitForRoom::Until(moment) => {
                    has_waited = timeout_at(moment.into(), notified).await.is_err();
                }
                WaitForRoom::Forever | WaitForRoom::No => notified.await,
            }
        }
    }
}
