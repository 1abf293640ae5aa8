//! What the monitor and the permits are made of. The models put their own in its place.

pub(super) use std::sync::atomic::{AtomicUsize, Ordering};
pub(super) use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Instant;

/// Waits for a notification, but not beyond a moment.
pub(super) fn wait_until<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    deadline: Instant,
) -> MutexGuard<'a, T> {
    let patience = deadline.saturating_duration_since(Instant::now());
    let waited = condvar.wait_timeout(guard, patience);
    waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
}
