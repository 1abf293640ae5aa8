//! The bytes of an argument: any object with the buffer protocol.
//!
//! Memory that nobody can change is borrowed: `bytes`, and views of `bytes`. Everything else is copied
//! once, while the interpreter's lock is held, because another thread may change it during the call;
//! a read-only buffer too, which may be a view of memory that others write. A copy of a blob takes
//! some ten microseconds.

use core::ops::Deref;

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView};

/// The bytes of one argument.
pub(crate) enum Input {
    /// A `bytes` object, which nobody changes.
    Bytes(PyBackedBytes),
    /// A view of memory that nobody changes.
    View(View),
    /// A copy of memory that others may change.
    Copy(Vec<u8>),
}

impl Input {
    /// The bytes of an object; `None` if it is no buffer of bytes.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Some(Self::Bytes(bytes.clone().into())));
        }
        let Some(buffer) = buffer(object) else {
            return Ok(None);
        };
        if View::is_fixed(object, &buffer) {
            return Ok(Some(Self::View(View(buffer))));
        }
        Ok(Some(Self::Copy(buffer.to_vec(object.py())?)))
    }
}

/// An argument that is any buffer of bytes. The exception for any other object has a note that names
/// the argument.
impl<'a, 'py> FromPyObject<'a, 'py> for Input {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Self::of(&object)?.ok_or_else(|| {
            let class = object.get_type();
            PyTypeError::new_err(format!("an object of {class} is no buffer of bytes"))
        })
    }
}

impl Deref for Input {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::View(view) => view.as_slice(),
            Self::Copy(bytes) => bytes,
        }
    }
}

/// The buffer of an object, if its items have one byte each.
pub(crate) fn buffer(object: &Bound<'_, PyAny>) -> Option<PyBuffer<u8>> {
    PyBuffer::get(object).ok().or_else(|| {
        // Arrow's bytes are signed, and arrays of ctypes have no strides.
        let view = PyMemoryView::from(object).ok()?;
        let item_size: usize = view.getattr("itemsize").ok()?.extract().ok()?;
        if item_size != 1 {
            return None;
        }
        let bytes = view.call_method1("cast", ("B",)).ok()?;
        PyBuffer::get(&bytes).ok()
    })
}

/// A contiguous buffer whose memory nobody changes.
pub(crate) struct View(PyBuffer<u8>);

impl View {
    /// Whether nobody changes the memory of a buffer while it is held: a read-only, contiguous view
    /// of a `bytes` object.
    fn is_fixed(object: &Bound<'_, PyAny>, buffer: &PyBuffer<u8>) -> bool {
        let Ok(view) = object.cast::<PyMemoryView>() else {
            return false;
        };
        let owner = view.getattr("obj");
        buffer.readonly()
            && buffer.is_c_contiguous()
            && owner.is_ok_and(|owner| owner.is_instance_of::<PyBytes>())
    }

    #[allow(
        unsafe_code,
        reason = "the memory of a foreign buffer has no safe view; CONTRIBUTING.md lists this use"
    )]
    fn as_slice(&self) -> &[u8] {
        if self.0.len_bytes() == 0 {
            return &[];
        }
        // SAFETY: the buffer is contiguous (`is_fixed`), so its memory is `len_bytes` bytes from
        // `buf_ptr`, which is not null as there is at least one byte. The exporter keeps the memory
        // in place until the buffer is released, which is when `self` is dropped, and the result
        // borrows `self`. Nobody writes to the memory meanwhile: it is that of a `bytes` object,
        // which is immutable.
        unsafe { core::slice::from_raw_parts(self.0.buf_ptr().cast::<u8>(), self.0.len_bytes()) }
    }
}
