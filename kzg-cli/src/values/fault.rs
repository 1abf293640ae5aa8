//! The reason why a content is not the value that a command expects.

use kzg_pipeline::formats::{FormatError, HexError};

use super::document;
use crate::errors::bad;

/// The reason why a content is not a value of the expected kind.
#[derive(Debug, thiserror::Error)]
pub(super) enum ValueFault {
    /// The content does not have the format that was named or recognised, its digits are wrong, or
    /// one of its lists has another length.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The content has no form in which a value is given.
    #[error("{0}")]
    Other(super::seen::Seen),
    /// The format that was named holds no cells.
    #[error("the format {format} holds no cells")]
    NoCells { format: &'static str },
    /// The argument is neither a value nor the name of a file.
    #[error("no such file")]
    NoFile,
    /// There is no value.
    #[error("no value, expected one")]
    NoValue,
    /// There are several values, and none was chosen.
    #[error("{count} values, expected one; choose one with --index N, counted from 0")]
    Several { count: usize },
    /// There are fewer values than the chosen one needs.
    #[error("index {index} is out of range: the file has {count} values")]
    NoSuchIndex { index: usize, count: usize },
    /// The JSON document has none of the keys of the value.
    #[error("the JSON document has no {key}")]
    MissingKey { key: &'static str },
    /// The key holds something else than strings.
    #[error("{key} is neither a string nor a list of strings")]
    NotStrings { key: &'static str },
    /// The content begins like a JSON document, and is none.
    #[error("not JSON: {0}")]
    Json(FormatError),
}

impl From<HexError> for ValueFault {
    fn from(error: HexError) -> Self {
        Self::Format(error.into())
    }
}

impl ValueFault {
    /// The fault of a content that begins like a JSON document.
    pub(super) fn document(error: FormatError) -> Self {
        match document::refusal(&error) {
            Some(_) => Self::Format(error),
            None => Self::Json(error),
        }
    }

    /// The error about a value under a name. A false claim stays the error that it is: the file is well
    /// formed, and says something false about a blob. `reason` describes other faults.
    pub(super) fn named(self, name: String, reason: impl FnOnce(&Self) -> String) -> anyhow::Error {
        match self {
            Self::Format(claim @ FormatError::False { .. }) => bad(name, claim),
            fault => bad(name, reason(&fault)),
        }
    }
}
