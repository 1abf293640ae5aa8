//! rayon's global pool, which may be impossible to start.
//!
//! rayon tries once in a process to start the pool, and panics at each use after a failure. So this
//! module starts the pool itself, and keeps the result.

use std::error::Error as _;
use std::panic::catch_unwind;
use std::sync::OnceLock;

use crate::error::SetupError;

/// Starts the global pool, unless it runs.
///
/// # Errors
///
/// [`SetupError::Threads`] if the pool cannot be started.
pub(super) fn start() -> Result<(), &'static SetupError> {
    static STARTED: OnceLock<Result<(), SetupError>> = OnceLock::new();
    let failed = |reason: String| SetupError::Threads { reason };
    let started = STARTED.get_or_init(|| {
        // Without threads, rayon's own start lets the calling thread do the work.
        if cfg!(not(target_family = "wasm")) {
            match rayon::ThreadPoolBuilder::new().build_global() {
                Ok(()) => return Ok(()),
                Err(error) if error.source().is_some() => return Err(failed(error.to_string())),
                // The program has started the pool, or has tried to.
                Err(_) => {}
            }
        }
        let usable = catch_unwind(rayon::current_num_threads);
        usable
            .map(drop)
            .map_err(|_| failed("an earlier start failed".to_owned()))
    });
    started.as_ref().copied()
}
