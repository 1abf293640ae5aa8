//! The exceptions of the package `kzg`, which are defined in `kzg/errors.py`.

use kzg_backends::kzg_traits::execution::PointEvaluationError;
use kzg_backends::kzg_traits::{Error, ErrorKind};
use pyo3::prelude::*;

/// The exception for an error, ready to be raised.
pub(crate) fn raised(py: Python<'_>, error: impl Failure) -> PyErr {
    exception(py, &error).map_or_else(|import| import, PyErr::from_value)
}

/// The exception for an error, as a value. The error is that of importing `kzg.errors`.
pub(crate) fn exception<'py>(py: Python<'py>, error: &impl Failure) -> PyResult<Bound<'py, PyAny>> {
    let class = match error.kind() {
        ErrorKind::Input => "InputError",
        ErrorKind::Setup => "SetupError",
        ErrorKind::Busy => "BusyError",
        ErrorKind::Fault => "FaultError",
        ErrorKind::Io => "IoError",
        ErrorKind::Integrity => "IntegrityError",
        ErrorKind::Deadline => "DeadlineError",
        ErrorKind::Cancelled => "CancelledError",
    };
    py.import("kzg.errors")?
        .getattr(class)?
        .call1((error.message(), error.index()))
}

/// An error of the library.
pub(crate) trait Failure {
    fn kind(&self) -> ErrorKind;
    fn message(&self) -> String;

    /// The position of the item that the error names.
    fn index(&self) -> Option<usize> {
        None
    }
}

impl Failure for Error {
    fn kind(&self) -> ErrorKind {
        self.kind()
    }

    fn message(&self) -> String {
        self.to_string()
    }

    fn index(&self) -> Option<usize> {
        self.index()
    }
}

impl Failure for PointEvaluationError {
    fn kind(&self) -> ErrorKind {
        self.kind()
    }

    fn message(&self) -> String {
        self.to_string()
    }
}
