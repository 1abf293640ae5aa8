//! The items that an error can name.

use core::fmt;

/// The kinds of items in inputs, for error messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Item {
    /// A blob of 131072 bytes.
    Blob,
    /// A cell of 2048 bytes.
    Cell,
    /// The position of a cell in its extended blob.
    CellIndex,
    /// A commitment of 48 bytes.
    Commitment,
    /// A proof of 48 bytes.
    Proof,
    /// The evaluation point `z`, 32 bytes.
    Z,
    /// The claimed value `y`, 32 bytes.
    Y,
    /// 32 bytes without a more specific meaning.
    Bytes32,
    /// 48 bytes without a more specific meaning.
    Bytes48,
    /// A slot of the caller's output buffer.
    Output,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blob => "blob",
            Self::Cell => "cell",
            Self::CellIndex => "cell index",
            Self::Commitment => "commitment",
            Self::Proof => "proof",
            Self::Z => "z",
            Self::Y => "y",
            Self::Bytes32 => "Bytes32",
            Self::Bytes48 => "Bytes48",
            Self::Output => "output",
        })
    }
}

/// The name of several items of one kind.
pub(super) fn plural(item: Item) -> String {
    match item {
        Item::CellIndex => "cell indices".to_owned(),
        _ => format!("{item}s"),
    }
}

/// The position with a space before it, such as ` 3`; empty for `z` and `y`, which never come in
/// lists.
pub(super) fn position(item: Item, index: usize) -> String {
    match item {
        Item::Z | Item::Y => String::new(),
        _ => format!(" {index}"),
    }
}

/// The text `field element 17: ` for items of many field elements; empty for others.
pub(super) fn field_element(item: Item, element: usize) -> String {
    match item {
        Item::Blob | Item::Cell => format!("field element {element}: "),
        _ => String::new(),
    }
}
