//! The choices of a processor of tasks, and of each submission.

use std::time::{Duration, Instant};

use super::lanes::{Lane, Patience};
use crate::cancellation::CancellationToken;

/// The choices of a [`ConcurrentKzgProcessor`](super::ConcurrentKzgProcessor).
///
/// ```
/// use kzg_advanced::ConcurrentKzgProcessor;
/// use kzg_advanced::concurrent::ConcurrentOptions;
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let options = ConcurrentOptions::default()
///     .with_workers(2)
///     .with_queue_capacity(8) // whoever submits more has to wait
///     .with_max_uncollected(100);
/// let processor = ConcurrentKzgProcessor::with_options(settings, options)?;
/// assert_eq!(processor.active_workers(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConcurrentOptions {
    /// The threads; zero stands for one for each processor.
    pub workers: usize,
    /// The tasks that wait at most, in each lane; zero counts as one.
    pub queue_capacity: usize,
    /// The results that wait at most to be collected by
    /// [`get_result`](super::ConcurrentKzgProcessor::get_result), tasks on their way included;
    /// zero counts as one.
    pub max_uncollected: usize,
}

impl Default for ConcurrentOptions {
    fn default() -> Self {
        Self {
            workers: 0,
            queue_capacity: 1024,
            max_uncollected: 16_384,
        }
    }
}

impl ConcurrentOptions {
    /// The same options with so many threads.
    #[must_use]
    pub fn with_workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// The same options with room for so many tasks in each lane; zero counts as one.
    #[must_use]
    pub fn with_queue_capacity(mut self, tasks: usize) -> Self {
        self.queue_capacity = tasks.max(1);
        self
    }

    /// The same options with room for so many results; zero counts as one.
    #[must_use]
    pub fn with_max_uncollected(mut self, results: usize) -> Self {
        self.max_uncollected = results.max(1);
        self
    }
}

/// The lane that a task waits in.
///
/// ```
/// use kzg_advanced::concurrent::{Priority, Submission};
///
/// let gossip = Submission::real_time();
/// assert_eq!(gossip.priority, Priority::RealTime);
/// assert_eq!(Submission::default().priority, Priority::Batch);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Priority {
    /// Taken before any batch work, and between the calls of batch tasks under way: it waits for
    /// one call of the backend, never for a whole batch. A call has one item, or a few where the
    /// settings share them out to threads of their own; of a batch verification it has as many
    /// as [`items_per_call`](kzg_traits::KzgSettings::items_per_call) says, 64 of ours, since
    /// one by one they would take more than twice as long.
    RealTime,
    /// Taken when nothing of real time waits; after eight tasks of real time in a row one of
    /// these gets its turn all the same.
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

/// What a submission does while its lane is full.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use kzg_advanced::concurrent::{ConcurrentOptions, Submission, WhenFull};
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, ErrorKind, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
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
///         Err(error) if error.kind() == ErrorKind::Busy => refused += 1, // tell the sender
///         Err(error) => return Err(error.into()),
///     }
/// }
/// assert_eq!(processor.get_statistics().refused_tasks, refused);
///
/// let patient = Submission::default().when_full(WhenFull::WaitFor(Duration::from_secs(60)));
/// let handle = processor.submit(KzgTask::Commitment { id: 100, blob }, patient)?;
/// assert!(!handle.wait().is_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WhenFull {
    /// It waits.
    #[default]
    Wait,
    /// It waits so long, then fails as [`Refuse`](Self::Refuse) does.
    WaitFor(Duration),
    /// It fails at once, with an error of kind [`Busy`](kzg_traits::ErrorKind::Busy).
    Refuse,
}

/// How a task is submitted.
///
/// ```
/// use std::time::{Duration, Instant};
/// use kzg_advanced::concurrent::{Submission, WhenFull};
/// use kzg_advanced::{Blob, CancellationToken, ConcurrentKzgProcessor, ErrorKind, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// let token = CancellationToken::new();
/// let submission = Submission::real_time()
///     .when_full(WhenFull::Refuse)
///     .with_deadline(Instant::now() + Duration::from_secs(60))
///     .with_cancellation(token.clone());
/// token.cancel(); // nobody wants it any more
/// let task = KzgTask::Commitment { id: 7, blob: Blob::zeroed_on_heap().into() };
/// let result = processor.submit(task, submission)?.wait();
/// assert_eq!(result.error().map(|error| error.kind()), Some(ErrorKind::Cancelled));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Submission {
    /// The lane.
    pub priority: Priority,
    /// What to do while it is full.
    pub when_full: WhenFull,
    /// When the result is of no more use. A task that has not begun by then, or stands between
    /// two calls of the backend, ends with an error of kind
    /// [`Deadline`](kzg_traits::ErrorKind::Deadline). A running call is never cut off, but who
    /// waits by a handle has that error on time, and who waits for room does not wait longer.
    pub deadline: Option<Instant>,
    /// Ends the task before it has begun, or between two calls of the backend.
    pub cancel: CancellationToken,
}

impl Submission {
    /// In the lane of real time.
    #[must_use]
    pub fn real_time() -> Self {
        Self::default().with_priority(Priority::RealTime)
    }

    /// The same with another lane.
    #[must_use]
    pub fn with_priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// The same with another answer to a full lane.
    #[must_use]
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    /// The same with a deadline.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same, ended by `cancel`.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// How long to wait for room: no longer than the result is of use.
    pub(super) fn patience(&self) -> Patience {
        let until = match self.when_full {
            WhenFull::Refuse => return Patience::None,
            WhenFull::Wait => None,
            // Beyond what the clock can say is for ever.
            WhenFull::WaitFor(patience) => Instant::now().checked_add(patience),
        };
        match [until, self.deadline].into_iter().flatten().min() {
            Some(moment) => Patience::Until(moment),
            None => Patience::Forever,
        }
    }

    pub(super) fn is_late(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// What becomes of the tasks that wait when a processor is shut down. Those that have begun are
/// finished, or stop between two calls of the backend.
///
/// ```
/// use kzg_advanced::concurrent::Shutdown;
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// for id in 0..3 {
///     processor.submit_task(KzgTask::Commitment { id, blob: Blob::zeroed_on_heap().into() })?;
/// }
/// processor.shutdown(Shutdown::Drain); // returns when all of it is done
/// assert_eq!(processor.results().filter(|result| !result.is_error()).count(), 3);
/// let late = KzgTask::Commitment { id: 3, blob: Blob::zeroed_on_heap().into() };
/// assert!(processor.submit_task(late).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shutdown {
    /// They are worked off.
    Drain,
    /// Their result is [`Cancelled`](crate::KzgAdvancedError::Cancelled), and so is that of batch
    /// tasks under way.
    Cancel,
}
