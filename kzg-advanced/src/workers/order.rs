//! The waiting tasks of a pool, and the order in which threads take them.

use std::collections::VecDeque;

/// A task with its number.
pub(crate) type Numbered<T> = (u64, T);

/// The waiting tasks of a pool: one or more queues, and the order in which tasks are taken.
pub(crate) trait Order {
    type Task;

    /// The number of queues.
    const QUEUES: usize;

    /// The queue of a task.
    fn queue(task: &Self::Task) -> usize;

    /// Whether a queue has room for a task, where a number of threads wait for one.
    fn has_room(&self, queue: usize, idle: usize) -> bool;

    /// Adds a task.
    fn push(&mut self, task: Numbered<Self::Task>);

    /// Takes the next task for a thread.
    fn pop(&mut self) -> Option<Numbered<Self::Task>>;

    /// Takes a waiting task back, as if it had not been added.
    fn take_back(&mut self, number: u64) -> Option<Self::Task>;

    /// The number of waiting tasks that no thread will take, where a number of threads are left, of
    /// which some wait for a task.
    fn unserved(&self, threads: usize, idle: usize) -> usize;

    /// Takes the tasks that no thread will take. They end without having run.
    fn take_unserved(&mut self, threads: usize, idle: usize) -> Vec<Self::Task>;

    /// Whether the thread of an overdue task may be abandoned. Such a thread may have gone on to
    /// another call, whose answer is wanted.
    fn may_abandon(&self, _number: u64) -> bool {
        true
    }

    /// Handles that the thread of a task is abandoned. A task that this thread had interrupted waits
    /// again, with the number `anew`.
    fn abandoned(&mut self, _number: u64, _anew: u64) {}

    /// The number of waiting tasks.
    fn len(&self) -> usize;
}

/// First in, first out.
#[derive(Debug)]
pub(crate) struct Fifo<T> {
    waiting: VecDeque<Numbered<T>>,
    capacity: usize,
}

impl<T> Fifo<T> {
    /// An empty queue with a limit of waiting tasks. Tasks that an idle thread will take do not
    /// count.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            waiting: VecDeque::new(),
            capacity,
        }
    }
}

impl<T> Order for Fifo<T> {
    type Task = T;

    const QUEUES: usize = 1;

    fn queue(_: &T) -> usize {
        0
    }

    fn has_room(&self, _: usize, idle: usize) -> bool {
        self.waiting.len() < self.capacity.saturating_add(idle)
    }

    fn push(&mut self, task: Numbered<T>) {
        self.waiting.push_back(task);
    }

    fn pop(&mut self) -> Option<Numbered<T>> {
        self.waiting.pop_front()
    }

    fn take_back(&mut self, number: u64) -> Option<T> {
        let position = self.waiting.iter().position(|task| task.0 == number)?;
        Some(self.waiting.remove(position)?.1)
    }

    fn unserved(&self, threads: usize, idle: usize) -> usize {
        let served = match threads {
            0 => 0,
            _ => self.capacity.saturating_add(idle),
        };
        self.waiting.len().saturating_sub(served)
    }

    fn take_unserved(&mut self, threads: usize, idle: usize) -> Vec<T> {
        let served = self.waiting.len() - self.unserved(threads, idle);
        let newest = self.waiting.split_off(served);
        newest.into_iter().map(|(_, task)| task).collect()
    }

    fn len(&self) -> usize {
        self.waiting.len()
    }
}
