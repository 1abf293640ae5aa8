//! Worker threads: a pool whose tasks may be abandoned, an alarm for deadlines, and the handoff of
//! a task's result to the thread that waits for it.

mod alarm;
mod handoff;
mod order;
mod pool;
mod roster;

use core::time::Duration;

/// The time between two checks whether threads that are about to end have ended.
const UNTIL_ENDED: Duration = Duration::from_micros(100);

/// The locks of the roster. The models put loom's in their place.
mod sync {
    pub(super) use std::sync::{Condvar, Mutex, MutexGuard};

    use std::time::Instant;

    pub(super) use crate::sync::{lock, wait};

    /// Waits for a notification, at most until a moment.
    pub(super) fn wait_until<'a, T>(
        changed: &Condvar,
        guard: MutexGuard<'a, T>,
        until: Instant,
    ) -> MutexGuard<'a, T> {
        let left = until.saturating_duration_since(Instant::now());
        crate::sync::wait_timeout(changed, guard, left)
    }
}

pub(crate) use alarm::{Alarm, Moment};
pub(crate) use handoff::Handoff;
pub(crate) use order::{Numbered, Order};
pub(crate) use pool::{ClosurePool, Pool, Refusal, Ticket};
pub(crate) use roster::{Limits, State, WaitForRoom};
