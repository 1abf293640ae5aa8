//! The common part of all cases: an input, and a result or none.

use core::fmt::Debug;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use super::yaml;
use crate::law::CheckFailure;
use kzg_traits::error::{ErrorKind, Result};
use kzg_traits::settings::KzgSettings;

/// Reads a case and runs it.
pub(super) type Run = fn(&str, &dyn KzgSettings) -> Result<(), CheckFailure>;

/// A table of handlers, each run by the function of the same name.
macro_rules! handlers {
    ($($name:ident: $cases:literal cases,)*) => {
        [$(Handler { name: stringify!($name), cases: $cases, run: $name }),*]
    };
}
pub(super) use handlers;

/// The form of every case.
#[derive(serde::Deserialize)]
#[serde(
    bound = "I: DeserializeOwned, O: DeserializeOwned",
    deny_unknown_fields
)]
struct Contents<I, O> {
    input: I,
    #[serde(deserialize_with = "stated")]
    output: Option<O>,
}

/// A result, or an explicit `null`. A missing result is an error.
fn stated<'de, O: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<O>, D::Error> {
    Option::deserialize(deserializer)
}

/// Runs `call` on the input of the case. The call must give the output of the case; where the output
/// is `null`, the call must refuse the input.
pub(super) fn check<I: DeserializeOwned, O: DeserializeOwned + PartialEq + Debug>(
    text: &str,
    call: impl FnOnce(I) -> Result<O>,
) -> Result<(), CheckFailure> {
    let case: Contents<I, O> = yaml::from_str(text)
        .map_err(|error| CheckFailure::new(format!("not a case of this handler: {error}")))?;
    match (call(case.input), case.output) {
        (Ok(actual), Some(expected)) if actual == expected => Ok(()),
        (Err(error), None) if error.kind() == ErrorKind::Input => Ok(()),
        (actual, Some(expected)) => Err(CheckFailure::new(format!(
            "{actual:?}, expected Ok({expected:?})"
        ))),
        (actual, None) => Err(CheckFailure::new(format!(
            "{actual:?}, expected an error of kind input"
        ))),
    }
}

/// Reads a list. An error names the index of the item.
pub(super) fn each<T>(texts: &[String], read: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| read(text).map_err(|error| error.with_index(index)))
        .collect()
}

/// The input of the operations on a blob alone.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OneBlob {
    pub(super) blob: String,
}
