//! Models of the hand-written synchronisation in `kzg-advanced`, checked in all interleavings.
//!
//! The code under test is the library's own source file with the locks of loom.

#![forbid(unsafe_code)]

#[cfg(test)]
#[path = "../../kzg-advanced/src/concurrent/lanes.rs"]
#[allow(dead_code, reason = "the models use a part of the interface")]
mod lanes;

#[cfg(test)]
#[path = "../../kzg-advanced/src/concurrent/uncollected.rs"]
#[allow(dead_code, reason = "the models do not read the bound")]
mod uncollected;

/// Replaces `kzg_advanced::concurrent::sync`.
#[cfg(test)]
mod sync {
    pub(super) use loom::sync::atomic::{AtomicUsize, Ordering};
    pub(super) use loom::sync::{Condvar, Mutex, MutexGuard};
    use std::time::Instant;

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
mod concurrent;
