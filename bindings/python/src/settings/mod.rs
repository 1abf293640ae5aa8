//! The class `Settings`: a loaded trusted setup with every operation.
//!
//! Each method reads its arguments, calls the method of `KzgSettings` with its name, and gives the
//! result. Its documentation is the docstring in Python; the stub has the same text.
//!
//! | module | methods |
//! |---|---|
//! | this one | the constructor, properties, tables |
//! | `eip4844` | blobs: commitments, proofs, verification, one or many in a call |
//! | `eip7594` | cells: computation, recovery, verification |

mod eip4844;
mod eip7594;

use kzg_backends::kzg_traits::SubgroupCheck;
use kzg_backends::kzg_traits::error::Result;
use kzg_backends::{BackendChoice, KzgSettings, SettingsOptions, load_shared, mainnet};
use pyo3::prelude::*;

use crate::errors::raised;
use crate::options::{SetupSource, budget, pool, unknown};
use crate::running::{self, Loaded};

/// A loaded trusted setup with every operation of EIP-4844 and EIP-7594.
///
/// `backend` is "auto", "blst" or "arkworks". `threads` is the number of threads that a call may use: 1 for the calling
/// thread alone, 0 for one for each processor. `precompute` is the memory for the prover's tables: "none", "small",
/// "large" or a number of bytes. `subgroup_check` is "individual" or "batched". `trusted_setup` is a path or the bytes
/// of a file in c-kzg's text format or the JSON format of the consensus specifications; the mainnet setup by default.
///
/// The mainnet setup is shared by the whole process: loading it again takes microseconds.
///
/// Every argument that takes bytes takes any object with the buffer protocol. A list of items is one buffer with the
/// items side by side, or an iterable of buffers. Where a method has an argument `out`, the result is written to that
/// buffer, and the method returns `None`.
///
/// Malformed input raises `InputError` with the position of the item; a proof that is well formed but wrong is `False`.
#[pyclass(frozen, module = "kzg")]
pub(crate) struct Settings(Loaded);

#[pymethods]
impl Settings {
    #[new]
    #[pyo3(signature = (backend="auto", *, threads=1, precompute=None, subgroup_check="individual", trusted_setup=None))]
    fn new(
        py: Python<'_>,
        backend: &str,
        threads: usize,
        precompute: Option<&Bound<'_, PyAny>>,
        subgroup_check: &str,
        trusted_setup: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let backend: BackendChoice = backend.parse().map_err(unknown)?;
        let subgroup_check: SubgroupCheck = subgroup_check.parse().map_err(unknown)?;
        let threads = pool(threads).map_err(|error| raised(py, error))?;
        let options = SettingsOptions::default()
            .with_threads(threads.clone())
            .with_precompute(budget(precompute)?)
            .with_subgroup_check(subgroup_check);
        let setup = trusted_setup.map(SetupSource::read).transpose()?;
        let settings = running::load(py, move || match setup {
            None => mainnet(backend, options),
            Some(source) => load_shared(backend, &source.parse()?, options),
        });
        let settings = settings.map_err(|error| raised(py, error))?;
        Ok(Self(Loaded::new(settings, &threads)))
    }

    /// The name of the backend.
    #[getter]
    fn backend(&self) -> &str {
        self.0.settings().backend()
    }

    /// The memory of the tables that exist now, in bytes.
    #[getter]
    fn tables_memory(&self) -> usize {
        self.0.settings().tables_memory()
    }

    fn __repr__(&self) -> String {
        format!("<kzg.Settings backend={:?}>", self.backend())
    }

    /// Build the tables of the prover now rather than at the first call that needs them.
    fn warm_up(&self, py: Python<'_>) -> PyResult<()> {
        self.run(py, |kzg| kzg.warm_up())
    }

    /// Free the tables of the prover; the next call that needs them builds them again.
    fn release_tables(&self, py: Python<'_>) {
        py.detach(|| self.0.settings().release_tables());
    }
}

impl Settings {
    fn run<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&dyn KzgSettings) -> Result<T> + Send,
    ) -> PyResult<T> {
        self.0.run(py, call).map_err(|error| raised(py, error))
    }
}
