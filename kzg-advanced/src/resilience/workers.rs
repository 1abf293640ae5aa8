//! Threads for calls that must not block their caller, and the alarm clock of their deadlines.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

type Task = Box<dyn FnOnce() + Send>;

/// How many calls run on threads of their own, and how many wait for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerOptions {
    /// Threads at most; they are started when they are needed.
    pub threads: usize,
    /// Calls that may wait for a thread.
    pub queue: usize,
}

impl Default for WorkerOptions {
    /// As many threads as the machine lends us, and a queue of 1024.
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().map_or(1, usize::from),
            queue: 1024,
        }
    }
}

impl WorkerOptions {
    /// So many threads, and so many calls that may wait.
    #[must_use]
    pub fn new(threads: usize, queue: usize) -> Self {
        Self {
            threads: threads.max(1),
            queue,
        }
    }
}

/// Threads that run tasks. When this is dropped they end, each after the task it runs.
#[derive(Debug)]
pub(super) struct Workers {
    options: WorkerOptions,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// A worker is wanted, or the end has come.
    wanted: Condvar,
    /// An earlier deadline has been set, or the end has come.
    alarm: Condvar,
}

/// A deadline; the number keeps equal ones apart.
type Key = (Instant, u64);

#[derive(Default)]
struct State {
    tasks: VecDeque<(Option<Key>, Task)>,
    /// What to do at which deadline.
    deadlines: BTreeMap<Key, Task>,
    next_deadline: u64,
    threads: usize,
    idle: usize,
    clock_runs: bool,
    closed: bool,
}

impl core::fmt::Debug for State {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("State")
            .field("tasks", &self.tasks.len())
            .field("deadlines", &self.deadlines.len())
            .field("threads", &self.threads)
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}

impl Workers {
    pub(super) fn new(options: WorkerOptions) -> Self {
        Self {
            options: WorkerOptions::new(options.threads, options.queue),
            shared: Arc::default(),
        }
    }

    /// The threads that run a task now; one that hangs is among them.
    pub(super) fn busy(&self) -> usize {
        let state = self.shared.lock();
        state.threads - state.idle
    }

    /// Runs a task on a worker; says why not where it cannot. What `expired` does is done at
    /// the deadline unless the task has returned by then.
    pub(super) fn submit(
        &self,
        task: impl FnOnce() + Send + 'static,
        deadline: Option<(Instant, Task)>,
    ) -> Result<(), String> {
        let mut state = self.shared.lock();
        let must_start = state.tasks.len() >= state.idle && state.threads < self.options.threads;
        if !must_start && state.tasks.len() >= self.options.queue + state.idle {
            return Err("every worker is taken, and the queue is full".to_owned());
        }
        if must_start {
            self.shared.start("kzg-worker", work)?;
            state.threads += 1;
            state.idle += 1;
        }
        let key = match deadline {
            None => None,
            Some((at, expired)) => {
                if !state.clock_runs {
                    self.shared.start("kzg-deadlines", keep_deadlines)?;
                    state.clock_runs = true;
                }
                let key = (at, state.next_deadline);
                state.next_deadline += 1;
                state.deadlines.insert(key, expired);
                self.shared.alarm.notify_one();
                Some(key)
            }
        };
        let shared = Arc::clone(&self.shared);
        let task: Task = Box::new(move || {
            task();
            if let Some(key) = key {
                let mut state = shared.lock();
                state.deadlines.remove(&key);
                if state.closed {
                    // Who keeps the deadlines waits for this one no longer.
                    shared.alarm.notify_one();
                }
            }
        });
        state.tasks.push_back((key, task));
        drop(state);
        self.shared.wanted.notify_one();
        Ok(())
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.wanted.notify_all();
        self.shared.alarm.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(self: &Arc<Self>, name: &str, run: fn(&Shared)) -> Result<(), String> {
        let shared = Arc::clone(self);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&shared))
            .map(drop)
            .map_err(|error| format!("no thread can be started: {error}"))
    }
}

/// Runs tasks until the end. What has been queued by then is still run: it was promised.
fn work(shared: &Shared) {
    let mut state = shared.lock();
    loop {
        if let Some((_, task)) = state.tasks.pop_front() {
            state.idle -= 1;
            drop(state);
            // Calls isolate panics themselves; a worker outlives any that is left.
            let _ = catch_unwind(AssertUnwindSafe(task));
            state = shared.lock();
            state.idle += 1;
        } else if state.closed {
            state.threads -= 1;
            state.idle -= 1;
            return;
        } else {
            state = shared
                .wanted
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Does what is due at each deadline, until the end.
fn keep_deadlines(shared: &Shared) {
    let mut state = shared.lock();
    loop {
        let now = Instant::now();
        match state.deadlines.first_key_value().map(|(&(at, _), _)| at) {
            Some(at) if at <= now => {
                let expired = state.deadlines.pop_first();
                // A task that is still queued will not run, and its place is free.
                let key = expired.as_ref().map(|(key, _)| *key);
                let queued = state.tasks.iter().position(|(task, _)| *task == key);
                let queued = queued.and_then(|position| state.tasks.remove(position));
                drop(state);
                if let Some((_, expired)) = expired {
                    let _ = catch_unwind(AssertUnwindSafe(expired));
                }
                drop(queued);
                state = shared.lock();
            }
            None if state.closed => return,
            Some(at) => {
                state = shared
                    .alarm
                    .wait_timeout(state, at - now)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
            None => {
                state = shared
                    .alarm
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}
