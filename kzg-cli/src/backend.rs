//! Loading the chosen backend.

use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::Result;
use kzg_advanced::pipeline::PipelineOptions;
use kzg_advanced::{
    BackendChoice, IoAction, KzgAdvancedError, KzgSettings, SettingsOptions, Threads, TrustedSetup,
};

use crate::args::Computing;
use crate::config::{Configuration, Group, keys};
use crate::metrics;

/// A backend, and all other settings.
pub(crate) struct Loaded {
    pub(crate) settings: Arc<dyn KzgSettings>,
    pub(crate) configuration: Configuration,
}

impl Loaded {
    /// The options of a pipeline, as far as they are of verifying too.
    pub(crate) fn pipeline_options(&self) -> PipelineOptions {
        pipeline_options(&self.configuration)
    }
}

/// The options of a pipeline, as far as they are of verifying too.
pub(crate) fn pipeline_options(configuration: &Configuration) -> PipelineOptions {
    let threads = threads(configuration.value(&keys::THREADS));
    let mut options = PipelineOptions::default().for_threads(threads);
    if let Some(blobs) = configuration.value(&keys::CHUNK_BLOBS) {
        options.chunk_blobs = blobs.get();
    }
    options
}

/// Loads the mainnet setup into the chosen backend, on a pool of its own.
pub(crate) fn load<G: Group>(computing: &Computing<G>) -> Result<Loaded> {
    let configuration = computing.settings.configuration()?;
    let mut settings = load_into(configuration.value(&keys::BACKEND), &configuration)?;
    if let Some(path) = &computing.metrics {
        settings = metrics::watch(settings, path);
    }
    Ok(Loaded {
        settings,
        configuration,
    })
}

/// Loads the mainnet setup into a backend, with all other settings as they are configured.
pub(crate) fn load_into(
    backend: BackendChoice,
    configuration: &Configuration,
) -> Result<Arc<dyn KzgSettings>> {
    Ok(kzg_advanced::load(
        backend,
        &TrustedSetup::mainnet(),
        settings_options(configuration)?,
    )?)
}

/// How a backend is loaded, as it is configured.
pub(crate) fn settings_options(configuration: &Configuration) -> Result<SettingsOptions> {
    let threads = threads(configuration.value(&keys::THREADS));
    Ok(SettingsOptions::default()
        .with_threads(pool(threads)?)
        .with_precompute(configuration.value(&keys::PRECOMPUTE))
        .with_subgroup_check(configuration.value(&keys::SUBGROUP_CHECK)))
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
        .map_err(|error| KzgAdvancedError::Io {
            action: IoAction::Start,
            item: format!("{threads} threads"),
            source: error.into(),
        })?;
    Ok(Threads::Pool(Arc::new(pool)))
}
