//! Handing tasks over without blocking a thread, for programs on tokio (feature `tokio`).

use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, ready};

use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep_until, timeout_at};

use super::handle::Awaited;
use super::job::Job;
use super::lanes::{Patience, Refused};
use super::options::Submission;
use super::processor::ConcurrentKzgProcessor;
use super::task::{KzgResult, KzgTask};
use crate::error::Result;

/// A task that was accepted; a future that gives its result. Dropping it leaves the task alone
/// and discards the result.
///
/// Where the task has a deadline, waiting ends there with [`Deadline`](crate::Error::Deadline),
/// unless a result has come by then, whatever the worker does: a call that has begun is never cut
/// off, but nobody has to wait for it. The deadline is a timer of the tokio runtime that
/// submitted the task, and follows its clock: await the handle while that runtime runs.
///
/// ```
/// use std::time::{Duration, Instant};
/// use kzg_advanced::concurrent::Submission;
/// use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
/// use kzg_advanced::{ConcurrentKzgProcessor, KzgTask};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
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
#[must_use = "the result comes nowhere else"]
pub struct AsyncTaskHandle {
    task: Awaited,
    result: oneshot::Receiver<KzgResult>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl AsyncTaskHandle {
    /// The task's number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.task.id()
    }
}

impl Future for AsyncTaskHandle {
    type Output = KzgResult;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<KzgResult> {
        if let Poll::Ready(result) = Pin::new(&mut self.result).poll(context) {
            return Poll::Ready(result.unwrap_or_else(|_| self.task.lost()));
        }
        let Some(deadline) = &mut self.deadline else {
            return Poll::Pending;
        };
        ready!(deadline.as_mut().poll(context));
        Poll::Ready(self.task.missed())
    }
}

impl ConcurrentKzgProcessor {
    /// As [`submit`](Self::submit), but waits for room without blocking the thread. The wait
    /// ends too when the future is dropped.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    ///
    /// # Panics
    ///
    /// If the submission has a deadline, or waits for so long, outside a tokio runtime or in one
    /// without timers.
    pub async fn submit_async(
        &self,
        task: KzgTask,
        submission: Submission,
    ) -> Result<AsyncTaskHandle> {
        let room = &self.shared.room[submission.priority.lane() as usize];
        let patience = submission.patience();
        let deadline = submission
            .deadline
            .map(|at| Box::pin(sleep_until(at.into())));
        let (sender, result) = oneshot::channel();
        let label = task.label();
        let awaited = Awaited::new(label, &submission, self.shared.settings());
        let reply = Box::new(|result| drop(sender.send(result)));
        let mut job = Box::new(Job::new(task, submission, reply));
        let mut has_waited = false;
        loop {
            // Listens before it tries, so that room made in between is not missed.
            let mut notified = pin!(room.notified());
            notified.as_mut().enable();
            match self.shared.try_submit(job, Patience::None) {
                Ok(()) => {
                    return Ok(AsyncTaskHandle {
                        task: awaited,
                        result,
                        deadline,
                    });
                }
                Err(Refused::Full(refused)) if !has_waited && patience.lasts() => job = refused,
                Err(refused) => return Err(self.shared.refuse(refused)),
            }
            match patience {
                // Whether there was room or not, the next round will see, the last one if the
                // time is up by tokio's clock.
                Patience::Until(moment) => {
                    has_waited = timeout_at(moment.into(), notified).await.is_err();
                }
                Patience::Forever | Patience::None => notified.await,
            }
        }
    }
}
