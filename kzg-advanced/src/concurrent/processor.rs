//! The processor: submitting tasks, collecting results, shutting down.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use kzg_traits::{Error, IoAction, KzgSettings};

use super::handle::{Awaited, TaskHandle};
use super::options::{ConcurrentOptions, Shutdown, Submission};
use super::permits::Permits;
use super::statistics::ProcessingStatistics;
use super::task::{KzgResult, KzgTask};
use super::worker::Shared;
use crate::backend_call::whole_error;
use crate::error::{KzgAdvancedError, Result};

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
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
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
    /// Keeps the channel open; `None` after a shutdown.
    results_sender: Mutex<Option<Sender<KzgResult>>>,
    /// One for each task whose result goes there and has not been collected.
    uncollected: Permits,
}

impl ConcurrentKzgProcessor {
    /// A processor with so many worker threads; zero stands for one for each processor of the
    /// machine.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if they cannot be started.
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
            shared: Arc::new(Shared::new(settings, options.queue_capacity)),
            workers: Mutex::new(Vec::new()),
            worker_ids: Vec::new(),
            results,
            results_sender: Mutex::new(Some(results_sender)),
            uncollected: Permits::new(options.max_uncollected),
        };
        for index in 0..count {
            let shared = Arc::clone(&processor.shared);
            let started = thread::Builder::new()
                .name(format!("kzg-worker-{index}"))
                .spawn(move || shared.work());
            // On failure, dropping the processor joins those that have started.
            let worker = started.map_err(KzgAdvancedError::io(
                IoAction::Start,
                format!("worker {index}"),
            ))?;
            processor.worker_ids.push(worker.thread().id());
            lock(&processor.workers).push(worker);
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
        let Some(sender) = lock(&self.results_sender).clone() else {
            self.shared.lanes.count_refused();
            return Err(KzgAdvancedError::Cancelled);
        };
        if !self.uncollected.take() {
            self.shared.lanes.count_refused();
            let error = Error::Busy {
                reason: format!("{} results wait to be collected", self.uncollected.most()),
            };
            return Err(whole_error(self.shared.settings(), task.operation())(error));
        }
        let reply = Box::new(move |result| drop(sender.send(result)));
        let submitted = self.shared.submit(task, submission, reply);
        if submitted.is_err() {
            self.uncollected.give();
        }
        submitted.map(|()| id)
    }

    /// Submits a task, and hands its result to a function, such as one that sends it into a
    /// channel of the client's own.
    ///
    /// It is called once, on the worker that did the task, or on the thread that shuts the
    /// processor down. It should be short and not wait for the processor; if it panics, nothing
    /// else comes of it.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use kzg_advanced::concurrent::Submission;
    /// use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
    /// use kzg_advanced::{ConcurrentKzgProcessor, KzgTask};
    ///
    /// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
    /// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
    /// let processor = ConcurrentKzgProcessor::new(settings, 2)?;
    /// let (client, results) = mpsc::channel();
    /// for id in 0..3 {
    ///     let task = KzgTask::Commitment { id, blob: Blob::zeroed_on_heap().into() };
    ///     let client = client.clone();
    ///     processor.submit_then(task, Submission::default(), move |result| {
    ///         let _ = client.send(result); // nobody may be listening any more
    ///     })?;
    /// }
    /// drop(client);
    /// assert_eq!(results.iter().count(), 3); // ends with the last task's
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit); the function is not called then.
    pub fn submit_then(
        &self,
        task: KzgTask,
        submission: Submission,
        then: impl FnOnce(KzgResult) + Send + 'static,
    ) -> Result<()> {
        self.shared.submit(task, submission, Box::new(then))
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
        let awaited = Awaited::new(task.label(), &submission, self.shared.settings());
        let reply = Box::new(move |result| drop(sender.send(result)));
        self.shared.submit(task, submission, reply)?;
        Ok(TaskHandle {
            task: awaited,
            result,
        })
    }

    /// The next result of those submitted by [`submit_task`](Self::submit_task), in the order in
    /// which they are finished; `None` if there is none by then, or will be none any more: after
    /// a shutdown, and the last of them.
    #[must_use]
    pub fn get_result(&self, timeout: Duration) -> Option<KzgResult> {
        let result = self.results.recv_timeout(timeout).ok()?;
        self.uncollected.give();
        Some(result)
    }

    /// All of those results, waiting for each, until none is to come.
    pub fn results(&self) -> impl Iterator<Item = KzgResult> {
        /// Somebody else may collect the last one.
        const LOOK_AGAIN: Duration = Duration::from_millis(20);
        std::iter::from_fn(|| {
            while self.uncollected.are_out() {
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
        self.shared.lanes.read(|counts, _| counts.running)
    }

    /// Accepts no more tasks, has those that wait worked off or cancelled, and returns when all
    /// workers have ended (called by a worker, it does not wait for them). Every accepted task
    /// has its result then, to be collected as before.
    ///
    /// It blocks, and so does dropping the processor: an asynchronous program hands either to a
    /// thread that may block, as by `tokio::task::spawn_blocking`.
    pub fn shutdown(&self, how: Shutdown) {
        self.shared.close(how);
        // The channel ends with the last task that holds a sender.
        drop(lock(&self.results_sender).take());
        if self.worker_ids.contains(&thread::current().id()) {
            return;
        }
        for worker in lock(&self.workers).drain(..) {
            // Its panic, should there be one, has cost nobody a result.
            let _ = worker.join();
        }
    }
}

impl Drop for ConcurrentKzgProcessor {
    fn drop(&mut self) {
        self.shutdown(Shutdown::Cancel);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
