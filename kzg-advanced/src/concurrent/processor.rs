//! The processor: submitting tasks, collecting results, shutting down.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use kzg_traits::{Error, KzgSettings};

use super::handle::TaskHandle;
use super::job::{Job, Reply};
use super::lanes::{Lanes, Patience, Refused};
use super::options::{ConcurrentOptions, Priority, Shutdown, Submission};
use super::statistics::{ProcessingStatistics, Times};
use super::task::{KzgResult, KzgTask};
use crate::backend_call::whole_error;
use crate::cancellation::CancellationToken;
use crate::error::{KzgAdvancedError, Result};

/// How many tasks of real time a batch task waits for between two of its items.
const ASIDE_AT_ONCE: usize = 4;

/// Works off [tasks](KzgTask) from many threads on threads of its own.
///
/// For settings that use one thread. Dropping it is a [`Shutdown::Cancel`].
///
/// ```
/// use std::sync::Arc;
/// use kzg_advanced::concurrent::Submission;
/// use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
/// use kzg_advanced::{ConcurrentKzgProcessor, KzgResult, KzgTask};
///
/// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
/// let processor = ConcurrentKzgProcessor::new(settings, 2)?;
///
/// let blob: Arc<Blob> = Blob::zeroed_on_heap().into();
/// let handle = processor.submit(
///     KzgTask::Commitment { id: 7, blob },
///     Submission::real_time(),
/// )?;
/// match handle.wait() {
///     KzgResult::Commitment { id, result } => println!("{id}: {}", result?),
///     other => unreachable!("{other:?}"),
/// }
/// assert_eq!(processor.get_statistics().completed_tasks, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ConcurrentKzgProcessor {
    pub(super) shared: Arc<Shared>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    worker_ids: Vec<ThreadId>,
    results: Receiver<KzgResult>,
    /// Keeps the channel open.
    results_sender: Sender<KzgResult>,
    /// The tasks whose result goes there and has not been collected.
    uncollected: AtomicUsize,
    max_uncollected: usize,
}

/// What the workers share.
#[derive(Debug)]
pub(super) struct Shared {
    settings: Arc<dyn KzgSettings>,
    lanes: Lanes<Box<Job>, Times>,
    /// Ends batch tasks between two items.
    stop: CancellationToken,
    /// Wakes those who wait for room in a lane without blocking a thread.
    #[cfg(feature = "tokio")]
    pub(super) room: [tokio::sync::Notify; 2],
}

impl ConcurrentKzgProcessor {
    /// A processor with so many worker threads; zero stands for one for each processor of the
    /// machine.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::ResourceExhausted`] if they cannot be started.
    pub fn new(settings: Arc<dyn KzgSettings>, workers: usize) -> Result<Self> {
        Self::with_options(settings, ConcurrentOptions::default().with_workers(workers))
    }

    /// As [`new`](Self::new), with all the choices.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_options(
        settings: Arc<dyn KzgSettings>,
        options: ConcurrentOptions,
    ) -> Result<Self> {
        let count = match options.workers {
            0 => thread::available_parallelism().map_or(1, usize::from),
            count => count,
        };
        let (results_sender, results) = unbounded();
        let mut processor = Self {
            shared: Arc::new(Shared {
                settings,
                lanes: Lanes::new(options.queue_capacity, Times::new()),
                stop: CancellationToken::new(),
                #[cfg(feature = "tokio")]
                room: Default::default(),
            }),
            workers: Mutex::new(Vec::new()),
            worker_ids: Vec::new(),
            results,
            results_sender,
            uncollected: AtomicUsize::new(0),
            max_uncollected: options.max_uncollected,
        };
        for index in 0..count {
            let shared = Arc::clone(&processor.shared);
            let started = thread::Builder::new()
                .name(format!("kzg-worker-{index}"))
                .spawn(move || shared.work());
            // On failure, dropping the processor joins those that have started.
            let worker = started.map_err(|source| KzgAdvancedError::ResourceExhausted {
                item: format!("worker {index} cannot be started"),
                source: source.into(),
            })?;
            processor.worker_ids.push(worker.thread().id());
            processor.lock_workers().push(worker);
        }
        Ok(processor)
    }

    /// Submits a task of the batch lane, waiting while that is full; the result is one of those
    /// that [`get_result`](Self::get_result) collects. Returns the task's own number.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::ResourceExhausted`], of kind [`Busy`](kzg_traits::ErrorKind::Busy), if
    /// too many results wait to be collected, which waiting here would not change;
    /// [`KzgAdvancedError::Cancelled`] after a shutdown.
    pub fn submit_task(&self, task: KzgTask) -> Result<u64> {
        self.submit_task_with(task, Submission::default())
    }

    /// As [`submit_task`](Self::submit_task), with all the choices.
    ///
    /// # Errors
    ///
    /// As [`submit_task`](Self::submit_task), and as [`submit`](Self::submit).
    pub fn submit_task_with(&self, task: KzgTask, submission: Submission) -> Result<u64> {
        let id = task.id();
        let taken =
            self.uncollected
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, |uncollected| {
                    (uncollected < self.max_uncollected).then_some(uncollected + 1)
                });
        if taken.is_err() {
            self.shared.lanes.count_refused();
            let error = Error::Busy {
                reason: format!("{} results wait to be collected", self.max_uncollected),
            };
            return Err(whole_error(&*self.shared.settings, task.operation())(error));
        }
        let reply = Reply::Channel(self.results_sender.clone());
        let submitted = self.shared.submit(task, submission, reply);
        if submitted.is_err() {
            self.uncollected.fetch_sub(1, Ordering::AcqRel);
        }
        submitted.map(|()| id)
    }

    /// Submits a task, whose result comes by the handle.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::ResourceExhausted`], of kind [`Busy`](kzg_traits::ErrorKind::Busy), if
    /// the lane is full and the submission does not wait, or waited long enough;
    /// [`KzgAdvancedError::Performance`] if its deadline has passed meanwhile;
    /// [`KzgAdvancedError::Cancelled`] after a shutdown.
    pub fn submit(&self, task: KzgTask, submission: Submission) -> Result<TaskHandle> {
        let (sender, result) = bounded(1);
        let label = task.label();
        self.shared
            .submit(task, submission, Reply::Channel(sender))?;
        Ok(TaskHandle { label, result })
    }

    /// The next result of those submitted by [`submit_task`](Self::submit_task), in the order in
    /// which they are finished; `None` if there is none by then.
    #[must_use]
    pub fn get_result(&self, timeout: Duration) -> Option<KzgResult> {
        let result = self.results.recv_timeout(timeout).ok()?;
        self.uncollected.fetch_sub(1, Ordering::AcqRel);
        Some(result)
    }

    /// All of those results, waiting for each, until none is to come.
    pub fn results(&self) -> impl Iterator<Item = KzgResult> {
        /// Somebody else may collect the last one.
        const LOOK_AGAIN: Duration = Duration::from_millis(20);
        std::iter::from_fn(|| {
            while self.uncollected.load(Ordering::Acquire) > 0 {
                if let Some(result) = self.get_result(LOOK_AGAIN) {
                    return Some(result);
                }
            }
            None
        })
    }

    /// What went through so far, as of one moment.
    #[must_use]
    pub fn get_statistics(&self) -> ProcessingStatistics {
        self.shared.lanes.read(ProcessingStatistics::new)
    }

    /// The workers that have something to do.
    #[must_use]
    pub fn active_workers(&self) -> usize {
        self.shared.lanes.read(|counts, _| counts.busy)
    }

    /// Accepts no more tasks, has those that wait worked off or cancelled, and returns when all
    /// workers have ended (called by a worker, it does not wait for them). Every accepted task
    /// has its result then, to be collected as before.
    pub fn shutdown(&self, how: Shutdown) {
        self.shared.close(how);
        if self.worker_ids.contains(&thread::current().id()) {
            return;
        }
        for worker in self.lock_workers().drain(..) {
            // Its panic, should there be one, has cost nobody a result.
            let _ = worker.join();
        }
    }

    fn lock_workers(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConcurrentKzgProcessor {
    fn drop(&mut self) {
        self.shutdown(Shutdown::Cancel);
    }
}

impl Shared {
    fn submit(&self, task: KzgTask, submission: Submission, reply: Reply) -> Result<()> {
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
            room.notify_waiters();
        }
    }

    /// A worker's life.
    fn work(self: Arc<Self>) {
        while let Some(job) = self.lanes.take() {
            self.perform(job, false);
        }
    }

    /// Does a job, counts it and answers it.
    fn perform(self: &Arc<Self>, mut job: Box<Job>, aside: bool) {
        #[cfg(feature = "tokio")]
        self.room[job.submission.priority.lane() as usize].notify_one();
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
