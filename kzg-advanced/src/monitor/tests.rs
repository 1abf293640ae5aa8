//! Tests of the figures that the monitor reports.

use core::time::Duration;
use std::sync::Arc;
use std::thread;

use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, Error, ErrorKind, KzgSettings};

use super::*;

/// Held by tests that measure or use much memory of the process.
#[cfg(target_os = "linux")]
pub(super) static MEMORY: std::sync::Mutex<()> = std::sync::Mutex::new(());

const MILLISECOND: Duration = Duration::from_millis(1);

fn near(actual: f64, expected: f64) -> bool {
    (actual - expected).abs() <= 0.002 * expected
}

/// A recorder of metrics that reads the figures, and whose counters do so when they are dropped.
#[cfg(feature = "metrics")]
struct ReadsTheFigures {
    monitor: Arc<PerformanceMonitor>,
    /// Whether the recorder records a call of the same operation when it is first called.
    records: std::sync::atomic::AtomicBool,
}

#[cfg(feature = "metrics")]
struct ReadingCounter(Arc<PerformanceMonitor>);

#[cfg(feature = "metrics")]
impl metrics::CounterFn for ReadingCounter {
    fn increment(&self, _: u64) {}

    fn absolute(&self, _: u64) {}
}

#[cfg(feature = "metrics")]
impl Drop for ReadingCounter {
    fn drop(&mut self) {
        let _ = self.0.get_report();
    }
}

#[cfg(feature = "metrics")]
impl metrics::Recorder for ReadsTheFigures {
    fn describe_counter(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }

    fn describe_gauge(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }

    fn describe_histogram(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }

    fn register_counter(&self, _: &metrics::Key, _: &metrics::Metadata<'_>) -> metrics::Counter {
        let _ = self.monitor.get_report();
        let records = &self.records;
        if records.swap(false, std::sync::atomic::Ordering::SeqCst) {
            self.monitor.record("op", MILLISECOND, 1, None);
        }
        metrics::Counter::from_arc(Arc::new(ReadingCounter(Arc::clone(&self.monitor))))
    }

    fn register_gauge(&self, _: &metrics::Key, _: &metrics::Metadata<'_>) -> metrics::Gauge {
        metrics::Gauge::noop()
    }

    fn register_histogram(
        &self,
        _: &metrics::Key,
        _: &metrics::Metadata<'_>,
    ) -> metrics::Histogram {
        let _ = self.monitor.get_report();
        metrics::Histogram::noop()
    }
}

/// Records two calls with a recorder that reads the figures. Returns the number of calls.
#[cfg(feature = "metrics")]
fn count_of_two_calls(records: bool) -> u64 {
    let (ended, end) = std::sync::mpsc::channel();
    // A call that hangs fails the test, and does not keep it from ending.
    thread::spawn(move || {
        let monitor = Arc::new(PerformanceMonitor::new());
        let recorder = ReadsTheFigures {
            monitor: Arc::clone(&monitor),
            records: records.into(),
        };
        metrics::with_local_recorder(&recorder, || {
            for _ in 0..2 {
                monitor.record("op", MILLISECOND, 1, None);
            }
        });
        ended.send(monitor.get_report().operations["op"].count)
    });
    let count = end.recv_timeout(Duration::from_secs(20));
    count.expect("the end")
}

#[cfg(feature = "metrics")]
#[test]
fn a_recorder_of_metrics_is_called_without_a_lock() {
    assert_eq!(count_of_two_calls(false), 2);
}

/// The second of two threads that record the first call of an operation drops its handles.
#[cfg(feature = "metrics")]
#[test]
fn handles_of_a_recorder_are_dropped_without_a_lock() {
    assert_eq!(count_of_two_calls(true), 3);
}

#[test]
fn percentiles_and_sums_are_right() {
    let monitor = PerformanceMonitor::new();
    for milliseconds in 1..=1000 {
        let error = (milliseconds % 100 == 0).then_some(ErrorKind::Busy);
        monitor.record("op", milliseconds * MILLISECOND, 10, error);
    }
    let report = monitor.get_report();
    let op = &report.operations["op"];
    assert_eq!((op.count, op.bytes), (1000, 10_000));
    assert_eq!(op.errors["busy"], 10);
    assert_eq!((op.min_seconds, op.max_seconds), (0.001, 1.0));
    assert!(near(op.mean_seconds, 0.5005), "{op:?}");
    assert!(near(op.p50_seconds, 0.5), "{op:?}");
    assert!(near(op.p90_seconds, 0.9), "{op:?}");
    assert!(near(op.p99_seconds, 0.99), "{op:?}");
    assert!(near(op.p99_9_seconds, 0.999), "{op:?}");
    assert!(op.calls_per_second > 0.0);
    let json = serde_json::to_string(&report).unwrap();
    let read: PerformanceMetrics = serde_json::from_str(&json).unwrap();
    assert_eq!(read.operations["op"].count, 1000);
    assert!(
        report.to_string().contains("op: 1000 calls, 10 errors"),
        "{report}"
    );
}

#[test]
fn the_shortest_and_longest_times_are_reported() {
    let monitor = PerformanceMonitor::new();
    monitor.record("op", Duration::ZERO, 0, None);
    monitor.record("op", Duration::from_secs(100_000), 0, None);
    let op = &monitor.get_report().operations["op"];
    assert_eq!((op.min_seconds, op.max_seconds), (0.0, 100_000.0));
    for _ in 0..2 {
        monitor.record("many bytes", MILLISECOND, usize::MAX, None);
    }
    let bytes = monitor.get_report().operations["many bytes"].bytes;
    assert_eq!(bytes, (usize::MAX as u64).saturating_mul(2));
}

#[test]
fn a_reset_clears_all_figures() {
    let monitor = PerformanceMonitor::new();
    monitor.record("op", MILLISECOND, 1, None);
    monitor.reset();
    assert!(monitor.get_report().operations.is_empty());
    monitor.record("op", 2 * MILLISECOND, 1, None);
    let report = monitor.get_report();
    assert_eq!(report.operations["op"].count, 1);
    assert_eq!(report.operations["op"].min_seconds, 0.002);
}

#[test]
fn calls_of_all_threads_are_counted() {
    let monitor = PerformanceMonitor::new();
    thread::scope(|scope| {
        for thread in 0..4 {
            let monitor = &monitor;
            scope.spawn(move || {
                for number in 0..1000 {
                    let operation = if (thread + number) % 2 == 0 { "a" } else { "b" };
                    monitor.record(operation, MILLISECOND, 1, None);
                }
            });
        }
    });
    let report = monitor.get_report();
    let counts: Vec<u64> = report.operations.values().map(|op| op.count).collect();
    assert_eq!(counts, [2000, 2000]);
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_measured() {
    let _alone = MEMORY.lock().unwrap();
    let monitor = PerformanceMonitor::new();
    let before = monitor.get_report();
    // The block is written, so its memory is resident.
    let block = vec![1_u8; 64 << 20];
    let with = monitor.get_report();
    assert_eq!(block[block.len() - 1], 1);
    drop(block);
    assert!(before.resident_bytes > 1 << 20, "{before:?}");
    assert!(
        with.resident_bytes >= before.resident_bytes + (32 << 20),
        "{with:?}"
    );
    assert!(with.peak_resident_bytes >= with.resident_bytes);
    assert!(with.highest_sampled_bytes >= with.resident_bytes);
}

#[test]
fn measure_returns_the_result_of_the_job() {
    let monitor = PerformanceMonitor::new().enable_detailed_logging();
    assert_eq!(monitor.measure("op", || Ok(7)), Ok(7));
    assert_eq!(
        monitor.measure::<()>("op", || Err(Error::Deadline)),
        Err(Error::Deadline)
    );
    let op = &monitor.get_report().operations["op"];
    assert_eq!((op.count, op.errors["deadline"]), (2, 1));
}

#[test]
fn watched_settings_are_recorded_by_operation() {
    let scripted = Scripted::new(Arc::new(Fake::new("fake"))).otherwise(|_, number| match number {
        1 => Action::fault(),
        _ => Action::Pass,
    });
    let monitor = Arc::new(PerformanceMonitor::new());
    let watched = Watched::new(Arc::new(scripted), Arc::clone(&monitor));
    let blob = Blob::zeroed_on_heap();
    assert!(watched.blob_to_kzg_commitment(&blob).is_ok());
    assert!(watched.blob_to_kzg_commitment(&blob).is_err());
    assert!(watched.compute_cells(&blob).is_ok());
    let report = monitor.get_report();
    let commits = &report.operations["blob_to_kzg_commitment"];
    assert_eq!((commits.count, commits.errors["fault"]), (2, 1));
    assert_eq!(commits.bytes, 2 * 131_072);
    assert_eq!(report.operations["compute_cells"].count, 1);
}
