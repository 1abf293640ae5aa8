//! Admission of calls: a bulkhead for calls and bytes, and a limit of calls per second.

mod bulkhead;

/// The locks of the bulkhead. The test of its interleavings puts loom's in their place.
mod sync {
    pub(super) use std::sync::{Condvar, Mutex, MutexGuard};

    use std::time::Duration;

    pub(super) use crate::sync::lock;

    /// Waits for a change, no longer than a limit.
    pub(super) fn wait<'a, T>(
        changed: &Condvar,
        guard: MutexGuard<'a, T>,
        limit: Option<Duration>,
    ) -> MutexGuard<'a, T> {
        match limit {
            None => crate::sync::wait(changed, guard),
            Some(limit) => crate::sync::wait_timeout(changed, guard, limit),
        }
    }
}

#[cfg(feature = "rate-limit")]
mod rate;

#[cfg(feature = "rate-limit")]
use core::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use kzg_traits::Error;
use kzg_traits::error::Result;
use serde::{Deserialize, Serialize};

use crate::layer::{Admitted, Boxed, Call, Job, Layer};
use crate::sync::lock;
use bulkhead::{Bulkhead, Place, Refused};
#[cfg(feature = "rate-limit")]
use rate::Rate;

/// The limits of a stack of layers. The default is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AdmissionOptions {
    /// The number of calls that run at the same time; zero counts as one.
    pub concurrent: Option<usize>,
    /// The number of calls that may wait for their turn, where calls or bytes are limited.
    pub queue: usize,
    /// The number of bytes of inputs of all calls that run.
    pub bytes: Option<usize>,
    /// The number of calls that begin in a second, and at once.
    #[cfg(feature = "rate-limit")]
    pub rate: Option<NonZeroU32>,
}

impl AdmissionOptions {
    /// The same options with a limit of concurrent calls, and of calls that may wait.
    #[must_use]
    pub fn with_concurrency(mut self, concurrent: usize, queue: usize) -> Self {
        (self.concurrent, self.queue) = (Some(concurrent), queue);
        self
    }

    /// The same options with a limit of the bytes of inputs.
    #[must_use]
    pub fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// The same options with a limit of calls per second.
    #[cfg(feature = "rate-limit")]
    #[must_use]
    pub fn with_rate(mut self, per_second: NonZeroU32) -> Self {
        self.rate = Some(per_second);
        self
    }
}

/// Admits calls as long as there is room.
#[derive(Debug)]
pub(super) struct Admission {
    inner: Arc<dyn Layer>,
    bulkhead: Option<Bulkhead>,
    #[cfg(feature = "rate-limit")]
    rate: Option<Rate>,
}

impl Admission {
    pub(super) fn new(inner: Arc<dyn Layer>, options: AdmissionOptions) -> Self {
        let limited = options.concurrent.is_some() || options.bytes.is_some();
        Self {
            inner,
            bulkhead: limited.then(|| {
                let concurrent = options.concurrent.unwrap_or(usize::MAX).max(1);
                let bytes = options.bytes.unwrap_or(usize::MAX);
                Bulkhead::new(concurrent, bytes, options.queue)
            }),
            #[cfg(feature = "rate-limit")]
            rate: options.rate.map(Rate::per_second),
        }
    }
}

impl Layer for Admission {
    fn inner(&self) -> Option<&dyn Layer> {
        Some(&*self.inner)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        #[cfg(feature = "rate-limit")]
        if self.rate.as_ref().is_some_and(|rate| !rate.admits()) {
            return Err(busy("the rate of calls is at its limit"));
        }
        let Some(bulkhead) = &self.bulkhead else {
            return self.inner.dispatch(call, job);
        };
        let held = Held {
            bulkhead,
            place: Mutex::default(),
        };
        held.acquire(call)?;
        let call = Call {
            admission: Some(&held),
            ..*call
        };
        self.inner.dispatch(&call, job)
    }
}

/// The place that a call holds, unless it pauses.
struct Held<'b> {
    bulkhead: &'b Bulkhead,
    place: Mutex<Option<Place<'b>>>,
}

impl<'b> Held<'b> {
    fn put(&self, place: Option<Place<'b>>) {
        *lock(&self.place) = place;
    }
}

impl Admitted for Held<'_> {
    fn give_back(&self) {
        self.put(None);
    }

    fn acquire(&self, call: &Call<'_>) -> Result<()> {
        let place = self.bulkhead.enter(call.bytes(), || call.wait_limit());
        self.put(Some(place.map_err(|refused| match refused {
            Refused::TooLarge => busy("the call alone is over the limit of bytes"),
            Refused::QueueFull => busy("the queue is full"),
            Refused::Stopped(error) => error,
        })?));
        Ok(())
    }
}

fn busy(reason: &str) -> Error {
    Error::Busy {
        reason: reason.to_owned(),
    }
}
