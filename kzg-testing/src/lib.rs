//! The conformance suite, for anyone who implements [`Backend`] or
//! [`KzgSettings`], here or elsewhere.
//!
//! - [`algebra`]: the laws of a backend's field, groups, pairing and bulk operations.
//! - [`protocol`]: the properties of any `&dyn KzgSettings`, a stack of layers included.
//! - [`vectors`]: the official test vectors of the consensus specifications.
//! - [`fake`]: settings without mathematics, which cost nothing.
//! - [`scripted`]: settings that fail on demand, to test what stands above them.
//! - `harness` (feature `harness`): all of it as a test program, one named test for each law,
//!   so that a backend's test file is a few lines.
//!
//! Inputs are the same in every run. A law that does not hold panics with what it found.

#![forbid(unsafe_code)]

pub mod algebra;
pub mod fake;
mod law;
mod malformed;
pub mod protocol;
mod reference;
pub mod scripted;
mod seeded;
#[cfg(feature = "vectors")]
pub mod vectors;

#[cfg(feature = "harness")]
pub mod harness;

use std::sync::Arc;

pub use law::{Failure, Law};
pub use seeded::Seeded;

use kzg_traits::backend::Backend;
use kzg_traits::error::SetupError;
use kzg_traits::exec::{Exec, Threads};
use kzg_traits::settings::{KzgSettings, Settings, SettingsOptions};
use kzg_traits::setup::TrustedSetup;

/// Every law for a backend: those of its algebra, and those of the protocol over it.
///
/// # Errors
///
/// [`SetupError`] if the backend cannot run here.
pub fn conformance<B: Backend>() -> Result<Vec<Law>, SetupError> {
    B::available()?;
    let settings = Settings::<B>::load(&TrustedSetup::mainnet(), SettingsOptions::default())?;
    let mut laws = algebra::laws::<B>();
    laws.extend(protocol::options::laws(&settings));
    let settings: Arc<dyn KzgSettings> = Arc::new(settings);
    laws.extend(protocol::laws(&settings));
    Ok(laws)
}

/// Threads of one's own.
fn pool(threads: usize) -> Threads {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    Threads::Pool(Arc::new(pool.expect("a small thread pool")))
}

/// This thread alone, and pools of two and three.
fn execs() -> [Exec; 3] {
    [Exec::serial(), Exec::new(pool(2)), Exec::new(pool(3))]
}
