//! The end of a processor: its lanes close, and every task that is left is answered.

use std::sync::Arc;
use std::time::Instant;

use kzg_traits::Error;

use super::Shared;
#[cfg(feature = "tokio")]
use crate::backend_call::users_code;
use crate::concurrent::lanes::Lanes;
use crate::concurrent::options::Shutdown;

impl Shared {
    /// Closes the lanes, waits until all tasks are answered, and joins all threads. Calls that do not return
    /// within the grace period are abandoned with their threads.
    pub(in crate::concurrent) fn shutdown(self: &Arc<Self>, how: Shutdown) {
        if how == Shutdown::Cancel {
            self.stop.cancel();
        }
        let cancelled = self.pool.change(|state| {
            state.close();
            match how {
                Shutdown::Drain => Vec::new(),
                Shutdown::Cancel => state.order.settle_waiting(),
            }
        });
        #[cfg(feature = "tokio")]
        for room in &self.room {
            users_code("a waker", || room.notify_waiters());
        }
        for task in cancelled {
            self.fail(&task, Error::Cancelled);
        }
        if self.pool.is_within() {
            // A thread of the processor cannot wait for itself.
            if how == Shutdown::Cancel {
                self.abandon_all_later();
            }
            return;
        }
        if how == Shutdown::Drain {
            self.pool.join(Lanes::is_settled, None);
        }
        // A grace period beyond the range of the clock does not end.
        let until = Instant::now().checked_add(self.grace);
        self.pool.join(|_| false, until);
        self.abandon_all();
        self.pool.join_threads();
        self.alarm.end(until);
    }

    /// Abandons calls after the grace period.
    fn abandon_all_later(self: &Arc<Self>) {
        let shared = Arc::downgrade(self);
        let abandon = move || {
            if let Some(shared) = shared.upgrade() {
                shared.pool.within(|| shared.abandon_all());
            }
        };
        if let Some(at) = Instant::now().checked_add(self.grace) {
            match self.alarm.set(at, abandon) {
                Ok(moment) => moment.keep(),
                Err(_) => self.abandon_all(),
            }
        }
    }

    /// Answers every task that is left, and waits for no call.
    fn abandon_all(&self) {
        let left = self.pool.change(|state| {
            state.abandon_all();
            state.order.settle_all()
        });
        for task in left {
            self.fail(&task, Error::Cancelled);
        }
    }
}
