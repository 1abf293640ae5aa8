//! The options of `Settings(..)`.

use std::path::PathBuf;
use std::sync::Arc;

use kzg_backends::TrustedSetup;
use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Error, IoAction, Precompute, Threads};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyInt;

use crate::buffers::Input;

/// The threads of a number: 1 for the calling thread, 0 for all processors, in a pool of rayon's.
pub(crate) fn pool(threads: usize) -> Result<Threads> {
    if threads == 1 {
        return Ok(Threads::One);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|number| format!("kzg-{number}"))
        .build();
    match pool {
        Ok(pool) => Ok(Threads::Pool(Arc::new(pool))),
        Err(error) => Err(Error::io(
            IoAction::Start,
            "the threads of a pool",
            &std::io::Error::other(error),
        )),
    }
}

/// The memory for tables: a name, a number of bytes, or the default.
pub(crate) fn budget(precompute: Option<&Bound<'_, PyAny>>) -> PyResult<Precompute> {
    let Some(precompute) = precompute else {
        return Ok(Precompute::default());
    };
    if precompute.is_instance_of::<PyInt>() {
        return precompute.extract().map(Precompute::within);
    }
    precompute.extract::<&str>()?.parse().map_err(unknown)
}

/// Where a trusted setup comes from.
pub(crate) enum SetupSource {
    File(PathBuf),
    Bytes(Vec<u8>),
}

impl SetupSource {
    /// A path, or the bytes of a file.
    pub(crate) fn read(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(path) = object.extract::<PathBuf>() {
            return Ok(Self::File(path));
        }
        Ok(Self::Bytes(object.extract::<Input>()?.to_vec()))
    }

    pub(crate) fn parse(&self) -> core::result::Result<TrustedSetup, kzg_backends::SetupError> {
        match self {
            Self::File(path) => TrustedSetup::load_file(path),
            Self::Bytes(bytes) => TrustedSetup::parse(bytes),
        }
    }
}

pub(crate) fn unknown(error: impl ToString) -> PyErr {
    PyValueError::new_err(error.to_string())
}
