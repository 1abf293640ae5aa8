//! The tasks that wait and the threads of a pool: one monitor, so that the counts agree with each
//! other at any moment.
//!
//! This file starts no thread and does not depend on the type of tasks. It takes its locks from `sync`, so that
//! a model checker can put its own in their place.

use std::collections::BTreeSet;
use std::time::Instant;

use super::order::{Numbered, Order};
use super::sync::{Condvar, Mutex, MutexGuard, lock, wait, wait_until};

/// The limits of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The number of threads at most, without those whose task was abandoned; at least 1.
    pub(crate) threads: usize,
    /// The number of threads that wait for a task at most; further ones end.
    pub(crate) idle: usize,
    /// The number of threads that are replaced at most while their task is abandoned.
    pub(crate) abandoned: usize,
}

/// The time for which a submission waits for room in its queue.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WaitForRoom {
    No,
    Until(Instant),
    Forever,
}

impl WaitForRoom {
    /// Whether the submission continues to wait.
    pub(crate) fn continues(self) -> bool {
        match self {
            Self::No => false,
            Self::Until(moment) => Instant::now() < moment,
            Self::Forever => true,
        }
    }
}

/// A task that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) number: u64,
    /// Whether a thread has to be started for it.
    pub(crate) start: bool,
}

/// A task that was not accepted, with the reason.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoRoom<T> {
    /// The queue of the task is full.
    Full(T),
    /// The roster is closed.
    Closed(T),
}

/// The monitor. Its user starts a thread where the monitor says so; each thread calls
/// [`take`](Self::take) and [`finish`](Self::finish) in turn.
#[derive(Debug)]
pub(crate) struct Roster<O> {
    state: Mutex<State<O>>,
    /// Notified when a task waits, and after the close.
    work: Condvar,
    /// For each queue: notified when the queue has room, and when the roster is closed. With one
    /// condition variable for all, a notification about one queue could wake a waiter for another.
    room: Vec<Condvar>,
    /// Notified, after the close, when a task or a thread has ended.
    ended: Condvar,
}

/// The state of the monitor.
#[derive(Debug)]
pub(crate) struct State<O> {
    pub(crate) order: O,
    limits: Limits,
    next: u64,
    /// Threads without those whose task was abandoned, started or about to be started.
    threads: usize,
    idle: usize,
    running: BTreeSet<u64>,
    /// Tasks that nobody waits for, and that have not returned. Their threads no longer count.
    abandoned: BTreeSet<u64>,
    /// Running tasks that nobody waits for, and that could not be abandoned within the limit. Their
    /// threads count still.
    overdue: BTreeSet<u64>,
    closed: bool,
}

impl<T, O: Order<Task = T>> Roster<O> {
    /// A roster without threads.
    pub(crate) fn new(limits: Limits, order: O) -> Self {
        Self {
            state: Mutex::new(State {
                order,
                limits: Limits {
                    threads: limits.threads.max(1),
                    ..limits
                },
                next: 0,
                threads: 0,
                idle: 0,
                running: BTreeSet::new(),
                abandoned: BTreeSet::new(),
                overdue: BTreeSet::new(),
                closed: false,
            }),
            work: Condvar::new(),
            room: (0..O::QUEUES).map(|_| Condvar::new()).collect(),
            ended: Condvar::new(),
        }
    }

    /// Makes a place for a thread before there is a task for it. Returns whether the limit allows
    /// one, which has to be started.
    pub(crate) fn add_thread(&self) -> bool {
        let mut state = self.lock();
        let start = state.threads < state.limits.threads;
        state.count_thread(start);
        start
    }

    /// Accepts a task. Gives it back where its queue has no room, after as long a wait as `room`
    /// allows.
    pub(crate) fn submit(&self, task: T, room: WaitForRoom) -> Result<Accepted, NoRoom<T>> {
        let queue = O::queue(&task);
        let mut state = self.lock();
        loop {
            if state.closed {
                return Err(NoRoom::Closed(task));
            }
            let start = state.order.len() >= state.idle && state.has_place();
            if state.order.has_room(queue, state.idle + usize::from(start)) {
                state.count_thread(start);
                let number = state.number();
                state.order.push((number, task));
                drop(state);
                self.work.notify_one();
                return Ok(Accepted { number, start });
            }
            state = match room {
                WaitForRoom::Until(moment) if room.continues() => {
                    wait_until(&self.room[queue], state, moment)
                }
                WaitForRoom::Forever => wait(&self.room[queue], state),
                WaitForRoom::Until(_) | WaitForRoom::No => return Err(NoRoom::Full(task)),
            };
        }
    }

    /// Handles the failure to start a thread for a new task. Returns the task, if it still waits and
    /// not every waiting task has a thread to wait for, and the other tasks that have none: tasks may
    /// have been accepted because this thread was about to be started.
    pub(crate) fn not_started(&self, number: u64) -> (Option<T>, Vec<T>) {
        self.without_thread(|order| order.take_back(number))
    }

    /// Handles the failure to start a thread that has no task of its own yet. Returns the tasks that
    /// no thread will take.
    pub(crate) fn not_replaced(&self) -> Vec<T> {
        self.without_thread(|_| None).1
    }

    fn without_thread(&self, take_own: impl FnOnce(&mut O) -> Option<T>) -> (Option<T>, Vec<T>) {
        let mut state = self.lock();
        state.end_thread();
        let (threads, idle) = (state.threads, state.idle);
        let own = match state.order.unserved(threads, idle) {
            0 => None,
            _ => take_own(&mut state.order),
        };
        let others = state.order.take_unserved(threads, idle);
        drop(state);
        for task in own.iter().chain(&others) {
            self.room[O::queue(task)].notify_one();
        }
        self.ended.notify_all();
        (own, others)
    }

    /// The next task for a thread; `None` where the thread is to end.
    pub(crate) fn take(&self) -> Option<Numbered<T>> {
        let mut state = self.lock();
        loop {
            if let Some((number, task)) = state.order.pop() {
                state.idle -= 1;
                state.running.insert(number);
                drop(state);
                self.room[O::queue(&task)].notify_one();
                return Some((number, task));
            }
            if state.closed || state.idle > state.limits.idle {
                state.end_thread();
                self.ended.notify_all();
                return None;
            }
            state = wait(&self.work, state);
        }
    }

    /// Counts the end of a task. Returns whether its thread takes another task.
    pub(crate) fn finish(&self, number: u64) -> bool {
        let mut state = self.lock();
        if state.closed {
            self.ended.notify_all();
        }
        if state.running.remove(&number) {
            state.overdue.remove(&number);
            state.idle += 1;
            return true;
        }
        // The thread of an abandoned task was replaced. A thread beyond the limit is replaced now.
        state.abandoned.remove(&number);
        if state.abandon_overdue() {
            self.work.notify_one();
        }
        let spare = state.idle < state.limits.idle && !state.closed;
        let stays = (state.order.len() > state.idle || spare) && state.has_place();
        state.count_thread(stays);
        stays
    }

    /// Records that a thread goes on with its own task after another one that was overdue.
    pub(crate) fn goes_on(&self, number: u64) {
        self.lock().overdue.remove(&number);
    }

    /// Uses the waiting tasks, without a change that concerns waiting threads.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut O) -> R) -> R {
        f(&mut self.lock().order)
    }

    /// Takes a task from a queue for a thread that has another task.
    pub(crate) fn take_in_between(
        &self,
        queue: usize,
        take: impl FnOnce(&mut O) -> Option<T>,
    ) -> Option<T> {
        let task = self.with(take)?;
        self.room[queue].notify_one();
        Some(task)
    }

    /// Takes tasks from a queue for a thread that has another task.
    pub(crate) fn take_many_in_between(
        &self,
        queue: usize,
        take: impl FnOnce(&mut O) -> Vec<T>,
    ) -> Vec<T> {
        let tasks = self.with(take);
        tasks.iter().for_each(|_| self.room[queue].notify_one());
        tasks
    }

    /// Reads the state.
    pub(crate) fn read<R>(&self, f: impl FnOnce(&State<O>) -> R) -> R {
        f(&self.lock())
    }

    /// Changes the state. Returns whether a thread has to be started too.
    pub(crate) fn change<R>(&self, f: impl FnOnce(&mut State<O>) -> R) -> (R, bool) {
        let mut state = self.lock();
        let result = f(&mut state);
        let start = state.order.len() > state.idle && state.has_place();
        state.count_thread(start);
        drop(state);
        self.work.notify_all();
        self.room.iter().for_each(Condvar::notify_all);
        self.ended.notify_all();
        (result, start)
    }

    /// Waits until all threads have ended, without those whose task was abandoned, or until
    /// `enough` says so; at most until a moment. To be called after the close.
    pub(crate) fn join(&self, enough: impl Fn(&O) -> bool, until: Option<Instant>) {
        let mut state = self.lock();
        while state.threads > 0 && !enough(&state.order) {
            state = match until {
                Some(until) if Instant::now() >= until => return,
                Some(until) => wait_until(&self.ended, state, until),
                None => wait(&self.ended, state),
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<O>> {
        lock(&self.state)
    }
}

impl<O: Order> State<O> {
    /// Abandons a running task: its thread no longer counts. Beyond the limit of abandoned threads,
    /// the thread still counts until another abandoned task returns.
    pub(crate) fn abandon(&mut self, number: u64) {
        if !self.running.contains(&number) {
            return;
        }
        if self.abandoned.len() >= self.limits.abandoned {
            self.overdue.insert(number);
            return;
        }
        self.running.remove(&number);
        self.overdue.remove(&number);
        self.abandoned.insert(number);
        self.threads -= 1;
        let anew = self.number();
        self.order.abandoned(number, anew);
    }

    /// Abandons one of the tasks that could not be abandoned before, if there is one.
    fn abandon_overdue(&mut self) -> bool {
        let mut overdue = self.overdue.iter().copied();
        let next = overdue.find(|&number| self.order.may_abandon(number));
        if let Some(number) = next {
            self.abandon(number);
        }
        next.is_some()
    }
}

impl<O> State<O> {
    /// The number of tasks that run and are not abandoned.
    pub(crate) fn running(&self) -> usize {
        self.running.len()
    }

    /// The number of threads whose task was abandoned and has not returned, those beyond the limit
    /// included.
    pub(crate) fn abandoned(&self) -> usize {
        self.abandoned.len() + self.overdue.len()
    }

    /// The number of threads, without those whose task was abandoned.
    #[allow(dead_code, reason = "the models read it")]
    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    /// A number for a task.
    pub(crate) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// Abandons all running tasks, beyond the limit too. To be called after the close.
    pub(crate) fn abandon_all(&mut self) {
        self.threads -= self.running.len();
        self.abandoned.append(&mut self.running);
        self.overdue.clear();
    }

    /// Closes the roster: no further task is accepted. Waiting tasks are still run.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    /// Whether the limit allows another thread.
    fn has_place(&self) -> bool {
        self.threads < self.limits.threads
    }

    /// Counts a thread that is about to take a task.
    fn count_thread(&mut self, counts: bool) {
        self.threads += usize::from(counts);
        self.idle += usize::from(counts);
    }

    /// Counts the end of a thread without a task.
    fn end_thread(&mut self) {
        self.threads -= 1;
        self.idle -= 1;
    }
}
