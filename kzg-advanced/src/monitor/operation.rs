//! The figures of one operation.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hdrhistogram::Histogram;
use kzg_traits::ErrorKind;
use metrics::{Counter, Histogram as Exported, Label};

use super::report::OperationMetrics;

/// Times are kept with three significant digits, from a nanosecond to an hour.
const HIGHEST: u64 = 3_600_000_000_000;
const DIGITS: u8 = 3;

const KINDS: [ErrorKind; 7] = [
    ErrorKind::Input,
    ErrorKind::Setup,
    ErrorKind::Busy,
    ErrorKind::Fault,
    ErrorKind::Integrity,
    ErrorKind::Deadline,
    ErrorKind::Cancelled,
];

#[derive(Debug)]
pub(super) struct OperationStats {
    figures: Mutex<Figures>,
    exported: Export,
}

#[derive(Debug)]
struct Figures {
    times: Histogram<u64>,
    /// The sum in nanoseconds, for a mean that is exact.
    total: u128,
    /// Exact too, where the histogram rounds.
    min: u64,
    max: u64,
    bytes: u64,
    errors: [u64; KINDS.len()],
}

/// Handles to the metrics facade.
struct Export {
    calls: Counter,
    bytes: Counter,
    seconds: Exported,
    errors: [Counter; KINDS.len()],
}

impl Figures {
    fn new() -> Self {
        Self {
            times: Histogram::new_with_bounds(1, HIGHEST, DIGITS).expect("the bounds are valid"),
            total: 0,
            min: u64::MAX,
            max: 0,
            bytes: 0,
            errors: [0; KINDS.len()],
        }
    }
}

impl OperationStats {
    pub(super) fn new(operation: &str) -> Self {
        let label = Label::new("operation", operation.to_owned());
        let labels = || vec![label.clone()];
        let errors = KINDS.map(|kind| {
            let labels = vec![label.clone(), Label::new("kind", kind.to_string())];
            metrics::counter!("kzg_errors_total", labels)
        });
        Self {
            figures: Mutex::new(Figures::new()),
            exported: Export {
                calls: metrics::counter!("kzg_calls_total", labels()),
                bytes: metrics::counter!("kzg_bytes_total", labels()),
                seconds: metrics::histogram!("kzg_call_seconds", labels()),
                errors,
            },
        }
    }

    pub(super) fn record(&self, time: Duration, bytes: usize, error: Option<ErrorKind>) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let kind = error.and_then(|kind| KINDS.iter().position(|&known| known == kind));
        let mut figures = self.lock();
        figures.times.saturating_record(nanoseconds.max(1));
        figures.total += u128::from(nanoseconds);
        figures.min = figures.min.min(nanoseconds);
        figures.max = figures.max.max(nanoseconds);
        figures.bytes += bytes as u64;
        if let Some(kind) = kind {
            figures.errors[kind] += 1;
        }
        drop(figures);
        self.exported.calls.increment(1);
        self.exported.bytes.increment(bytes as u64);
        self.exported.seconds.record(time);
        if let Some(kind) = kind {
            self.exported.errors[kind].increment(1);
        }
    }

    pub(super) fn reset(&self) {
        *self.lock() = Figures::new();
    }

    pub(super) fn report(&self, elapsed: Duration) -> OperationMetrics {
        let figures = self.lock();
        let count = figures.times.len();
        let seconds = |nanoseconds: u64| nanoseconds as f64 / 1e9;
        let percentile = |percent| {
            // The histogram gives the upper end of a class; no call took longer than the longest.
            let upper = figures.times.value_at_percentile(percent);
            seconds(upper.clamp(figures.min.min(figures.max), figures.max))
        };
        let by_time = |amount: u64| {
            let elapsed = elapsed.as_secs_f64();
            if elapsed > 0.0 {
                amount as f64 / elapsed
            } else {
                0.0
            }
        };
        let errors: BTreeMap<String, u64> = KINDS
            .iter()
            .zip(figures.errors)
            .filter(|&(_, errors)| errors > 0)
            .map(|(kind, errors)| (kind.to_string(), errors))
            .collect();
        OperationMetrics {
            count,
            errors,
            min_seconds: if count == 0 {
                0.0
            } else {
                seconds(figures.min)
            },
            mean_seconds: figures.total as f64 / 1e9 / count.max(1) as f64,
            max_seconds: seconds(figures.max),
            p50_seconds: percentile(50.0),
            p90_seconds: percentile(90.0),
            p99_seconds: percentile(99.0),
            p99_9_seconds: percentile(99.9),
            calls_per_second: by_time(count),
            bytes: figures.bytes,
            bytes_per_second: by_time(figures.bytes),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl core::fmt::Debug for Export {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Export").finish_non_exhaustive()
    }
}
