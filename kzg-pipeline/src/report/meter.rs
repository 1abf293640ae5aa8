//! Measures a job while the job runs. All threads of the job share the meter.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::listed::Listed;
use super::stage::{QueueDepth, Stage, StageReport};
use super::throughput::{Throughput, ThroughputSample};
use super::verification::{Failure, StageFailure};
use crate::input::blobs::is_false_claim;
use kzg_advanced::KzgAdvancedError;
use kzg_advanced::monitor::Latencies;

/// The measurements of a job.
#[derive(Debug)]
pub(crate) struct Meter {
    begun: Instant,
    stages: [Mutex<StageMeter>; Stage::ALL.len()],
    throughput: Mutex<Throughput>,
    failures: Mutex<Listed<StageFailure>>,
    false_claims: AtomicU64,
    skipped: Mutex<Listed<Failure>>,
}

#[derive(Debug, Default)]
struct StageMeter {
    busy: Duration,
    /// The beginning of the first and the end of the last piece of work, since the job began.
    span: Option<(Duration, Duration)>,
    items: u64,
    bytes: u64,
    pieces: Latencies,
    queue: Option<Queue>,
}

#[derive(Debug)]
struct Queue {
    capacity: Option<usize>,
    peak: usize,
    waited: u64,
    taken: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No panic can leave a partial change behind these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self {
            begun: Instant::now(),
            stages: Default::default(),
            throughput: Mutex::default(),
            failures: Mutex::default(),
            false_claims: AtomicU64::new(0),
            skipped: Mutex::default(),
        }
    }

    /// The time since the job began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Does a piece of a stage's work and measures the time of the work.
    pub(crate) fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let started = self.elapsed();
        let result = work();
        let ended = self.elapsed();
        let mut meter = self.stage(stage);
        meter.busy += ended - started;
        let first = meter.span.map_or(started, |(first, _)| first.min(started));
        meter.span = Some((first, ended));
        meter.pieces.record(ended - started);
        result
    }

    /// Counts blobs and bytes that a stage has worked on.
    pub(crate) fn count(&self, stage: Stage, items: u64, bytes: u64) {
        let mut meter = self.stage(stage);
        meter.items += items;
        meter.bytes += bytes;
    }

    /// Counts the depth of the queue from which a stage took a chunk.
    pub(crate) fn took(&self, stage: Stage, capacity: Option<usize>, depth: usize) {
        let mut meter = self.stage(stage);
        let queue = meter.queue.get_or_insert(Queue {
            capacity,
            peak: 0,
            waited: 0,
            taken: 0,
        });
        queue.peak = queue.peak.max(depth);
        queue.waited += depth as u64;
        queue.taken += 1;
    }

    /// Counts finished blobs, and the input bytes in these blobs.
    pub(crate) fn done(&self, blobs: u64, bytes: u64) {
        lock(&self.throughput).advance(self.elapsed(), blobs, bytes);
    }

    /// Counts a failure.
    pub(crate) fn failed(&self, stage: Stage, item: impl Into<String>, reason: impl Into<String>) {
        lock(&self.failures).add(StageFailure {
            stage,
            item: item.into(),
            reason: reason.into(),
        });
    }

    /// Counts the failure by an error, which may be a false claim of an input.
    pub(crate) fn failed_by(
        &self,
        stage: Stage,
        item: impl Into<String>,
        reason: impl Into<String>,
        error: &KzgAdvancedError,
    ) {
        self.failed(stage, item, reason);
        let one = u64::from(is_false_claim(error));
        self.false_claims.fetch_add(one, Ordering::Relaxed);
    }

    pub(crate) fn false_claims(&self) -> u64 {
        self.false_claims.load(Ordering::Relaxed)
    }

    /// Counts an entry that was left out.
    pub(crate) fn skipped(&self, item: impl Into<String>, reason: impl Into<String>) {
        lock(&self.skipped).add(Failure {
            item: item.into(),
            reason: reason.into(),
        });
    }

    pub(crate) fn failures(&self) -> Listed<StageFailure> {
        lock(&self.failures).clone()
    }

    pub(crate) fn left_out(&self) -> Listed<Failure> {
        lock(&self.skipped).clone()
    }

    pub(crate) fn throughput(&self) -> Vec<ThroughputSample> {
        lock(&self.throughput).samples(self.elapsed())
    }

    /// The reports of the stages that did any work.
    pub(crate) fn stages(&self) -> Vec<StageReport> {
        let report = |stage| {
            let meter = self.stage(stage);
            let (start, end) = meter.span?;
            Some(StageReport {
                stage,
                seconds: meter.busy.as_secs_f64(),
                start_seconds: start.as_secs_f64(),
                end_seconds: end.as_secs_f64(),
                items: meter.items,
                bytes: meter.bytes,
                queue: meter.queue.as_ref().map(|queue| QueueDepth {
                    capacity: queue.capacity.map(|capacity| capacity as u64),
                    peak: queue.peak as u64,
                    mean: queue.waited as f64 / queue.taken as f64,
                }),
                latency: meter.pieces.summary(),
            })
        };
        Stage::ALL.into_iter().filter_map(report).collect()
    }

    fn stage(&self, stage: Stage) -> MutexGuard<'_, StageMeter> {
        lock(&self.stages[stage as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_without_work_are_left_out_and_the_work_of_others_is_summed() {
        let meter = Meter::start();
        meter.time(Stage::Convert, || meter.count(Stage::Verify, 0, 0));
        for depth in [1, 3, 2] {
            meter.took(Stage::Write, Some(4), depth);
            meter.time(Stage::Write, || ());
            meter.count(Stage::Write, 6, 600);
        }
        meter.done(6, 600);
        let stages = meter.stages();
        let names: Vec<&str> = stages.iter().map(|stage| stage.stage.name()).collect();
        assert_eq!(names, ["convert", "write"]);
        let write = &stages[1];
        assert_eq!(
            (write.items, write.bytes, write.latency.count),
            (18, 1800, 3)
        );
        assert!(write.start_seconds <= write.end_seconds);
        let queue = write.queue.unwrap();
        assert_eq!((queue.capacity, queue.peak, queue.mean), (Some(4), 3, 2.0));
        assert_eq!(meter.throughput().last().unwrap().blobs, 6);
    }
}
