//! Counts of the calls that a backend made for a job.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use kzg_traits::KzgSettings;

use kzg_advanced::monitor::{CallObserver, ObservedCall, Watched};

use crate::report::BackendUse;

/// The work of a backend so far.
#[derive(Debug, Default)]
pub(crate) struct BackendMeter {
    calls: AtomicU64,
    failed_calls: AtomicU64,
    items: AtomicU64,
    nanoseconds: AtomicU64,
}

/// Wraps settings so that a meter counts their calls; returns the wrapped settings and the meter.
pub(crate) fn metered(settings: Arc<dyn KzgSettings>) -> (Arc<dyn KzgSettings>, Arc<BackendMeter>) {
    let meter = Arc::<BackendMeter>::default();
    let watched = Watched::new(settings, Arc::clone(&meter));
    (Arc::new(watched), meter)
}

impl CallObserver for BackendMeter {
    fn observe(&self, call: &ObservedCall) {
        let time = u64::try_from(call.time.as_nanos()).unwrap_or(u64::MAX);
        let failed = u64::from(call.error.is_some());
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.failed_calls.fetch_add(failed, Ordering::Relaxed);
        self.items.fetch_add(call.items as u64, Ordering::Relaxed);
        self.nanoseconds.fetch_add(time, Ordering::Relaxed);
    }
}

impl BackendMeter {
    /// The work so far, under the name of the backend.
    pub(crate) fn read(&self, backend: &str) -> BackendUse {
        BackendUse {
            backend: backend.to_owned(),
            calls: self.calls.load(Ordering::Relaxed),
            failed_calls: self.failed_calls.load(Ordering::Relaxed),
            items: self.items.load(Ordering::Relaxed),
            seconds: self.nanoseconds.load(Ordering::Relaxed) as f64 / 1e9,
        }
    }
}
