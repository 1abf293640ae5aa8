//! The context: a loaded trusted setup.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use kzg_backends::isolation::isolated;
use kzg_backends::kzg_traits::{self, KzgSettings, Precompute, Threads};
use kzg_backends::{BackendChoice, SettingsOptions, SetupError, c_kzg_precompute, load_shared};

use crate::{Error, TrustedSetup};

/// The memory for the prover's tables, which the first call that needs them builds.
///
/// `No` and widths up to 8 stand for [`Precompute::SMALL`], larger widths for [`Precompute::LARGE`].
#[derive(Clone, Copy, Debug)]
pub enum UsePrecomp {
    /// Tables of a size.
    Yes {
        /// The width of a window in bits.
        width: usize,
    },
    /// The smallest tables.
    No,
}

impl UsePrecomp {
    fn budget(self) -> Precompute {
        match self {
            Self::No => Precompute::SMALL,
            Self::Yes { width } => c_kzg_precompute(width as u64).unwrap_or(Precompute::LARGE),
        }
    }
}

/// A loaded trusted setup with the operations of EIP-4844 and EIP-7594.
///
/// The feature `multithreaded` spreads each operation over rayon's global pool. Results do not
/// depend on the threads.
#[derive(Debug)]
pub struct DASContext {
    settings: Result<Arc<dyn KzgSettings>, SetupError>,
}

impl DASContext {
    /// Loads a setup.
    ///
    /// The mainnet setup takes milliseconds, and microseconds when it is loaded again in the same
    /// process: all contexts of it share their data and tables. Any other setup is validated in a
    /// tenth of a second. If a point is not valid, or no backend can run because the environment variable
    /// `KZG_BLST_ENGINE` names an engine that cannot, every call on the context returns the error.
    #[must_use]
    pub fn new(trusted_setup: &TrustedSetup, use_precomp: UsePrecomp) -> Self {
        let threads = if cfg!(feature = "multithreaded") {
            Threads::Global
        } else {
            Threads::One
        };
        let options = SettingsOptions::default()
            .with_precompute(use_precomp.budget())
            .with_threads(threads);
        Self {
            settings: load_shared(BackendChoice::Auto, trusted_setup.points(), options),
        }
    }

    /// The settings behind the context, with every operation of [`KzgSettings`].
    ///
    /// # Errors
    ///
    /// [`SetupError`] if the trusted setup is not valid.
    pub fn inner(&self) -> Result<&Arc<dyn KzgSettings>, SetupError> {
        self.settings.as_ref().map_err(Clone::clone)
    }

    /// Runs an operation. `failed` makes the error of the operation, and of a setup that is not valid;
    /// a panic is an error too.
    pub(crate) fn run<T>(
        &self,
        failed: impl FnOnce(kzg_traits::Error) -> Error,
        operation: impl FnOnce(&dyn KzgSettings) -> kzg_traits::error::Result<T>,
    ) -> Result<T, Error> {
        match &self.settings {
            Ok(settings) => isolated(&**settings, operation),
            Err(error) => Err(error.clone().into()),
        }
        .map_err(failed)
    }
}

// As in the original. An operation that panics leaves the settings as they were: it changes nothing but
// the tables that it builds, and tables are entered when they are complete.
impl UnwindSafe for DASContext {}
impl RefUnwindSafe for DASContext {}

impl Default for DASContext {
    /// The mainnet setup with the smallest tables.
    fn default() -> Self {
        Self::new(&TrustedSetup::default(), UsePrecomp::No)
    }
}
