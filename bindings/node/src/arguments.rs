//! The arguments of a call, read from values of JavaScript.
//!
//! Every argument is copied on the engine's thread before the call begins: JavaScript can change,
//! transfer or resize a buffer later, and other threads can change a shared buffer at any time. A
//! copy of a blob takes some ten microseconds.

use core::slice;
use core::sync::atomic::{AtomicU8, Ordering};

use kzg_backends::kzg_traits::bytes::BYTES_PER_G1_POINT;
use kzg_backends::kzg_traits::{Blob, Bytes32, Cell};
use napi::bindgen_prelude::*;
use napi::{JsValue, ValueType, check_status, sys};

use crate::answer::Failure;

/// The reason why a call does not start.
pub(crate) enum Refusal {
    /// An argument is wrong.
    Failed(Failure),
    /// JavaScript code has thrown, such as a getter in a list.
    Thrown(Error),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Thrown(error)
    }
}

/// The name of an argument, and the number of its bytes.
pub(crate) struct Kind {
    name: &'static str,
    length: usize,
}

pub(crate) const BLOB: Kind = Kind::new("blob", Blob::LENGTH);
pub(crate) const CELL: Kind = Kind::new("cell", Cell::LENGTH);
pub(crate) const COMMITMENT: Kind = Kind::new("commitmentBytes", BYTES_PER_G1_POINT);
pub(crate) const PROOF: Kind = Kind::new("proofBytes", BYTES_PER_G1_POINT);
pub(crate) const Z: Kind = Kind::new("zBytes", Bytes32::LENGTH);
pub(crate) const Y: Kind = Kind::new("yBytes", Bytes32::LENGTH);

impl Kind {
    const fn new(name: &'static str, length: usize) -> Self {
        Self { name, length }
    }
}

/// The arguments of a call.
pub(crate) struct Arguments<'env> {
    env: Env,
    values: Array<'env>,
}

impl<'env> Arguments<'env> {
    pub(crate) fn new(env: Env, values: Array<'env>) -> Self {
        Self { env, values }
    }

    /// An argument; `undefined` where none is given.
    fn at(&self, position: u32) -> Result<Unknown<'_>> {
        match self.values.get(position)? {
            Some(value) => Ok(value),
            None => ().into_unknown(&self.env),
        }
    }

    /// The bytes of an argument that is one item.
    pub(crate) fn item(
        &self,
        position: u32,
        kind: &Kind,
    ) -> core::result::Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        append(&self.env, self.at(position)?, kind, &mut bytes)?;
        Ok(bytes)
    }

    /// The lists in the first arguments, which have one length. `not_lists` and `not_equal` are the
    /// messages for arguments that are no lists, and for lists of different lengths.
    pub(crate) fn lists<const N: usize>(
        &self,
        not_lists: &str,
        not_equal: &str,
    ) -> core::result::Result<[List<'env>; N], Refusal> {
        let mut lists = Vec::with_capacity(N);
        for position in 0..N as u32 {
            let value = self.at(position)?;
            if !value.is_array()? {
                return Err(Failure::input(not_lists.to_owned()).into());
            }
            // SAFETY: the value is an array of this environment.
            #[allow(unsafe_code, reason = "a typed view of a value of JavaScript")]
            let values = unsafe { Array::from_napi_value(self.env.raw(), value.raw()) }?;
            lists.push(List {
                env: self.env,
                values,
            });
        }
        let length = |list: &List<'_>| list.values.len();
        if lists
            .windows(2)
            .any(|pair| length(&pair[0]) != length(&pair[1]))
        {
            return Err(Failure::input(not_equal.to_owned()).into());
        }
        lists
            .try_into()
            .map_err(|_| Failure::input(not_lists.to_owned()).into())
    }
}

/// A list among the arguments.
pub(crate) struct List<'env> {
    env: Env,
    values: Array<'env>,
}

impl List<'_> {
    /// The bytes of the items, side by side.
    pub(crate) fn items(&self, kind: &Kind) -> core::result::Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        self.for_each(|value| append(&self.env, value, kind, &mut bytes))?;
        Ok(bytes)
    }

    /// The items as cell indices.
    pub(crate) fn cell_indices(&self) -> core::result::Result<Vec<u64>, Refusal> {
        let mut indices = Vec::new();
        self.for_each(|value| {
            if value.get_type()? != ValueType::Number {
                return Err(
                    Failure::wrong_type("Expected cell index to be a number".into()).into(),
                );
            }
            // SAFETY: the value is a number of this environment.
            #[allow(unsafe_code, reason = "a typed view of a value of JavaScript")]
            let number = unsafe { f64::from_napi_value(self.env.raw(), value.raw()) }?;
            // Every integer below 2^53 is exact.
            if !(0.0..9_007_199_254_740_992.0).contains(&number) || number.fract() != 0.0 {
                let reason = format!("cell index: {number} is not an integer from 0 to 127");
                return Err(Failure::input(reason).into());
            }
            indices.push(number as u64);
            Ok(())
        })?;
        Ok(indices)
    }

    /// Reads each item. A getter among the items may run code that changes the list: its length is
    /// that of the beginning, and a missing item is `undefined`.
    fn for_each(
        &self,
        mut read: impl FnMut(Unknown<'_>) -> core::result::Result<(), Refusal>,
    ) -> core::result::Result<(), Refusal> {
        for position in 0..self.values.len() {
            // A failure of the engine, or an exception of a getter.
            let value = self.values.get::<Unknown<'_>>(position)?;
            let value = value.map_or_else(|| ().into_unknown(&self.env), Ok)?;
            read(value).map_err(|refusal| refusal.at(position))?;
        }
        Ok(())
    }
}

impl Refusal {
    /// The same refusal, of the item at this position of a list.
    fn at(self, position: u32) -> Self {
        match self {
            Self::Failed(failure) => Self::Failed(failure.at(position as usize)),
            Self::Thrown(error) => Self::Thrown(error),
        }
    }
}

/// Appends the bytes of a `Uint8Array` of the right length.
#[allow(unsafe_code, reason = "a foreign buffer")]
fn append(
    env: &Env,
    value: Unknown<'_>,
    kind: &Kind,
    bytes: &mut Vec<u8>,
) -> core::result::Result<(), Refusal> {
    let not_bytes = || {
        let reason = format!("Expected {} to be a Uint8Array", kind.name);
        Refusal::Failed(Failure::wrong_type(reason))
    };
    let mut is_typed_array = false;
    // SAFETY: `value` is a value of the environment `env`, and the result is written to a `bool`.
    check_status!(unsafe {
        sys::napi_is_typedarray(env.raw(), value.raw(), &raw mut is_typed_array)
    })?;
    if !is_typed_array {
        return Err(not_bytes());
    }
    let (mut class, mut length, mut offset) = (0, 0, 0);
    let (mut data, mut buffer) = (core::ptr::null_mut(), core::ptr::null_mut());
    // SAFETY: `value` is a typed array of the environment `env`, and every result is written to a
    // variable of its type.
    check_status!(unsafe {
        sys::napi_get_typedarray_info(
            env.raw(),
            value.raw(),
            &raw mut class,
            &raw mut length,
            &raw mut data,
            &raw mut buffer,
            &raw mut offset,
        )
    })?;
    if class != TypedArrayType::Uint8 as i32 {
        return Err(not_bytes());
    }
    // An array over a detached buffer, or out of the bounds of a resized one, has length 0.
    if length != kind.length {
        let reason = format!("Expected {} to be {} bytes", kind.name, kind.length);
        return Err(Failure::wrong_type(reason).into());
    }
    if bytes.try_reserve(length).is_err() {
        return Err(Failure::no_memory(kind.name).into());
    }
    let data = data.cast::<u8>();
    let mut is_unshared = false;
    // SAFETY: `buffer` is the buffer of the typed array, a value of the environment `env`, and the
    // result is written to a `bool`.
    check_status!(unsafe { sys::napi_is_arraybuffer(env.raw(), buffer, &raw mut is_unshared) })?;
    if is_unshared {
        // SAFETY: the engine says that the array has `length` bytes at `data`. Only code of
        // JavaScript on this thread can write to, detach or resize a buffer that is not shared, and
        // none runs before the slice is copied.
        bytes.extend_from_slice(unsafe { slice::from_raw_parts(data, length) });
    } else {
        // SAFETY: the engine says that the array has `length` bytes at `data`. A shared buffer
        // cannot shrink or be detached, and `value` keeps it alive. Other threads may write to it,
        // so every byte is read atomically, through a reference that allows for such writes.
        let shared = unsafe { slice::from_raw_parts(data.cast::<AtomicU8>(), length) };
        bytes.extend(shared.iter().map(|byte| byte.load(Ordering::Relaxed)));
    }
    Ok(())
}
