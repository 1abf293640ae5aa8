//! The breaker, compiled with loom's lock.

#[path = "../../src/failover/breaker/machine.rs"]
mod machine;
#[path = "../../src/failover/breaker/options.rs"]
mod options;
#[path = "../../src/failover/breaker/permit.rs"]
mod permit;

mod sync {
    pub(super) use std::sync::Arc;

    pub(super) use loom::sync::{Mutex, MutexGuard};

    pub(super) use crate::clock::Clock;

    pub(super) fn users_code(_: &str, code: impl FnOnce()) {
        code();
    }

    pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().expect("not poisoned")
    }

    pub(super) fn machine_clock() -> Arc<dyn Clock> {
        Arc::new(crate::clock::MonotonicClock::default())
    }
}

pub use machine::{BreakerOutcome, BreakerState};
pub use options::BreakerOptions;
pub use permit::CircuitBreaker;
