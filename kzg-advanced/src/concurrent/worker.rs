//! What the workers share, and what they do.

use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{Error, KzgSettings};

#[cfg(feature = "tokio")]
use super::job::callers_own;
use super::job::{Job, Reply};
use super::lanes::{Lanes, Patience, Refused};
use super::options::{Priority, Shutdown, Submission};
use super::statistics::Times;
use super::task::KzgTask;
use crate::backend_call::whole_error;
use crate::cancellation::CancellationToken;
use crate::error::{KzgAdvancedError, Result};

/// How many tasks of real time a batch task waits for between two of its items.
const ASIDE_AT_ONCE: usize = 4;

/// What the workers share.
#[derive(Debug)]
pub(super) struct Shared {
    settings: Arc<dyn KzgSettings>,
    pub(super) lanes: Lanes<Box<Job>, Times>,
    /// Ends batch tasks between two items.
    stop: CancellationToken,
    /// Wakes those who wait for room in a lane without blocking a thread.
    #[cfg(feature = "tokio")]
    pub(super) room: [tokio::sync::Notify; 2],
}

impl Shared {
    /// Nothing queued, in lanes with room for so many tasks each.
    pub(super) fn new(settings: Arc<dyn KzgSettings>, queue_capacity: usize) -> Self {
        Self {
            settings,
            lanes: Lanes::new(queue_capacity, Times::new()),
            stop: CancellationToken::new(),
            #[cfg(feature = "tokio")]
            room: Default::default(),
        }
    }

    pub(super) fn settings(&self) -> &dyn KzgSettings {
        &*self.settings
    }

    pub(super) fn submit(&self, task: KzgTask, submission: Submission, reply: Reply) -> Result<()> {
        let patience = submission.patience();
        let job = Box::new(Job::new(task, submission, reply));
        let pushed = self.try_submit(job, patience);
        pushed.map_err(|refused| self.refuse(refused))
    }

    pub(super) fn try_submit(
        &self,
        job: Box<Job>,
        patience: Patience,
    ) -> Result<(), Refused<Box<Job>>> {
        let lane = job.submission.priority.lane();
        self.lanes.push(lane, job, patience)
    }

    /// The error of a job that was not accepted.
    pub(super) fn refuse(&self, refused: Refused<Box<Job>>) -> KzgAdvancedError {
        self.lanes.count_refused();
        let job = match refused {
            Refused::Full(job) => job,
            Refused::Closed(job) => {
                job.withdraw();
                return KzgAdvancedError::Cancelled;
            }
        };
        let error = if job.submission.is_late() {
            Error::Deadline
        } else {
            Error::Busy {
                reason: match job.submission.priority {
                    Priority::RealTime => "the real-time lane is full",
                    Priority::Batch => "the batch lane is full",
                }
                .to_owned(),
            }
        };
        let operation = job.operation();
        job.withdraw();
        whole_error(&*self.settings, operation)(error)
    }

    pub(super) fn close(&self, how: Shutdown) {
        match how {
            Shutdown::Drain => self.lanes.close(),
            Shutdown::Cancel => {
                self.stop.cancel();
                // Their results are sent as they are dropped.
                drop(self.lanes.close_and_empty());
            }
        }
        #[cfg(feature = "tokio")]
        for room in &self.room {
            callers_own(|| room.notify_waiters());
        }
    }

    /// A worker's life.
    pub(super) fn work(self: Arc<Self>) {
        while let Some(job) = self.lanes.take() {
            self.perform(job, false);
        }
    }

    /// Does a job, counts it and answers it.
    fn perform(self: &Arc<Self>, mut job: Box<Job>, aside: bool) {
        #[cfg(feature = "tokio")]
        callers_own(|| self.room[job.submission.priority.lane() as usize].notify_one());
        let begun = Instant::now();
        let puts_aside = job.submission.priority == Priority::Batch;
        let shared = Arc::clone(self);
        let result = job.perform(&self.settings, &self.stop, move || {
            if puts_aside {
                shared.put_aside();
            }
        });
        let (latency, processing) = (job.submitted.elapsed(), begun.elapsed());
        self.lanes.finish(aside, result.is_error(), |times| {
            times.record(latency, processing);
        });
        job.answer(result);
    }

    /// Does what is urgent before a batch goes on.
    fn put_aside(self: &Arc<Self>) {
        for _ in 0..ASIDE_AT_ONCE {
            let Some(job) = self.lanes.take_urgent() else {
                return;
            };
            self.perform(job, true);
        }
    }
}
