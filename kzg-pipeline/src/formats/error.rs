//! The reason why a content cannot be read in a format, or sidecars cannot be written in it.

use std::io;

use kzg_traits::Blob;

use super::{HexError, LONGEST_FILE, SidecarFault};
use kzg_advanced::codec::CodecError;

/// The reason why a content cannot be read in a format, or sidecars cannot be written in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The content has no known format.
    #[error(
        "neither the bytes of blobs (a multiple of {}), nor hexadecimal digits, nor a document of \
         a known format",
        Blob::LENGTH
    )]
    Unknown,
    /// The content is longer than content of this format may be.
    #[error("longer than {LONGEST_FILE} bytes; only raw blobs may be longer")]
    TooLong,
    /// The content does not have the length of raw blobs.
    #[error(
        "{actual} bytes, expected a multiple of {}, the length of a blob",
        Blob::LENGTH
    )]
    RawLength {
        /// The length of the content in bytes.
        actual: usize,
    },
    /// The content is not a list of hexadecimal items of the expected length.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// A part of the content is malformed.
    #[error("{path}: {reason}")]
    At {
        /// The place: the path of a JSON value, the name of an item, or a position in bytes.
        path: String,
        /// The fault.
        reason: Fault,
    },
    /// The length of a list does not match the number of blobs.
    #[error("{actual} {what}, expected {expected}")]
    Count {
        /// The kind of the list's items.
        what: &'static str,
        /// The length of the list.
        actual: usize,
        /// The expected length.
        expected: usize,
    },
    /// The content is not valid JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The content is JSON, but no document of the format.
    #[error("not a document of the format: no {0}")]
    NoPart(&'static str),
    /// The bytes cannot be encoded, or the blobs do not hold bytes in this encoding.
    #[error("blob {blob}: {reason}")]
    Codec {
        /// The position of the blob.
        blob: usize,
        /// The fault.
        reason: CodecError,
    },
    /// The blobs do not begin with an item of the encoding.
    #[error("field element {element} of the blobs: {reason}")]
    Encoding {
        /// The position of the field element, counted over all blobs.
        element: usize,
        /// The fault.
        reason: &'static str,
    },
    /// The words cannot be told from the padding of the last blob.
    #[error(
        "the last word is zero, which cannot be told from the padding of the last blob; whole \
         blobs have the format raw"
    )]
    EndsInZeros,
    /// The compressed content is damaged.
    #[error("the compressed data is damaged: {0}")]
    Gzip(io::Error),
    /// The format holds blobs only.
    #[error("the format holds blobs only, no commitments and no proofs")]
    OnlyBlobs,
    /// The format holds proofs of another kind.
    #[error("the format holds proofs of another kind")]
    OtherProofs,
    /// The format holds something that the sidecars lack.
    #[error("the format holds {0}, and there is none")]
    Lacks(&'static str),
    /// The document claims something about a blob that is false.
    #[error("{name}: {reason}")]
    False {
        /// The name of the blob.
        name: String,
        /// The false claim.
        reason: Box<SidecarFault>,
    },
    /// A Parquet file has too many rows.
    #[error("{rows} rows, at most {most} are read here; `kzg sql` reads longer tables")]
    ManyRows {
        /// The number of rows.
        rows: usize,
        /// The most rows that are read.
        most: usize,
    },
    /// There are cells and no blobs, and blobs are needed.
    #[error(
        "{name}: the file holds {cells} cells of it and not its first 64, which are the blob; \
         `kzg convert` recovers blobs from any 64 cells"
    )]
    OnlyCells {
        /// The name of the blob.
        name: String,
        /// The number of its cells.
        cells: usize,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The fault of a part of a content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The part is missing.
    #[error("missing")]
    Missing,
    /// The part has another type.
    #[error("not {expected}")]
    Type {
        /// The expected type, with an article.
        expected: &'static str,
    },
    /// The digits are malformed.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// A number is too large.
    #[error("{value}, at most {most} is expected")]
    Range {
        /// The number.
        value: u64,
        /// The largest number that is expected.
        most: u64,
    },
    /// A sidecar has no blob.
    #[error("a sidecar without a commitment has no blob")]
    Empty,
    /// Two items have the same index.
    #[error("duplicate index {index}")]
    Repeated {
        /// The index.
        index: u64,
    },
    /// The value differs from that of the first sidecar, and all should be of one block.
    #[error("differs from the first sidecar; all sidecars must belong to one block")]
    OtherBlock,
    /// A part has a wrong length.
    #[error("{actual} {unit}, expected {expected}")]
    Length {
        /// The actual length.
        actual: usize,
        /// The expected length.
        expected: usize,
        /// The unit of both.
        unit: &'static str,
    },
    /// The content ends in the middle.
    #[error("unexpected end of content")]
    Truncated,
    /// There is more content after the end.
    #[error("{bytes} bytes too many")]
    Trailing {
        /// The number of bytes.
        bytes: usize,
    },
    /// An offset of SSZ points to a wrong place.
    #[error("the offset {offset} points to a wrong place")]
    Offset {
        /// The offset.
        offset: u32,
    },
    /// An RLP length is not in its shortest form.
    #[error("not in the canonical form of RLP")]
    NotCanonical,
    /// The checksum is not that of the content.
    #[error("checksum mismatch: the content is damaged")]
    Checksum,
    /// A column of a table has a type that cannot hold values of the expected length.
    #[error("not FixedSizeBinary({width}) or Binary")]
    ColumnType {
        /// The length of the values in bytes.
        width: usize,
    },
    /// A row has no value.
    #[error("null, and a value is needed in each row")]
    Null,
    /// A variant of the format is not read.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// The version is unknown.
    #[error("version {version} is unknown")]
    Version {
        /// The version.
        version: u64,
    },
}

impl FormatError {
    /// The error of a part of a content.
    pub(super) fn at(path: impl Into<String>, reason: impl Into<Fault>) -> Self {
        Self::At {
            path: path.into(),
            reason: reason.into(),
        }
    }

    /// The error with the name of the part around its place.
    pub(super) fn within(self, outer: &str) -> Self {
        match self {
            Self::At { path, reason } => Self::At {
                path: format!("{outer}, {path}"),
                reason,
            },
            error => error,
        }
    }
}
