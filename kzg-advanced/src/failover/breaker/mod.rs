//! The circuit breaker of a backend.

mod machine;
#[cfg(test)]
mod model;
mod options;
mod permit;
#[cfg(test)]
mod tests;

/// The locks and the clock of the breaker. The test of its interleavings puts loom's in their
/// place.
mod sync {
    pub(super) use std::sync::{Arc, Mutex, MutexGuard};

    pub(super) use crate::backend_call::users_code;
    pub(super) use crate::failover::clock::Clock;
    pub(super) use crate::sync::lock;

    pub(super) fn machine_clock() -> Arc<dyn Clock> {
        Arc::new(crate::failover::clock::MonotonicClock::default())
    }
}

pub use machine::{BreakerOutcome, BreakerState};
pub use options::BreakerOptions;
pub(crate) use permit::{AbandonedCall, time_of};
pub use permit::{CircuitBreaker, Permit, Transition};
