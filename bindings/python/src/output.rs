//! The results of a call: bytes, lists of bytes, or a buffer of the caller.

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::input::buffer;

/// A list of `bytes`.
pub(crate) fn list<'py, T: AsRef<[u8]>>(
    py: Python<'py>,
    items: &[T],
) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, items.iter().map(|item| PyBytes::new(py, item.as_ref())))
}

/// Lists of `bytes`, one for each blob.
pub(crate) fn lists<'py, T: AsRef<[u8]>>(
    py: Python<'py>,
    items: &[T],
    per_blob: usize,
) -> PyResult<Bound<'py, PyList>> {
    let rows: Vec<_> = items
        .chunks(per_blob)
        .map(|row| list(py, row))
        .collect::<PyResult<_>>()?;
    PyList::new(py, rows)
}

/// A buffer of the caller that takes a result. It is checked before anything is computed, and
/// written after the call, while the interpreter's lock is held.
pub(crate) struct Output {
    buffer: PyBuffer<u8>,
    name: &'static str,
}

impl Output {
    /// Checks that a buffer can be written and has room for exactly `len` bytes.
    pub(crate) fn check(
        object: Option<&Bound<'_, PyAny>>,
        name: &'static str,
        len: usize,
    ) -> PyResult<Option<Self>> {
        let Some(object) = object else {
            return Ok(None);
        };
        let buffer = buffer(object)
            .ok_or_else(|| PyTypeError::new_err(format!("{name}: not a buffer of bytes")))?;
        if buffer.readonly() {
            return Err(PyTypeError::new_err(format!(
                "{name}: the buffer is read-only"
            )));
        }
        if buffer.len_bytes() != len {
            return Err(PyValueError::new_err(format!(
                "{name}: a buffer of {} bytes, expected {len}",
                buffer.len_bytes()
            )));
        }
        Ok(Some(Self { buffer, name }))
    }

    /// Writes the result.
    pub(crate) fn write(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<()> {
        self.buffer.copy_from_slice(py, bytes).map_err(|error| {
            let changed = PyValueError::new_err(format!("{}: cannot be written", self.name));
            changed.set_cause(py, Some(error));
            changed
        })
    }
}
