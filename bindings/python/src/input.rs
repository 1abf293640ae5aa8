//! The inputs of a call: any object with the buffer protocol, or sequences of such objects.
//!
//! Memory that nobody can change is borrowed: `bytes`, and read-only views of `bytes` or of Arrow's
//! buffers. Everything else is copied once, while the interpreter's lock is held, because another
//! thread may change it during the call. A copy of a blob takes some ten microseconds.

use core::ops::Deref;

use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Blob, Blobs, Cell, Cells, Items, KzgCommitment, KzgProof};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView, PyString};

use crate::errors::raised;

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
    /// Reads an argument. `name` is the argument's, for the error.
    pub(crate) fn read(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.clone().into()));
        }
        let buffer = buffer(object).ok_or_else(|| {
            let class = object.get_type();
            PyTypeError::new_err(format!(
                "{name}: an object of {class} is no buffer of bytes"
            ))
        })?;
        Self::of_buffer(object, buffer)
    }

    /// The bytes of an object that has this buffer.
    fn of_buffer(object: &Bound<'_, PyAny>, buffer: PyBuffer<u8>) -> PyResult<Self> {
        if View::is_fixed(object, &buffer) {
            return Ok(Self::View(View(buffer)));
        }
        Ok(Self::Copy(buffer.to_vec(object.py())?))
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
    /// of a `bytes` object or of a buffer of Arrow, whose buffers are immutable unless they say
    /// otherwise. A read-only view of a `bytearray` can still change, so it is not fixed.
    fn is_fixed(object: &Bound<'_, PyAny>, buffer: &PyBuffer<u8>) -> bool {
        if !buffer.readonly() || !buffer.is_c_contiguous() {
            return false;
        }
        if let Ok(view) = object.cast::<PyMemoryView>() {
            let owner = view.getattr("obj");
            return owner.is_ok_and(|owner| owner.is_instance_of::<PyBytes>());
        }
        let class = object.get_type();
        let module = class.module().and_then(|module| module.extract::<String>());
        let name = class.name().and_then(|name| name.extract::<String>());
        matches!((module, name), (Ok(module), Ok(name)) if module == "pyarrow.lib" && name == "Buffer")
    }

    #[allow(
        unsafe_code,
        reason = "a foreign buffer; DESIGN allows unsafe code for it"
    )]
    fn as_slice(&self) -> &[u8] {
        if self.0.len_bytes() == 0 {
            return &[];
        }
        // SAFETY: the buffer is contiguous (`is_fixed`), so its memory is `len_bytes` bytes from
        // `buf_ptr`, which is not null as there is at least one byte. The exporter keeps the memory
        // in place until the buffer is released, which is when `self` is dropped, and the result
        // borrows `self`. Nobody writes to the memory meanwhile: it is that of a `bytes` object,
        // or of a read-only buffer of Arrow, and both are immutable by their contract.
        unsafe { core::slice::from_raw_parts(self.0.buf_ptr().cast::<u8>(), self.0.len_bytes()) }
    }
}

/// An item of the protocol, as bytes.
pub(crate) trait Item: Sized + Clone + 'static {
    fn from_bytes(bytes: &[u8]) -> Result<&Self>;
    fn many_from_bytes(bytes: &[u8]) -> Result<&[Self]>;
}

macro_rules! items {
    ($($item:ident),*) => {$(
        impl Item for $item {
            fn from_bytes(bytes: &[u8]) -> Result<&Self> {
                Self::from_slice(bytes)
            }

            fn many_from_bytes(bytes: &[u8]) -> Result<&[Self]> {
                Self::many_from_slice(bytes)
            }
        }
    )*};
}

items!(Blob, Cell, KzgCommitment, KzgProof);

/// One item of the protocol, read from an argument.
pub(crate) fn one<'i, T: Item>(py: Python<'_>, input: &'i Input) -> PyResult<&'i T> {
    T::from_bytes(input).map_err(|error| raised(py, error))
}

/// A list of items: one buffer with the items side by side, or a sequence of buffers.
pub(crate) enum List {
    SideBySide(Input),
    Each(Vec<Input>),
}

impl List {
    /// Reads an argument. `name` is the argument's, for the error.
    pub(crate) fn read(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            let reason = "a string is no list of buffers";
            return Err(PyTypeError::new_err(format!("{name}: {reason}")));
        }
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::SideBySide(Input::Bytes(bytes.clone().into())));
        }
        if let Some(buffer) = buffer(object) {
            return Ok(Self::SideBySide(Input::of_buffer(object, buffer)?));
        }
        let each = object.try_iter().map_err(|_| {
            let class = object.get_type();
            PyTypeError::new_err(format!(
                "{name}: an object of {class} is neither a buffer nor a sequence of buffers"
            ))
        })?;
        let each = each
            .enumerate()
            .map(|(position, item)| Input::read(&item?, &format!("{name}[{position}]")));
        Ok(Self::Each(each.collect::<PyResult<_>>()?))
    }

    /// The items, each where it lies.
    pub(crate) fn items<T: Item>(&self, py: Python<'_>) -> PyResult<Parsed<'_, T>> {
        let parsed = match self {
            Self::SideBySide(input) => T::many_from_bytes(input).map(Parsed::Contiguous),
            Self::Each(inputs) => {
                let item =
                    |(index, input)| T::from_bytes(input).map_err(|error| error.with_index(index));
                let all = inputs.iter().map(|input| &**input).enumerate().map(item);
                all.collect::<Result<_>>().map(Parsed::Scattered)
            }
        };
        parsed.map_err(|error| raised(py, error))
    }
}

/// The items of a list.
pub(crate) enum Parsed<'i, T> {
    Contiguous(&'i [T]),
    Scattered(Vec<&'i T>),
}

impl<T: Clone> Parsed<'_, T> {
    /// The items for a call that takes them from anywhere in memory.
    pub(crate) fn as_items(&self) -> Items<'_, T> {
        match self {
            Self::Contiguous(items) => (*items).into(),
            Self::Scattered(items) => items[..].into(),
        }
    }

    /// The items side by side; small items are copied if they are not.
    pub(crate) fn side_by_side(&self) -> Vec<T> {
        match self {
            Self::Contiguous(items) => items.to_vec(),
            Self::Scattered(items) => items.iter().map(|&item| item.clone()).collect(),
        }
    }
}

impl Parsed<'_, Blob> {
    pub(crate) fn blobs(&self) -> Blobs<'_> {
        self.as_items()
    }
}

impl Parsed<'_, Cell> {
    pub(crate) fn cells(&self) -> Cells<'_> {
        self.as_items()
    }
}

/// Reads cell indices: any iterable of integers. An integer that is negative or has more than 64
/// bits is malformed input.
pub(crate) fn cell_indices(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<u64>> {
    let indices = object
        .try_iter()
        .map_err(|_| PyTypeError::new_err(format!("{name}: not a sequence of integers")))?;
    indices
        .enumerate()
        .map(|(position, index)| {
            let index = index?;
            index.extract::<u64>().map_err(|error| {
                if error.is_instance_of::<PyTypeError>(object.py()) {
                    PyTypeError::new_err(format!("{name}[{position}]: not an integer"))
                } else {
                    PyValueError::new_err(format!("{name}[{position}]: not an integer of 64 bits"))
                }
            })
        })
        .collect()
}
