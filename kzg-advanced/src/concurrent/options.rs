//! The options of a concurrent processor, and of each submission.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::lanes::Lane;
use crate::cancellation::CancellationToken;
use crate::layer::InputGuard;
use crate::workers::WaitForRoom;

/// The options of a [`ConcurrentKzgProcessor`](super::ConcurrentKzgProcessor).
///
/// ```
/// use kzg_advanced::ConcurrentKzgProcessor;
/// use kzg_advanced::concurrent::ConcurrentOptions;
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let options = ConcurrentOptions::default()
///     .with_workers(2)
///     .with_queue_capacity(8) // further submissions wait
///     .with_max_uncollected(100);
/// let processor = ConcurrentKzgProcessor::with_options(settings, options)?;
/// assert_eq!(processor.active_workers(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ConcurrentOptions {
    /// The number of worker threads; zero stands for one per processor.
    pub workers: usize,
    /// The largest number of waiting tasks in each lane; zero counts as one.
    pub queue_capacity: usize,
    /// The largest number of results that wait to be collected by
    /// [`get_result`](super::ConcurrentKzgProcessor::get_result), tasks under way included; zero
    /// counts as one.
    pub max_uncollected: usize,
    /// The largest number of worker threads that are replaced at a time while they are in a call
    /// that was abandoned. Beyond that number, a worker stays taken until its call returns.
    pub max_abandoned: usize,
    /// The largest number of blobs or cells of waiting verifications that a worker gathers into
    /// one call; with 0 and 1 each task has a call of its own. A worker takes the verifications
    /// that are queued when it starts a call; it does not wait for further ones. A batch is faster
    /// for each item, and each task has its own verdict or error.
    pub gathered_items: usize,
    /// The time that a shutdown waits for calls under way before it abandons them.
    pub shutdown_grace: Duration,
}

impl Default for ConcurrentOptions {
    fn default() -> Self {
        Self {
            workers: 0,
            queue_capacity: 1024,
            max_uncollected: 16_384,
            max_abandoned: 64,
            gathered_items: 1,
            shutdown_grace: Duration::from_millis(250),
        }
    }
}

impl ConcurrentOptions {
    /// Sets the number of worker threads; zero stands for one per processor.
    #[must_use]
    pub fn with_workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// Sets the largest number of waiting tasks in each lane; zero counts as one.
    #[must_use]
    pub fn with_queue_capacity(mut self, tasks: usize) -> Self {
        self.queue_capacity = tasks.max(1);
        self
    }

    /// Sets the largest number of results that wait to be collected; zero counts as one.
    #[must_use]
    pub fn with_max_uncollected(mut self, results: usize) -> Self {
        self.max_uncollected = results.max(1);
        self
    }

    /// Sets the largest number of worker threads that are replaced while their call is abandoned.
    #[must_use]
    pub fn with_max_abandoned(mut self, workers: usize) -> Self {
        self.max_abandoned = workers;
        self
    }

    /// Sets the largest number of blobs or cells of waiting verifications that a worker gathers
    /// into one call.
    #[must_use]
    pub fn with_gathered_items(mut self, items: usize) -> Self {
        self.gathered_items = items;
        self
    }

    /// Sets the time that a shutdown waits for calls under way.
    #[must_use]
    pub fn with_shutdown_grace(mut self, grace: Duration) -> Self {
        self.shutdown_grace = grace;
        self
    }
}

/// The lane of a task.
///
/// ```
/// use kzg_advanced::concurrent::{Priority, Submission};
///
/// let gossip = Submission::real_time();
/// assert_eq!(gossip.priority, Priority::RealTime);
/// assert_eq!(Submission::default().priority, Priority::Batch);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Priority {
    /// Processed before all batch tasks, and between two calls of a batch task under way: a
    /// real-time task waits for one call of the backend, never for a whole batch. A call has one
    /// item, or a few where the settings share them out to threads of their own. A call of a batch
    /// verification has [`items_per_call`](kzg_traits::KzgSettings::items_per_call) items, 64 for
    /// the backends of this repository, since one by one they would take more than twice as long.
    RealTime,
    /// Processed when no real-time task waits, and after eight real-time tasks in a row.
    #[default]
    Batch,
}

impl Priority {
    pub(super) fn lane(self) -> Lane {
        match self {
            Self::RealTime => Lane::Urgent,
            Self::Batch => Lane::Normal,
        }
    }
}

/// The behaviour of a submission while its lane is full.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use kzg_advanced::concurrent::{ConcurrentOptions, Submission, WhenFull};
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, ErrorKind, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let options = ConcurrentOptions::default().with_workers(1).with_queue_capacity(1);
/// let processor = ConcurrentKzgProcessor::with_options(settings, options)?;
/// let blob: Arc<Blob> = Blob::zeroed_on_heap().into();
/// let refuse = Submission::default().when_full(WhenFull::Refuse);
/// let mut refused = 0;
/// for id in 0..100 {
///     let task = KzgTask::Commitment { id, blob: Arc::clone(&blob) };
///     match processor.submit_then(task, refuse.clone(), |_| ()) {
///         Ok(()) => {}
///         Err(error) if error.kind() == ErrorKind::Busy => refused += 1, // ask the sender to slow down
///         Err(error) => return Err(error.into()),
///     }
/// }
/// assert_eq!(processor.get_statistics().refused_tasks, refused);
///
/// let waiting = Submission::default().when_full(WhenFull::WaitFor(Duration::from_secs(60)));
/// let handle = processor.submit(KzgTask::Commitment { id: 100, blob }, waiting)?;
/// assert!(!handle.wait().is_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhenFull {
    /// The submission waits.
    #[default]
    Wait,
    /// The submission waits for this time, then fails as [`Refuse`](Self::Refuse) does.
    WaitFor(Duration),
    /// The submission fails at once, with an error of kind [`Busy`](kzg_traits::ErrorKind::Busy).
    Refuse,
}

/// The options of one submission.
///
/// ```
/// use std::time::{Duration, Instant};
/// use kzg_advanced::concurrent::{Submission, WhenFull};
/// use kzg_advanced::{Blob, CancellationToken, ConcurrentKzgProcessor, ErrorKind, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// let token = CancellationToken::new();
/// let submission = Submission::real_time()
///     .when_full(WhenFull::Refuse)
///     .with_deadline(Instant::now() + Duration::from_secs(60))
///     .with_cancellation(token.clone());
/// token.cancel(); // the result is no longer needed
/// let task = KzgTask::Commitment { id: 7, blob: Blob::zeroed_on_heap().into() };
/// let result = processor.submit(task, submission)?.wait();
/// assert_eq!(result.error().map(|error| error.kind()), Some(ErrorKind::Cancelled));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Submission {
    /// The lane of the task.
    pub priority: Priority,
    /// The behaviour while the lane is full.
    pub when_full: WhenFull,
    /// The moment from which the result is useless. A task that has no result by then is answered
    /// with an error of kind [`Deadline`](kzg_traits::ErrorKind::Deadline), whatever its call does;
    /// see [abandoned calls](super#abandoned-calls). A submission does not wait for room beyond the
    /// deadline.
    pub deadline: Option<Instant>,
    /// Cancels the task before it begins, or between two calls of the backend.
    pub cancel: CancellationToken,
    /// A value that is kept as long as the task's inputs, and as long as the copies that a manager
    /// makes of them.
    pub input_guard: Option<InputGuard>,
    /// A value that is kept until the task leaves its lane: when it begins, alone or in the call of another
    /// task, when it is answered without a call, and when it is refused. So a caller can bound the places
    /// that tasks of one kind take in a lane.
    pub lane_guard: Option<InputGuard>,
}

impl Submission {
    /// A submission to the real-time lane.
    #[must_use]
    pub fn real_time() -> Self {
        Self::default().with_priority(Priority::RealTime)
    }

    /// Sets the lane.
    #[must_use]
    pub fn with_priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Sets the behaviour while the lane is full.
    #[must_use]
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    /// Sets the deadline.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets the token that cancels the task.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// Sets the value that is kept as long as the task's inputs.
    #[must_use]
    pub fn with_input_guard(mut self, guard: InputGuard) -> Self {
        self.input_guard = Some(guard);
        self
    }

    /// Sets the value that is kept until the task leaves its lane.
    #[must_use]
    pub fn with_lane_guard(mut self, guard: InputGuard) -> Self {
        self.lane_guard = Some(guard);
        self
    }

    /// The time for which a submission waits for room in its queue: at most until the deadline.
    pub(super) fn wait_for_room(&self) -> WaitForRoom {
        let until = match self.when_full {
            WhenFull::Refuse => return WaitForRoom::No,
            WhenFull::Wait => None,
            // A moment that the clock cannot represent never comes.
            WhenFull::WaitFor(wait) => Instant::now().checked_add(wait),
        };
        match [until, self.deadline].into_iter().flatten().min() {
            Some(moment) => WaitForRoom::Until(moment),
            None => WaitForRoom::Forever,
        }
    }

    pub(super) fn is_late(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// The treatment of waiting tasks when a processor is shut down. Tasks that have begun are finished,
/// or stop between two calls of the backend; see
/// [`ConcurrentKzgProcessor::shutdown`](super::ConcurrentKzgProcessor::shutdown) for calls that do
/// not return.
///
/// ```
/// use kzg_advanced::concurrent::Shutdown;
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// for id in 0..3 {
///     processor.submit_task(KzgTask::Commitment { id, blob: Blob::zeroed_on_heap().into() })?;
/// }
/// processor.shutdown(Shutdown::Drain); // returns when all tasks are finished
/// assert_eq!(processor.results().filter(|result| !result.is_error()).count(), 3);
/// let late = KzgTask::Commitment { id: 3, blob: Blob::zeroed_on_heap().into() };
/// assert!(processor.submit_task(late).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Shutdown {
    /// Waiting tasks are processed.
    Drain,
    /// The result of waiting tasks and of batch tasks under way is
    /// [`Cancelled`](crate::KzgAdvancedError::Cancelled).
    Cancel,
}
