//! The processor: submission of tasks, collection of results, shutdown.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use kzg_traits::{Error, KzgSettings};

use super::handle::TaskHandle;
use super::options::{ConcurrentOptions, Shutdown, Submission};
use super::statistics::ProcessingStatistics;
use super::task::{KzgResult, KzgTask};
use super::uncollected::UncollectedResults;
use super::worker::Shared;
use crate::error::KzgAdvancedResult;
use crate::resilience::EnterpriseKzgManager;
use crate::sync::lock;

/// Processes [tasks](KzgTask) from many threads on its own worker threads.
///
/// Use it with settings that run on one thread. Dropping the processor is a
/// [`Shutdown::Cancel`].
///
/// ```
/// use std::sync::Arc;
/// use kzg_advanced::concurrent::Submission;
/// use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
/// use kzg_advanced::{ConcurrentKzgProcessor, KzgResult, KzgTask};
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
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
    results: Receiver<KzgResult>,
    /// Keeps the channel open. `None` after a shutdown.
    results_sender: Mutex<Option<Sender<KzgResult>>>,
    /// Counts the results of the channel that have not been collected.
    uncollected: UncollectedResults,
}

impl ConcurrentKzgProcessor {
    /// A processor with `workers` worker threads; zero stands for one per processor of the machine.
    ///
    /// # Errors
    ///
    /// [`Io`](crate::KzgAdvancedError::Io) if the threads cannot be started.
    pub fn new(settings: Arc<dyn KzgSettings>, workers: usize) -> KzgAdvancedResult<Self> {
        Self::with_options(settings, ConcurrentOptions::default().with_workers(workers))
    }

    /// As [`new`](Self::new), with all options.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_options(
        settings: Arc<dyn KzgSettings>,
        options: ConcurrentOptions,
    ) -> KzgAdvancedResult<Self> {
        Self::begin(settings, None, &options)
    }

    /// A processor over a manager, which gets the deadline and the cancellation of each task: so a
    /// backend that hangs is given up in time for the next one to be called. A call that several
    /// verifications share has the latest of their deadlines.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn over_manager(
        manager: EnterpriseKzgManager,
        options: &ConcurrentOptions,
    ) -> KzgAdvancedResult<Self> {
        Self::begin(Arc::new(manager.clone()), Some(manager), options)
    }

    fn begin(
        settings: Arc<dyn KzgSettings>,
        manager: Option<EnterpriseKzgManager>,
        options: &ConcurrentOptions,
    ) -> KzgAdvancedResult<Self> {
        let (results_sender, results) = unbounded();
        let processor = Self {
            shared: Shared::new(settings, manager, options),
            results,
            results_sender: Mutex::new(Some(results_sender)),
            uncollected: UncollectedResults::new(options.max_uncollected),
        };
        // On failure, dropping the processor ends the workers that have started.
        processor.shared.start()?;
        Ok(processor)
    }

    /// Submits a task to the batch lane, waiting while the lane is full. The result is collected by
    /// [`get_result`](Self::get_result). Returns the `id` of the task.
    ///
    /// # Errors
    ///
    /// [`ResourceExhausted`](crate::KzgAdvancedError::ResourceExhausted), of kind
    /// [`Busy`](kzg_traits::ErrorKind::Busy), if too many results wait to be collected;
    /// [`Cancelled`](crate::KzgAdvancedError::Cancelled) after a shutdown.
    pub fn submit_task(&self, task: KzgTask) -> KzgAdvancedResult<u64> {
        self.submit_task_with(task, Submission::default())
    }

    /// As [`submit_task`](Self::submit_task), with all options.
    ///
    /// # Errors
    ///
    /// As [`submit_task`](Self::submit_task), and as [`submit`](Self::submit).
    pub fn submit_task_with(
        &self,
        task: KzgTask,
        submission: Submission,
    ) -> KzgAdvancedResult<u64> {
        let id = task.id();
        let Some(sender) = lock(&self.results_sender).clone() else {
            return Err(self.shared.refused(task.operation(), Error::Cancelled));
        };
        if !self.uncollected.reserve() {
            let reason = format!("{} results wait to be collected", self.uncollected.limit());
            let error = Error::Busy { reason };
            return Err(self.shared.refused(task.operation(), error));
        }
        let reply = Box::new(move |result| drop(sender.send(result)));
        let submitted = self.shared.submit(task, submission, reply);
        if submitted.is_err() {
            self.uncollected.release();
        }
        submitted.map(|_| id)
    }

    /// Submits a task, and calls a function with its result, such as one that sends the result into
    /// a channel.
    ///
    /// The function is called once: on the worker that processed the task, on the thread that ends
    /// tasks at their deadlines, or on the thread that submits or shuts down. It should be short and
    /// must not wait for the processor. A panic in the function is logged and has no other effect.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use kzg_advanced::concurrent::Submission;
    /// use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
    /// use kzg_advanced::{ConcurrentKzgProcessor, KzgTask};
    ///
    /// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
    /// let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
    /// let processor = ConcurrentKzgProcessor::new(settings, 2)?;
    /// let (client, results) = mpsc::channel();
    /// for id in 0..3 {
    ///     let task = KzgTask::Commitment { id, blob: Blob::zeroed_on_heap().into() };
    ///     let client = client.clone();
    ///     processor.submit_then(task, Submission::default(), move |result| {
    ///         let _ = client.send(result); // the receiver may be gone
    ///     })?;
    /// }
    /// drop(client);
    /// assert_eq!(results.iter().count(), 3); // ends after the last result
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit). The function is not called then.
    pub fn submit_then(
        &self,
        task: KzgTask,
        submission: Submission,
        then: impl FnOnce(KzgResult) + Send + 'static,
    ) -> KzgAdvancedResult<()> {
        self.shared
            .submit(task, submission, Box::new(then))
            .map(drop)
    }

    /// Submits a task, and returns a handle to its result.
    ///
    /// # Errors
    ///
    /// [`ResourceExhausted`](crate::KzgAdvancedError::ResourceExhausted), of kind
    /// [`Busy`](kzg_traits::ErrorKind::Busy), if the lane is full and the submission does not wait, or
    /// has waited as long as it may; [`Performance`](crate::KzgAdvancedError::Performance) if its
    /// deadline has passed meanwhile; [`Cancelled`](crate::KzgAdvancedError::Cancelled) after a
    /// shutdown; [`Io`](crate::KzgAdvancedError::Io) if a thread that the task needs cannot be started.
    pub fn submit(&self, task: KzgTask, submission: Submission) -> KzgAdvancedResult<TaskHandle> {
        let (sender, result) = bounded(1);
        let (label, deadline) = (task.label(), submission.deadline);
        let reply = Box::new(move |result| drop(sender.send(result)));
        let task = self.shared.submit(task, submission, reply)?;
        Ok(TaskHandle {
            label,
            deadline,
            task: Arc::downgrade(&task),
            shared: Arc::downgrade(&self.shared),
            result,
        })
    }

    /// Waits for the next result of a task submitted by [`submit_task`](Self::submit_task), in the
    /// order of completion; `None` after `timeout`, and after the last result of a processor that
    /// was shut down.
    #[must_use]
    pub fn get_result(&self, timeout: Duration) -> Option<KzgResult> {
        let result = self.results.recv_timeout(timeout).ok()?;
        self.uncollected.release();
        Some(result)
    }

    /// Iterates over these results, waiting for each, until no task is left.
    pub fn results(&self) -> impl Iterator<Item = KzgResult> {
        /// Another thread may collect the last result.
        const POLL: Duration = Duration::from_millis(20);
        std::iter::from_fn(|| {
            while !self.uncollected.is_empty() {
                if let Some(result) = self.get_result(POLL) {
                    return Some(result);
                }
            }
            None
        })
    }

    /// The statistics as of one moment.
    #[must_use]
    pub fn get_statistics(&self) -> ProcessingStatistics {
        self.shared.statistics()
    }

    /// The number of busy workers, without those whose call was abandoned.
    #[must_use]
    pub fn active_workers(&self) -> usize {
        self.shared.active_workers()
    }

    /// Refuses further tasks, processes or cancels the waiting tasks, and returns when all workers
    /// have ended. Every accepted task has its result then, to be collected as before.
    ///
    /// A call that does not return is not waited for: after the
    /// [grace period](ConcurrentOptions::shutdown_grace) its task is answered with
    /// [`Cancelled`](crate::KzgAdvancedError::Cancelled), and its thread ends when the call returns.
    /// Only [`Shutdown::Drain`] waits longer, for the results of tasks without a deadline. Called by a
    /// worker, this does not wait.
    ///
    /// This blocks, and so does dropping the processor. An asynchronous program calls either on a
    /// thread that may block, for example by `tokio::task::spawn_blocking`.
    pub fn shutdown(&self, how: Shutdown) {
        // The channel closes when the last task has dropped its sender.
        drop(lock(&self.results_sender).take());
        self.shared.shutdown(how);
    }
}

impl Drop for ConcurrentKzgProcessor {
    fn drop(&mut self) {
        self.shutdown(Shutdown::Cancel);
    }
}
