//! Handing tasks over without blocking a thread, for programs on tokio (feature `tokio`).

use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};

use tokio::sync::oneshot;

use super::job::{Job, Reply};
use super::lanes::{Patience, Refused};
use super::options::{Submission, WhenFull};
use super::processor::ConcurrentKzgProcessor;
use super::task::{KzgResult, KzgTask, Label};
use crate::error::{KzgAdvancedError, Result};

/// A task that was accepted; a future that gives its result. Dropping it leaves the task alone
/// and discards the result.
#[derive(Debug)]
#[must_use = "the result comes nowhere else"]
pub struct AsyncTaskHandle {
    label: Label,
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
        let label = self.label;
        result.map(|result| result.unwrap_or_else(|_| label.failed(KzgAdvancedError::Cancelled)))
    }
}

impl ConcurrentKzgProcessor {
    /// As [`submit`](Self::submit), but waits for room without blocking the thread. How long it
    /// waits is up to the caller, by dropping the future: of [`WhenFull`] only
    /// [`Refuse`](WhenFull::Refuse) counts.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub async fn submit_async(
        &self,
        task: KzgTask,
        submission: Submission,
    ) -> Result<AsyncTaskHandle> {
        let room = &self.shared.room[submission.priority.lane() as usize];
        let waits = submission.when_full != WhenFull::Refuse;
        let (sender, result) = oneshot::channel();
        let label = task.label();
        let mut job = Box::new(Job::new(task, submission, Reply::Async(sender)));
        loop {
            // Listens before it tries, so that room made in between is not missed.
            let mut notified = pin!(room.notified());
            notified.as_mut().enable();
            match self.shared.try_submit(job, Patience::None) {
                Ok(()) => return Ok(AsyncTaskHandle { label, result }),
                Err(Refused::Full(refused)) if waits && !refused.submission.is_late() => {
                    job = refused;
                }
                Err(refused) => return Err(self.shared.refuse(refused)),
            }
            notified.await;
        }
    }
}
