//! The isolation of panics, and the errors of calls as the processors report them.

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use kzg_backends::isolation::panic_as_fault;
use kzg_backends::isolation::{discard_panic, panic_message};
use kzg_traits::{Attempts, CallRecord, Error, KzgSettings, Operation};
use tracing::Span;

use crate::error::{FailedCall, KzgAdvancedError};

/// The error of a call of settings, with the attempts that the call made where they are known.
#[derive(Clone, Debug)]
pub struct CallError {
    pub(crate) source: Error,
    attempts: Option<Attempts>,
}

impl From<Error> for CallError {
    /// The error of a call that left no record.
    fn from(source: Error) -> Self {
        Self {
            source,
            attempts: None,
        }
    }
}

/// Calls the settings. A panic becomes an error of kind [`Fault`](kzg_traits::ErrorKind::Fault).
/// Where the settings are a stack, the error names the backend that returned it, and how often
/// backends were called.
pub(crate) fn isolated<T>(
    settings: &dyn KzgSettings,
    job: impl FnOnce(&dyn KzgSettings) -> kzg_traits::error::Result<T>,
) -> Result<T, CallError> {
    let record = CallRecord::default();
    let result = panic_as_fault(
        || backend_name(settings),
        || match settings.recording(&record) {
            Some(recording) => job(&*recording),
            None => job(settings),
        },
    );
    result.map_err(|source| CallError {
        source,
        attempts: record.take(),
    })
}

/// The name of the backend. A panic of the settings gives a placeholder.
pub(crate) fn backend_name(settings: &dyn KzgSettings) -> String {
    let mut name = "without a name".to_owned();
    users_code("the name of a backend", || {
        settings.backend().clone_into(&mut name)
    });
    name
}

/// The number of items that a call of the settings should have. A panic of the settings gives 1.
pub(crate) fn items_per_call(settings: &dyn KzgSettings, operation: Operation) -> usize {
    let mut items = 1;
    users_code("the number of items per call of a backend", || {
        items = settings.items_per_call(operation);
    });
    items
}

/// The memory of the prover's tables in bytes. A panic of the settings gives 0.
pub(crate) fn tables_memory(settings: &dyn KzgSettings) -> usize {
    let mut bytes = 0;
    users_code("the memory of a backend's tables", || {
        bytes = settings.tables_memory();
    });
    bytes
}

/// Frees the prover's tables. A panic of the settings has no effect.
pub(crate) fn release_tables(settings: &dyn KzgSettings) {
    users_code("the release of a backend's tables", || {
        settings.release_tables();
    });
}

/// Runs code of the user's, such as a listener, a waker or a metrics recorder. A panic of that
/// code is logged, and does not reach the caller. Returns whether the code returned.
pub(crate) fn users_code(what: &str, code: impl FnOnce()) -> bool {
    let Err(panic) = catch_unwind(AssertUnwindSafe(code)) else {
        return true;
    };
    // The subscriber is code of the user's too.
    let logged = catch_unwind(AssertUnwindSafe(|| {
        let message = panic_message(&*panic);
        tracing::error!(what, message, "a callback panicked");
    }));
    discard_panic(panic);
    logged.unwrap_or_else(discard_panic);
    false
}

/// Sends an event to the user's subscriber of traces. A panic of the subscriber has no effect.
pub(crate) fn traced(event: impl FnOnce()) {
    users_code("a subscriber of traces", event);
}

/// Runs code within a span of the user's subscriber of traces. A panic of the subscriber has no
/// effect: the code runs once in any case. The code must not panic.
pub(crate) fn in_span<T>(span: impl FnOnce() -> Span, code: impl FnOnce() -> T) -> T {
    let mut made = Span::none();
    traced(|| made = span());
    let mut entered = None;
    traced(|| entered = Some(made.enter()));
    let result = code();
    traced(|| drop(entered));
    traced(|| drop(made));
    result
}

/// A function that makes the error of a call on several items. `first` is the position of the
/// call's first item in the job; the error's own index counts from there.
pub fn backend_error<E: Into<CallError>>(
    settings: &dyn KzgSettings,
    operation: Operation,
    first: u64,
) -> impl FnOnce(E) -> KzgAdvancedError {
    move |error| {
        let mut error = error.into();
        // Settings of others may name any index.
        let index = first.saturating_add(error.source.index().unwrap_or(0) as u64);
        error.source = error.source.with_index(index as usize);
        item_error(settings, operation, index)(error)
    }
}

/// As [`backend_error`] for an operation on one item, whose errors count in lists of its own.
pub(crate) fn item_error<E: Into<CallError>>(
    settings: &dyn KzgSettings,
    operation: Operation,
    index: u64,
) -> impl FnOnce(E) -> KzgAdvancedError {
    failed_call(settings, operation, Some(index))
}

/// As [`backend_error`] where the call is the whole job.
pub(crate) fn whole_error<E: Into<CallError>>(
    settings: &dyn KzgSettings,
    operation: Operation,
) -> impl FnOnce(E) -> KzgAdvancedError {
    failed_call(settings, operation, None)
}

fn failed_call<E: Into<CallError>>(
    settings: &dyn KzgSettings,
    operation: Operation,
    index: Option<u64>,
) -> impl FnOnce(E) -> KzgAdvancedError {
    move |error| {
        let CallError { source, attempts } = error.into();
        let Attempts { backend, attempts } = attempts.unwrap_or_else(|| Attempts {
            backend: Some(backend_name(settings)),
            attempts: 1,
        });
        let call = FailedCall {
            operation: Some(operation),
            backend,
            attempts,
            index,
        };
        call.failed_with(source)
    }
}
