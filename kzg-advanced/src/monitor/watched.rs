//! A `KzgSettings` whose calls are observed.

use core::fmt::Debug;
use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::error::Result;
use kzg_traits::{Error, ErrorKind, KzgSettings, Operation};

use super::PerformanceMonitor;
use crate::backend_call::{in_span, users_code};
use crate::layer::{Base, Boxed, Call, Job, Layer, Stack};

/// A call that has ended, as an observer sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ObservedCall {
    /// The operation.
    pub operation: Operation,
    /// The number of items of the call.
    pub items: usize,
    /// The number of bytes of the inputs.
    pub bytes: usize,
    /// The time that the call took.
    pub time: Duration,
    /// The kind of the error, if the call failed.
    pub error: Option<ErrorKind>,
}

/// An observer of calls.
pub trait CallObserver: Debug + Send + Sync {
    /// Receives each call that has ended, on the thread of the call. A panic is logged, and does
    /// not reach the call.
    fn observe(&self, call: &ObservedCall);
}

impl CallObserver for PerformanceMonitor {
    fn observe(&self, call: &ObservedCall) {
        self.record(call.operation.name(), call.time, call.bytes, call.error);
    }
}

/// Settings whose calls are reported to an observer. A panic of the settings is a fault.
pub type Watched = Stack<Watch>;

/// The layer of [`Watched`].
#[derive(Clone, Debug)]
pub struct Watch {
    inner: Base,
    observer: Arc<dyn CallObserver>,
}

impl Watched {
    /// Has an observer, such as a [`PerformanceMonitor`], watch settings, which may be a backend
    /// or a whole stack.
    #[must_use]
    pub fn new<O: CallObserver + 'static>(
        settings: Arc<dyn KzgSettings>,
        observer: Arc<O>,
    ) -> Self {
        Self::of(Watch {
            inner: Base::new(settings),
            observer,
        })
    }
}

impl Layer for Watch {
    fn inner(&self) -> Option<&dyn Layer> {
        Some(&self.inner)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        let operation = call.operation.name();
        let span = || tracing::debug_span!("kzg", operation, items = call.items());
        in_span(span, || {
            let start = Instant::now();
            let result = self.inner.dispatch(call, job);
            let observed = ObservedCall {
                operation: call.operation,
                items: call.items(),
                bytes: call.bytes(),
                time: start.elapsed(),
                error: result.as_ref().err().map(Error::kind),
            };
            users_code("a call observer", || self.observer.observe(&observed));
            result
        })
    }
}
