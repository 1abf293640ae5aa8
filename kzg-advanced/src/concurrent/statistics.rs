//! The statistics of a concurrent processor.

use std::time::Duration;

use hdrhistogram::Histogram;

use serde::{Deserialize, Serialize};

use super::lanes::Counts;

/// The statistics of a processor as of one moment. Always
/// `total_tasks = queued_tasks + active_tasks + completed_tasks + failed_tasks` and
/// `active_tasks <= peak_concurrent_tasks <= workers`.
///
/// ```
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let processor = ConcurrentKzgProcessor::new(settings, 2)?;
/// for id in 0..5 {
///     processor.submit_task(KzgTask::Commitment { id, blob: Blob::zeroed_on_heap().into() })?;
/// }
/// let now = processor.get_statistics(); // one moment: the figures agree
/// assert_eq!(
///     now.total_tasks,
///     now.queued_tasks + now.active_tasks + now.completed_tasks + now.failed_tasks
/// );
/// assert!(now.active_tasks <= now.peak_concurrent_tasks && now.peak_concurrent_tasks <= 2);
/// assert_eq!(processor.results().count(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProcessingStatistics {
    /// The number of accepted tasks.
    pub total_tasks: usize,
    /// Tasks that gave a result: a negative verdict too.
    pub completed_tasks: usize,
    /// Tasks that ended with an error, cancelled tasks and tasks whose deadline passed included.
    pub failed_tasks: usize,
    /// Refused submissions. They are not among the other counts.
    pub refused_tasks: usize,
    /// Waiting tasks: those in the lanes, batch tasks under way that a real-time task interrupts,
    /// and verifications that are gathered into the call of another task.
    pub queued_tasks: usize,
    /// Tasks in progress: one per busy worker.
    pub active_tasks: usize,
    /// Busy workers: as many as tasks in progress.
    pub active_workers: usize,
    /// Worker threads in abandoned calls: the tasks of the calls were answered at their deadline or
    /// by a shutdown, and the calls have not returned.
    #[serde(default)]
    pub abandoned_workers: usize,
    /// The number of calls that answered several tasks, see
    /// [`gathered_items`](super::ConcurrentOptions::gathered_items).
    #[serde(default)]
    pub gathered_calls: usize,
    /// The number of tasks that such calls answered.
    #[serde(default)]
    pub gathered_tasks: usize,
    /// The largest number of tasks in progress at once.
    pub peak_concurrent_tasks: usize,
    /// The mean time from the beginning of a task to its end. The time of a batch task includes
    /// the real-time tasks that interrupted it. Tasks that were answered at their deadline, or were
    /// cancelled before they began, are left out.
    pub average_processing_time: Duration,
    /// The times from submission to result.
    pub latency: LatencyPercentiles,
}

/// Percentiles of the time from submission to result, with an error of about one percent.
///
/// ```
/// use kzg_advanced::concurrent::Submission;
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let processor = ConcurrentKzgProcessor::new(settings, 1)?;
/// let task = KzgTask::Commitment { id: 0, blob: Blob::zeroed_on_heap().into() };
/// let _ = processor.submit(task, Submission::default())?.wait();
/// let latency = processor.get_statistics().latency;
/// println!("99 of 100 within {:?}, all within {:?}", latency.p99, latency.max);
/// assert!(latency.p50 <= latency.p99 && latency.p99 <= latency.max);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LatencyPercentiles {
    /// The median.
    pub p50: Duration,
    /// The 90th percentile.
    pub p90: Duration,
    /// The 99th percentile.
    pub p99: Duration,
    /// The 99.9th percentile.
    pub p999: Duration,
    /// The longest time.
    pub max: Duration,
}

/// The times of finished tasks.
#[derive(Debug)]
pub(super) struct Times {
    /// In microseconds.
    latency: Histogram<u64>,
    processing: Duration,
    processed: u64,
    /// Refused submissions.
    pub(super) refused: usize,
    /// Calls that answered several tasks, and these tasks.
    pub(super) gathered: (usize, usize),
}

/// The longest latency that the histogram resolves, in microseconds: a day.
const LONGEST: u64 = 24 * 3600 * 1_000_000;

impl Times {
    pub(super) fn new() -> Self {
        Self {
            latency: Histogram::new_with_bounds(1, LONGEST, 2).expect("the bounds are valid"),
            processing: Duration::ZERO,
            processed: 0,
            refused: 0,
            gathered: (0, 0),
        }
    }

    /// Records a task that has returned.
    pub(super) fn record(&mut self, latency: Duration, processing: Duration) {
        self.expired(latency);
        self.processing = self.processing.saturating_add(processing);
        self.processed += 1;
    }

    /// Records a task that was answered at its deadline, or was not performed.
    pub(super) fn expired(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.latency.saturating_record(micros);
    }

    fn percentiles(&self) -> LatencyPercentiles {
        let at = |quantile| Duration::from_micros(self.latency.value_at_quantile(quantile));
        LatencyPercentiles {
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            max: at(1.0),
        }
    }
}

impl ProcessingStatistics {
    pub(super) fn new(counts: &Counts, abandoned: usize, times: &Times) -> Self {
        let nanos = times.processing.as_nanos() / u128::from(times.processed.max(1));
        Self {
            total_tasks: counts.accepted,
            completed_tasks: counts.completed,
            failed_tasks: counts.failed,
            refused_tasks: times.refused,
            queued_tasks: counts.queued,
            active_tasks: counts.running,
            active_workers: counts.running,
            abandoned_workers: abandoned,
            gathered_calls: times.gathered.0,
            gathered_tasks: times.gathered.1,
            peak_concurrent_tasks: counts.peak_running,
            average_processing_time: Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)),
            latency: times.percentiles(),
        }
    }
}
