//! A panic in a backend as an error.

use core::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kzg_traits::{Error, KzgSettings, Result};

use super::dispatch::Job;
use super::outcome::Outcome;

/// The part of a panic's message that an error keeps.
const MESSAGE: usize = 200;

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
        .unwrap_or_else(|payload| Err(fault(name, &*payload)))?;
    match value.failure() {
        Some(error) => Err(error.clone()),
        None => Ok(value),
    }
}

/// The fault that a panic is.
fn fault(backend: &str, payload: &(dyn Any + Send)) -> Error {
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Error::Fault {
        backend: backend.to_owned(),
        message: format!(
            "panicked: {}",
            message.chars().take(MESSAGE).collect::<String>()
        ),
    }
}
