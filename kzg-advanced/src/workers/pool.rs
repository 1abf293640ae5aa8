//! Threads that run tasks, started when they are needed.

use core::cell::Cell;
use core::fmt;
use core::mem;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::UNTIL_ENDED;
use super::order::{Fifo, Order};
use super::roster::{Accepted, Limits, NoRoom, Roster, State, WaitForRoom};
use crate::backend_call::users_code;
use crate::sync::lock;

/// The work of a pool's threads on a task, with the number of the task.
type Run<T> = Arc<dyn Fn(u64, T) + Send + Sync>;

/// Receives an accepted task that no thread will take, and the reason why none can be started.
type TakeUnserved<T> = Arc<dyn Fn(T, &io::Error) + Send + Sync>;

/// Threads that run tasks in an [`Order`]. A clone is another handle to the same threads.
///
/// A thread survives a panic of its task. A task may be abandoned: its thread is then replaced, up
/// to a limit, and ends when the task returns, unless it is needed again.
pub(crate) struct Pool<O: Order> {
    name: &'static str,
    roster: Arc<Roster<O>>,
    /// The threads that were started and may not have ended.
    started: Arc<Mutex<Vec<JoinHandle<()>>>>,
    run: Run<O::Task>,
    unserved: TakeUnserved<O::Task>,
}

/// A task that was not accepted, with the reason.
#[derive(Debug)]
pub(crate) enum Refusal<T> {
    /// The queue is full.
    Full(T),
    /// The pool is closed.
    Closed(T),
    /// No thread can be started.
    NoThread(T, io::Error),
}

thread_local! {
    /// The pool whose code this thread runs.
    static WITHIN: Cell<usize> = const { Cell::new(0) };
}

impl<O: Order<Task: Send> + Send + 'static> Pool<O> {
    /// A pool without threads. `name` is the name of its threads. `unserved` receives accepted tasks
    /// that no thread will take, on the thread that could not start one; no lock is held.
    pub(crate) fn new(
        name: &'static str,
        limits: Limits,
        order: O,
        run: impl Fn(u64, O::Task) + Send + Sync + 'static,
        unserved: impl Fn(O::Task, &io::Error) + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            roster: Arc::new(Roster::new(limits, order)),
            started: Arc::default(),
            run: Arc::new(run),
            unserved: Arc::new(unserved),
        }
    }

    /// Starts all threads ahead of their tasks.
    ///
    /// # Errors
    ///
    /// The operating system's, if a thread cannot be started.
    pub(crate) fn start_all(&self) -> io::Result<()> {
        while self.roster.add_thread() {
            self.start().inspect_err(|error| self.not_replaced(error))?;
        }
        Ok(())
    }

    /// Has a thread of the pool run a task. Returns the number of the task.
    pub(crate) fn submit(&self, task: O::Task, wait: WaitForRoom) -> Result<u64, Refusal<O::Task>> {
        let accepted = self.roster.submit(task, wait);
        let Accepted { number, start } = accepted.map_err(|refused| match refused {
            NoRoom::Full(task) => Refusal::Full(task),
            NoRoom::Closed(task) => Refusal::Closed(task),
        })?;
        if start && let Err(error) = self.start() {
            let (own, others) = self.roster.not_started(number);
            self.give_back(others, &error);
            if let Some(task) = own {
                return Err(Refusal::NoThread(task, error));
            }
        }
        Ok(number)
    }

    /// The monitor of the tasks and the threads.
    pub(crate) fn roster(&self) -> &Roster<O> {
        &self.roster
    }

    /// Changes the tasks and the threads, and starts a thread where one is needed then.
    pub(crate) fn change<R>(&self, f: impl FnOnce(&mut State<O>) -> R) -> R {
        let (result, start) = self.roster.change(f);
        if start && let Err(error) = self.start() {
            self.not_replaced(&error);
        }
        result
    }

    fn not_replaced(&self, error: &io::Error) {
        self.give_back(self.roster.not_replaced(), error);
    }

    fn give_back(&self, tasks: Vec<O::Task>, error: &io::Error) {
        for task in tasks {
            users_code("a task without a thread", || (self.unserved)(task, error));
        }
    }

    /// Waits until all threads have ended, without those whose task was abandoned, or until
    /// `enough` says so; at most until a moment. To be called after the close.
    pub(crate) fn join(&self, enough: impl Fn(&O) -> bool, until: Option<Instant>) {
        self.roster.join(enough, until);
    }

    /// Joins the threads whose tasks have returned. To be called after [`join`](Self::join), once no task
    /// waits and each task that runs was abandoned, on a thread outside the pool.
    pub(crate) fn join_threads(&self) {
        let mut started = lock(&self.started);
        loop {
            join_ended(&mut started);
            // A thread counts no longer, or its abandoned task does not, shortly before it ends.
            if started.len() <= self.roster.read(State::abandoned) {
                return;
            }
            thread::sleep(UNTIL_ENDED);
        }
    }

    /// The number of threads that were started and not joined.
    #[cfg(test)]
    pub(crate) fn not_joined(&self) -> usize {
        lock(&self.started).len()
    }

    /// Runs code that counts as code of a thread of the pool.
    pub(crate) fn within(&self, code: impl FnOnce()) {
        let outside = WITHIN.replace(self.id());
        users_code("code of a worker", code);
        WITHIN.set(outside);
    }

    /// Whether this thread belongs to the pool, or runs code [`within`](Self::within) it.
    pub(crate) fn is_within(&self) -> bool {
        WITHIN.get() == self.id()
    }

    fn id(&self) -> usize {
        Arc::as_ptr(&self.roster).addr()
    }

    fn start(&self) -> io::Result<()> {
        let pool = self.clone();
        let main = move || {
            pool.within(|| pool.work());
            // Threads that ended before this one do not keep their stacks until another one starts.
            if let Ok(mut started) = pool.started.try_lock() {
                join_ended(&mut started);
            }
        };
        // The lock is taken first: a thread that ends at once is joined, too.
        let mut started = lock(&self.started);
        join_ended(&mut started);
        let thread = thread::Builder::new();
        started.push(thread.name(self.name.to_owned()).spawn(main)?);
        Ok(())
    }

    /// Worker thread main loop.
    fn work(&self) {
        while let Some((number, task)) = self.roster.take() {
            // Tasks isolate the panics of backends themselves; a thread outlives any other.
            users_code("a task of a worker", || (self.run)(number, task));
            if !self.roster.finish(number) {
                return;
            }
        }
    }
}

impl<O: Order> Clone for Pool<O> {
    fn clone(&self) -> Self {
        Self {
            name: self.name,
            roster: Arc::clone(&self.roster),
            started: Arc::clone(&self.started),
            run: Arc::clone(&self.run),
            unserved: Arc::clone(&self.unserved),
        }
    }
}

impl<O: Order> fmt::Debug for Pool<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Joins the threads that have ended, and keeps the others.
fn join_ended(threads: &mut Vec<JoinHandle<()>>) {
    let (ended, running): (Vec<_>, Vec<_>) = mem::take(threads)
        .into_iter()
        .partition(JoinHandle::is_finished);
    *threads = running;
    for thread in ended {
        // A panic does not leave the main function of a worker.
        let _ = thread.join();
    }
}

/// A closure, which is called once: by a thread of the pool, or with the reason why no thread can be
/// started for it.
type Closure = Box<dyn FnOnce(Result<(), &io::Error>) + Send>;

/// A pool that calls closures, first in, first out. When it is dropped, closures that wait are
/// still run, and each thread ends after its closure; nothing waits for them.
#[derive(Debug)]
pub(crate) struct ClosurePool(Pool<Fifo<Closure>>);

/// A closure that was accepted.
#[derive(Debug)]
pub(crate) struct Ticket {
    pool: Pool<Fifo<Closure>>,
    number: u64,
}

impl ClosurePool {
    /// A pool without threads, with a limit of closures that wait for one.
    pub(crate) fn new(name: &'static str, limits: Limits, queue: usize) -> Self {
        let run = |_, closure: Closure| closure(Ok(()));
        let unserved = |closure: Closure, error: &io::Error| closure(Err(error));
        Self(Pool::new(name, limits, Fifo::new(queue), run, unserved))
    }

    /// Has a thread of the pool call a closure. A closure that was accepted may be called with an
    /// error: on another thread, where no thread of the pool can be started.
    pub(crate) fn submit(
        &self,
        closure: impl FnOnce(Result<(), &io::Error>) + Send + 'static,
    ) -> Result<Ticket, Refusal<()>> {
        let submitted = self.0.submit(Box::new(closure), WaitForRoom::No);
        let number = submitted.map_err(|refusal| match refusal {
            Refusal::Full(_) => Refusal::Full(()),
            Refusal::Closed(_) => Refusal::Closed(()),
            Refusal::NoThread(_, error) => Refusal::NoThread((), error),
        })?;
        Ok(Ticket {
            pool: self.0.clone(),
            number,
        })
    }

    /// The number of closures that run and are not abandoned.
    pub(crate) fn running(&self) -> usize {
        self.0.roster().read(State::running)
    }

    /// The number of threads whose closure was abandoned and has not returned, those beyond the limit
    /// included.
    pub(crate) fn abandoned(&self) -> usize {
        self.0.roster().read(State::abandoned)
    }
}

impl Drop for ClosurePool {
    fn drop(&mut self) {
        self.0.change(State::close);
    }
}

impl Ticket {
    /// Takes the closure back. Returns whether it was still waiting for a thread.
    pub(crate) fn withdraw(&self) -> bool {
        let take_back = |waiting: &mut Fifo<Closure>| waiting.take_back(self.number);
        self.pool.roster().with(take_back).is_some()
    }

    /// Abandons the closure. A closure that waits is taken back. A closure that runs keeps its
    /// thread, which the pool replaces, up to its limit. Returns whether the closure had begun.
    pub(crate) fn abandon(&self) -> bool {
        if self.withdraw() {
            return false;
        }
        self.pool.change(|state| state.abandon(self.number));
        true
    }
}
