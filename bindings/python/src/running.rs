//! Running a call without the interpreter's lock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::Arc;

use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Error, Threads};
use kzg_backends::{KzgSettings, SetupError};
use pyo3::prelude::*;

/// Loaded settings, and the process whose threads they use.
#[derive(Clone)]
pub(crate) struct Loaded {
    settings: Arc<dyn KzgSettings>,
    /// The process in which the threads of a pool run; `None` where the calling thread does all.
    process: Option<u32>,
}

impl Loaded {
    pub(crate) fn new(settings: Arc<dyn KzgSettings>, threads: &Threads) -> Self {
        let has_pool = !matches!(threads, Threads::One);
        Self {
            settings,
            process: has_pool.then(process::id),
        }
    }

    /// The settings, for what needs no threads.
    pub(crate) fn settings(&self) -> &dyn KzgSettings {
        &*self.settings
    }

    /// Runs a call without the interpreter's lock. A panic is a fault of the backend.
    ///
    /// # Errors
    ///
    /// The error of the call. After a fork, the child has none of the threads of a pool, and a call
    /// would never return: such a call is a fault too.
    pub(crate) fn run<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&dyn KzgSettings) -> Result<T> + Send,
    ) -> Result<T> {
        let fault = |message: &str| Error::Fault {
            backend: self.settings.backend().to_owned(),
            message: message.to_owned(),
        };
        if self.process.is_some_and(|loader| loader != process::id()) {
            return Err(fault(
                "the settings were loaded with threads in another process, before a fork; load \
                 them again",
            ));
        }
        let settings = &*self.settings;
        py.detach(|| catch_unwind(AssertUnwindSafe(|| call(settings))))
            .unwrap_or_else(|_| Err(fault("a panic")))
    }
}

/// Runs the loading of a setup without the interpreter's lock. A panic is a fault.
///
/// # Errors
///
/// The error of the loading.
pub(crate) fn load<T: Send>(
    py: Python<'_>,
    load: impl FnOnce() -> core::result::Result<T, SetupError> + Send,
) -> Result<T> {
    let panicked = |_| {
        Err(Error::Fault {
            backend: "unknown".to_owned(),
            message: "a panic while a trusted setup was loaded".to_owned(),
        })
    };
    py.detach(|| catch_unwind(AssertUnwindSafe(load)).map(|loaded| loaded.map_err(Error::from)))
        .unwrap_or_else(panicked)
}
