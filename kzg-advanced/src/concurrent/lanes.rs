//! Two bounded queues, the counts of what went through them, and their end: one monitor, so
//! that the counts agree with each other at any moment.
//!
//! This file knows nothing of tasks, and takes locks from `sync`, so that a model checker can
//! put its own in their place.

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::Instant;

use super::sync::{Condvar, Mutex, MutexGuard, wait_until};

/// How many items of the urgent lane may be taken in a row while others wait.
const URGENT_IN_A_ROW: usize = 8;

/// A queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Taken first.
    Urgent,
    /// Taken when nothing is urgent, and now and then before what is.
    Normal,
}

/// How long to wait for room.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    None,
    Until(Instant),
    Forever,
}

impl Patience {
    /// Whether there is some left.
    pub(super) fn lasts(self) -> bool {
        match self {
            Self::None => false,
            Self::Until(moment) => Instant::now() < moment,
            Self::Forever => true,
        }
    }
}

/// An item that was not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused<T> {
    /// There was no room.
    Full(T),
    /// No more are accepted.
    Closed(T),
}

/// What went through. `accepted = queued + running + completed + failed` at any moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) accepted: usize,
    pub(super) refused: usize,
    /// In a lane, or put aside by its taker for something urgent.
    pub(super) queued: usize,
    /// One for each taker that has something to do.
    pub(super) running: usize,
    pub(super) peak_running: usize,
    pub(super) completed: usize,
    pub(super) failed: usize,
}

/// The monitor. `S` is more to keep about what is finished.
#[derive(Debug)]
pub(super) struct Lanes<T, S> {
    state: Mutex<State<T, S>>,
    /// Something was queued, or nothing will be any more.
    work: Condvar,
    /// A lane has room, or never will. One each: who waits for one lane must not be told of room
    /// in the other in place of somebody who waits for that.
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

    /// Accepts an item, if need be when there is room.
    pub(super) fn push(&self, lane: Lane, item: T, patience: Patience) -> Result<(), Refused<T>> {
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
            if !patience.lasts() {
                return Err(Refused::Full(item));
            }
            let room = &self.room[lane as usize];
            state = match patience {
                Patience::Until(moment) => wait_until(room, state, moment),
                Patience::Forever | Patience::None => {
                    room.wait(state).unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }

    /// Counts an item that was not accepted, and will not be.
    pub(super) fn count_refused(&self) {
        self.lock().counts.refused += 1;
    }

    /// The next item, if need be when there is one; `None` when there will be none any more.
    /// Whoever takes one must [`finish`](Self::finish) it.
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

    /// The next urgent item, if there is one, for somebody who has something to do already and
    /// puts it aside: the one is queued in place of the other.
    pub(super) fn take_urgent(&self) -> Option<T> {
        let mut state = self.lock();
        let item = state.lanes[Lane::Urgent as usize].pop_front()?;
        drop(state);
        self.room[Lane::Urgent as usize].notify_one();
        Some(item)
    }

    /// Counts an item that was taken: `aside` if by [`take_urgent`](Self::take_urgent), so that
    /// what was put aside for it goes on.
    pub(super) fn finish(&self, aside: bool, failed: bool, record: impl FnOnce(&mut S)) {
        let mut state = self.lock();
        if aside {
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

    /// Accepts no more. What is queued is still to be taken.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.work.notify_all();
        for room in &self.room {
            room.notify_all();
        }
    }

    /// Accepts no more, and returns what is queued, which counts as failed.
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

    /// What went through, and what was kept about it, as of one moment.
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
