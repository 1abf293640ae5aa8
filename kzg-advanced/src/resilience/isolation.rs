//! A panic in a backend as an error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kzg_traits::{KzgSettings, Result};

use super::dispatch::Job;
use super::outcome::Outcome;
use crate::backend_call::panic_fault;

/// Runs a job on a backend. A panic is a fault of the backend, and so is an error that hides in
/// the result. Without effect in a program that is built with `panic = "abort"`.
///
/// # Errors
///
/// The job's, or [`Error::Fault`].
pub(crate) fn isolated<T: Outcome>(
    settings: &dyn KzgSettings,
    name: &str,
    job: &mut Job<'_, T>,
) -> Result<T> {
    // What the job writes is thrown away with the attempt, so nothing half-written is seen.
    let value = catch_unwind(AssertUnwindSafe(|| job(settings)))
        .unwrap_or_else(|panic| Err(panic_fault(name, &*panic)))?;
    match value.failure() {
        Some(error) => Err(error.clone()),
        None => Ok(value),
    }
}
