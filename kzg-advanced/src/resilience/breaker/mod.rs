//! Keeping calls away from a backend that keeps failing.

mod machine;
#[cfg(test)]
mod model;
mod permit;
#[cfg(test)]
mod tests;

/// What the breaker takes from outside. The test of its interleavings puts loom's here.
mod sync {
    pub(super) use std::sync::{Arc, Mutex, MutexGuard};

    use std::sync::PoisonError;

    pub(super) use crate::resilience::clock::Clock;

    pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn machine_clock() -> Arc<dyn Clock> {
        Arc::new(crate::resilience::clock::MonotonicClock::default())
    }
}

pub use machine::{BreakerOptions, BreakerOutcome, BreakerState};
pub use permit::{CircuitBreaker, Permit, Transition};
