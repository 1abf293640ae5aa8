//! The answer of a call, and its form in JavaScript.

use kzg_backends::kzg_traits::{Cell, Error as KzgError, ErrorKind, KzgProof};
use napi::bindgen_prelude::*;
use napi::{JsValue, sys};

/// The answer of a call.
pub enum Answer {
    /// One item, as a `Buffer`.
    Item(Vec<u8>),
    /// Two items, in an array.
    Pair(Vec<u8>, Vec<u8>),
    /// A verdict.
    Verdict(bool),
    /// Cells, in an array.
    Cells(Vec<Cell>),
    /// Cells and their proofs, in an array of two arrays.
    CellsAndProofs(Vec<Cell>, Vec<KzgProof>),
    /// The reason why there is no result.
    Failed(Failure),
}

impl TypeName for Answer {
    fn type_name() -> &'static str {
        "Answer"
    }

    fn value_type() -> napi::ValueType {
        napi::ValueType::Unknown
    }
}

impl ToNapiValue for Answer {
    #[allow(unsafe_code, reason = "the signature of the trait")]
    unsafe fn to_napi_value(env: sys::napi_env, answer: Self) -> Result<sys::napi_value> {
        let env = Env::from_raw(env);
        let value = match answer {
            Self::Item(bytes) => buffer(&env, &bytes)?,
            Self::Pair(first, second) => {
                list(&env, &[buffer(&env, &first)?, buffer(&env, &second)?])?
            }
            Self::Verdict(verdict) => verdict.into_unknown(&env)?,
            Self::Cells(cells) => buffers(&env, &cells)?,
            Self::CellsAndProofs(cells, proofs) => {
                list(&env, &[buffers(&env, &cells)?, buffers(&env, &proofs)?])?
            }
            Self::Failed(failure) => failure.to_object(&env)?,
        };
        Ok(value.raw())
    }
}

fn buffer<'env>(env: &'env Env, bytes: &[u8]) -> Result<Unknown<'env>> {
    BufferSlice::copy_from(env, bytes)?.into_unknown(env)
}

fn buffers<'env, T: AsRef<[u8]>>(env: &'env Env, items: &[T]) -> Result<Unknown<'env>> {
    let items = items.iter().map(|item| buffer(env, item.as_ref()));
    list(env, &items.collect::<Result<Vec<_>>>()?)
}

fn list<'env>(env: &'env Env, items: &[Unknown<'env>]) -> Result<Unknown<'env>> {
    let mut list = env.create_array(items.len() as u32)?;
    for (position, item) in items.iter().enumerate() {
        list.set(position as u32, *item)?;
    }
    list.into_unknown(env)
}

/// The reason why a call has no result.
pub struct Failure {
    /// The kind of our error in lower case, or `type` for an argument of a wrong type or length.
    kind: &'static str,
    /// The code of C's interface.
    code: &'static str,
    message: String,
    index: Option<usize>,
}

impl Failure {
    /// An argument of a wrong type or length.
    pub(crate) fn wrong_type(message: String) -> Self {
        Self::new("type", "C_KZG_BADARGS", message)
    }

    /// Malformed input.
    pub(crate) fn input(message: String) -> Self {
        Self::new("input", "C_KZG_BADARGS", message)
    }

    /// No memory for the copy of an argument.
    pub(crate) fn no_memory(name: &str) -> Self {
        let message = format!("no memory for a copy of the argument: {name}");
        Self::new("busy", "C_KZG_MALLOC", message)
    }

    /// A panic of the backend.
    pub(crate) fn panic() -> Self {
        Self::new(
            "fault",
            "C_KZG_ERROR",
            "the backend has panicked".to_owned(),
        )
    }

    fn new(kind: &'static str, code: &'static str, message: String) -> Self {
        Self {
            kind,
            code,
            message,
            index: None,
        }
    }

    /// The same failure, of the item at this position of a list.
    pub(crate) fn at(mut self, index: usize) -> Self {
        self.index = Some(index);
        self
    }

    /// An object with the fields `failed`, `kind`, `code`, `message` and, where one is known,
    /// `index`.
    fn to_object<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        let mut object = Object::new(env)?;
        object.set("failed", true)?;
        object.set("kind", self.kind)?;
        object.set("code", self.code)?;
        object.set("message", self.message.as_str())?;
        if let Some(index) = self.index {
            object.set("index", index as u32)?;
        }
        object.into_unknown(env)
    }
}

impl From<KzgError> for Failure {
    fn from(error: KzgError) -> Self {
        let (kind, code) = match error.kind() {
            ErrorKind::Input => ("input", "C_KZG_BADARGS"),
            ErrorKind::Setup => ("setup", "C_KZG_BADARGS"),
            ErrorKind::Busy => ("busy", "C_KZG_ERROR"),
            ErrorKind::Fault => ("fault", "C_KZG_ERROR"),
            ErrorKind::Io => ("io", "C_KZG_ERROR"),
            ErrorKind::Integrity => ("integrity", "C_KZG_ERROR"),
            ErrorKind::Deadline => ("deadline", "C_KZG_ERROR"),
            ErrorKind::Cancelled => ("cancelled", "C_KZG_ERROR"),
        };
        Self {
            kind,
            code,
            message: error.to_string(),
            index: error.index(),
        }
    }
}
