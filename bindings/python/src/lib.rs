//! The extension module of the Python packages `kzg` and `ckzg`.
//!
//! The module is thin: every call reads its inputs as bytes, releases the interpreter's lock, calls
//! [`KzgSettings`](kzg_backends::KzgSettings) and returns bytes. `Settings` has all operations;
//! `ckzg` has the functions of the package of that name.

#![deny(unsafe_code)]

mod arguments;
mod buffers;
mod ckzg;
mod errors;
mod options;
mod output;
mod rows;
mod running;
mod settings;

use pyo3::prelude::*;

/// The extension module.
#[pymodule]
mod _kzg {
    use kzg_backends::kzg_traits;
    use kzg_backends::{BackendStatus, backends as all_backends};
    use pyo3::prelude::*;
    use pyo3::types::PyDict;

    use crate::arguments::One;
    use crate::errors::raised;
    use crate::output::Bytes;

    #[pymodule_export]
    use crate::ckzg::ckzg;
    #[pymodule_export]
    use crate::settings::Settings;

    /// Return the state of every known backend on this machine, the default one first.
    #[pyfunction]
    fn backends(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
        let state = |status: BackendStatus| {
            let state = PyDict::new(py);
            state.set_item("name", status.id.name())?;
            state.set_item("compiled_in", status.compiled_in)?;
            state.set_item("available", status.available.is_ok())?;
            state.set_item("engine", status.engine.clone())?;
            state.set_item("reason", status.reason())?;
            Ok(state)
        };
        all_backends().into_iter().map(state).collect()
    }

    /// Return the 32 bytes that identify a commitment in a transaction.
    #[pyfunction]
    fn kzg_to_versioned_hash(
        py: Python<'_>,
        commitment: One<kzg_traits::KzgCommitment>,
    ) -> PyResult<Bytes<kzg_traits::Bytes32>> {
        let commitment = commitment.get().map_err(|error| raised(py, error))?;
        Ok(Bytes(kzg_traits::kzg_to_versioned_hash(commitment)))
    }
}
