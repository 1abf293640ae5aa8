//! Models of the hand-written synchronisation in `kzg-advanced`, checked in all interleavings.
//!
//! The code under test is the library's own source files with the locks of loom.

#![forbid(unsafe_code)]

#[cfg(test)]
#[path = "../../kzg-advanced/src/workers/roster.rs"]
#[allow(dead_code, reason = "the models use a part of the interface")]
mod roster;

#[cfg(test)]
#[path = "../../kzg-advanced/src/workers/order.rs"]
mod order;

#[cfg(test)]
#[path = "../../kzg-advanced/src/concurrent/lanes.rs"]
mod lanes;

#[cfg(test)]
#[path = "../../kzg-advanced/src/concurrent/uncollected.rs"]
#[allow(dead_code, reason = "the models do not read the bound")]
mod uncollected;

/// Replaces `kzg_advanced::workers`.
#[cfg(test)]
mod workers {
    pub(crate) use crate::order::{Fifo, Numbered, Order};
    pub(crate) use crate::roster::{Limits, NoRoom, Roster, State, WaitForRoom};
}

/// Replaces the modules `sync` of `kzg_advanced::workers` and `kzg_advanced::concurrent`.
#[cfg(test)]
mod sync {
    pub(super) use loom::sync::atomic::{AtomicUsize, Ordering};
    pub(super) use loom::sync::{Condvar, Mutex, MutexGuard};
    use std::time::Instant;

    pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().expect("not poisoned")
    }

    pub(super) fn wait<'a, T>(changed: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        changed.wait(guard).expect("not poisoned")
    }

    /// Returns at once: the model has no time, only the end of a wait.
    pub(super) fn wait_until<'a, T>(
        _: &Condvar,
        guard: MutexGuard<'a, T>,
        _: Instant,
    ) -> MutexGuard<'a, T> {
        guard
    }
}

#[cfg(test)]
mod abandoned;
#[cfg(test)]
mod concurrent;
#[cfg(test)]
mod threads;

/// Checks all interleavings with at most two preemptions. These show nearly every fault, in a
/// fraction of the time for all interleavings.
#[cfg(test)]
fn model(f: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(f);
}
