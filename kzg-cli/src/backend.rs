//! Loading the configured backends.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Result;
use clap::Args;
use kzg_advanced::batch::thread_pool;
use kzg_advanced::{
    BackendChoice, BackendId, IoAction, KzgAdvancedError, KzgSettings, SettingsOptions, SetupError,
    Threads, TrustedSetup, backends,
};
use kzg_pipeline::{DataProcessingPipeline, JobBackends, PipelineOptions};
use kzg_traits::SetupFormat;

use crate::config::{Configuration, FlagGroup, Flags, keys};
use crate::files::Overwriting;
use crate::progress::Bars;
use crate::{errors, files, interrupt, metrics, output, standard_streams};

/// The variable that names Constantine's library.
const LIBRARY_VARIABLE: &str = "CONSTANTINE_LIB";

/// A loaded backend, its trusted setup, and the configuration that both come from.
pub(crate) struct Loaded {
    pub(crate) settings: Arc<dyn KzgSettings>,
    pub(crate) setup: TrustedSetup,
    pub(crate) configuration: Configuration,
}

impl Loaded {
    /// A pipeline over the backend, which verifies a folder.
    pub(crate) fn pipeline(self) -> DataProcessingPipeline {
        let options = pipeline_options(&self.configuration);
        let backends = JobBackends::single(self.settings).with_trusted_setup(&self.setup);
        DataProcessingPipeline::with_backends(backends, options)
            .with_progress(Arc::new(Bars::default()))
            .with_cancellation(interrupt::token())
    }
}

/// The options of a command that computes.
#[derive(Args, Debug)]
pub(crate) struct Computing<G: FlagGroup> {
    #[command(flatten)]
    pub(crate) settings: Flags<G>,
    /// Write metrics to this file at the end, in the text form of Prometheus.
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) overwriting: Overwriting,
}

impl<G: FlagGroup> Computing<G> {
    /// Refuses a file that cannot or must not be written, before anything is computed.
    ///
    /// # Errors
    ///
    /// Wrong usage, as [`Overwriting::check`] and [`metrics::check`].
    pub(crate) fn check(&self) -> Result<()> {
        self.metrics.iter().try_for_each(|path| {
            metrics::check()?;
            self.overwriting.check(path)
        })
    }
}

/// The options of a pipeline that verification uses.
pub(crate) fn pipeline_options(configuration: &Configuration) -> PipelineOptions {
    let threads = threads(configuration.value(&keys::THREADS));
    let mut options = PipelineOptions::default().for_threads(threads);
    if let Some(blobs) = configuration.value(&keys::CHUNK_BLOBS) {
        options.chunk_blobs = blobs.get();
    }
    options
}

/// Loads the configured trusted setup into the configured backend, on threads of its own.
pub(crate) fn load<G: FlagGroup>(computing: &Computing<G>) -> Result<Loaded> {
    computing.check()?;
    let configuration = computing.settings.configuration()?;
    let backend = configuration.value(&keys::BACKEND);
    if let BackendChoice::Auto = backend {
        let chosen = backend.resolve()?;
        report_passed_over(|id| id == chosen);
    }
    let mut loaded = load_into(backend, configuration)?;
    if let Some(path) = &computing.metrics {
        loaded.settings = metrics::watch(loaded.settings, path, computing.overwriting);
    }
    Ok(loaded)
}

/// Loads the configured trusted setup into a backend.
pub(crate) fn load_into(backend: BackendChoice, configuration: Configuration) -> Result<Loaded> {
    let setup = trusted_setup(&configuration)?;
    let options = settings_options(&configuration)?;
    Ok(Loaded {
        settings: kzg_advanced::load(backend, &setup, options)?,
        setup,
        configuration,
    })
}

/// The configured trusted setup.
pub(crate) fn trusted_setup(configuration: &Configuration) -> Result<TrustedSetup> {
    match configuration.value(&keys::TRUSTED_SETUP) {
        None => Ok(TrustedSetup::mainnet()),
        Some(path) => read_setup(&path).map(|(setup, ..)| setup),
    }
}

/// A trusted setup in a file or on standard input, its format and the length of the file.
///
/// # Errors
///
/// Bad input: the file cannot be read, is longer than any setup, or is no trusted setup. Wrong usage:
/// standard input is taken by another value.
pub(crate) fn read_setup(path: &Path) -> Result<(TrustedSetup, SetupFormat, usize)> {
    let shown = errors::name(path.as_os_str());
    let bytes = if path.as_os_str() == OsStr::new(errors::STANDARD_STREAM) {
        standard_streams::take_stdin()?;
        let mut stdin = standard_streams::stdin().map_err(errors::unreadable(&shown))?;
        files::read_bounded(&mut stdin, &shown, TrustedSetup::FILE_LIMIT)?
    } else {
        files::read(path, TrustedSetup::FILE_LIMIT)?
    };
    let parsed = SetupFormat::of(&bytes)
        .and_then(|format| Ok((TrustedSetup::parse(&bytes)?, format, bytes.len())));
    parsed.map_err(|error| KzgAdvancedError::data(shown, error).into())
}

/// The configured options of a backend.
pub(crate) fn settings_options(configuration: &Configuration) -> Result<SettingsOptions> {
    let threads = threads(configuration.value(&keys::THREADS));
    Ok(SettingsOptions::default()
        .with_threads(pool(threads)?)
        .with_precompute(configuration.value(&keys::PRECOMPUTE))
        .with_subgroup_check(configuration.value(&keys::SUBGROUP_CHECK)))
}

/// The given number of threads, or the number of cores.
pub(crate) fn threads(asked: Option<NonZeroUsize>) -> usize {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    asked.map_or_else(cores, usize::from)
}

pub(crate) fn pool(threads: usize) -> Result<Threads> {
    if threads == 1 {
        return Ok(Threads::One);
    }
    Ok(thread_pool(threads, "kzg")?)
}

/// Checks that the process can start `count` more threads, by starting them all at once.
///
/// # Errors
///
/// [`KzgAdvancedError::Io`] if one of them cannot be started.
pub(crate) fn check_threads(count: usize) -> Result<()> {
    let gate = Mutex::new(());
    let pass = || drop(gate.lock().unwrap_or_else(PoisonError::into_inner));
    thread::scope(|scope| {
        let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..count {
            thread::Builder::new()
                .spawn_scoped(scope, pass)
                .map_err(KzgAdvancedError::io(
                    IoAction::Start,
                    format!("{count} threads"),
                ))?;
        }
        drop(closed);
        Ok(())
    })
}

/// Reports the backends that an automatic choice passes over, up to the chosen one, although they
/// were meant to run here: those that the environment or a damaged library keeps from running, and
/// Constantine in a build without it where the environment names its library. A library that nobody
/// installed is a detail.
pub(crate) fn report_passed_over(is_chosen: impl Fn(BackendId) -> bool) {
    for status in backends() {
        if is_chosen(status.id) {
            break;
        }
        let Err(error) = status.available else {
            continue;
        };
        let message = format!(
            "backend {} is passed over: {}",
            status.id,
            output::unavailable(&error)
        );
        let named = std::env::var_os(LIBRARY_VARIABLE).is_some_and(|value| !value.is_empty());
        let is_meant = match status.id {
            BackendId::Constantine if !status.compiled_in => named,
            _ => status.compiled_in,
        };
        let absent = matches!(error, SetupError::LibraryNotFound { .. }) && !named;
        if is_meant && !absent {
            output::note(&message);
        } else {
            output::detail(&message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_threads_can_be_started() {
        check_threads(0).unwrap();
        check_threads(20).unwrap();
    }
}
