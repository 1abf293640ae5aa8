//! Measuring tasks on candidates in turns, within a time limit.

use std::time::Instant;

use kzg_traits::KzgSettings;
use kzg_traits::error::Result;

use super::tasks::{Inputs, Task};
use crate::backend_call::{backend_name, panic_as_fault, users_code};

/// A task on a candidate, with the times of its runs.
#[derive(Debug)]
pub struct Sampled {
    /// The position of the candidate.
    pub candidate: usize,
    /// The task.
    pub task: Task,
    /// The time of each run in seconds; empty if there was no time for one.
    pub seconds: Vec<f64>,
    /// The time in seconds that was expected before the first run, where other runs allowed to
    /// compute it.
    pub expected: Option<f64>,
    failed: bool,
}

impl Sampled {
    /// The shortest time.
    pub fn least(&self) -> Option<f64> {
        self.seconds.iter().copied().reduce(f64::min)
    }
}

/// Runs every task on every candidate, in turns and for several rounds, so that a disturbance of
/// the machine affects all candidates alike. No run begins that is not expected to end before the
/// deadline, if there is one. A candidate builds its tables before its first task. A task that fails on a candidate
/// is left out of the result, and a panic is a failure. `watch` is called before each run; a panic of
/// `watch` is logged.
pub fn sample(
    candidates: &[&dyn KzgSettings],
    tasks: impl Iterator<Item = Task>,
    inputs: &Inputs,
    rounds: usize,
    deadline: impl Into<Option<Instant>>,
    watch: &dyn Fn(usize, &Task),
) -> Vec<Sampled> {
    let deadline = deadline.into();
    let mut warm = vec![false; candidates.len()];
    let mut all: Vec<Sampled> = tasks
        .flat_map(|task| {
            (0..candidates.len()).map(move |candidate| Sampled {
                candidate,
                task,
                seconds: Vec::new(),
                expected: None,
                failed: false,
            })
        })
        .collect();
    // The first round takes one candidate after the other: a slow candidate, whose tables take
    // long to build, leaves the time to the others.
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|&index| all[index].candidate);
    for round in 0..rounds {
        if round == 1 {
            order.sort_unstable();
        }
        for &index in &order {
            let expected = expected(&all, index);
            let sampled = &all[index];
            if sampled.failed || (round > 0 && sampled.seconds.is_empty()) {
                continue;
            }
            let left = deadline.map(|end| end.saturating_duration_since(Instant::now()));
            let fits = left.is_none_or(|left| {
                !left.is_zero() && expected.is_none_or(|expected| expected <= left.as_secs_f64())
            });
            let (candidate, task) = (sampled.candidate, sampled.task);
            let sampled = &mut all[index];
            if round == 0 {
                sampled.expected = expected;
            }
            if !fits {
                continue;
            }
            users_code("the watch of a measurement", || watch(candidate, &task));
            let settings = candidates[candidate];
            let isolated =
                |call: &dyn Fn() -> Result<()>| panic_as_fault(|| backend_name(settings), call);
            if !std::mem::replace(&mut warm[candidate], true) {
                // An error of the tables occurs again in the task.
                let _ = isolated(&|| settings.warm_up());
            }
            let start = Instant::now();
            match isolated(&|| task.run(settings, inputs)) {
                Ok(()) => sampled.seconds.push(start.elapsed().as_secs_f64()),
                Err(_) => sampled.failed = true,
            }
        }
    }
    all.retain(|sampled| !sampled.failed);
    all
}

/// The expected time of a task in seconds: its own shortest time; or that of the same operation,
/// scaled by the number of blobs; or that of the candidate's first measured task, or of another
/// candidate's, scaled by the typical times of the operations.
fn expected(all: &[Sampled], index: usize) -> Option<f64> {
    let of = &all[index];
    let scaled = |known: &Sampled, from: f64, to: f64| Some(known.least()? / from * to);
    let measured = |sampled: &&Sampled| !sampled.seconds.is_empty();
    let mut own = all
        .iter()
        .filter(|sampled| sampled.candidate == of.candidate)
        .filter(measured);
    let same = |sampled: &&Sampled| sampled.task.operation == of.task.operation;
    if let Some(known) = own.clone().find(same) {
        return of
            .least()
            .or_else(|| scaled(known, known.task.blobs as f64, of.task.blobs as f64));
    }
    let known = own.next().or_else(|| all.iter().find(measured))?;
    scaled(known, known.task.relative(), of.task.relative())
}
