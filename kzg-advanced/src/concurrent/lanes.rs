//! The two queues of a processor, the tasks under way, and the counts of both.
//!
//! This file does not depend on tasks, so that a model checker can replace them.

use std::collections::{BTreeMap, VecDeque};

use crate::workers::{Numbered, Order, State};

/// The number of tasks of the urgent lane that are taken in a row while tasks of the other lane
/// wait.
const URGENT_IN_A_ROW: usize = 8;

/// One of the two queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Its tasks are taken first.
    Urgent,
    /// Its tasks are taken when the urgent lane is empty, and after `URGENT_IN_A_ROW` urgent tasks.
    Normal,
}

/// A handle to a task. Equal handles are handles to the same task.
pub(super) trait LaneTask: Clone + PartialEq {
    fn lane(&self) -> Lane;
}

/// The counts of tasks. `accepted = queued + running + completed + failed` at any moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) accepted: usize,
    /// Tasks in a lane, tasks that their thread interrupted for an urgent one, and tasks that are
    /// gathered into the call of another task.
    pub(super) queued: usize,
    /// The threads that have a task without a result: one task each.
    pub(super) running: usize,
    pub(super) peak_running: usize,
    pub(super) completed: usize,
    pub(super) failed: usize,
}

/// The order of a processor's tasks. `S` is a summary of the finished tasks.
///
/// A task is settled once: when it has returned, or earlier, when it is abandoned.
#[derive(Debug)]
pub(super) struct Lanes<T, S> {
    queues: [VecDeque<Numbered<T>>; 2],
    /// The number of tasks that each queue has room for.
    capacity: usize,
    urgent_in_a_row: usize,
    /// The unsettled tasks of each thread, keyed by the number of the task that the thread took.
    begun: BTreeMap<u64, Begun<T>>,
    accepted: usize,
    peak_running: usize,
    completed: usize,
    failed: usize,
    pub(super) summary: S,
}

/// The tasks of a thread that are not settled: at least one.
#[derive(Debug)]
struct Begun<T> {
    /// The task that the thread took.
    task: Option<T>,
    /// The urgent task for which the thread interrupts its own.
    urgent: Option<T>,
    /// The tasks that the current call answers too: that of `urgent`, or else that of `task`.
    gathered: Vec<T>,
}

impl<T, S> Lanes<T, S> {
    /// Empty lanes, with room for `capacity` tasks (at least one) each.
    pub(super) fn new(capacity: usize, summary: S) -> Self {
        Self {
            queues: [VecDeque::new(), VecDeque::new()],
            capacity: capacity.max(1),
            urgent_in_a_row: 0,
            begun: BTreeMap::new(),
            accepted: 0,
            peak_running: 0,
            completed: 0,
            failed: 0,
            summary,
        }
    }

    pub(super) fn counts(&self) -> Counts {
        // One task of each thread counts as running.
        let others: usize = self.begun.values().map(|begun| begun.len() - 1).sum();
        Counts {
            accepted: self.accepted,
            queued: self.queues.iter().map(VecDeque::len).sum::<usize>() + others,
            running: self.begun.len(),
            peak_running: self.peak_running,
            completed: self.completed,
            failed: self.failed,
        }
    }

    /// Whether every accepted task is settled.
    pub(super) fn is_settled(&self) -> bool {
        self.begun.is_empty() && self.queues.iter().all(VecDeque::is_empty)
    }
}

impl<T: LaneTask, S> Lanes<T, S> {
    /// Takes the next urgent task, if there is one, for the thread with task `number`. The
    /// interrupted task counts as queued in place of the urgent one.
    pub(super) fn interrupt(&mut self, number: u64) -> Option<T> {
        let begun = self.begun.get_mut(&number)?;
        let (_, urgent) = self.queues[Lane::Urgent as usize].pop_front()?;
        begun.urgent = Some(urgent.clone());
        Some(urgent)
    }

    /// Takes the tasks of `task`'s lane that `joins` accepts, in their order, into the call of the
    /// thread with task `number`.
    pub(super) fn gather(
        &mut self,
        number: u64,
        task: &T,
        mut joins: impl FnMut(&T) -> bool,
    ) -> Vec<T> {
        let Some(begun) = self.begun.get_mut(&number) else {
            return Vec::new();
        };
        let queue = &mut self.queues[task.lane() as usize];
        let (taken, left): (VecDeque<_>, VecDeque<_>) =
            queue.drain(..).partition(|(_, waiting)| joins(waiting));
        *queue = left;
        begun.gathered = taken.into_iter().map(|(_, task)| task).collect();
        begun.gathered.clone()
    }

    /// Whether a task of the thread with task `number` is not settled.
    pub(super) fn is_wanted(&self, number: u64, task: &T) -> bool {
        let begun = self.begun.get(&number);
        begun.is_some_and(|begun| begun.holds(task))
    }

    /// Settles a task that has returned. `false` if it is settled already.
    pub(super) fn settle(
        &mut self,
        number: u64,
        task: &T,
        failed: bool,
        record: impl FnOnce(&mut S),
    ) -> bool {
        if !self.is_wanted(number, task) {
            return false;
        }
        self.remove(number, task);
        if failed {
            self.failed += 1;
        } else {
            self.completed += 1;
        }
        record(&mut self.summary);
        true
    }

    /// Settles the waiting tasks, which count as failed.
    pub(super) fn settle_waiting(&mut self) -> Vec<T> {
        let queues = self.queues.iter_mut();
        let waiting: Vec<T> = queues
            .flat_map(|queue| queue.drain(..))
            .map(|(_, task)| task)
            .collect();
        self.failed += waiting.len();
        waiting
    }

    /// Settles every task, as failed.
    pub(super) fn settle_all(&mut self) -> Vec<T> {
        let mut all = self.settle_waiting();
        let begun = core::mem::take(&mut self.begun).into_values();
        let begun: Vec<T> = begun
            .flat_map(|begun| {
                let own = [begun.task, begun.urgent].into_iter().flatten();
                own.chain(begun.gathered)
            })
            .collect();
        self.failed += begun.len();
        all.extend(begun);
        all
    }

    /// Forgets a task of the thread with task `number`.
    fn remove(&mut self, number: u64, task: &T) {
        let Some(begun) = self.begun.get_mut(&number) else {
            return;
        };
        // A gathered task takes the place of the one that led its call.
        if begun.urgent.as_ref() == Some(task) {
            begun.urgent = begun.gathered.pop();
        } else if begun.task.as_ref() == Some(task) {
            begun.task = match begun.urgent {
                Some(_) => None,
                None => begun.gathered.pop(),
            };
        } else {
            begun.gathered.retain(|held| held != task);
        }
        if begun.len() == 0 {
            self.begun.remove(&number);
        }
    }
}

impl<T> Begun<T> {
    /// The number of tasks.
    fn len(&self) -> usize {
        usize::from(self.task.is_some()) + usize::from(self.urgent.is_some()) + self.gathered.len()
    }
}

impl<T: PartialEq> Begun<T> {
    fn holds(&self, task: &T) -> bool {
        [&self.task, &self.urgent]
            .into_iter()
            .flatten()
            .chain(&self.gathered)
            .any(|held| held == task)
    }

    /// Whether the current call of the thread answers another task than `task`.
    fn answers_another(&self, task: &T) -> bool {
        let leader = self.urgent.as_ref().or(self.task.as_ref());
        leader
            .into_iter()
            .chain(&self.gathered)
            .any(|held| held != task)
    }
}

impl<T: LaneTask, S> Order for Lanes<T, S> {
    type Task = T;

    const QUEUES: usize = 2;

    fn queue(task: &T) -> usize {
        task.lane() as usize
    }

    fn has_room(&self, queue: usize, _: usize) -> bool {
        self.queues[queue].len() < self.capacity
    }

    fn push(&mut self, (number, task): Numbered<T>) {
        self.accepted += 1;
        self.queues[Self::queue(&task)].push_back((number, task));
    }

    fn pop(&mut self) -> Option<Numbered<T>> {
        let [urgent, normal] = &mut self.queues;
        let urgent_first = self.urgent_in_a_row < URGENT_IN_A_ROW || normal.is_empty();
        let (number, task) = if urgent_first {
            urgent.pop_front().or_else(|| normal.pop_front())
        } else {
            normal.pop_front()
        }?;
        self.urgent_in_a_row = match task.lane() {
            Lane::Urgent if !normal.is_empty() => self.urgent_in_a_row + 1,
            Lane::Urgent | Lane::Normal => 0,
        };
        let begun = Begun {
            task: Some(task.clone()),
            urgent: None,
            gathered: Vec::new(),
        };
        self.begun.insert(number, begun);
        self.peak_running = self.peak_running.max(self.begun.len());
        Some((number, task))
    }

    fn take_back(&mut self, number: u64) -> Option<T> {
        let mut queues = self.queues.iter_mut();
        let task = queues.find_map(|queue| {
            let position = queue.iter().position(|task| task.0 == number)?;
            queue.remove(position)
        });
        let (_, task) = task?;
        self.accepted -= 1;
        Some(task)
    }

    /// Tasks wait as long as there is a thread, whether or not it waits for one.
    fn unserved(&self, threads: usize, _: usize) -> usize {
        match threads {
            0 => self.len(),
            _ => 0,
        }
    }

    fn take_unserved(&mut self, threads: usize, _: usize) -> Vec<T> {
        match threads {
            0 => self.settle_waiting(),
            _ => Vec::new(),
        }
    }

    fn may_abandon(&self, number: u64) -> bool {
        let begun = self.begun.get(&number);
        begun.is_none_or(|begun| begun.urgent.is_none() && begun.gathered.is_empty())
    }

    fn abandoned(&mut self, number: u64, anew: u64) {
        let interrupted = self.begun.remove(&number);
        if let Some(interrupted) = interrupted.and_then(|begun| begun.task) {
            self.queues[Lane::Normal as usize].push_front((anew, interrupted));
        }
    }

    fn len(&self) -> usize {
        self.queues.iter().map(VecDeque::len).sum()
    }
}

/// Settles an abandoned task, as failed. `false` if it is settled already.
///
/// The thread of a task that runs is abandoned, unless its call answers other tasks too. If the
/// thread interrupts another task for it, the other task begins anew on another thread.
pub(super) fn give_up<T: LaneTask, S>(
    state: &mut State<Lanes<T, S>>,
    task: &T,
    record: impl FnOnce(&mut S),
) -> bool {
    let lanes = &mut state.order;
    let queue = &mut lanes.queues[task.lane() as usize];
    if let Some(position) = queue.iter().position(|(_, queued)| queued == task) {
        queue.remove(position);
    } else {
        let mut threads = lanes.begun.iter();
        let Some(number) = threads.find_map(|(&number, begun)| begun.holds(task).then_some(number))
        else {
            return false;
        };
        let goes_on = lanes.begun[&number].answers_another(task);
        lanes.remove(number, task);
        if !goes_on {
            state.abandon(number);
        }
    }
    state.order.failed += 1;
    record(&mut state.order.summary);
    true
}
