//! Running a call without the interpreter's lock.

use std::process;
use std::sync::Arc;

use kzg_backends::isolation::{isolated, panic_as_fault};
use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Error, Threads};
use kzg_backends::{KzgSettings, SetupError};
use pyo3::prelude::*;

/// Loaded settings, and the process whose threads they use.
#[derive(Clone)]
pub(crate) struct Loaded {
    settings: Arc<dyn KzgSettings>,
    /// The process in which the threads of a pool run; `None` where the calling thread does all
    /// work.
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

    /// The settings, for uses that need no threads.
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
        if self.process.is_some_and(|loader| loader != process::id()) {
            let message = "the settings were loaded with threads in another process, before a fork; \
                           load them again";
            return Err(Error::Fault {
                backend: self.settings.backend().to_owned(),
                message: message.to_owned(),
            });
        }
        py.detach(|| isolated(&*self.settings, call))
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
    let name = || "while a trusted setup was loaded".to_owned();
    py.detach(|| panic_as_fault(name, || load().map_err(Error::from)))
}
