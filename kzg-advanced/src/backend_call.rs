//! What every processor does around a backend's call.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kzg_traits::{Error, KzgSettings, Operation};

use crate::error::{FailedCall, KzgAdvancedError};

/// The characters of a panic's message that an error keeps.
const MESSAGE: usize = 200;

/// Calls the backend; a panic of its becomes an error of kind
/// [`Fault`](kzg_traits::ErrorKind::Fault).
pub(crate) fn isolated<T>(
    settings: &dyn KzgSettings,
    job: impl FnOnce(&dyn KzgSettings) -> kzg_traits::Result<T>,
) -> kzg_traits::Result<T> {
    panic_as_fault(|| backend_name(settings), || job(settings))
}

/// The name of the backend; asking for it may panic as any call may.
pub(crate) fn backend_name(settings: &dyn KzgSettings) -> String {
    let name = catch_unwind(AssertUnwindSafe(|| settings.backend().to_owned()));
    name.unwrap_or_else(|_| "without a name".to_owned())
}

/// Runs a call of the backend that goes by `name`; a panic of its becomes an error.
pub(crate) fn panic_as_fault<T>(
    name: impl FnOnce() -> String,
    call: impl FnOnce() -> kzg_traits::Result<T>,
) -> kzg_traits::Result<T> {
    // What a call that panicked has half written is not read: its buffer counts as unwritten,
    // and settings hold no state that a call may leave broken.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let message: String = panic_message(&*panic).chars().take(MESSAGE).collect();
        Err(Error::Fault {
            backend: name(),
            message: format!("panicked: {message}"),
        })
    })
}

/// What a panic says.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    literal
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Says which item of the job an error is about; `first` is the first of the call, whose own
/// list the error counts in.
pub(crate) fn backend_error(
    settings: &dyn KzgSettings,
    operation: Operation,
    first: u64,
) -> impl FnOnce(Error) -> KzgAdvancedError {
    move |source| {
        // Settings of others may name any index.
        let index = first.saturating_add(source.index().unwrap_or(0) as u64);
        item_error(settings, operation, index)(source.with_index(index as usize))
    }
}

/// As [`backend_error`] for an operation on one item, whose errors count in lists of its own.
pub(crate) fn item_error(
    settings: &dyn KzgSettings,
    operation: Operation,
    index: u64,
) -> impl FnOnce(Error) -> KzgAdvancedError {
    failed_call(settings, operation, Some(index))
}

/// As [`backend_error`] where the call is the whole job.
pub(crate) fn whole_error(
    settings: &dyn KzgSettings,
    operation: Operation,
) -> impl FnOnce(Error) -> KzgAdvancedError {
    failed_call(settings, operation, None)
}

fn failed_call(
    settings: &dyn KzgSettings,
    operation: Operation,
    index: Option<u64>,
) -> impl FnOnce(Error) -> KzgAdvancedError {
    move |source| {
        let call = FailedCall {
            operation: Some(operation),
            backend: Some(backend_name(settings)),
            attempts: 1,
            index,
        };
        call.failed_with(source)
    }
}
