//! The primitives of `lanes` and `uncollected`. The models replace them by those of loom.

pub(super) use std::sync::atomic::{AtomicUsize, Ordering};
pub(super) use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Instant;

/// Waits for a notification, at most until `deadline`.
pub(super) fn wait_until<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    deadline: Instant,
) -> MutexGuard<'a, T> {
    let wait = deadline.saturating_duration_since(Instant::now());
    let waited = condvar.wait_timeout(guard, wait);
    waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
}
