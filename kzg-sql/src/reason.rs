//! The reason for a null in a row.

use kzg_traits::{Error, Item};

use crate::stores::AddressFault;

/// The reason why a function gives null for a row whose arguments are not null.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{function}, argument {argument}: {cause}")]
pub struct Reason {
    function: &'static str,
    argument: &'static str,
    cause: Cause,
}

/// The error in an argument.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Cause {
    /// The bytes are malformed.
    #[error(transparent)]
    Bytes(#[from] Error),
    /// The text is no address of an object.
    #[error(transparent)]
    Address(#[from] AddressFault),
}

impl Reason {
    /// The reason for an error about malformed input.
    pub(crate) fn new(function: &'static str, error: Error) -> Self {
        Self {
            function,
            argument: argument(&error),
            cause: error.into(),
        }
    }

    /// The reason for a text that is no address of an object.
    pub(crate) fn address(function: &'static str, fault: AddressFault) -> Self {
        Self {
            function,
            argument: "url",
            cause: fault.into(),
        }
    }
}

/// The name of the argument that an error is about.
fn argument(error: &Error) -> &'static str {
    match error {
        Error::Length { item, .. }
        | Error::Hex { item, .. }
        | Error::Count { item, .. }
        | Error::FieldElement { item, .. }
        | Error::Point { item, .. } => match item {
            Item::Blob => "blob",
            Item::Cell => "cells",
            Item::CellIndex => "cell_indices",
            Item::Commitment => "commitment",
            Item::Proof => "proof",
            _ => "value",
        },
        Error::CellIndex { .. } | Error::CellOrder { .. } => "cell_indices",
        Error::CellCount { .. } => "cells",
        _ => "value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_the_function_the_argument_and_the_error() {
        let error = Error::Length {
            item: Item::Commitment,
            index: 0,
            expected: 48,
            actual: 1,
        };
        assert_eq!(
            Reason::new("kzg_blob_proof", error).to_string(),
            "kzg_blob_proof, argument commitment: commitment 0: 1 bytes, expected 48"
        );
    }
}
