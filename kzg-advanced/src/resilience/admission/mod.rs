//! How much may be going on at once: calls, bytes, and calls a second.

mod bulkhead;

/// What the bulkhead takes from outside. The test of its interleavings puts loom's here.
mod sync {
    pub(super) use std::sync::{Condvar, Mutex, MutexGuard};

    use std::sync::PoisonError;
    use std::time::Duration;

    pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a change, no longer than a limit.
    pub(super) fn wait<'a, T>(
        changed: &Condvar,
        guard: MutexGuard<'a, T>,
        limit: Option<Duration>,
    ) -> MutexGuard<'a, T> {
        match limit {
            None => changed.wait(guard).unwrap_or_else(PoisonError::into_inner),
            Some(limit) => {
                changed
                    .wait_timeout(guard, limit)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0
            }
        }
    }
}

#[cfg(feature = "rate-limit")]
use core::num::NonZeroU32;
use core::time::Duration;
use std::time::Instant;

#[cfg(feature = "rate-limit")]
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use kzg_traits::error::Result;
use kzg_traits::{Error, Operation};

use super::call::Call;
use super::dispatch::{Dispatch, Job};
use super::outcome::Outcome;
use bulkhead::{Bulkhead, Entry};

/// How long a wait goes on after a cancellation at most.
const SLICE: Duration = Duration::from_millis(10);

/// The limits of a stack of layers. None, unless stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdmissionOptions {
    /// Calls that run at the same time.
    pub concurrent: Option<usize>,
    /// Calls that may wait for their turn, where calls or bytes are limited.
    pub queue: usize,
    /// Bytes of inputs of all calls that run.
    pub bytes: Option<usize>,
    /// Calls that begin in a second, and at once.
    #[cfg(feature = "rate-limit")]
    pub rate: Option<NonZeroU32>,
}

impl AdmissionOptions {
    /// The same with so many calls at a time, and so many that may wait.
    #[must_use]
    pub fn with_concurrency(mut self, concurrent: usize, queue: usize) -> Self {
        (self.concurrent, self.queue) = (Some(concurrent.max(1)), queue);
        self
    }

    /// The same with so many bytes of inputs at a time.
    #[must_use]
    pub fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// The same with so many calls a second.
    #[cfg(feature = "rate-limit")]
    #[must_use]
    pub fn with_rate(mut self, per_second: NonZeroU32) -> Self {
        self.rate = Some(per_second);
        self
    }
}

/// Lets calls in as long as there is room.
#[derive(Debug)]
pub(super) struct Admission<D> {
    inner: D,
    bulkhead: Option<Bulkhead>,
    #[cfg(feature = "rate-limit")]
    rate: Option<DefaultDirectRateLimiter>,
}

impl<D: Dispatch> Admission<D> {
    pub(super) fn new(inner: D, options: AdmissionOptions) -> Self {
        let limited = options.concurrent.is_some() || options.bytes.is_some();
        Self {
            inner,
            bulkhead: limited.then(|| {
                let concurrent = options.concurrent.unwrap_or(usize::MAX);
                let bytes = options.bytes.unwrap_or(usize::MAX);
                Bulkhead::new(concurrent, bytes, options.queue)
            }),
            #[cfg(feature = "rate-limit")]
            rate: options
                .rate
                .map(|rate| RateLimiter::direct(Quota::per_second(rate))),
        }
    }

    pub(super) fn inner(&self) -> &D {
        &self.inner
    }
}

impl<D: Dispatch> Dispatch for Admission<D> {
    fn backend(&self) -> &str {
        self.inner.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner.items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        #[cfg(feature = "rate-limit")]
        if self.rate.as_ref().is_some_and(|rate| rate.check().is_err()) {
            return Err(busy("the rate of calls is at its limit"));
        }
        let _place = match &self.bulkhead {
            None => None,
            Some(bulkhead) => Some(
                match bulkhead.enter(call.bytes(), || limit_of_wait(call))? {
                    Entry::Admitted(place) => place,
                    Entry::TooLarge => {
                        return Err(busy("the call alone is over the limit of bytes"));
                    }
                    Entry::QueueFull => return Err(busy("the queue is full")),
                },
            ),
        };
        self.inner.dispatch(call, job)
    }

    fn release_tables(&self) {
        self.inner.release_tables();
    }
}

fn busy(reason: &str) -> Error {
    Error::Busy {
        reason: reason.to_owned(),
    }
}

/// How long a call may wait before it has to look again, or why it no longer waits.
fn limit_of_wait(call: &Call<'_>) -> Result<Option<Duration>> {
    call.check()?;
    let deadline = call
        .deadline
        .map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let slice = (!call.cancel.is_empty()).then_some(SLICE);
    Ok(match (deadline, slice) {
        (Some(deadline), Some(slice)) => Some(deadline.min(slice)),
        (deadline, slice) => deadline.or(slice),
    })
}
