//! Measuring tasks on candidates, in turns, within a time.

use std::time::Instant;

use kzg_traits::KzgSettings;

use super::tasks::{Inputs, Task};

/// A task on a candidate, and how long it took each time.
pub struct Sampled {
    /// The position of the candidate.
    pub candidate: usize,
    /// The task.
    pub task: Task,
    /// One for each time that it was done; empty if there was no time for it.
    pub seconds: Vec<f64>,
    /// How long it was expected to take before it was done for the first time, where anything
    /// was known that this could be computed from.
    pub expected: Option<f64>,
    failed: bool,
}

impl Sampled {
    /// The shortest time.
    pub fn least(&self) -> Option<f64> {
        self.seconds.iter().copied().reduce(f64::min)
    }
}

/// Does every task on every candidate, and again in turns for so many rounds, so that what
/// disturbs the machine for a while disturbs all alike. Nothing is begun that is not expected to
/// end before the deadline. A candidate builds its tables before its first task. What fails is
/// left out.
pub fn sample(
    candidates: &[&dyn KzgSettings],
    tasks: impl Iterator<Item = Task>,
    inputs: &Inputs,
    rounds: usize,
    deadline: Instant,
    watch: &dyn Fn(usize, &Task),
) -> Vec<Sampled> {
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
    // At first one candidate after the other, so that slow ones, whose tables take long to build,
    // leave the time to the others.
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
            let left = deadline.saturating_duration_since(Instant::now());
            let fits = expected.is_none_or(|expected| expected <= left.as_secs_f64());
            let (candidate, task) = (sampled.candidate, sampled.task);
            let sampled = &mut all[index];
            if round == 0 {
                sampled.expected = expected;
            }
            if left.is_zero() || !fits {
                continue;
            }
            watch(candidate, &task);
            if !std::mem::replace(&mut warm[candidate], true) {
                // What goes wrong here goes wrong again in the task.
                let _ = candidates[candidate].warm_up();
            }
            let start = Instant::now();
            match task.run(candidates[candidate], inputs) {
                Ok(()) => sampled.seconds.push(start.elapsed().as_secs_f64()),
                Err(_) => sampled.failed = true,
            }
        }
    }
    all.retain(|sampled| !sampled.failed);
    all
}

/// How long a task will take: as before; or by the blobs, as the same operation on others; or as
/// the candidate's first measured task lets expect, or another candidate's.
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
