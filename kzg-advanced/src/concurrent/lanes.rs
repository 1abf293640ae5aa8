//! Two bounded queues, their counts, and their shutdown: one monitor, so that the counts agree with
//! each other at any moment.
//!
//! This file does not depend on tasks and takes its locks from `sync`, so that a model checker can
//! replace both.

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::Instant;

use super::sync::{Condvar, Mutex, MutexGuard, wait_until};

/// The number of items of the urgent lane that are taken in a row while items of the other lane
/// wait.
const URGENT_IN_A_ROW: usize = 8;

/// One of the two queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Its items are taken first.
    Urgent,
    /// Its items are taken when the urgent lane is empty, and after `URGENT_IN_A_ROW` urgent items.
    Normal,
}

/// The time for which a submission waits for room in its queue.
#[derive(Clone, Copy, Debug)]
pub(super) enum WaitForRoom {
    No,
    Until(Instant),
    Forever,
}

impl WaitForRoom {
    /// Whether the submission continues to wait.
    pub(super) fn continues(self) -> bool {
        match self {
            Self::No => false,
            Self::Until(moment) => Instant::now() < moment,
            Self::Forever => true,
        }
    }
}

/// An item that was refused, with the reason.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused<T> {
    /// The lane is full.
    Full(T),
    /// The lanes are closed.
    Closed(T),
}

/// The counts of items. `accepted = queued + running + completed + failed` at any moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) accepted: usize,
    pub(super) refused: usize,
    /// Items in a lane, and items that their taker interrupted for an urgent one.
    pub(super) queued: usize,
    /// The takers that have an item: one item each.
    pub(super) running: usize,
    pub(super) peak_running: usize,
    pub(super) completed: usize,
    pub(super) failed: usize,
}

/// The monitor. `S` is a summary of the finished items.
#[derive(Debug)]
pub(super) struct Lanes<T, S> {
    state: Mutex<State<T, S>>,
    /// Notified when an item is queued and when the lanes are closed.
    work: Condvar,
    /// For each lane, notified when it has room and when the lanes are closed. With one condition
    /// variable for both, a notification about one lane could wake a waiter for the other.
    room: [Condvar; 2],
    capacity: usize,
}

#[derive(Debug)]
struct State<T, S> {
    lanes: [VecDeque<T>; 2],
    closed: bool,
    urgent_in_a_row: usize,
    counts: Counts,
    summary: S,
}

impl<T, S> Lanes<T, S> {
    /// Empty lanes, with room for `capacity` items (at least one) each.
    pub(super) fn new(capacity: usize, summary: S) -> Self {
        Self {
            state: Mutex::new(State {
                lanes: [VecDeque::new(), VecDeque::new()],
                closed: false,
                urgent_in_a_row: 0,
                counts: Counts::default(),
                summary,
            }),
            work: Condvar::new(),
            room: [Condvar::new(), Condvar::new()],
            capacity: capacity.max(1),
        }
    }

    /// Accepts an item, waiting for room as long as `wait` allows.
    pub(super) fn push(&self, lane: Lane, item: T, wait: WaitForRoom) -> Result<(), Refused<T>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Err(Refused::Closed(item));
            }
            if state.lanes[lane as usize].len() < self.capacity {
                state.lanes[lane as usize].push_back(item);
                state.counts.accepted += 1;
                state.counts.queued += 1;
                drop(state);
                self.work.notify_one();
                return Ok(());
            }
            if !wait.continues() {
                return Err(Refused::Full(item));
            }
            let room = &self.room[lane as usize];
            state = match wait {
                WaitForRoom::Until(moment) => wait_until(room, state, moment),
                WaitForRoom::Forever | WaitForRoom::No => {
                    room.wait(state).unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }

    /// Counts a refused item.
    pub(super) fn count_refused(&self) {
        self.lock().counts.refused += 1;
    }

    /// Takes the next item, waiting for one; `None` when the lanes are closed and empty. The taker
    /// must [`finish`](Self::finish) the item.
    pub(super) fn take(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some((lane, item)) = state.pop() {
                let counts = &mut state.counts;
                counts.queued -= 1;
                counts.running += 1;
                counts.peak_running = counts.peak_running.max(counts.running);
                drop(state);
                self.room[lane as usize].notify_one();
                return Some(item);
            }
            if state.closed {
                return None;
            }
            state = self
                .work
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes the next urgent item, if there is one, for a taker that interrupts its own item. The
    /// interrupted item counts as queued in place of the urgent one.
    pub(super) fn take_urgent(&self) -> Option<T> {
        let mut state = self.lock();
        let item = state.lanes[Lane::Urgent as usize].pop_front()?;
        drop(state);
        self.room[Lane::Urgent as usize].notify_one();
        Some(item)
    }

    /// Counts a finished item. `interrupting`: it was taken by [`take_urgent`](Self::take_urgent),
    /// and the interrupted item continues.
    pub(super) fn finish(&self, interrupting: bool, failed: bool, record: impl FnOnce(&mut S)) {
        let mut state = self.lock();
        if interrupting {
            state.counts.queued -= 1;
        } else {
            state.counts.running -= 1;
        }
        if failed {
            state.counts.failed += 1;
        } else {
            state.counts.completed += 1;
        }
        record(&mut state.summary);
    }

    /// Closes the lanes. Queued items can still be taken.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.work.notify_all();
        for room in &self.room {
            room.notify_all();
        }
    }

    /// Closes the lanes and returns the queued items, which count as failed.
    pub(super) fn close_and_empty(&self) -> Vec<T> {
        let mut state = self.lock();
        state.closed = true;
        let left: Vec<T> = state
            .lanes
            .iter_mut()
            .flat_map(|lane| lane.drain(..))
            .collect();
        state.counts.queued -= left.len();
        state.counts.failed += left.len();
        drop(state);
        self.close();
        left
    }

    /// The counts and the summary as of one moment.
    pub(super) fn read<R>(&self, f: impl FnOnce(&Counts, &S) -> R) -> R {
        let state = self.lock();
        f(&state.counts, &state.summary)
    }

    fn lock(&self) -> MutexGuard<'_, State<T, S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, S> State<T, S> {
    fn pop(&mut self) -> Option<(Lane, T)> {
        let urgent_first =
            self.urgent_in_a_row < URGENT_IN_A_ROW || self.lanes[Lane::Normal as usize].is_empty();
        let order = if urgent_first {
            [Lane::Urgent, Lane::Normal]
        } else {
            [Lane::Normal, Lane::Urgent]
        };
        let found = order
            .into_iter()
            .find_map(|lane| Some((lane, self.lanes[lane as usize].pop_front()?)));
        let (lane, item) = found?;
        let others_wait = !self.lanes[Lane::Normal as usize].is_empty();
        self.urgent_in_a_row = match lane {
            Lane::Urgent if others_wait => self.urgent_in_a_row + 1,
            Lane::Urgent | Lane::Normal => 0,
        };
        Some((lane, item))
    }
}
