//! What went through a processor of tasks.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::lanes::Counts;

/// What went through a processor, as of one moment:
/// `total_tasks = queued_tasks + active_tasks + completed_tasks + failed_tasks`, and
/// `active_tasks <= peak_concurrent_tasks <= workers`, always.
///
/// ```
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let processor = ConcurrentKzgProcessor::new(settings, 2)?;
/// for id in 0..5 {
///     processor.submit_task(KzgTask::Commitment { id, blob: Blob::zeroed_on_heap().into() })?;
/// }
/// let now = processor.get_statistics(); // of one moment, so that the figures agree
/// assert_eq!(
///     now.total_tasks,
///     now.queued_tasks + now.active_tasks + now.completed_tasks + now.failed_tasks
/// );
/// assert!(now.active_tasks <= now.peak_concurrent_tasks && now.peak_concurrent_tasks <= 2);
/// assert_eq!(processor.results().count(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessingStatistics {
    /// The tasks that were accepted.
    pub total_tasks: usize,
    /// Those with a good result. A verification that says no is one, and so is a result that came
    /// after the deadline, when whoever waited by a handle was told [`Deadline`](crate::Error::Deadline).
    pub completed_tasks: usize,
    /// Those that ended with an error: cancelled ones included, and those whose deadline passed
    /// before a worker came to them or between their items.
    pub failed_tasks: usize,
    /// The submissions that were refused; they count nowhere else.
    pub refused_tasks: usize,
    /// The tasks that wait: those in the lanes, and batch tasks that were begun and stand aside
    /// for one of real time.
    pub queued_tasks: usize,
    /// The tasks that are worked on: one for each busy worker.
    pub active_tasks: usize,
    /// The workers that have something to do: as many.
    pub active_workers: usize,
    /// The most tasks ever worked on at once.
    pub peak_concurrent_tasks: usize,
    /// The time that a task took once it had begun; batch tasks include those of real time that
    /// they were put aside for.
    pub average_processing_time: Duration,
    /// From submission to result.
    pub latency: LatencyPercentiles,
}

/// How long tasks took from submission to result, to about one percent.
///
/// ```
/// use kzg_advanced::concurrent::Submission;
/// use kzg_advanced::{Blob, ConcurrentKzgProcessor, KzgTask};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LatencyPercentiles {
    /// Half of them took no longer.
    pub p50: Duration,
    /// Nine of ten took no longer.
    pub p90: Duration,
    /// All but one in a hundred took no longer.
    pub p99: Duration,
    /// All but one in a thousand took no longer.
    pub p999: Duration,
    /// None took longer.
    pub max: Duration,
}

/// The times of finished tasks.
#[derive(Debug)]
pub(super) struct Times {
    /// In microseconds.
    latency: Histogram<u64>,
    processing: Duration,
    count: u64,
}

/// The longest latency that is told apart, in microseconds: a day.
const LONGEST: u64 = 24 * 3600 * 1_000_000;

impl Times {
    pub(super) fn new() -> Self {
        Self {
            latency: Histogram::new_with_bounds(1, LONGEST, 2).expect("bounds that make sense"),
            processing: Duration::ZERO,
            count: 0,
        }
    }

    pub(super) fn record(&mut self, latency: Duration, processing: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.latency.saturating_record(micros);
        self.processing = self.processing.saturating_add(processing);
        self.count += 1;
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
    pub(super) fn new(counts: &Counts, times: &Times) -> Self {
        let nanos = times.processing.as_nanos() / u128::from(times.count.max(1));
        Self {
            total_tasks: counts.accepted,
            completed_tasks: counts.completed,
            failed_tasks: counts.failed,
            refused_tasks: counts.refused,
            queued_tasks: counts.queued,
            active_tasks: counts.running,
            active_workers: counts.running,
            peak_concurrent_tasks: counts.peak_running,
            average_processing_time: Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)),
            latency: times.percentiles(),
        }
    }
}
