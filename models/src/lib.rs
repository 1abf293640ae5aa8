//! Models of what synchronises by hand in `kzg-advanced`, checked in all interleavings.
//!
//! The code under test is the library's own file; only the locks are loom's.

#![forbid(unsafe_code)]

#[cfg(test)]
#[path = "../../kzg-advanced/src/concurrent/lanes.rs"]
#[allow(dead_code, reason = "the models leave the summary alone")]
mod lanes;

#[cfg(test)]
#[path = "../../kzg-advanced/src/concurrent/permits.rs"]
#[allow(dead_code, reason = "the models know the bound")]
mod permits;

/// Takes the place of `kzg_advanced::concurrent::sync`.
#[cfg(test)]
mod sync {
    pub(super) use loom::sync::atomic::{AtomicUsize, Ordering};
    pub(super) use loom::sync::{Condvar, Mutex, MutexGuard};
    use std::time::Instant;

    /// Gives up at once: that time passes is not modelled, only that patience ends.
    pub(super) fn wait_until<'a, T>(
        _: &Condvar,
        guard: MutexGuard<'a, T>,
        _: Instant,
    ) -> MutexGuard<'a, T> {
        guard
    }
}

#[cfg(test)]
mod concurrent;
