//! The measurements of a benchmark.

use core::time::Duration;
use std::error::Error as _;
use std::io;
use std::sync::Arc;

use kzg_advanced::adaptive::Hardware;
use kzg_advanced::adaptive::quiet::{LeastShare, cpu_share};
use kzg_advanced::batch::thread_pool;
use kzg_advanced::{BackendId, backends, load};
use kzg_pipeline::BLOBS_PER_BUNDLE;
use kzg_traits::error::Result;
use kzg_traits::{
    Error, IoAction, KzgSettings, Precompute, SettingsOptions, Threads, TrustedSetup,
};

use super::report::{BenchmarkReport, Candidate};
use super::session::Session;
use crate::output::size_text;

/// Most runs of one call.
const ROUNDS: usize = 15;
/// The sizes of chunks in bundles; multiplied where there are many threads.
const CHUNKS: [usize; 4] = [1, 2, 4, 8];
/// The default memory budget is the machine's memory divided by this.
const MEMORY_SHARE: u64 = 16;
/// The default memory budget where the machine's memory is not known.
const DEFAULT_BUDGET: u64 = 256_000_000;
const LARGEST_DEFAULT_BUDGET: u64 = 1_000_000_000;

type Load = dyn Fn(&Candidate, Precompute, &TrustedSetup) -> Result<Arc<dyn KzgSettings>>;

/// A benchmark: the backends, threads and tables to measure, and the time limit.
pub(crate) struct Benchmark {
    pub(super) limit: Duration,
    pub(super) memory_budget: u64,
    pub(super) backends: Vec<BackendId>,
    pub(super) threads: usize,
    pub(super) hardware: Hardware,
    pub(super) rounds: usize,
    /// Reads the share of the processors' time that this process gets.
    cpu_share: Box<dyn Fn() -> Option<f64>>,
    setup: TrustedSetup,
    load: Box<Load>,
}

/// The call that is measured next.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Time since the benchmark began.
    pub(crate) elapsed: Duration,
    /// Description of the call.
    pub(crate) what: String,
}

impl Benchmark {
    /// A benchmark of every backend that can run here, on up to all cores.
    #[must_use]
    pub(crate) fn new(limit: Duration, setup: TrustedSetup) -> Self {
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
            cpu_share: Box::new({
                let cores = hardware.cores;
                move || cpu_share(cores)
            }),
            hardware,
            rounds: ROUNDS,
            setup,
            load: Box::new(load_candidate),
        }
    }

    /// The same benchmark of one backend.
    #[must_use]
    pub(crate) fn with_backend(mut self, backend: BackendId) -> Self {
        self.backends = vec![backend];
        self
    }

    /// The same benchmark on at most the given number of threads.
    #[must_use]
    pub(crate) fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// The same benchmark with tables of at most the given number of bytes in total.
    #[must_use]
    pub(crate) fn with_memory_budget(mut self, bytes: u64) -> Self {
        self.memory_budget = bytes;
        self
    }

    #[cfg(test)]
    pub(super) fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The same benchmark of fake settings, with one run of each call.
    #[cfg(test)]
    pub(super) fn with_backends_of_fakes(
        mut self,
        backends: &[BackendId],
        load: impl Fn(&Candidate) -> Arc<dyn KzgSettings> + 'static,
    ) -> Self {
        self.backends = backends.to_vec();
        self.load = Box::new(move |candidate, _, _| Ok(load(candidate)));
        self.rounds = 1;
        self.with_cpu_share(|| Some(1.0))
    }

    /// The same benchmark on a machine with this share of the processors' time.
    #[cfg(test)]
    pub(super) fn with_cpu_share(mut self, read: impl Fn() -> Option<f64> + 'static) -> Self {
        self.cpu_share = Box::new(read);
        self
    }

    /// Runs the benchmark. A call that is not expected to end within the limit is skipped; inputs
    /// and tables are made in any case, because every call needs them. `watch` is called before
    /// each measured call.
    ///
    /// # Errors
    ///
    /// If there is no backend, or if a backend that is available cannot be loaded.
    pub(crate) fn run(&self, watch: &dyn Fn(&Step)) -> Result<BenchmarkReport> {
        // A reading computes on all cores, so none is taken while a phase measures.
        let share = LeastShare::new(&*self.cpu_share);
        let mut session = Session::begin(self, watch)?;
        session.compare_backends()?;
        share.read();
        session.compare_tables()?;
        share.read();
        session.compare_chunks()?;
        let mut report = session.end();
        report.cpu_share = share.finish();
        Ok(report)
    }

    /// Every backend on 1, 2, 4, … threads and on the most threads.
    pub(super) fn candidates(&self) -> Result<Vec<(Candidate, Arc<dyn KzgSettings>)>> {
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

    pub(super) fn candidate(
        &self,
        backend: BackendId,
        threads: usize,
        precompute: Precompute,
    ) -> Result<(Candidate, Arc<dyn KzgSettings>)> {
        let candidate = Candidate {
            backend,
            threads,
            precompute: name(precompute),
        };
        let settings = (self.load)(&candidate, precompute, &self.setup)?;
        Ok((candidate, settings))
    }

    /// The sizes of chunks in blobs: full bundles, enough for every thread.
    pub(super) fn chunk_sizes(&self) -> Vec<usize> {
        // A short benchmark has no time to make the inputs of large chunks.
        let brief = self.limit < Duration::from_secs(20);
        let sizes = if brief { &CHUNKS[..2] } else { &CHUNKS[..] };
        let scale = self.threads.div_ceil(BLOBS_PER_BUNDLE);
        sizes
            .iter()
            .map(|size| size * scale * BLOBS_PER_BUNDLE)
            .collect()
    }
}

/// The name of a size of tables, or the size with its unit, as a configuration file has it.
fn name(precompute: Precompute) -> String {
    match precompute {
        Precompute::NONE | Precompute::SMALL | Precompute::LARGE => precompute.to_string(),
        other => size_text(other.bytes() as u64),
    }
}

fn load_candidate(
    candidate: &Candidate,
    precompute: Precompute,
    setup: &TrustedSetup,
) -> Result<Arc<dyn KzgSettings>> {
    let threads = match candidate.threads {
        1 => Threads::One,
        count => thread_pool(count, "kzg-bench").map_err(|error| {
            let item = format!("{count} threads");
            let reason = error
                .source()
                .map_or(error.to_string(), ToString::to_string);
            Error::io(IoAction::Start, item, &io::Error::other(reason))
        })?,
    };
    let options = SettingsOptions::default()
        .with_threads(threads)
        .with_precompute(precompute);
    Ok(load(candidate.backend.into(), setup, options)?)
}
