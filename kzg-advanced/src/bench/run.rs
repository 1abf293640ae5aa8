//! The order in which everything is measured.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{
    Error, KzgSettings, Operation, Precompute, Result, SettingsOptions, SetupError, Threads,
    TrustedSetup,
};

use super::advice::{Advice, BATCH, advise_chunk, advise_machine, advise_tables};
use super::report::{BenchmarkReport, Candidate, TableMemory};
use crate::adaptive::Hardware;
use crate::adaptive::sampling::sample;
use crate::adaptive::tasks::{Inputs, Task, tasks};
use crate::batch::workers;
use crate::pipeline::BLOBS_PER_BUNDLE;
use crate::registry::{BackendId, backends, load};

/// No call is made more often than this.
const ROUNDS: usize = 15;
/// The part of the time after which backends, then tables are done with.
const BACKENDS_SHARE: f64 = 0.6;
const TABLES_SHARE: f64 = 0.85;
/// The sizes of tables that are worth a look.
const TABLES: [Precompute; 5] = [
    Precompute::NONE,
    Precompute::within(3_000_000),
    Precompute::SMALL,
    Precompute::LARGE,
    Precompute::within(300_000_000),
];
/// The sizes of chunks, in bundles; more where there are many threads.
const CHUNKS: [usize; 4] = [1, 2, 4, 8];
/// The part of the machine's memory that tables may take unless it is said.
const MEMORY_SHARE: u64 = 16;
/// What they may take where the machine's memory is not known.
const DEFAULT_BUDGET: u64 = 256_000_000;
const LARGEST_DEFAULT_BUDGET: u64 = 1_000_000_000;

type Load = dyn Fn(&Candidate, Precompute) -> Result<Arc<dyn KzgSettings>>;

/// What is to be measured.
pub struct Benchmark {
    limit: Duration,
    memory_budget: u64,
    backends: Vec<BackendId>,
    threads: usize,
    hardware: Hardware,
    rounds: usize,
    load: Box<Load>,
}

/// What is being measured.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// The time that has passed.
    pub elapsed: Duration,
    /// The call, for people.
    pub what: String,
}

impl Benchmark {
    /// Every backend that can run here, on up to all cores, for about so long.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        let hardware = Hardware::detect();
        let memory = hardware
            .memory
            .map_or(DEFAULT_BUDGET, |bytes| bytes / MEMORY_SHARE);
        let available = backends()
            .into_iter()
            .filter(|status| status.available.is_ok());
        Self {
            limit,
            memory_budget: memory.min(LARGEST_DEFAULT_BUDGET),
            backends: available.map(|status| status.id).collect(),
            threads: hardware.cores,
            hardware,
            rounds: ROUNDS,
            load: Box::new(load_candidate),
        }
    }

    /// The same with this backend alone.
    #[must_use]
    pub fn with_backend(mut self, backend: BackendId) -> Self {
        self.backends = vec![backend];
        self
    }

    /// The same on at most so many threads.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// The same with tables that take at most so many bytes in all.
    #[must_use]
    pub fn with_memory_budget(mut self, bytes: u64) -> Self {
        self.memory_budget = bytes;
        self
    }

    #[cfg(test)]
    pub(super) fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The same with these settings in the place of backends, once each.
    #[cfg(test)]
    pub(super) fn with_backends_of_fakes(
        mut self,
        backends: &[BackendId],
        load: impl Fn(&Candidate) -> Arc<dyn KzgSettings> + 'static,
    ) -> Self {
        self.backends = backends.to_vec();
        self.load = Box::new(move |candidate, _| Ok(load(candidate)));
        self.rounds = 1;
        self
    }

    /// Measures. Nothing is begun that is not expected to end in time, but for what everything
    /// else needs: inputs and tables. `watch` is told of each call before it is made.
    ///
    /// # Errors
    ///
    /// If there is no backend, or one that is said to be available fails.
    pub fn run(&self, watch: &dyn Fn(&Step)) -> Result<BenchmarkReport> {
        let start = Instant::now();
        let until = |share| start + self.limit.mul_f64(share);
        let mut report = BenchmarkReport {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hardware: self.hardware.clone(),
            seconds: 0.0,
            disturbance: None,
            measurements: Vec::new(),
            skipped: Vec::new(),
            tables: Vec::new(),
            advice: Advice::default(),
        };
        let Some(&first) = self.backends.first() else {
            return Err(SetupError::BackendUnavailable {
                backend: "auto".to_owned(),
                reason: "there is none to measure".to_owned(),
            }
            .into());
        };
        let announce = |candidate: &Candidate, task: &Task| {
            watch(&Step {
                elapsed: start.elapsed(),
                what: describe(candidate, task),
            });
        };
        let largest = self.chunk_sizes().last().copied().unwrap_or(BATCH);
        let inputs = self.inputs(first, largest.max(BATCH), watch)?;
        let measure = |report: &mut BenchmarkReport,
                       candidates: &[(Candidate, Arc<dyn KzgSettings>)],
                       tasks: &mut dyn Iterator<Item = Task>,
                       deadline| {
            let settings: Vec<&dyn KzgSettings> =
                candidates.iter().map(|(_, settings)| &**settings).collect();
            let watch = |of: usize, task: &Task| announce(&candidates[of].0, task);
            let sampled = sample(&settings, tasks, &inputs, self.rounds, deadline, &watch);
            let candidates: Vec<Candidate> = candidates
                .iter()
                .map(|(candidate, _)| candidate.clone())
                .collect();
            report.take(&candidates, sampled);
        };

        let candidates = self.candidates()?;
        measure(
            &mut report,
            &candidates,
            &mut tasks(&[1, BATCH]),
            until(BACKENDS_SHARE),
        );
        drop(candidates);
        advise_machine(&mut report);
        let best = report
            .advice
            .backend
            .as_ref()
            .map_or(first, |advised| advised.value);

        let tables = self.tables(best, &mut report)?;
        let proving = |task: &Task| {
            task.operation == Operation::BlobToKzgCommitment
                || task.operation == Operation::ComputeCellsAndKzgProofs
        };
        measure(
            &mut report,
            &tables,
            &mut tasks(&[]).filter(proving),
            until(TABLES_SHARE),
        );
        drop(tables);
        advise_tables(&mut report, best, self.memory_budget);

        let threads = report
            .advice
            .threads
            .as_ref()
            .map_or(self.threads, |advised| advised.value);
        let chunks = [self.candidate(best, threads, Precompute::default())?];
        let sizes = self.chunk_sizes();
        let in_chunks = |task: &Task| Advice::CHUNK_OPERATIONS.contains(&task.operation);
        measure(
            &mut report,
            &chunks,
            &mut tasks(&sizes).filter(in_chunks),
            until(1.0),
        );
        advise_chunk(&mut report, &chunks[0].0, &sizes);

        report.disturbance = report.disturbance();
        report.seconds = start.elapsed().as_secs_f64();
        Ok(report)
    }

    fn inputs(&self, backend: BackendId, blobs: usize, watch: &dyn Fn(&Step)) -> Result<Inputs> {
        watch(&Step {
            elapsed: Duration::ZERO,
            what: format!("inputs for {blobs} blobs"),
        });
        let (_, settings) = self.candidate(backend, self.threads, Precompute::default())?;
        Inputs::new(&*settings, blobs)
    }

    /// Every backend on one thread, two, four and so on, and on all.
    fn candidates(&self) -> Result<Vec<(Candidate, Arc<dyn KzgSettings>)>> {
        let powers = (0..usize::BITS).map(|power| 1 << power);
        let mut counts: Vec<usize> = powers.take_while(|&count| count < self.threads).collect();
        counts.push(self.threads);
        let each = self
            .backends
            .iter()
            .flat_map(|&backend| counts.iter().map(move |&threads| (backend, threads)));
        each.map(|(backend, threads)| self.candidate(backend, threads, Precompute::default()))
            .collect()
    }

    /// The backend with tables of every size that the budget allows, on one thread.
    fn tables(
        &self,
        backend: BackendId,
        report: &mut BenchmarkReport,
    ) -> Result<Vec<(Candidate, Arc<dyn KzgSettings>)>> {
        let mut built = Vec::new();
        for precompute in TABLES {
            if precompute.bytes() as u64 > self.memory_budget {
                continue;
            }
            let (candidate, settings) = self.candidate(backend, 1, precompute)?;
            let start = Instant::now();
            settings.warm_up()?;
            let tables = TableMemory {
                backend,
                precompute: candidate.precompute.clone(),
                bytes: settings.tables_memory(),
                build_seconds: start.elapsed().as_secs_f64(),
            };
            // A larger size may allow for nothing that a smaller one does not.
            if report
                .tables
                .last()
                .is_none_or(|last| last.bytes != tables.bytes)
            {
                report.tables.push(tables);
                built.push((candidate, settings));
            }
        }
        Ok(built)
    }

    fn candidate(
        &self,
        backend: BackendId,
        threads: usize,
        precompute: Precompute,
    ) -> Result<(Candidate, Arc<dyn KzgSettings>)> {
        let candidate = Candidate {
            backend,
            threads,
            precompute: precompute.to_string(),
        };
        let settings = (self.load)(&candidate, precompute)?;
        Ok((candidate, settings))
    }

    /// Blobs in a chunk: full bundles, enough for every thread.
    fn chunk_sizes(&self) -> Vec<usize> {
        // A single short look has no time for large chunks, whose inputs have to be made.
        let brief = self.limit < Duration::from_secs(20);
        let sizes = if brief { &CHUNKS[..2] } else { &CHUNKS[..] };
        let scale = self.threads.div_ceil(BLOBS_PER_BUNDLE);
        sizes
            .iter()
            .map(|size| size * scale * BLOBS_PER_BUNDLE)
            .collect()
    }
}

fn load_candidate(candidate: &Candidate, precompute: Precompute) -> Result<Arc<dyn KzgSettings>> {
    let threads = match candidate.threads {
        1 => Threads::One,
        count => Threads::Pool(workers(count, "kzg-bench").map_err(|error| Error::Busy {
            reason: error.to_string(),
        })?),
    };
    let options = SettingsOptions::default()
        .with_threads(threads)
        .with_precompute(precompute);
    Ok(load(
        candidate.backend.into(),
        &TrustedSetup::mainnet(),
        options,
    )?)
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
