//! Measurement of calls: counts, times, errors and memory, for each operation.
//!
//! Nothing is estimated: times are those of calls, memory is what the operating system reports.
//! With the feature `metrics` the same figures go to the facade of the `metrics` crate, under these
//! names:
//!
//! | metric | kind | labels |
//! |---|---|---|
//! | `kzg_calls_total` | counter | `operation` |
//! | `kzg_errors_total` | counter | `operation`, `kind` |
//! | `kzg_bytes_total` | counter | `operation` |
//! | `kzg_call_seconds` | histogram | `operation` |
//! | `kzg_resident_bytes` | gauge | |
//! | `kzg_peak_resident_bytes` | gauge | |
//! | `kzg_breaker_transitions_total` | counter | `backend`, `operation`, `to` |
//! | `kzg_integrity_mismatches_total` | counter | `operation` |
//!
//! Install a recorder before the first call: operations keep the handles of their first call.

#[cfg(feature = "metrics")]
mod export;
mod latency;
mod memory;
mod operation;
mod processor;
mod report;
mod watched;

#[cfg(test)]
mod tests;

pub use latency::{Latencies, Latency, LatencyClass};
pub use memory::{MemoryWatch, peak_memory};
pub use processor::processor_time;
pub use report::{OperationMetrics, PerformanceMetrics};
pub use watched::{CallObserver, ObservedCall, Watch, Watched};

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Instant;

use core::time::Duration;

use kzg_traits::ErrorKind;

use crate::backend_call::{in_span, panic_as_fault, traced};
use crate::sync::{lock, read, write};
use operation::OperationStats;

/// Collects figures. Shared between threads by reference or `Arc`.
#[derive(Debug)]
pub struct PerformanceMonitor {
    operations: RwLock<HashMap<String, Arc<OperationStats>>>,
    memory: MemoryWatch,
    since: Mutex<Instant>,
    detailed: AtomicBool,
}

impl Default for PerformanceMonitor {
    fn default() -> Self {
        Self::new()
    }
}

impl PerformanceMonitor {
    /// A monitor without figures.
    #[must_use]
    pub fn new() -> Self {
        Self {
            operations: RwLock::default(),
            memory: MemoryWatch::new(),
            since: Mutex::new(Instant::now()),
            detailed: AtomicBool::new(false),
        }
    }

    /// The same monitor with a tracing event at level `INFO` for each call. Without it, a call has
    /// a span at level `DEBUG` alone.
    #[must_use]
    pub fn enable_detailed_logging(self) -> Self {
        self.detailed.store(true, Ordering::Relaxed);
        self
    }

    /// Runs a job under an operation's name, and records its time and its error. A panic of the job
    /// is an error of kind [`Fault`](ErrorKind::Fault).
    ///
    /// # Errors
    ///
    /// The error of the job, or the fault.
    pub fn measure<T>(
        &self,
        operation: &str,
        job: impl FnOnce() -> kzg_traits::error::Result<T>,
    ) -> kzg_traits::error::Result<T> {
        in_span(
            || tracing::debug_span!("kzg", operation),
            || {
                let start = Instant::now();
                let result = panic_as_fault(|| operation.to_owned(), job);
                let kind = result.as_ref().err().map(kzg_traits::Error::kind);
                self.record(operation, start.elapsed(), 0, kind);
                result
            },
        )
    }

    /// Records a call: its time, the bytes of its inputs, and the kind of its error if it
    /// failed.
    pub fn record(&self, operation: &str, time: Duration, bytes: usize, error: Option<ErrorKind>) {
        self.memory.sample_if_due();
        match self.known(operation) {
            Some(stats) => stats.record(time, bytes, error),
            None => self.first(operation).record(time, bytes, error),
        }
        if self.detailed.load(Ordering::Relaxed) {
            let error = error.map(tracing::field::display);
            traced(|| tracing::info!(operation, ?time, bytes, error, "call"));
        }
    }

    /// The figures since the last reset.
    #[must_use]
    pub fn get_report(&self) -> PerformanceMetrics {
        let memory = self.memory.sample();
        let elapsed = lock(&self.since).elapsed();
        let operations = read(&self.operations);
        PerformanceMetrics {
            elapsed_seconds: elapsed.as_secs_f64(),
            resident_bytes: memory.resident,
            highest_sampled_bytes: memory.highest_sampled,
            peak_resident_bytes: memory.peak,
            operations: operations
                .iter()
                .map(|(name, stats)| (name.clone(), stats.report(elapsed)))
                .filter(|(_, metrics)| metrics.count > 0)
                .collect(),
        }
    }

    /// Forgets all figures but the peak memory of the process, which the operating system keeps.
    /// The counters of the metrics facade go on.
    pub fn reset(&self) {
        let mut since = lock(&self.since);
        for stats in read(&self.operations).values() {
            stats.reset();
        }
        self.memory.reset();
        *since = Instant::now();
    }

    fn known(&self, operation: &str) -> Option<Arc<OperationStats>> {
        let operations = read(&self.operations);
        operations.get(operation).map(Arc::clone)
    }

    fn first(&self, operation: &str) -> Arc<OperationStats> {
        // The recorder of metrics may use the monitor, so no lock is held here, nor where the handles of
        // the recorder are dropped: another thread may have been first.
        let new = Arc::new(OperationStats::new(operation));
        let mut operations = write(&self.operations);
        let stats = operations.entry(operation.to_owned());
        let stats = Arc::clone(stats.or_insert_with(|| Arc::clone(&new)));
        drop(operations);
        drop(new);
        stats
    }
}
