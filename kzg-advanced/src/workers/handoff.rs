//! The handoff of one value from the thread that makes it to the thread that waits for it, which
//! may stop waiting.

use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard};

use crate::sync::{lock, wait, wait_timeout};

/// A place for one value.
pub(crate) struct Handoff<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Waiting,
    Ready(T),
    /// Receives the value that comes too late.
    Abandoned(Box<dyn FnOnce(T) + Send>),
    Taken,
}

impl<T> Handoff<T> {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State::Waiting),
            changed: Condvar::new(),
        }
    }

    /// Delivers the value to the waiting thread, or to the function that takes late values.
    pub(crate) fn deliver(&self, value: T) {
        let mut state = self.lock();
        match core::mem::replace(&mut *state, State::Taken) {
            State::Abandoned(late) => {
                drop(state);
                late(value);
            }
            State::Waiting | State::Ready(_) | State::Taken => {
                *state = State::Ready(value);
                self.changed.notify_all();
            }
        }
    }

    /// Waits for the value. `limit` says how long to wait before it is asked again, or ends the
    /// wait with an error.
    pub(crate) fn wait<E>(
        &self,
        mut limit: impl FnMut() -> Result<Option<Duration>, E>,
    ) -> Result<T, E> {
        let mut state = self.lock();
        loop {
            match core::mem::replace(&mut *state, State::Waiting) {
                State::Ready(value) => {
                    *state = State::Taken;
                    return Ok(value);
                }
                other => *state = other,
            }
            state = match limit()? {
                None => wait(&self.changed, state),
                Some(limit) => wait_timeout(&self.changed, state, limit),
            };
        }
    }

    /// Stops waiting: a value that comes later goes to `late`. Returns the value that has come
    /// meanwhile.
    pub(crate) fn abandon(&self, late: impl FnOnce(T) + Send + 'static) -> Option<T> {
        let mut state = self.lock();
        match core::mem::replace(&mut *state, State::Abandoned(Box::new(late))) {
            State::Ready(value) => {
                *state = State::Taken;
                Some(value)
            }
            State::Waiting | State::Abandoned(_) | State::Taken => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        lock(&self.state)
    }
}
