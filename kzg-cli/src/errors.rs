//! Errors of the program: constructors by cause, and the names of arguments in messages.

use std::ffi::OsStr;
use std::io;

use kzg_advanced::{Error, IoAction, KzgAdvancedError, SetupError};

use crate::printable::on_one_line;

/// The argument that stands for standard input, or standard output.
pub(crate) const STANDARD_STREAM: &str = "-";

/// An argument in messages: shortened, since it may be the digits of a blob.
pub(crate) fn name(argument: &OsStr) -> String {
    /// Most characters of an argument in a message.
    const SHOWN: usize = 120;

    if argument == STANDARD_STREAM {
        return "standard input".to_owned();
    }
    if argument.is_empty() {
        return "an empty argument".to_owned();
    }
    let text = on_one_line(&argument.to_string_lossy());
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The error of malformed input.
pub(crate) fn bad(
    item: String,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> anyhow::Error {
    KzgAdvancedError::data(item, source).into()
}

/// A function that makes the error of reading the file `name`.
pub(crate) fn unreadable(name: &str) -> impl FnOnce(io::Error) -> anyhow::Error {
    let error = KzgAdvancedError::io(IoAction::Read, name.to_owned());
    move |source: io::Error| error(source).into()
}

/// The error of wrong usage.
pub(crate) fn usage(reason: &str) -> anyhow::Error {
    KzgAdvancedError::Configuration {
        reason: reason.to_owned(),
    }
    .into()
}

/// The error of a backend or of a trusted setup in an error of any type.
pub(crate) fn setup_error(error: &anyhow::Error) -> Option<&SetupError> {
    if let Some(KzgAdvancedError::Setup(error)) = error.downcast_ref() {
        return Some(error);
    }
    if let Some(Error::Setup(error)) = error.downcast_ref() {
        return Some(error);
    }
    error.downcast_ref()
}
