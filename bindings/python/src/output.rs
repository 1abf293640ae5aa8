//! The results of a call: bytes, lists of bytes, or a buffer of the caller.

use kzg_backends::kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Cell, KzgProof};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyList};

use crate::arguments::Item;
use crate::buffers::buffer;
use crate::errors::exception;

/// An item, which becomes `bytes`.
pub(crate) struct Bytes<T>(pub(crate) T);

impl<'py, T: AsRef<[u8]>> IntoPyObject<'py> for Bytes<T> {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Ok(PyBytes::new(py, self.0.as_ref()))
    }
}

/// Items, which become a list of `bytes`.
pub(crate) struct ByteList<T>(pub(crate) Vec<T>);

impl<'py, T: AsRef<[u8]>> IntoPyObject<'py> for ByteList<T> {
    type Target = PyList;
    type Output = Bound<'py, PyList>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        list(py, &self.0)
    }
}

/// The items of many blobs, which become a list for each blob.
pub(crate) struct OfEachBlob<T>(pub(crate) Vec<T>);

impl<'py, T: AsRef<[u8]>> IntoPyObject<'py> for OfEachBlob<T> {
    type Target = PyList;
    type Output = Bound<'py, PyList>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let blobs = self.0.chunks(CELLS_PER_EXT_BLOB);
        let lists: Vec<_> = blobs.map(|blob| list(py, blob)).collect::<PyResult<_>>()?;
        PyList::new(py, lists)
    }
}

fn list<'py, T: AsRef<[u8]>>(py: Python<'py>, items: &[T]) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, items.iter().map(|item| PyBytes::new(py, item.as_ref())))
}

/// Verdicts, which become a list with a `bool` or an exception for each item.
pub(crate) struct Verdicts(pub(crate) Vec<Result<bool>>);

impl<'py> IntoPyObject<'py> for Verdicts {
    type Target = PyList;
    type Output = Bound<'py, PyList>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        rows(py, self.0, |holds| {
            PyBool::new(py, holds).to_owned().into_any()
        })
    }
}

/// A result for each row, which become a list with `bytes` or an exception for each row.
pub(crate) struct Rows<T>(pub(crate) Vec<Result<T>>);

impl<'py, T: AsRef<[u8]>> IntoPyObject<'py> for Rows<T> {
    type Target = PyList;
    type Output = Bound<'py, PyList>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        rows(py, self.0, |item| {
            PyBytes::new(py, item.as_ref()).into_any()
        })
    }
}

fn rows<'py, T>(
    py: Python<'py>,
    results: Vec<Result<T>>,
    value: impl Fn(T) -> Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let rows = results.into_iter().map(|result| match result {
        Ok(found) => Ok(value(found)),
        Err(error) => exception(py, &error),
    });
    PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
}

/// A buffer of the caller that takes a result. It is checked before anything is computed, and
/// written after the call, while the interpreter's lock is held.
pub(crate) struct Output {
    buffer: PyBuffer<u8>,
    name: &'static str,
}

impl Output {
    /// Checks that a buffer can be written and has room for exactly `count` items.
    pub(crate) fn check<T>(
        object: Option<&Bound<'_, PyAny>>,
        name: &'static str,
        count: usize,
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
        let expected = count * size_of::<T>();
        if buffer.len_bytes() != expected {
            return Err(PyValueError::new_err(format!(
                "{name}: a buffer of {} bytes, expected {expected}",
                buffer.len_bytes()
            )));
        }
        Ok(Some(Self { buffer, name }))
    }

    fn write(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<()> {
        self.buffer.copy_from_slice(py, bytes).map_err(|error| {
            let failed = PyValueError::new_err(format!("{}: cannot be written", self.name));
            failed.set_cause(py, Some(error));
            failed
        })
    }
}

/// Writes items to the caller's buffer if there is one, and returns them otherwise.
pub(crate) fn written<T: Item>(
    py: Python<'_>,
    out: Option<Output>,
    items: Vec<T>,
) -> PyResult<Option<ByteList<T>>> {
    match out {
        Some(out) => out.write(py, T::all_bytes(&items)).map(|()| None),
        None => Ok(Some(ByteList(items))),
    }
}

/// Cells and their proofs.
pub(crate) type Extension = (Vec<Cell>, Vec<KzgProof>);

/// Buffers of the caller for cells and their proofs.
pub(crate) struct ExtensionOutput {
    cells: Output,
    proofs: Output,
}

impl ExtensionOutput {
    /// Checks that both buffers are given or neither is, and that they have room for the cells and
    /// the proofs of some blobs.
    pub(crate) fn check(
        cells: Option<&Bound<'_, PyAny>>,
        proofs: Option<&Bound<'_, PyAny>>,
        blobs: usize,
    ) -> PyResult<Option<Self>> {
        let count = blobs * CELLS_PER_EXT_BLOB;
        let cells = Output::check::<Cell>(cells, "cells_out", count)?;
        let proofs = Output::check::<KzgProof>(proofs, "proofs_out", count)?;
        match (cells, proofs) {
            (None, None) => Ok(None),
            (Some(cells), Some(proofs)) => Ok(Some(Self { cells, proofs })),
            _ => Err(PyTypeError::new_err(
                "cells_out and proofs_out are given together, or neither of them",
            )),
        }
    }

    /// Writes a result to the caller's buffers if there are some, and returns it otherwise.
    pub(crate) fn written(
        py: Python<'_>,
        out: Option<Self>,
        made: Extension,
    ) -> PyResult<Option<Extension>> {
        let Some(out) = out else {
            return Ok(Some(made));
        };
        out.cells.write(py, Cell::all_bytes(&made.0))?;
        out.proofs.write(py, KzgProof::all_bytes(&made.1))?;
        Ok(None)
    }
}

/// The lists of the cells and the proofs of one blob.
pub(crate) type OneBlob = (ByteList<Cell>, ByteList<KzgProof>);

/// The lists of the cells and the proofs of each of many blobs.
pub(crate) type ManyBlobs = (OfEachBlob<Cell>, OfEachBlob<KzgProof>);

pub(crate) fn of_one_blob((cells, proofs): Extension) -> OneBlob {
    (ByteList(cells), ByteList(proofs))
}

pub(crate) fn of_many_blobs((cells, proofs): Extension) -> ManyBlobs {
    (OfEachBlob(cells), OfEachBlob(proofs))
}
