//! What is to be measured.

use core::time::Duration;
use std::io;
use std::sync::Arc;

use kzg_traits::{
    Error, IoAction, KzgSettings, Precompute, Result, SettingsOptions, Threads, TrustedSetup,
};

use super::report::{BenchmarkReport, Candidate};
use super::session::Session;
use crate::adaptive::Hardware;
use crate::batch::workers;
use crate::pipeline::BLOBS_PER_BUNDLE;
use crate::registry::{BackendId, backends, load};

/// No call is made more often than this.
const ROUNDS: usize = 15;
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
    pub(super) limit: Duration,
    pub(super) memory_budget: u64,
    pub(super) backends: Vec<BackendId>,
    pub(super) threads: usize,
    pub(super) hardware: Hardware,
    pub(super) rounds: usize,
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
        let mut session = Session::begin(self, watch)?;
        session.compare_backends()?;
        session.compare_tables()?;
        session.compare_chunks()?;
        Ok(session.end())
    }

    /// Every backend on one thread, two, four and so on, and on all.
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
            precompute: precompute.to_string(),
        };
        let settings = (self.load)(&candidate, precompute)?;
        Ok((candidate, settings))
    }

    /// Blobs in a chunk: full bundles, enough for every thread.
    pub(super) fn chunk_sizes(&self) -> Vec<usize> {
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
        count => Threads::Pool(workers(count, "kzg-bench").map_err(|error| {
            let item = format!("{count} threads");
            Error::io(IoAction::Start, item, &io::Error::other(error))
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
