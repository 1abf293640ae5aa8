//! The tasks that wait and the threads of a pool: one monitor, so that the counts agree with each
//! other at any moment.
//!
//! This file starts no thread and knows nothing of tasks. It takes its locks from `sync`, so that
//! a model checker can put its own in their place.

use std::collections::{BTreeSet, VecDeque};

use super::sync::{Condvar, Mutex, MutexGuard, lock, wait};

/// The limits of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The number of threads at most, without those whose task was abandoned; at least 1.
    pub(crate) threads: usize,
    /// The number of threads that wait for a task at most; further ones end.
    pub(crate) idle: usize,
    /// The number of tasks that wait for a thread at most.
    pub(crate) queue: usize,
    /// The number of threads that are replaced at most while their task is abandoned.
    pub(crate) abandoned: usize,
}

/// The order in which waiting tasks are taken.
pub(crate) trait Order {
    type Task;

    /// Adds a task.
    fn push(&mut self, task: Self::Task);

    /// Takes the next task.
    fn pop(&mut self) -> Option<Self::Task>;

    /// Takes the first task that is wanted out of its turn.
    fn take(&mut self, wanted: &dyn Fn(&Self::Task) -> bool) -> Option<Self::Task>;

    /// The number of tasks.
    fn len(&self) -> usize;
}

/// First in, first out.
#[derive(Debug)]
pub(crate) struct Fifo<T>(VecDeque<T>);

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Order for Fifo<T> {
    type Task = T;

    fn push(&mut self, task: T) {
        self.0.push_back(task);
    }

    fn pop(&mut self) -> Option<T> {
        self.0.pop_front()
    }

    fn take(&mut self, wanted: &dyn Fn(&T) -> bool) -> Option<T> {
        let position = self.0.iter().position(wanted)?;
        self.0.remove(position)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A task with its number.
pub(crate) type Numbered<T> = (u64, T);

/// The monitor. Its user starts a thread where it says so; each thread calls
/// [`take`](Self::take) and [`finish`](Self::finish) in turn.
#[derive(Debug)]
pub(crate) struct Roster<O> {
    limits: Limits,
    state: Mutex<State<O>>,
    /// A task waits, or there will be none any more.
    work: Condvar,
}

#[derive(Debug)]
struct State<O> {
    waiting: O,
    next: u64,
    /// Threads without those whose task was abandoned, started or about to be started.
    threads: usize,
    idle: usize,
    running: BTreeSet<u64>,
    abandoned: BTreeSet<u64>,
    closed: bool,
}

/// A task that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) number: u64,
    /// Whether a thread has to be started for it.
    pub(crate) start: bool,
}

impl<T, O: Order<Task = Numbered<T>> + Default> Roster<O> {
    /// No tasks, no threads.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits: Limits {
                threads: limits.threads.max(1),
                ..limits
            },
            state: Mutex::new(State {
                waiting: O::default(),
                next: 0,
                threads: 0,
                idle: 0,
                running: BTreeSet::new(),
                abandoned: BTreeSet::new(),
                closed: false,
            }),
            work: Condvar::new(),
        }
    }

    /// Accepts a task, or gives it back where there is no room, or no thread will come.
    pub(crate) fn submit(&self, task: T) -> Result<Accepted, T> {
        let mut state = self.lock();
        let without_thread = state.waiting.len() >= state.idle;
        let start = without_thread && state.threads < self.limits.threads;
        let full = state.waiting.len() >= self.limits.queue + state.idle;
        if state.closed || (!start && full) {
            return Err(task);
        }
        if start {
            state.threads += 1;
            state.idle += 1;
        }
        let number = state.next;
        state.next += 1;
        state.waiting.push((number, task));
        drop(state);
        self.work.notify_one();
        Ok(Accepted { number, start })
    }

    /// Takes back the task for which no thread could be started, unless another thread has taken
    /// it.
    pub(crate) fn not_started(&self, number: u64) -> Option<T> {
        let mut state = self.lock();
        state.threads -= 1;
        state.idle -= 1;
        state.take(number)
    }

    /// A thread was to be started in place of an abandoned one, and could not be.
    pub(crate) fn not_replaced(&self) {
        let mut state = self.lock();
        state.threads -= 1;
        state.idle -= 1;
    }

    /// Takes a task back that waits.
    pub(crate) fn withdraw(&self, number: u64) -> Option<T> {
        self.lock().take(number)
    }

    /// The next task for a thread; `None` where the thread is to end.
    pub(crate) fn take(&self) -> Option<Numbered<T>> {
        let mut state = self.lock();
        loop {
            if let Some((number, task)) = state.waiting.pop() {
                state.idle -= 1;
                state.running.insert(number);
                return Some((number, task));
            }
            if state.closed || state.idle > self.limits.idle {
                state.threads -= 1;
                state.idle -= 1;
                return None;
            }
            state = wait(&self.work, state);
        }
    }

    /// A task has returned. Returns whether its thread goes on to take another.
    pub(crate) fn finish(&self, number: u64) -> bool {
        let mut state = self.lock();
        if state.running.remove(&number) {
            state.idle += 1;
            return true;
        }
        // The thread of an abandoned task was replaced.
        state.abandoned.remove(&number);
        let wanted = state.waiting.len() > state.idle || state.idle < self.limits.idle;
        let stays = wanted && state.threads < self.limits.threads && !state.closed;
        if stays {
            state.threads += 1;
            state.idle += 1;
        }
        stays
    }

    /// Nobody waits for a running task any more: its thread no longer counts. Beyond the limit of
    /// abandoned threads it still does. Returns whether a thread has to be started in its place.
    pub(crate) fn abandon(&self, number: u64) -> bool {
        let mut state = self.lock();
        if state.abandoned.len() >= self.limits.abandoned || !state.running.remove(&number) {
            return false;
        }
        state.abandoned.insert(number);
        state.threads -= 1;
        let start = state.waiting.len() > state.idle && state.threads < self.limits.threads;
        if start {
            state.threads += 1;
            state.idle += 1;
        }
        start
    }

    /// The number of tasks that run and are not abandoned.
    pub(crate) fn running(&self) -> usize {
        self.lock().running.len()
    }

    /// The number of threads whose task was abandoned and has not returned.
    pub(crate) fn abandoned(&self) -> usize {
        self.lock().abandoned.len()
    }

    /// Accepts no more. What waits is still run.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.work.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<O>> {
        lock(&self.state)
    }
}

impl<T, O: Order<Task = Numbered<T>>> State<O> {
    fn take(&mut self, number: u64) -> Option<T> {
        let found = self.waiting.take(&|(waiting, _)| *waiting == number);
        found.map(|(_, task)| task)
    }
}
