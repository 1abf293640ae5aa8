//! The results of a call: bytes, lists of bytes, or a buffer of the caller.

use kzg_backends::kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_backends::kzg_traits::{Cell, KzgProof};
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

/// Buffers of the caller for cells and their proofs.
pub(crate) struct Extension {
    cells: Output,
    proofs: Output,
}

impl Extension {
    pub(crate) fn check(
        cells: Option<&Bound<'_, PyAny>>,
        proofs: Option<&Bound<'_, PyAny>>,
        blobs: usize,
    ) -> PyResult<Option<Self>> {
        let items = blobs * CELLS_PER_EXT_BLOB;
        let cells = Output::check(cells, "cells_out", items * Cell::LENGTH)?;
        let proofs = Output::check(proofs, "proofs_out", items * KzgProof::LENGTH)?;
        match (cells, proofs) {
            (None, None) => Ok(None),
            (Some(cells), Some(proofs)) => Ok(Some(Self { cells, proofs })),
            _ => Err(PyTypeError::new_err(
                "cells_out and proofs_out are given together, or neither of them",
            )),
        }
    }

    /// Writes a result to the caller's buffers if there are some, and returns it otherwise.
    pub(crate) fn give<T>(
        py: Python<'_>,
        out: Option<Self>,
        made: &(Vec<Cell>, Vec<KzgProof>),
        result: impl FnOnce(&(Vec<Cell>, Vec<KzgProof>)) -> PyResult<T>,
    ) -> PyResult<Option<T>> {
        let Some(out) = out else {
            return result(made).map(Some);
        };
        out.cells.write(py, Cell::bytes_of_many(&made.0))?;
        out.proofs.write(py, KzgProof::bytes_of_many(&made.1))?;
        Ok(None)
    }
}

/// Writes a result to the caller's buffer if there is one, and returns it otherwise.
pub(crate) fn written<T>(
    py: Python<'_>,
    out: Option<Output>,
    bytes: &[u8],
    result: impl FnOnce() -> PyResult<T>,
) -> PyResult<Option<T>> {
    match out {
        Some(out) => out.write(py, bytes).map(|()| None),
        None => result().map(Some),
    }
}
