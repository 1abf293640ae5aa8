//! The figures of one operation, kept here and exported to the metrics facade.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use kzg_traits::ErrorKind;

#[cfg(feature = "metrics")]
use super::export::Export;
use super::latency::Latencies;
use super::report::{KINDS, OperationMetrics};
use crate::sync::lock;

#[derive(Debug)]
pub(super) struct OperationStats {
    figures: Mutex<Figures>,
    #[cfg(feature = "metrics")]
    exported: Export,
}

#[derive(Debug, Default)]
struct Figures {
    times: Latencies,
    bytes: u64,
    errors: [u64; KINDS.len()],
}

impl OperationStats {
    /// No figures of `operation`, the label of the exported metrics.
    #[cfg_attr(
        not(feature = "metrics"),
        expect(unused_variables, reason = "nothing is exported")
    )]
    pub(super) fn new(operation: &str) -> Self {
        Self {
            figures: Mutex::default(),
            #[cfg(feature = "metrics")]
            exported: Export::new(operation),
        }
    }

    pub(super) fn record(&self, time: Duration, bytes: usize, error: Option<ErrorKind>) {
        let kind = error.and_then(|kind| KINDS.iter().position(|&known| known == kind));
        let mut figures = self.lock();
        figures.times.record(time);
        figures.bytes = figures.bytes.saturating_add(bytes as u64);
        if let Some(kind) = kind {
            figures.errors[kind] += 1;
        }
        drop(figures);
        #[cfg(feature = "metrics")]
        self.exported.record(time, bytes, kind);
    }

    pub(super) fn reset(&self) {
        *self.lock() = Figures::default();
    }

    pub(super) fn report(&self, elapsed: Duration) -> OperationMetrics {
        let figures = self.lock();
        let times = figures.times.summary();
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
            count: times.count,
            errors,
            min_seconds: times.min_seconds,
            mean_seconds: times.mean_seconds,
            max_seconds: times.max_seconds,
            p50_seconds: times.p50_seconds,
            p90_seconds: times.p90_seconds,
            p99_seconds: times.p99_seconds,
            p99_9_seconds: figures.times.percentile(99.9),
            calls_per_second: by_time(times.count),
            bytes: figures.bytes,
            bytes_per_second: by_time(figures.bytes),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Figures> {
        lock(&self.figures)
    }
}
