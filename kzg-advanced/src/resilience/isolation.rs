//! A panic in a backend as an error.

use kzg_traits::KzgSettings;
use kzg_traits::error::Result;

use super::dispatch::Job;
use super::outcome::Outcome;
use crate::backend_call::panic_as_fault;

/// Runs a job on a backend. A panic is a fault of the backend, and so is an error that hides in
/// the result. Without effect in a program that is built with `panic = "abort"`.
///
/// # Errors
///
/// The job's, or [`Error::Fault`](kzg_traits::Error::Fault).
pub fn isolated<T: Outcome>(
    settings: &dyn KzgSettings,
    name: &str,
    job: &mut Job<'_, T>,
) -> Result<T> {
    let value = panic_as_fault(|| name.to_owned(), || job(settings))?;
    match value.failure() {
        Some(error) => Err(error.clone()),
        None => Ok(value),
    }
}
