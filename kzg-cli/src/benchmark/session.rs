//! The order in which everything is measured.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use kzg_advanced::BackendId;
use kzg_advanced::adaptive::sampling::sample;
use kzg_advanced::adaptive::tasks::{Inputs, Task, tasks};
use kzg_advanced::monitor::processor_time;
use kzg_traits::error::Result;
use kzg_traits::{KzgSettings, Operation, Precompute, SetupError};

use super::advice::{Advice, advise_chunk, advise_machine, advise_tables, compared_blobs};
use super::report::{BenchmarkReport, Candidate, TableMemory};
use super::run::{Benchmark, Step};

/// The share of the time limit after which the comparison of backends ends, and then that of
/// tables.
const BACKENDS_SHARE: f64 = 0.6;
const TABLES_SHARE: f64 = 0.85;
/// The sizes of tables that are compared.
const TABLES: [Precompute; 5] = [
    Precompute::NONE,
    Precompute::within(3_000_000),
    Precompute::SMALL,
    Precompute::LARGE,
    Precompute::within(300_000_000),
];

type Loaded = (Candidate, Arc<dyn KzgSettings>);

/// A running benchmark.
pub(super) struct Session<'a> {
    benchmark: &'a Benchmark,
    watch: &'a dyn Fn(&Step),
    start: Instant,
    /// The backend whose tables and chunks are compared: the first, until the fastest is known.
    backend: BackendId,
    inputs: Inputs,
    report: BenchmarkReport,
}

impl<'a> Session<'a> {
    /// Makes the inputs of all calls.
    pub(super) fn begin(benchmark: &'a Benchmark, watch: &'a dyn Fn(&Step)) -> Result<Self> {
        let start = Instant::now();
        let Some(&backend) = benchmark.backends.first() else {
            return Err(SetupError::BackendUnavailable {
                backend: "auto".to_owned(),
                reason: "there is none to measure".to_owned(),
            }
            .into());
        };
        let compared = compared_blobs(benchmark.threads);
        let blobs = benchmark
            .chunk_sizes()
            .into_iter()
            .fold(compared, usize::max);
        watch(&Step {
            elapsed: Duration::ZERO,
            what: format!("inputs for {blobs} blobs"),
        });
        let threads = benchmark.threads;
        let (_, settings) = benchmark.candidate(backend, threads, Precompute::default())?;
        Ok(Self {
            benchmark,
            watch,
            start,
            backend,
            inputs: Inputs::new(&*settings, blobs)?,
            report: BenchmarkReport::new(benchmark.hardware.clone()),
        })
    }

    pub(super) fn compare_backends(&mut self) -> Result<()> {
        let candidates = self.benchmark.candidates()?;
        let blobs = compared_blobs(self.benchmark.threads);
        self.measure(&candidates, tasks(&[1, blobs]), BACKENDS_SHARE);
        advise_machine(&mut self.report, blobs);
        if let Some(advised) = &self.report.advice.backend {
            self.backend = advised.value;
        }
        Ok(())
    }

    pub(super) fn compare_tables(&mut self) -> Result<()> {
        let proving = |task: &Task| {
            task.operation == Operation::BlobToKzgCommitment
                || task.operation == Operation::ComputeCellsAndKzgProofs
        };
        let (began, before) = (Instant::now(), processor_time());
        let candidates = self.tables(self.backend)?;
        self.measure(&candidates, tasks(&[]).filter(proving), TABLES_SHARE);
        // Tables are built and used on one thread here, so on an idle machine the wall-clock time
        // is the processor time.
        if let (Some(before), Some(after)) = (before, processor_time()) {
            let worked = after.saturating_sub(before).as_secs_f64();
            let longer = began.elapsed().as_secs_f64() / worked - 1.0;
            self.report.disturbance = (worked > 0.0).then_some(longer.max(0.0));
        }
        advise_tables(&mut self.report, self.backend, self.benchmark.memory_budget);
        Ok(())
    }

    pub(super) fn compare_chunks(&mut self) -> Result<()> {
        let threads = self.report.advice.threads.as_ref();
        let threads = threads.map_or(self.benchmark.threads, |advised| advised.value);
        let candidate = self
            .benchmark
            .candidate(self.backend, threads, Precompute::default())?;
        let sizes = self.benchmark.chunk_sizes();
        let in_chunks = |task: &Task| Advice::CHUNK_OPERATIONS.contains(&task.operation);
        let candidates = [candidate];
        self.measure(&candidates, tasks(&sizes).filter(in_chunks), 1.0);
        advise_chunk(&mut self.report, &candidates[0].0, &sizes);
        Ok(())
    }

    pub(super) fn end(mut self) -> BenchmarkReport {
        self.report.seconds = self.start.elapsed().as_secs_f64();
        self.report
    }

    /// Measures tasks on candidates until the given share of the time limit has passed.
    fn measure(&mut self, candidates: &[Loaded], tasks: impl Iterator<Item = Task>, share: f64) {
        let (candidates, settings): (Vec<Candidate>, Vec<&dyn KzgSettings>) = candidates
            .iter()
            .map(|(candidate, settings)| (candidate.clone(), &**settings))
            .unzip();
        let watch = |of: usize, task: &Task| {
            (self.watch)(&Step {
                elapsed: self.start.elapsed(),
                what: describe(&candidates[of], task),
            });
        };
        let deadline = deadline(self.start, self.benchmark.limit, share);
        let rounds = self.benchmark.rounds;
        let sampled = sample(&settings, tasks, &self.inputs, rounds, deadline, &watch);
        self.report.take(&candidates, sampled);
    }

    /// The backend on one thread, with tables of every size within the budget.
    fn tables(&mut self, backend: BackendId) -> Result<Vec<Loaded>> {
        let mut built = Vec::new();
        for precompute in TABLES {
            if precompute.bytes() as u64 > self.benchmark.memory_budget {
                continue;
            }
            let (candidate, settings) = self.benchmark.candidate(backend, 1, precompute)?;
            let start = Instant::now();
            settings.warm_up()?;
            let tables = TableMemory {
                backend,
                precompute: candidate.precompute.clone(),
                bytes: settings.tables_memory(),
                build_seconds: start.elapsed().as_secs_f64(),
            };
            // A larger budget may lead to the same tables.
            if self
                .report
                .tables
                .last()
                .is_none_or(|last| last.bytes != tables.bytes)
            {
                self.report.tables.push(tables);
                built.push((candidate, settings));
            }
        }
        Ok(built)
    }
}

/// The longest time limit. A longer one could exceed the range of the clock.
const LONGEST: Duration = Duration::from_secs(86_400);

/// The moment at which a share of the time limit has passed; `share` is 1 at most.
fn deadline(start: Instant, limit: Duration, share: f64) -> Instant {
    start + limit.min(LONGEST).mul_f64(share)
}

fn describe(candidate: &Candidate, task: &Task) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    format!(
        "{}, {} thread{}, {} tables: {} of {} blob{}",
        candidate.backend,
        candidate.threads,
        plural(candidate.threads),
        candidate.precompute,
        task.operation.name(),
        task.blobs,
        plural(task.blobs),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_without_end_is_one_of_a_day() {
        let start = Instant::now();
        for share in [0.5, 1.0] {
            let after = deadline(start, Duration::MAX, share) - start;
            assert_eq!(after, LONGEST.mul_f64(share));
        }
        let after = deadline(start, Duration::from_secs(10), 0.5) - start;
        assert_eq!(after, Duration::from_secs(5));
    }
}
