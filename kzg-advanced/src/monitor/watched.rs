//! A `KzgSettings` that a monitor watches.

use std::sync::Arc;
use std::time::Instant;

use kzg_traits::error::Result;
use kzg_traits::{Error, KzgSettings, Operation};

use super::PerformanceMonitor;
use crate::resilience::{Call, Dispatch, Job, Leaf, Outcome, Stack, delegate_to_stack, delegated};

/// Settings whose calls a monitor records, each under its operation's name.
#[derive(Debug)]
pub struct Watched {
    stack: Stack<Watching>,
}

#[derive(Debug)]
struct Watching {
    inner: Leaf,
    monitor: Arc<PerformanceMonitor>,
}

impl Watched {
    /// Has a monitor watch settings, which may be a backend or a whole stack.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>, monitor: Arc<PerformanceMonitor>) -> Self {
        Self {
            stack: Stack::new(Watching {
                inner: Leaf(settings),
                monitor,
            }),
        }
    }
}

delegate_to_stack!(Watched);

impl Dispatch for Watching {
    fn backend(&self) -> &str {
        self.inner.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner.items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        let operation = call.operation.name();
        let span = tracing::debug_span!("kzg", operation, items = call.items());
        let _entered = span.enter();
        let start = Instant::now();
        let result = self.inner.dispatch(call, job);
        let kind = result.as_ref().err().map(Error::kind);
        self.monitor
            .record(operation, start.elapsed(), call.bytes(), kind);
        result
    }

    fn release_tables(&self) {
        self.inner.release_tables();
    }
}
