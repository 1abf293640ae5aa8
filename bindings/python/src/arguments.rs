//! The arguments of a call: items of the protocol, lists of them, and cell indices.
//!
//! Reading an argument copies or borrows its bytes while the interpreter's lock is held. The bytes
//! become items inside the call, where an item of a wrong length is an error of the library.

use core::marker::PhantomData;
use core::ops::Deref;

use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Blob, Bytes32, Cell, Items, KzgCommitment, KzgProof};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::buffers::Input;

/// An item of the protocol, as bytes.
pub(crate) trait Item: Sized + Clone + AsRef<[u8]> + Sync + 'static {
    fn from_bytes(bytes: &[u8]) -> Result<&Self>;
    fn many_from_bytes(bytes: &[u8]) -> Result<&[Self]>;
    fn all_bytes(items: &[Self]) -> &[u8];
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

            fn all_bytes(items: &[Self]) -> &[u8] {
                Self::bytes_of_many(items)
            }
        }
    )*};
}

items!(Blob, Bytes32, Cell, KzgCommitment, KzgProof);

/// One item: any buffer of bytes.
pub(crate) struct One<T> {
    bytes: Input,
    item: PhantomData<T>,
}

impl<T: Item> One<T> {
    /// The item, borrowed from its bytes.
    ///
    /// # Errors
    ///
    /// A wrong number of bytes.
    pub(crate) fn get(&self) -> Result<&T> {
        T::from_bytes(&self.bytes)
    }
}

impl<'a, 'py, T> FromPyObject<'a, 'py> for One<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self {
            bytes: object.extract()?,
            item: PhantomData,
        })
    }
}

/// A list of items: one buffer with the items side by side, or an iterable of buffers.
pub(crate) struct Many<T> {
    bytes: ManyBytes,
    item: PhantomData<T>,
}

enum ManyBytes {
    SideBySide(Input),
    Each(Vec<Input>),
}

impl<T: Item> Many<T> {
    /// The items, each borrowed from its bytes.
    ///
    /// # Errors
    ///
    /// An item with a wrong number of bytes, by its position.
    pub(crate) fn get(&self) -> Result<Parsed<'_, T>> {
        match &self.bytes {
            ManyBytes::SideBySide(bytes) => T::many_from_bytes(bytes).map(Parsed::Contiguous),
            ManyBytes::Each(all) => scattered(all).collect::<Result<_>>().map(Parsed::Scattered),
        }
    }

    /// Each item, or the error of an item with a wrong number of bytes.
    ///
    /// # Errors
    ///
    /// Bytes of items side by side that are no whole number of items.
    pub(crate) fn each(&self) -> Result<Vec<Result<&T>>> {
        match &self.bytes {
            ManyBytes::SideBySide(bytes) => {
                T::many_from_bytes(bytes).map(|items| items.iter().map(Ok).collect())
            }
            ManyBytes::Each(all) => Ok(scattered(all).collect()),
        }
    }

    /// The number of items that fit into the bytes.
    pub(crate) fn count(&self) -> usize {
        match &self.bytes {
            ManyBytes::SideBySide(bytes) => bytes.len() / size_of::<T>(),
            ManyBytes::Each(all) => all.len(),
        }
    }

    /// Copies of the items side by side, for small items.
    ///
    /// # Errors
    ///
    /// As [`Self::get`].
    pub(crate) fn copied(&self) -> Result<Vec<T>> {
        Ok(match self.get()? {
            Parsed::Contiguous(items) => items.to_vec(),
            Parsed::Scattered(items) => items.into_iter().cloned().collect(),
        })
    }
}

impl<'a, 'py, T> FromPyObject<'a, 'py> for Many<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        ManyBytes::read(&object).map(|bytes| Self {
            bytes,
            item: PhantomData,
        })
    }
}

/// The items in separate buffers. Errors name the position.
fn scattered<T: Item>(all: &[Input]) -> impl Iterator<Item = Result<&T>> {
    let items = all.iter().enumerate();
    items.map(|(index, bytes)| T::from_bytes(bytes).map_err(|error| error.with_index(index)))
}

impl ManyBytes {
    fn read(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("a string is no list of buffers"));
        }
        if let Some(bytes) = Input::of(object)? {
            return Ok(Self::SideBySide(bytes));
        }
        let each = object.try_iter().map_err(|_| {
            let class = object.get_type();
            PyTypeError::new_err(format!(
                "an object of {class} is neither a buffer nor an iterable of buffers"
            ))
        })?;
        let each = each.enumerate().map(|(position, item)| {
            let item = item?;
            Input::of(&item)?.ok_or_else(|| {
                let class = item.get_type();
                let reason = "is no buffer of bytes";
                PyTypeError::new_err(format!("item {position}: an object of {class} {reason}"))
            })
        });
        each.collect::<PyResult<_>>().map(Self::Each)
    }
}

/// The items of a list.
pub(crate) enum Parsed<'i, T> {
    Contiguous(&'i [T]),
    Scattered(Vec<&'i T>),
}

impl<T> Parsed<'_, T> {
    /// The items for a call that takes them from anywhere in memory.
    pub(crate) fn items(&self) -> Items<'_, T> {
        match self {
            Self::Contiguous(items) => (*items).into(),
            Self::Scattered(items) => items[..].into(),
        }
    }
}

/// Cell indices, or positions of commitments: an iterable of integers from 0 to 2^64 - 1.
pub(crate) struct Indices(Vec<u64>);

impl Deref for Indices {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Indices {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let indices = object
            .try_iter()
            .map_err(|_| PyTypeError::new_err("not an iterable of integers"))?;
        let index = |(position, index): (usize, PyResult<Bound<'py, PyAny>>)| {
            index?.extract::<u64>().map_err(|error| {
                if error.is_instance_of::<PyTypeError>(object.py()) {
                    PyTypeError::new_err(format!("item {position}: not an integer"))
                } else {
                    PyValueError::new_err(format!("item {position}: not an integer of 64 bits"))
                }
            })
        };
        indices
            .enumerate()
            .map(index)
            .collect::<PyResult<_>>()
            .map(Self)
    }
}
