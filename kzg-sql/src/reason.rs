//! The reason for a null in a row.

use kzg_traits::{Error, Item};

use crate::operation::{Parameter, by_name};
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
            argument: argument(function, &error),
            cause: error.into(),
        }
    }

    /// The reason for a text that is no address of an object.
    pub(crate) fn address(function: &'static str, fault: AddressFault) -> Self {
        Self {
            function,
            argument: Parameter::URL.name,
            cause: fault.into(),
        }
    }
}

/// The name of the argument that an error is about, as the function calls it.
fn argument(function: &str, error: &Error) -> &'static str {
    let parameter = match error {
        Error::Length { item, .. }
        | Error::Hex { item, .. }
        | Error::Count { item, .. }
        | Error::FieldElement { item, .. }
        | Error::Point { item, .. } => match item {
            Item::Blob => Parameter::BLOB,
            Item::Cell => Parameter::CELLS,
            Item::CellIndex => Parameter::CELL_INDICES,
            Item::Commitment => Parameter::COMMITMENT,
            Item::Proof if takes(function, Parameter::PROOFS) => Parameter::PROOFS,
            Item::Proof => Parameter::PROOF,
            _ => return "value",
        },
        Error::CellIndex { .. } | Error::CellOrder { .. } => Parameter::CELL_INDICES,
        Error::CellCount { .. } => Parameter::CELLS,
        _ => return "value",
    };
    parameter.name
}

/// Whether a function has a parameter.
fn takes(function: &str, parameter: Parameter) -> bool {
    by_name(function).is_some_and(|operation| {
        let mut lists = operation.signatures().iter();
        lists.any(|list| list.contains(&parameter))
    })
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

    #[test]
    fn proofs_of_cells_and_the_proof_of_a_blob_have_the_names_of_their_arguments() {
        let error = Error::Length {
            item: Item::Proof,
            index: 0,
            expected: 48,
            actual: 1,
        };
        for (function, argument) in [("kzg_verify_blob", "proof"), ("kzg_verify_cells", "proofs")] {
            assert_eq!(
                Reason::new(function, error.clone()).to_string(),
                format!("{function}, argument {argument}: proof 0: 1 bytes, expected 48")
            );
        }
    }
}
