//! Typed errors with fields and indexes. [`Error::kind`] alone decides how the layers above
//! react.

mod item;
mod kind;
mod point;
mod setup;

use std::io;

pub use item::Item;
use item::{field_element, plural, position};
pub use kind::{ErrorKind, IoAction};
pub use point::PointError;
pub use setup::{SetupCheck, SetupError, SetupOrder, SetupSection};

/// The result of every protocol operation.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// The reason why an operation has no result.
///
/// A proof that does not hold is not an error: the result is `Ok(false)`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An item has the wrong number of bytes.
    #[error("{item}{}: {actual} bytes, expected {expected}", position(*.item, *.index))]
    Length {
        /// The item that the bytes should encode.
        item: Item,
        /// The position of the item in the call's list; 0 if the call takes only one.
        index: usize,
        /// The length that the item must have.
        expected: usize,
        /// The length that the item has.
        actual: usize,
    },
    /// A hexadecimal string cannot be read.
    #[error("{item}{}: not hexadecimal", position(*.item, *.index))]
    Hex {
        /// The item that the string should encode.
        item: Item,
        /// The position of the item in the call's list; 0 if the call takes only one.
        index: usize,
    },
    /// Two lists that belong together differ in length.
    #[error("{actual} {} given, expected {expected}", plural(*.item))]
    Count {
        /// The kind of the list's items.
        item: Item,
        /// The number of items there should be.
        expected: usize,
        /// The number of items there are.
        actual: usize,
    },
    /// A field element is at or above the group order.
    #[error(
        "{item}{}: {}not canonical, at or above the group order",
        position(*.item, *.index),
        field_element(*.item, *.element)
    )]
    FieldElement {
        /// The item that holds the field element.
        item: Item,
        /// The position of the item in the call's list; 0 if the call takes only one.
        index: usize,
        /// The position of the field element in the item.
        element: usize,
    },
    /// A commitment or a proof is not a point of the group.
    #[error("{item}{}: {reason}", position(*.item, *.index))]
    Point {
        /// The kind of the item.
        item: Item,
        /// The position of the item in the call's list; 0 if the call takes only one.
        index: usize,
        /// The first check that failed.
        reason: PointError,
    },
    /// A cell index is 128 or more.
    #[error("cell index {index}: {cell_index} is not below 128")]
    CellIndex {
        /// The position of the cell index in the call's list.
        index: usize,
        /// The cell index.
        cell_index: u64,
    },
    /// The cell indices for a recovery do not ascend.
    #[error("cell index {index}: not above the one before it")]
    CellOrder {
        /// The position of the first cell index that is not above the one before it.
        index: usize,
    },
    /// A recovery needs at least 64 cells, and there are 128 at most.
    #[error("{actual} cells given, expected 64 to 128")]
    CellCount {
        /// The number of cells given.
        actual: usize,
    },
    /// The trusted setup or the backend cannot be used.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The call was refused for lack of capacity; nothing was computed.
    #[error("busy: {reason}")]
    Busy {
        /// The resource that is full or closed.
        reason: String,
    },
    /// The backend failed in a way that says nothing about the input.
    #[error("fault in backend {backend}: {message}")]
    Fault {
        /// The backend's name.
        backend: String,
        /// The message of the backend.
        message: String,
    },
    /// The machine failed: a full disk, a file that is unreadable or changes while it is read, a
    /// thread that cannot be started. Another backend or another try on the same machine fails
    /// in the same way.
    #[error("cannot {action} {item}: {message}")]
    Io {
        /// The action that failed.
        action: IoAction,
        /// The file, device or threads, by name.
        item: String,
        /// The category of the operating system's error.
        kind: io::ErrorKind,
        /// The operating system's description of the error.
        message: String,
    },
    /// Two computations that must agree do not; the result was withheld.
    #[error("integrity: {message}")]
    Integrity {
        /// The results that disagree.
        message: String,
    },
    /// The deadline passed before the call had a result.
    #[error("the deadline has passed")]
    Deadline,
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    /// The error of an action of the operating system on `item`.
    ///
    /// ```
    /// use std::io;
    /// use kzg_traits::error::{Error, ErrorKind, IoAction};
    ///
    /// let full = io::Error::from(io::ErrorKind::StorageFull);
    /// let error = Error::io(IoAction::Write, "blobs/00000007.blob", &full);
    /// assert_eq!(error.kind(), ErrorKind::Io);
    /// assert!(error.to_string().starts_with("cannot write blobs/00000007.blob: "));
    /// ```
    #[must_use]
    pub fn io(action: IoAction, item: impl Into<String>, error: &io::Error) -> Self {
        Self::Io {
            action,
            item: item.into(),
            kind: error.kind(),
            message: error.to_string(),
        }
    }

    /// The kind of the error, which decides what a layer or a caller does.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Length { .. }
            | Self::Hex { .. }
            | Self::Count { .. }
            | Self::FieldElement { .. }
            | Self::Point { .. }
            | Self::CellIndex { .. }
            | Self::CellOrder { .. }
            | Self::CellCount { .. } => ErrorKind::Input,
            Self::Setup(SetupError::Threads { .. }) => ErrorKind::Io,
            Self::Setup(_) => ErrorKind::Setup,
            Self::Busy { .. } => ErrorKind::Busy,
            Self::Fault { .. } => ErrorKind::Fault,
            Self::Io { .. } => ErrorKind::Io,
            Self::Integrity { .. } => ErrorKind::Integrity,
            Self::Deadline => ErrorKind::Deadline,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    /// The position of the item that the error names, where it names one.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::Length { index, .. }
            | Self::Hex { index, .. }
            | Self::FieldElement { index, .. }
            | Self::Point { index, .. }
            | Self::CellIndex { index, .. }
            | Self::CellOrder { index } => Some(*index),
            _ => None,
        }
    }

    /// The same error with the item's position replaced by `index`.
    ///
    /// Callers that pass a list to the protocol in pieces use this method to report positions in
    /// the whole list.
    #[must_use]
    pub fn with_index(mut self, index: usize) -> Self {
        match &mut self {
            Self::Length { index: i, .. }
            | Self::Hex { index: i, .. }
            | Self::FieldElement { index: i, .. }
            | Self::Point { index: i, .. }
            | Self::CellIndex { index: i, .. }
            | Self::CellOrder { index: i } => *i = index,
            _ => {}
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_item_and_its_position() {
        let point = Error::Point {
            item: Item::Commitment,
            index: 3,
            reason: PointError::Subgroup,
        };
        assert_eq!(
            point.to_string(),
            "commitment 3: not in the prime-order subgroup"
        );
        let element = Error::FieldElement {
            item: Item::Blob,
            index: 2,
            element: 17,
        };
        assert_eq!(
            element.to_string(),
            "blob 2: field element 17: not canonical, at or above the group order"
        );
        let z = Error::FieldElement {
            item: Item::Z,
            index: 0,
            element: 0,
        };
        assert_eq!(
            z.to_string(),
            "z: not canonical, at or above the group order"
        );
        let count = Error::Count {
            item: Item::Proof,
            expected: 4,
            actual: 3,
        };
        assert_eq!(count.to_string(), "3 proofs given, expected 4");
    }

    #[test]
    fn with_index_replaces_the_position_of_the_item() {
        let error = Error::FieldElement {
            item: Item::Blob,
            index: 0,
            element: 9,
        };
        assert_eq!(error.with_index(5).index(), Some(5));
        assert_eq!(Error::Deadline.with_index(5), Error::Deadline);
    }
}
