//! The state that submitters, worker threads and the alarm of deadlines share.

use std::io;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use kzg_traits::{Error, IoAction, KzgSettings, Operation};

use super::lanes::{Lane, Lanes, give_up};
use super::options::{ConcurrentOptions, Priority, Submission};
use super::queued::{QueuedTask, Reply};
use super::statistics::{ProcessingStatistics, Times};
use super::task::{KzgResult, KzgTask};
use crate::backend_call::backend_name;
#[cfg(feature = "tokio")]
use crate::backend_call::users_code;
use crate::cancellation::CancellationToken;
use crate::error::{FailedCall, KzgAdvancedError, KzgAdvancedResult};
use crate::layer::Request;
use crate::resilience::EnterpriseKzgManager;
use crate::workers::{Alarm, Limits, Pool, Refusal, State, WaitForRoom};

mod shutdown;
mod together;

/// The number of real-time tasks that may interrupt a batch task between two of its items.
const INTERRUPTIONS: usize = 4;

/// The tasks and threads of a processor.
#[derive(Debug)]
pub(super) struct Shared {
    settings: Arc<dyn KzgSettings>,
    /// The settings, where they take deadlines.
    manager: Option<EnterpriseKzgManager>,
    /// The name of the settings' backend.
    backend: String,
    pub(super) pool: Pool<Lanes<Arc<QueuedTask>, Times>>,
    pub(super) alarm: Alarm,
    /// Cancels batch tasks between two items.
    stop: CancellationToken,
    /// The time that a shutdown waits for calls under way.
    grace: Duration,
    /// The largest number of items that verifications share a call for.
    gathered_items: usize,
    /// For each lane, wakes asynchronous submissions that wait for room.
    #[cfg(feature = "tokio")]
    pub(super) room: [tokio::sync::Notify; 2],
}

/// The error of a task for which no thread can be started.
fn no_thread(error: &io::Error) -> Error {
    Error::io(IoAction::Start, "a thread for the task", error)
}

impl Shared {
    /// Empty lanes, and no threads.
    pub(super) fn new(
        settings: Arc<dyn KzgSettings>,
        manager: Option<EnterpriseKzgManager>,
        options: &ConcurrentOptions,
    ) -> Arc<Self> {
        let threads = match options.workers {
            0 => thread::available_parallelism().map_or(1, usize::from),
            count => count,
        };
        let limits = Limits {
            threads,
            idle: threads,
            abandoned: options.max_abandoned,
        };
        let lanes = Lanes::new(options.queue_capacity, Times::new());
        Arc::new_cyclic(|shared: &Weak<Self>| {
            let (working, failing) = (Weak::clone(shared), Weak::clone(shared));
            let perform = move |number, task| {
                if let Some(shared) = working.upgrade() {
                    shared.perform(number, &task);
                }
            };
            let unserved = move |task: Arc<QueuedTask>, error: &io::Error| {
                if let Some(shared) = failing.upgrade() {
                    shared.leave_lane(&task);
                    shared.fail(&task, no_thread(error));
                }
            };
            Self {
                backend: backend_name(&*settings),
                settings,
                manager,
                pool: Pool::new("kzg-worker", limits, lanes, perform, unserved),
                alarm: Alarm::default(),
                stop: CancellationToken::new(),
                grace: options.shutdown_grace,
                gathered_items: options.gathered_items,
                #[cfg(feature = "tokio")]
                room: Default::default(),
            }
        })
    }

    /// Starts all threads.
    pub(super) fn start(&self) -> KzgAdvancedResult<()> {
        let started = self.pool.start_all();
        started.map_err(KzgAdvancedError::io(IoAction::Start, "the worker threads"))
    }

    /// Submits a task, waiting for room as long as the submission allows.
    pub(super) fn submit(
        self: &Arc<Self>,
        task: KzgTask,
        submission: Submission,
        reply: Reply,
    ) -> KzgAdvancedResult<Arc<QueuedTask>> {
        let wait = submission.wait_for_room();
        let task = self.prepare(task, submission, reply)?;
        let submitted = self.try_submit(Arc::clone(&task), wait);
        submitted.map_err(|refusal| self.refuse(refusal))?;
        Ok(task)
    }

    /// A task that is ready to be submitted: with the alarm of its deadline.
    pub(super) fn prepare(
        self: &Arc<Self>,
        task: KzgTask,
        submission: Submission,
        reply: Reply,
    ) -> KzgAdvancedResult<Arc<QueuedTask>> {
        let deadline = submission.deadline;
        let task = Arc::new(QueuedTask::new(task, submission, reply));
        if let Some(at) = deadline {
            let (shared, late) = (Arc::downgrade(self), Arc::downgrade(&task));
            let expire = move || {
                if let (Some(shared), Some(late)) = (shared.upgrade(), late.upgrade()) {
                    shared.pool.within(|| shared.expire(&late));
                }
            };
            match self.alarm.set(at, expire) {
                Ok(moment) => task.set_deadline(Some(moment)),
                Err(error) => {
                    let refusal = Refusal::NoThread(task, error);
                    return Err(self.refuse(refusal));
                }
            }
        }
        Ok(task)
    }

    pub(super) fn try_submit(
        &self,
        task: Arc<QueuedTask>,
        wait: WaitForRoom,
    ) -> Result<(), Refusal<Arc<QueuedTask>>> {
        self.pool.submit(Arc::clone(&task), wait)?;
        // The deadline may have passed before the task was in its lane.
        if task.submission.is_late() {
            self.expire(&task);
        }
        Ok(())
    }

    /// Counts a refused task, and gives its error.
    pub(super) fn refuse(&self, refusal: Refusal<Arc<QueuedTask>>) -> KzgAdvancedError {
        let (task, error) = match refusal {
            Refusal::Full(task) if task.submission.is_late() => (task, Error::Deadline),
            Refusal::Full(task) => {
                let reason = match task.submission.priority {
                    Priority::RealTime => "the real-time lane is full",
                    Priority::Batch => "the batch lane is full",
                };
                let reason = reason.to_owned();
                (task, Error::Busy { reason })
            }
            Refusal::Closed(task) => (task, Error::Cancelled),
            Refusal::NoThread(task, error) => {
                self.leave_lane(&task);
                (task, no_thread(&error))
            }
        };
        task.withdraw();
        task.set_deadline(None);
        self.refused(task.label.operation, error)
    }

    /// Counts a submission that was refused for an error.
    pub(super) fn refused(&self, operation: Operation, error: Error) -> KzgAdvancedError {
        self.pool.roster().with(|lanes| lanes.summary.refused += 1);
        self.error(operation, error)
    }

    /// The error of a call that this processor ended. The settings are not asked for their name:
    /// they may hang.
    fn error(&self, operation: Operation, error: Error) -> KzgAdvancedError {
        let call = FailedCall {
            operation: Some(operation),
            backend: Some(self.backend.clone()),
            attempts: 1,
            index: None,
        };
        call.failed_with(error)
    }

    /// Answers a task at its deadline, unless it has been answered. The call of a task that runs is
    /// abandoned.
    pub(super) fn expire(&self, task: &Arc<QueuedTask>) {
        let gave_up = self
            .pool
            .change(|state| give_up(state, task, |times| times.expired(task.submitted.elapsed())));
        if gave_up {
            // The task may have left its lane.
            self.leave_lane(task);
            self.fail(task, Error::Deadline);
        }
    }

    /// Answers a settled task with an error.
    fn fail(&self, task: &QueuedTask, error: Error) {
        task.set_deadline(None);
        let error = self.error(task.label.operation, error);
        task.answer(task.label.failed(error));
    }

    /// Performs a task, counts it and sends its result, unless it is answered meanwhile. `number`
    /// is the number of the task of this thread, which `task` may interrupt.
    fn perform(self: &Arc<Self>, number: u64, task: &Arc<QueuedTask>) {
        self.leave_lane(task);
        let begun = Instant::now();
        let gathered = self.gather(number, task);
        if !gathered.is_empty() {
            gathered.iter().for_each(|task| self.leave_lane(task));
            return self.perform_together(number, task, gathered, begun);
        }
        if self.answer_stopped(number, task) {
            return;
        }
        let (shared, performed) = (Arc::clone(self), Arc::clone(task));
        let goes_on = move || shared.goes_on(number, &performed);
        let settings = self.settings_for(core::slice::from_ref(task));
        let result = task.perform(&settings, goes_on);
        self.settle_performed(number, task, begun, result);
    }

    /// Answers a task that is not to be performed. Returns whether the task is one.
    fn answer_stopped(&self, number: u64, task: &Arc<QueuedTask>) -> bool {
        let Some(error) = self.stopped(task) else {
            return false;
        };
        let result = task.label.failed(self.error(task.label.operation, error));
        self.settle(number, task, result, |times, latency| {
            times.expired(latency)
        });
        true
    }

    /// The settings for a call that answers these tasks: with the latest deadline, if all have one,
    /// and with the cancellation of a task that has its call alone.
    fn settings_for(&self, tasks: &[Arc<QueuedTask>]) -> Arc<dyn KzgSettings> {
        let Some(manager) = &self.manager else {
            return Arc::clone(&self.settings);
        };
        let deadlines: Option<Vec<Instant>> =
            tasks.iter().map(|task| task.submission.deadline).collect();
        let mut request = Request {
            deadline: deadlines.and_then(|deadlines| deadlines.into_iter().max()),
            input_guards: tasks
                .iter()
                .filter_map(|task| task.submission.input_guard.clone())
                .collect(),
            ..Request::default()
        };
        if let [task] = tasks {
            request = request.with_cancellation(task.submission.cancel.clone());
        }
        Arc::new(manager.with_request(request))
    }

    /// As [`settle`](Self::settle), for a task that was performed.
    fn settle_performed(
        &self,
        number: u64,
        task: &Arc<QueuedTask>,
        begun: Instant,
        result: KzgResult,
    ) {
        let processing = begun.elapsed();
        let record = |times: &mut Times, latency| times.record(latency, processing);
        self.settle(number, task, result, record);
    }

    /// Counts a finished task and sends its result, unless the caller already has an answer for the task.
    /// `record` takes the time since the submission.
    fn settle(
        &self,
        number: u64,
        task: &Arc<QueuedTask>,
        result: KzgResult,
        record: impl FnOnce(&mut Times, Duration),
    ) {
        let latency = task.submitted.elapsed();
        let settled = self.pool.roster().with(|lanes| {
            lanes.settle(number, task, result.is_error(), |times| {
                record(times, latency);
            })
        });
        if settled {
            task.set_deadline(None);
            task.answer(result);
        }
    }

    /// The reason why a task is not to be performed.
    fn stopped(&self, task: &QueuedTask) -> Option<Error> {
        if task.submission.cancel.is_cancelled() || self.stop.is_cancelled() {
            Some(Error::Cancelled)
        } else if task.submission.is_late() {
            Some(Error::Deadline)
        } else {
            None
        }
    }

    /// Performs real-time tasks before a batch task continues. Returns whether it continues.
    fn goes_on(self: &Arc<Self>, number: u64, task: &Arc<QueuedTask>) -> bool {
        let lanes = self.pool.roster();
        if task.submission.priority == Priority::Batch {
            for _ in 0..INTERRUPTIONS {
                let urgent = Lane::Urgent as usize;
                match lanes.take_in_between(urgent, |lanes| lanes.interrupt(number)) {
                    Some(urgent) => {
                        self.perform(number, &urgent);
                        lanes.goes_on(number);
                    }
                    None => break,
                }
            }
        }
        self.stopped(task).is_none() && lanes.with(|lanes| lanes.is_wanted(number, task))
    }

    /// The statistics as of one moment.
    pub(super) fn statistics(&self) -> ProcessingStatistics {
        let read = |state: &State<Lanes<_, Times>>| {
            let lanes = &state.order;
            ProcessingStatistics::new(&lanes.counts(), state.abandoned(), &lanes.summary)
        };
        self.pool.roster().read(read)
    }

    /// The number of deadlines that the alarm waits for.
    #[cfg(all(test, feature = "tokio"))]
    pub(super) fn deadlines(&self) -> usize {
        self.alarm.moments()
    }

    /// The number of busy workers.
    pub(super) fn active_workers(&self) -> usize {
        self.pool.roster().with(|lanes| lanes.counts().running)
    }

    /// Frees what a task has kept while it was in its lane, and wakes an asynchronous submission that waits
    /// for room. To be called after the task has left its lane.
    fn leave_lane(&self, task: &QueuedTask) {
        task.leave_lane();
        #[cfg(feature = "tokio")]
        {
            let lane = task.submission.priority.lane();
            users_code("a waker", || self.room[lane as usize].notify_one());
        }
    }
}
