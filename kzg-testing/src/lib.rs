//! The conformance suite, for anyone who implements [`Backend`] or
//! [`KzgSettings`], here or elsewhere.
//!
//! - [`algebra`]: the laws of a backend's field, groups, pairing and bulk operations.
//! - [`protocol`]: the properties of any `&dyn KzgSettings`, a stack of layers included.
//! - [`vectors`]: the official test vectors of the consensus specifications.
//! - [`fake`]: a configurable fake, settings without mathematics.
//! - [`scripted`]: settings that fail by a script, to test the code above settings.
//! - `harness` (feature `harness`): the suite as a test program with one named test per law, so
//!   that a backend's test file has a few lines.
//!
//! Inputs are the same in every run. A law that does not hold panics with a message.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `vectors` | the runner of the official test vectors |
//! | `harness` | the suite as a test program with one named test for each law or vector; includes `vectors` |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod algebra;
pub mod fake;
mod law;
mod malformed;
pub mod protocol;
mod reference;
pub mod scripted;
mod seeded;
mod skipped;
#[cfg(feature = "vectors")]
pub mod vectors;

#[cfg(feature = "harness")]
pub mod harness;

use std::sync::Arc;

pub use law::{CheckFailure, Law};
pub use seeded::Seeded;
pub use skipped::{SKIPPED_VARIABLE, skipped};

use kzg_traits::backend::Backend;
use kzg_traits::error::SetupError;
use kzg_traits::exec::{Exec, Threads};
use kzg_traits::settings::{KzgSettings, Settings, SettingsOptions};
use kzg_traits::setup::TrustedSetup;

/// Loads the backend under test with options.
pub type Load = Arc<dyn Fn(SettingsOptions) -> Arc<dyn KzgSettings> + Send + Sync>;

/// Every law for a backend: the laws of its algebra, and those of the protocol over it.
///
/// # Errors
///
/// [`SetupError`] if the backend is not available on this machine.
pub fn conformance<B: Backend>() -> Result<Vec<Law>, SetupError> {
    B::available()?;
    let settings = Settings::<B>::load(&TrustedSetup::mainnet(), SettingsOptions::default())?;
    let mut laws = conformance_of::<B>(Arc::new(|options| {
        let loaded = Settings::<B>::load(&TrustedSetup::mainnet(), options);
        Arc::new(loaded.expect("loaded before with other options"))
    }));
    laws.push(protocol::options::sharing_law(&settings));
    Ok(laws)
}

/// Every law for a backend whose protocol another crate has compiled: the laws of its algebra, and
/// those of the protocol over the settings that `load` loads with the setup of mainnet. Sharing of
/// tables, which only [`Settings`] has, is left out.
///
/// A program that tests several backends compiles the protocol once less for each of them.
#[must_use]
pub fn conformance_of<B: Backend>(load: Load) -> Vec<Law> {
    let mut laws = algebra::laws::<B>();
    laws.extend(conformance_of_settings(&load));
    laws
}

/// The laws of the protocol over the settings that `load` loads with the setup of mainnet. They
/// are compiled once, whatever the number of backends.
#[must_use]
pub fn conformance_of_settings(load: &Load) -> Vec<Law> {
    let mut laws = protocol::options::laws(load);
    laws.extend(protocol::laws(&load(SettingsOptions::default())));
    laws
}

/// A thread pool.
fn pool(threads: usize) -> Threads {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    Threads::Pool(Arc::new(pool.expect("a small thread pool")))
}

/// The calling thread, and pools of two and three threads.
fn execs() -> [Exec; 3] {
    [Exec::serial(), Exec::new(pool(2)), Exec::new(pool(3))]
}
