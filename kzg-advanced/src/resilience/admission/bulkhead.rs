//! A bulkhead: places for calls, given in the order in which the calls ask.

use core::time::Duration;
use std::collections::VecDeque;

use super::sync::{Condvar, Mutex, lock, wait};

/// Room for some calls and some bytes, with a queue before it.
#[derive(Debug)]
pub(super) struct Bulkhead {
    concurrent: usize,
    bytes: usize,
    queue: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    bytes: usize,
    waiting: VecDeque<u64>,
    /// The number of the next call that waits.
    next: u64,
}

/// The reason why a call has no place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused<E> {
    /// The call alone is larger than the room.
    TooLarge,
    /// Too many calls wait.
    QueueFull,
    /// The limit of the wait failed it.
    Stopped(E),
}

/// A place, which is free again when this guard is dropped.
#[derive(Debug)]
pub(super) struct Place<'b> {
    bulkhead: &'b Bulkhead,
    bytes: usize,
}

impl Bulkhead {
    pub(super) fn new(concurrent: usize, bytes: usize, queue: usize) -> Self {
        Self {
            concurrent,
            bytes,
            queue,
            state: Mutex::new(State::default()),
            changed: Condvar::new(),
        }
    }

    /// Waits for a place. `limit` says how long to wait before it is asked again, or ends the
    /// wait with an error.
    pub(super) fn enter<E>(
        &self,
        bytes: usize,
        limit: impl Fn() -> Result<Option<Duration>, E>,
    ) -> Result<Place<'_>, Refused<E>> {
        if bytes > self.bytes {
            return Err(Refused::TooLarge);
        }
        let mut state = lock(&self.state);
        if state.waiting.is_empty() && self.fits(&state, bytes) {
            return Ok(self.admit(&mut state, bytes));
        }
        if state.waiting.len() >= self.queue {
            return Err(Refused::QueueFull);
        }
        let number = state.next;
        state.next += 1;
        state.waiting.push_back(number);
        let result = loop {
            if state.waiting.front() == Some(&number) && self.fits(&state, bytes) {
                break Ok(self.admit(&mut state, bytes));
            }
            match limit() {
                Ok(limit) => state = wait(&self.changed, state, limit),
                Err(error) => break Err(Refused::Stopped(error)),
            }
        };
        state.waiting.retain(|&waiting| waiting != number);
        drop(state);
        // The call that is first in the queue now may fit as well.
        self.changed.notify_all();
        result
    }

    fn fits(&self, state: &State, bytes: usize) -> bool {
        state.running < self.concurrent && bytes <= self.bytes - state.bytes
    }

    fn admit(&self, state: &mut State, bytes: usize) -> Place<'_> {
        state.running += 1;
        state.bytes += bytes;
        Place {
            bulkhead: self,
            bytes,
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.bulkhead.state);
        state.running -= 1;
        state.bytes -= self.bytes;
        drop(state);
        self.bulkhead.changed.notify_all();
    }
}
