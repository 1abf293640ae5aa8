//! Callbacks of the caller's: functions, wakers and listeners.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::backend_call::panic_message;

/// Runs a callback of the caller's. A panic in it is logged and goes no further: the thread that
/// runs the callback has other work to do.
pub(crate) fn run_callback(name: &str, callback: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(callback)) {
        let message = panic_message(&*panic);
        tracing::error!(callback = name, message, "a callback panicked");
    }
}
