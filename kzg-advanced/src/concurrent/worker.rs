//! The state that the workers share, and the main loop of a worker thread.

use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{Error, KzgSettings};

use super::lanes::{Lanes, Refused, WaitForRoom};
use super::options::{Priority, Shutdown, Submission};
use super::queued::{QueuedTask, Reply};
use super::statistics::Times;
use super::task::KzgTask;
#[cfg(feature = "tokio")]
use crate::backend_call::users_code;
use crate::backend_call::whole_error;
use crate::cancellation::CancellationToken;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// The number of real-time tasks that may interrupt a batch task between two of its items.
const INTERRUPTIONS: usize = 4;

/// The state that the workers share.
#[derive(Debug)]
pub(super) struct Shared {
    settings: Arc<dyn KzgSettings>,
    pub(super) lanes: Lanes<Box<QueuedTask>, Times>,
    /// Cancels batch tasks between two items.
    stop: CancellationToken,
    /// For each lane, wakes asynchronous submissions that wait for room.
    #[cfg(feature = "tokio")]
    pub(super) room: [tokio::sync::Notify; 2],
}

impl Shared {
    /// Empty lanes with room for `queue_capacity` tasks each.
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

    pub(super) fn submit(
        &self,
        task: KzgTask,
        submission: Submission,
        reply: Reply,
    ) -> KzgAdvancedResult<()> {
        let wait = submission.wait_for_room();
        let queued = Box::new(QueuedTask::new(task, submission, reply));
        let pushed = self.try_submit(queued, wait);
        pushed.map_err(|refused| self.refuse(refused))
    }

    pub(super) fn try_submit(
        &self,
        task: Box<QueuedTask>,
        wait: WaitForRoom,
    ) -> Result<(), Refused<Box<QueuedTask>>> {
        let lane = task.submission.priority.lane();
        self.lanes.push(lane, task, wait)
    }

    /// Counts a refused task, and gives its error.
    pub(super) fn refuse(&self, refused: Refused<Box<QueuedTask>>) -> KzgAdvancedError {
        self.lanes.count_refused();
        let task = match refused {
            Refused::Full(task) => task,
            Refused::Closed(task) => {
                task.withdraw();
                return KzgAdvancedError::Cancelled;
            }
        };
        let error = if task.submission.is_late() {
            Error::Deadline
        } else {
            Error::Busy {
                reason: match task.submission.priority {
                    Priority::RealTime => "the real-time lane is full",
                    Priority::Batch => "the batch lane is full",
                }
                .to_owned(),
            }
        };
        let operation = task.operation();
        task.withdraw();
        whole_error(&*self.settings, operation)(error)
    }

    pub(super) fn close(&self, how: Shutdown) {
        match how {
            Shutdown::Drain => self.lanes.close(),
            Shutdown::Cancel => {
                self.stop.cancel();
                // Dropping a queued task sends its result.
                drop(self.lanes.close_and_empty());
            }
        }
        #[cfg(feature = "tokio")]
        for room in &self.room {
            users_code("waker", || room.notify_waiters());
        }
    }

    /// Worker thread main loop.
    pub(super) fn work(self: Arc<Self>) {
        while let Some(task) = self.lanes.take() {
            self.perform(task, false);
        }
    }

    /// Performs a task, counts it and sends its result.
    fn perform(self: &Arc<Self>, mut task: Box<QueuedTask>, interrupting: bool) {
        #[cfg(feature = "tokio")]
        users_code("waker", || {
            self.room[task.submission.priority.lane() as usize].notify_one()
        });
        let begun = Instant::now();
        let is_batch = task.submission.priority == Priority::Batch;
        let shared = Arc::clone(self);
        let result = task.perform(&self.settings, &self.stop, move || {
            if is_batch {
                shared.perform_urgent();
            }
        });
        let (latency, processing) = (task.submitted.elapsed(), begun.elapsed());
        self.lanes.finish(interrupting, result.is_error(), |times| {
            times.record(latency, processing);
        });
        task.answer(result);
    }

    /// Performs real-time tasks before a batch task continues.
    fn perform_urgent(self: &Arc<Self>) {
        for _ in 0..INTERRUPTIONS {
            let Some(task) = self.lanes.take_urgent() else {
                return;
            };
            self.perform(task, true);
        }
    }
}
