//! A backend whose work for a job is measured.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{KzgSettings, Operation, Result};

use crate::report::BackendUse;
use kzg_advanced::resilience::{Call, Dispatch, Job, Leaf, Outcome, Stack, isolated};

/// The work of a backend so far.
#[derive(Debug, Default)]
pub(crate) struct BackendMeter {
    calls: AtomicU64,
    failed_calls: AtomicU64,
    items: AtomicU64,
    nanoseconds: AtomicU64,
}

/// A layer whose meter counts the calls. A panic of the backend is a fault.
#[derive(Debug)]
struct Metering {
    inner: Leaf,
    meter: Arc<BackendMeter>,
}

/// Settings whose calls a meter counts.
pub(crate) fn metered(settings: Arc<dyn KzgSettings>) -> (Arc<dyn KzgSettings>, Arc<BackendMeter>) {
    let meter = Arc::<BackendMeter>::default();
    let stack = Stack::new(Metering {
        inner: Leaf(settings),
        meter: Arc::clone(&meter),
    });
    (Arc::new(stack), meter)
}

impl Dispatch for Metering {
    fn backend(&self) -> &str {
        self.inner.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner.items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        let start = Instant::now();
        let result = isolated(&*self.inner.0, self.inner.backend(), job);
        let time = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let meter = &self.meter;
        meter.calls.fetch_add(1, Ordering::Relaxed);
        meter
            .failed_calls
            .fetch_add(u64::from(result.is_err()), Ordering::Relaxed);
        meter
            .items
            .fetch_add(call.items() as u64, Ordering::Relaxed);
        meter.nanoseconds.fetch_add(time, Ordering::Relaxed);
        result
    }

    fn release_tables(&self) {
        self.inner.release_tables();
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
