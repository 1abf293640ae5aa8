//! Threads that run tasks, started when they are needed.

use std::io;
use std::sync::Arc;
use std::thread;

use super::roster::{Accepted, Fifo, Limits, Numbered, Roster};
use crate::backend_call::users_code;

type Task = Box<dyn FnOnce() + Send>;

/// Threads that run tasks. When the pool is dropped, tasks that wait are still run, and each
/// thread ends after its task; nothing waits for them.
#[derive(Debug)]
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    name: &'static str,
    roster: Roster<Fifo<Numbered<Task>>>,
}

/// The reason why a task was not accepted.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Every thread is taken, and the queue is full.
    Full,
    /// No thread can be started.
    NoThread(io::Error),
}

/// A task that was accepted.
#[derive(Debug)]
pub(crate) struct Ticket {
    shared: Arc<Shared>,
    number: u64,
}

impl Pool {
    /// A pool without threads. `name` is the name of its threads.
    pub(crate) fn new(name: &'static str, limits: Limits) -> Self {
        Self {
            shared: Arc::new(Shared {
                name,
                roster: Roster::new(limits),
            }),
        }
    }

    /// Runs a task on a thread of the pool.
    pub(crate) fn submit(&self, task: impl FnOnce() + Send + 'static) -> Result<Ticket, Refusal> {
        let accepted = self.shared.roster.submit(Box::new(task));
        let Accepted { number, start } = accepted.map_err(|_| Refusal::Full)?;
        if start
            && let Err(error) = self.shared.start()
            && self.shared.roster.not_started(number).is_some()
        {
            return Err(Refusal::NoThread(error));
        }
        Ok(Ticket {
            shared: Arc::clone(&self.shared),
            number,
        })
    }

    /// The number of tasks that run and are not abandoned.
    pub(crate) fn running(&self) -> usize {
        self.shared.roster.running()
    }

    /// The number of threads whose task was abandoned and has not returned.
    pub(crate) fn abandoned(&self) -> usize {
        self.shared.roster.abandoned()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.roster.close();
    }
}

impl Ticket {
    /// Takes the task back. Returns whether it was still waiting for a thread.
    pub(crate) fn withdraw(&self) -> bool {
        self.shared.roster.withdraw(self.number).is_some()
    }

    /// Says that nobody waits for the task any more. A task that waits is taken back. A task that
    /// runs keeps its thread, which the pool replaces, up to its limit. Returns whether the task
    /// had begun.
    pub(crate) fn abandon(&self) -> bool {
        if self.withdraw() {
            return false;
        }
        if self.shared.roster.abandon(self.number) && self.shared.start().is_err() {
            self.shared.roster.not_replaced();
        }
        true
    }
}

impl Shared {
    fn start(self: &Arc<Self>) -> io::Result<()> {
        let shared = Arc::clone(self);
        thread::Builder::new()
            .name(self.name.to_owned())
            .spawn(move || shared.work())
            .map(drop)
    }

    /// Worker thread main loop.
    fn work(&self) {
        while let Some((number, task)) = self.roster.take() {
            // Tasks isolate the panics of backends themselves; a thread outlives any other.
            users_code("a task of a worker", task);
            if !self.roster.finish(number) {
                return;
            }
        }
    }
}

impl core::fmt::Debug for Shared {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Shared")
            .field("name", &self.name)
            .field("running", &self.roster.running())
            .field("abandoned", &self.roster.abandoned())
            .finish_non_exhaustive()
    }
}
