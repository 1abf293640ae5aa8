//! The suite as a test program with one named test per law or vector.
//!
//! A backend's `tests/conformance.rs`, declared with `harness = false`, is
//!
//! ```ignore
//! fn main() -> std::process::ExitCode {
//!     kzg_testing::harness::conformance::<MyBackend>()
//! }
//! ```
//!
//! and its `tests/vectors.rs` the same with `vectors`. The tests of an unavailable backend are
//! reported as ignored, unless the comma-separated list in `KZG_REQUIRE_BACKENDS` names the
//! backend. A library that is found and refused is a failure.

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use kzg_traits::backend::Backend;
use kzg_traits::error::SetupError;
use kzg_traits::settings::{KzgSettings, Settings, SettingsOptions};
use kzg_traits::setup::TrustedSetup;

use super::law::Law;
use super::vectors::Vectors;

/// The environment variable with the absolute path of the specification's test vectors.
pub const VECTORS_VARIABLE: &str = "KZG_SPEC_VECTORS";
/// The environment variable with the names of the backends that must be available.
pub const REQUIRED_VARIABLE: &str = "KZG_REQUIRE_BACKENDS";

/// Runs [`conformance`](super::conformance) on the backend `B`.
#[must_use]
pub fn conformance<B: Backend>() -> ExitCode {
    match super::conformance::<B>() {
        Ok(laws) => run(laws.into_iter().map(trial).collect()),
        Err(error) => run(vec![unavailable(B::NAME, "conformance", error)]),
    }
}

/// Runs the laws of `laws` if the backend `B` is available.
#[must_use]
pub fn backend_laws<B: Backend>(laws: impl FnOnce() -> Vec<Law>) -> ExitCode {
    match B::available() {
        Ok(()) => run(laws().into_iter().map(trial).collect()),
        Err(error) => run(vec![unavailable(B::NAME, "laws", error)]),
    }
}

/// Reports the laws as ignored, with the reason.
#[must_use]
pub fn laws_ignored(reason: String) -> ExitCode {
    run(vec![ignored("laws", reason)])
}

/// Runs any laws, such as those of [`protocol`](super::protocol) on a stack of layers.
#[must_use]
pub fn laws(laws: impl IntoIterator<Item = Law>) -> ExitCode {
    run(laws.into_iter().map(trial).collect())
}

/// Runs the properties of [`protocol`](super::protocol) and, where `KZG_SPEC_VECTORS` is set,
/// the specification's test vectors on any settings, such as a stack of layers.
#[must_use]
pub fn settings(settings: &Arc<dyn KzgSettings>) -> ExitCode {
    let laws = super::protocol::laws(settings);
    let mut trials: Vec<Trial> = laws.into_iter().map(trial).collect();
    trials.extend(vector_trials(settings));
    run(trials)
}

/// As [`settings`], for settings whose loading may have failed. `name` is their name in
/// `KZG_REQUIRE_BACKENDS`.
#[must_use]
pub fn loaded_settings(name: &str, loaded: Result<Arc<dyn KzgSettings>, SetupError>) -> ExitCode {
    match loaded {
        Ok(loaded) => settings(&loaded),
        Err(error) => run(vec![unavailable(name, "settings", error)]),
    }
}

/// Runs the specification's test vectors, at the path in `KZG_SPEC_VECTORS`, on the backend
/// `B`. Without the variable, the test is reported as ignored; with it, all vectors must be there.
#[must_use]
pub fn vectors<B: Backend>() -> ExitCode {
    let loaded = Settings::<B>::load(&TrustedSetup::mainnet(), SettingsOptions::default());
    loaded_vectors(B::NAME, loaded.map(|settings| Arc::new(settings) as _))
}

/// As [`vectors`], for settings whose loading may have failed. `name` is their name in
/// `KZG_REQUIRE_BACKENDS`. A test program that loads them by a function that is not generic does
/// not compile the whole protocol once more.
#[must_use]
pub fn loaded_vectors(name: &str, loaded: Result<Arc<dyn KzgSettings>, SetupError>) -> ExitCode {
    match loaded {
        Ok(settings) => run(vector_trials(&settings)),
        Err(error) => run(vec![unavailable(name, "vectors", error)]),
    }
}

/// The path in `KZG_SPEC_VECTORS`. An empty value stands for none, as in other variables.
#[must_use]
pub fn vectors_path() -> Option<OsString> {
    env::var_os(VECTORS_VARIABLE).filter(|path| !path.is_empty())
}

fn vector_trials(settings: &Arc<dyn KzgSettings>) -> Vec<Trial> {
    let Some(path) = vectors_path() else {
        return vec![no_vectors()];
    };
    match Vectors::load(path) {
        Ok(vectors) => trials_of(vectors, settings),
        Err(error) => vec![failing("vectors", error.into())],
    }
}

fn trials_of(vectors: Vectors, settings: &Arc<dyn KzgSettings>) -> Vec<Trial> {
    let complete = vectors.is_complete();
    let mut trials = vec![Trial::test("vectors::complete", || Ok(complete?))];
    for (handler, cases) in vectors.unsupported() {
        let reason = format!("{cases} cases of an unsupported handler");
        trials.push(ignored(&format!("vectors::{handler}"), reason));
    }
    trials.extend(vectors.into_cases().into_iter().map(|case| {
        let settings = Arc::clone(settings);
        let name = format!("vectors::{}::{}", case.handler(), case.name());
        Trial::test(name, move || Ok(case.run(&*settings)?))
    }));
    trials
}

fn trial(law: Law) -> Trial {
    Trial::test(law.name().to_owned(), move || {
        law.check();
        Ok(())
    })
}

fn no_vectors() -> Trial {
    ignored("vectors", format!("{VECTORS_VARIABLE} is not set"))
}

fn ignored(name: &str, reason: String) -> Trial {
    Trial::ignorable_test(name, || Ok(Completion::ignored_with(reason)))
}

fn failing(name: &str, failure: Failed) -> Trial {
    Trial::test(name, || Err(failure))
}

fn unavailable(backend: &str, name: &str, error: SetupError) -> Trial {
    let required = env::var(REQUIRED_VARIABLE).unwrap_or_default();
    let required = required.split(',').any(|named| named.trim() == backend);
    match error {
        SetupError::BackendUnavailable { .. } | SetupError::LibraryNotFound { .. } if !required => {
            ignored(name, error.to_string())
        }
        _ => failing(name, error.into()),
    }
}

fn run(trials: Vec<Trial>) -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
