//! Loading the chosen backend.

use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::Result;
use kzg_advanced::{KzgSettings, SettingsOptions, Threads, TrustedSetup};

use crate::args::Computing;
use crate::metrics;

/// A backend and the number of threads that it computes on.
pub(crate) struct Loaded {
    pub(crate) settings: Arc<dyn KzgSettings>,
    pub(crate) threads: usize,
}

/// Loads the mainnet setup into the chosen backend, on a pool of its own.
pub(crate) fn load(computing: &Computing) -> Result<Loaded> {
    let threads = threads(computing.threads);
    let options = SettingsOptions::default().with_threads(pool(threads)?);
    let mut settings = kzg_advanced::load(computing.backend, &TrustedSetup::mainnet(), options)?;
    if let Some(path) = &computing.metrics {
        settings = metrics::watch(settings, path);
    }
    Ok(Loaded { settings, threads })
}

/// The number of threads asked for, or else that of the cores.
pub(crate) fn threads(asked: Option<NonZeroUsize>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.map_or_else(cores, usize::from)
}

pub(crate) fn pool(threads: usize) -> Result<Threads> {
    if threads == 1 {
        return Ok(Threads::One);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("kzg-{index}"))
        .build()
        .map_err(|error| kzg_advanced::Error::Busy {
            reason: format!("cannot start {threads} threads: {error}"),
        })?;
    Ok(Threads::Pool(Arc::new(pool)))
}
