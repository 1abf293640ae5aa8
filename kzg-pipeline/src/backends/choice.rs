//! Chooses the backends of a job among those that can run on this machine.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use kzg_traits::{Exec, KzgSettings, SettingsOptions, TrustedSetup};

use super::{Choice, JobBackends};
use crate::report::{BackendCandidate, Role};
use kzg_advanced::adaptive::{AdaptiveBackend, BackendProfile, Calibration, WorkloadType};
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::{BackendChoice, BackendId, UnknownBackend, load};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// The choice of the backend that verifies what was stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifierChoice {
    /// Another backend than the one that proved, if a second backend can run here.
    #[default]
    Auto,
    /// The backend that proved.
    Same,
    /// The named backend; an error if that backend cannot run here.
    Fixed(BackendId),
}

impl fmt::Display for VerifierChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.pad("auto"),
            Self::Same => f.pad("same"),
            Self::Fixed(id) => id.fmt(f),
        }
    }
}

impl FromStr for VerifierChoice {
    type Err = UnknownBackend;

    /// Reads `auto`, `same` or a backend's name.
    fn from_str(text: &str) -> core::result::Result<Self, UnknownBackend> {
        match text {
            "auto" => Ok(Self::Auto),
            "same" => Ok(Self::Same),
            name => name.parse().map(Self::Fixed),
        }
    }
}

/// The options for the choice of a job's backends.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct BackendOptions {
    /// The backend that commits and proves.
    pub backend: BackendChoice,
    /// The backend that verifies the stored artefacts.
    pub verifier: VerifierChoice,
    /// The commitments and proofs that a second backend must confirm before they are written.
    pub cross_check: CrossCheck,
    /// The options of every loaded backend: threads, tables, and checks of points.
    pub settings: SettingsOptions,
    /// Measurements of an earlier calibration. They decide the choice if no backend is named.
    pub calibration: Option<Calibration>,
}

impl BackendOptions {
    /// The same options with another backend that proves.
    #[must_use]
    pub fn with_backend(mut self, backend: BackendChoice) -> Self {
        self.backend = backend;
        self
    }

    /// The same options with another backend that verifies.
    #[must_use]
    pub fn with_verifier(mut self, verifier: VerifierChoice) -> Self {
        self.verifier = verifier;
        self
    }

    /// The same options with another cross-check of commitments and proofs.
    #[must_use]
    pub fn with_cross_check(mut self, cross_check: CrossCheck) -> Self {
        self.cross_check = cross_check;
        self
    }

    /// The same options with other options of the backends.
    #[must_use]
    pub fn with_settings(mut self, settings: SettingsOptions) -> Self {
        self.settings = settings;
        self
    }

    /// The same options with the measurements of a calibration.
    #[must_use]
    pub fn with_calibration(mut self, calibration: Option<Calibration>) -> Self {
        self.calibration = calibration;
        self
    }
}

/// The name of a backend with this number of threads in a calibration.
#[must_use]
pub fn candidate_name(id: BackendId, threads: usize) -> String {
    let plural = if threads == 1 { "" } else { "s" };
    format!("{id}, {threads} thread{plural}")
}

impl JobBackends {
    /// Loads the backends that can run on this machine, and chooses the one that proves and the one
    /// that verifies. The others are fallbacks of both.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Setup`] if a backend that was asked for cannot run here, or if none
    /// can; [`KzgAdvancedError::Configuration`] if a cross-check was asked for and there is no
    /// second backend.
    pub fn choose(setup: &TrustedSetup, options: &BackendOptions) -> Result<Self> {
        let chosen = options.backend.resolve()?;
        let mut loaded = Loaded::new(setup, options, chosen)?;
        let (prover, choice) = loaded.prover(options, chosen)?;
        loaded.put_first(prover);
        if choice.cross_check != CrossCheck::Off && loaded.backends.len() < 2 {
            return Err(KzgAdvancedError::configuration(
                "a cross-check needs a second backend, and no other can run here",
            ));
        }
        let provers = choice.assign(&loaded.settings());
        let (verifier, choice) = loaded.verifier(options, prover)?;
        loaded.put_first(verifier);
        Ok(Self {
            prover: provers,
            verifier: choice.assign(&loaded.settings()),
            table_budget: Some(options.settings.precompute.bytes()),
            trusted_setup: setup.into(),
        })
    }
}

/// The backends that can run here.
struct Loaded {
    backends: Vec<(BackendId, Arc<dyn KzgSettings>)>,
}

impl Loaded {
    /// Loads every backend that can run on this machine. Fails if `chosen` cannot run.
    fn new(setup: &TrustedSetup, options: &BackendOptions, chosen: BackendId) -> Result<Self> {
        let mut backends = Vec::new();
        for &id in BackendId::ALL {
            match load(id.into(), setup, options.settings.clone()) {
                Ok(settings) => backends.push((id, settings)),
                Err(error) if id == chosen => return Err(error.into()),
                Err(error) => tracing::debug!(backend = %id, %error, "cannot run here"),
            }
        }
        Ok(Self { backends })
    }

    /// Chooses the backend that proves: the backend of the options, or the fastest by measurement,
    /// or `chosen`, the fastest available backend by default.
    fn prover(&self, options: &BackendOptions, chosen: BackendId) -> Result<(BackendId, Choice)> {
        let choice = |reason: String| Choice {
            cross_check: options.cross_check,
            ..Choice::new(Role::Prove, reason)
        };
        let BackendChoice::Auto = options.backend else {
            return Ok((chosen, choice("the one that was asked for".to_owned())));
        };
        let mut adaptive = AdaptiveBackend::new();
        let threads = Exec::new(options.settings.threads.clone()).threads();
        for (id, settings) in &self.backends {
            let profile = BackendProfile {
                cpu_cores: threads,
                ..BackendProfile::named(candidate_name(*id, threads))
            };
            adaptive.register_backend(profile, Arc::clone(settings));
        }
        let adopted = options
            .calibration
            .as_ref()
            .is_some_and(|calibration| adaptive.adopt(calibration).is_ok());
        let decision = adaptive
            .select_optimal_backend(WorkloadType::Streaming)
            .map_err(|error| KzgAdvancedError::configuration(error.to_string()))?;
        let candidates = decision
            .figures
            .iter()
            .map(BackendCandidate::from)
            .collect();
        let best = adaptive.settings(&decision.backend);
        let best = best.and_then(|best| {
            let same =
                |(_, settings): &&(BackendId, Arc<dyn KzgSettings>)| Arc::ptr_eq(settings, best);
            self.backends.iter().find(same)
        });
        let source = decision.figures.first().and_then(|best| best.source);
        let (id, reason) = match (adopted && decision.is_informed(), best, source) {
            (true, Some((id, _)), Some(source)) => (*id, format!("{source}: {decision}")),
            _ => {
                let reason =
                    "known to be the fastest of those that can run here; none was measured";
                (chosen, reason.to_owned())
            }
        };
        Ok((
            id,
            Choice {
                candidates,
                ..choice(reason)
            },
        ))
    }

    /// Chooses the backend that verifies the artefacts of `prover`.
    fn verifier(&self, options: &BackendOptions, prover: BackendId) -> Result<(BackendId, Choice)> {
        let choice = |reason: &str| Choice::new(Role::Verify, reason);
        let other = self.backends.iter().find(|(id, _)| *id != prover);
        Ok(match (options.verifier, other) {
            (VerifierChoice::Fixed(id), _) => {
                id.available()?;
                (id, choice("the one that was asked for"))
            }
            (VerifierChoice::Same, _) => (prover, choice("the one that proved, as asked for")),
            (VerifierChoice::Auto, Some((id, _))) => (
                *id,
                choice("another one than that which proved, so that their agreement says more"),
            ),
            (VerifierChoice::Auto, None) => (
                prover,
                choice("the one that proved, since no other can run here"),
            ),
        })
    }

    fn put_first(&mut self, first: BackendId) {
        self.backends.sort_by_key(|(id, _)| *id != first);
    }

    fn settings(&self) -> Vec<Arc<dyn KzgSettings>> {
        let settings = self.backends.iter().map(|(_, settings)| settings);
        settings.cloned().collect()
    }
}
