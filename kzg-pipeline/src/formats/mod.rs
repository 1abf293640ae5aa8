//! Blobs, cells and proofs in the file formats of other programs.
//!
//! A [`Format`] turns the content of a file into [`Sidecars`] and back. [`recognize`] finds a
//! format by the content, and [`by_name`] finds a format by its name.
//!
//! ```
//! use kzg_pipeline::formats::{self, Format, Hex};
//! use kzg_traits::Blob;
//!
//! let text = format!("\"0x{}\"\n", "00".repeat(Blob::LENGTH));
//! let format = formats::recognize(text.as_bytes()).expect("hexadecimal digits");
//! let sidecars = format.read(text.as_bytes())?;
//! assert_eq!((format.name(), sidecars.blobs.len()), ("hex", 1));
//! assert_eq!(Hex.write(&sidecars)?.len(), 2 + 2 * Blob::LENGTH + 1);
//! # Ok::<(), formats::FormatError>(())
//! ```

use core::fmt::Debug;
use std::borrow::Cow;
use std::path::Path;

use kzg_advanced::files;

mod archiver;
pub mod beacon;
pub(crate) mod cell_claims;
pub mod cells;
mod check;
mod complete;
mod encodings;
pub(crate) mod engine_api;
mod error;
mod gzip;
mod hex;
mod json;
mod parquet;
mod raw;
mod sidecars;
mod transaction;

#[cfg(all(test, feature = "blst"))]
mod tests;

pub use archiver::{BlobArchiver, BlobArchiverGzip};
pub use beacon::{
    BeaconBlobs, BeaconBlobsSsz, BlobSidecars, BlobSidecarsSsz, DataColumns, DataColumnsSsz,
};
pub use check::SidecarFault;
pub(crate) use check::verify_present;
pub use encodings::{Alloy, Encoded, Words};
pub use engine_api::{BundleV1, BundleV2, GetBlobsV1, GetBlobsV2, GetBlobsV4};
pub use error::{Fault, FormatError};
pub use gzip::{decompressed, is_gzip};
pub use hex::{Hex, HexError, read_hex, resembles_hex};
pub use parquet::Parquet;
pub use raw::Raw;
pub use sidecars::{BlobCells, Contents, ProofKind, SidecarProofs, Sidecars};
pub use transaction::{
    SidecarV0, SidecarV0Json, SidecarV1, SidecarV1Json, TransactionV0, TransactionV1,
};

use json::Json;

/// The maximum length of a file that [`read_file`] reads, in bytes: over two hundred blobs in
/// hexadecimal.
pub const LONGEST_FILE: u64 = 64 << 20;

/// A file format in which other programs read and write blobs.
pub trait Format: Debug + Send + Sync {
    /// The name of the format, such as `bundle-v1`.
    fn name(&self) -> &'static str;

    /// The parts that a content in this format holds, and that [`write`](Self::write) needs.
    /// [`Sidecars::complete`] computes it.
    fn holds(&self) -> Contents;

    /// Whether the format is an encoding of any bytes, so that every content is taken as it is,
    /// compressed content too.
    fn is_encoding(&self) -> bool {
        false
    }

    /// Whether a content looks like this format. [`read`](Self::read) may still fail.
    fn recognizes(&self, content: &[u8]) -> bool;

    /// Reads a content. Does not check that points and field elements are valid, and verifies
    /// nothing: [`Sidecars::verify`] does.
    ///
    /// # Errors
    ///
    /// [`FormatError`] for a content that does not have this format.
    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError>;

    /// Writes sidecars in the preferred notation of the format's specification.
    ///
    /// # Errors
    ///
    /// [`FormatError`] for sidecars that the format cannot hold.
    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError>;
}

/// A format of JSON documents, which are parsed once for all of these formats. Every such format is
/// a [`Format`].
trait JsonFormat: Format {
    /// The name of the format, and what a document holds.
    fn identity(&self) -> (&'static str, Contents);

    /// The text of a document, for a format that allows compressed documents too.
    fn text<'c>(&self, content: &'c [u8]) -> Result<Cow<'c, [u8]>, FormatError> {
        Ok(Cow::Borrowed(content))
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool;

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError>;

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError>;
}

impl<F: JsonFormat> Format for F {
    fn name(&self) -> &'static str {
        self.identity().0
    }

    fn holds(&self) -> Contents {
        self.identity().1
    }

    fn recognizes(&self, content: &[u8]) -> bool {
        let text = self.text(content);
        text.is_ok_and(|text| Json::parse(&text).is_ok_and(|json| self.recognizes_json(&json)))
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        self.read_json(&Json::parse(&self.text(content)?)?)
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        self.write_json(sidecars).map(String::into_bytes)
    }
}

/// The formats of JSON documents, in the order in which [`recognize`] tries them. A document of a
/// later format may look like one of an earlier format.
static JSON: [&dyn JsonFormat; 11] = [
    &BundleV1,
    &BundleV2,
    &SidecarV0Json,
    &SidecarV1Json,
    &GetBlobsV1,
    &GetBlobsV2,
    &GetBlobsV4,
    &BlobArchiver,
    &BlobSidecars,
    &DataColumns,
    &BeaconBlobs,
];

/// The formats of bytes that their structure shows.
static BINARY: &[&dyn Format] = &[
    &Parquet,
    &TransactionV0,
    &TransactionV1,
    &SidecarV0,
    &SidecarV1,
    &BlobSidecarsSsz,
    &DataColumnsSsz,
];

/// All formats, in the order of expected use.
static ALL: &[&dyn Format] = &[
    &Raw,
    &Hex,
    &BundleV1,
    &BundleV2,
    &GetBlobsV1,
    &GetBlobsV2,
    &GetBlobsV4,
    &TransactionV0,
    &TransactionV1,
    &SidecarV0,
    &SidecarV1,
    &SidecarV0Json,
    &SidecarV1Json,
    &BeaconBlobs,
    &BeaconBlobsSsz,
    &BlobSidecars,
    &BlobSidecarsSsz,
    &DataColumns,
    &DataColumnsSsz,
    &BlobArchiver,
    &BlobArchiverGzip,
    &Parquet,
    &Encoded::SIMPLE,
    &Alloy,
    &Encoded::OP_STACK,
    &Encoded::EIGEN_DA,
    &Words,
];

/// All formats.
#[must_use]
pub fn all() -> &'static [&'static dyn Format] {
    ALL
}

/// The further names of formats, with the names that the formats give themselves: the answers to two
/// versions of one call may have one form.
static ALIASES: [(&str, &str); 1] = [("get-blobs-v3", "get-blobs-v2")];

/// Every name that [`by_name`] knows: the names of all formats, each with its further names behind it.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|format| {
        let name = format.name();
        let further = ALIASES.iter().filter(move |(_, of)| *of == name);
        core::iter::once(name).chain(further.map(|(alias, _)| *alias))
    })
}

/// The format with this name, which may be a further name of the format.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, of)| of);
    ALL.iter().copied().find(|format| format.name() == name)
}

/// The format that a content shows.
///
/// Raw blobs come last, because only their length shows the format. A content of 262144 hexadecimal
/// digits has the length of two raw blobs too, and is read as digits.
#[must_use]
pub fn recognize(content: &[u8]) -> Option<&'static dyn Format> {
    if gzip::is_gzip(content) {
        return BlobArchiver.recognizes(content).then_some(&BlobArchiver);
    }
    if Json::begins(content)
        && let Ok(json) = Json::parse(content)
    {
        let mut formats = JSON.iter();
        if let Some(format) = formats.find(|format| format.recognizes_json(&json)) {
            return Some(*format);
        }
    }
    let mut binary = BINARY.iter().copied();
    binary
        .find(|format| format.recognizes(content))
        .or_else(|| Hex.recognizes(content).then_some(&Hex as &dyn Format))
        .or_else(|| Raw.recognizes(content).then_some(&Raw as &dyn Format))
}

/// The text of a JSON document, without a byte order mark, if every format may read the document: it
/// has at most 1,048,576 values, and no object has a key twice. For programs that read documents of
/// other kinds into memory.
///
/// # Errors
///
/// [`FormatError::Json`] with the place of the first fault.
pub fn checked_json(content: &[u8]) -> Result<&[u8], FormatError> {
    Json::parse(content)?;
    Ok(content
        .strip_prefix(hex::BYTE_ORDER_MARK)
        .unwrap_or(content))
}

/// Whether a content begins like a JSON document.
pub(crate) fn resembles_json(content: &[u8]) -> bool {
    Json::begins(content)
}

/// Reads a file in any of the formats, compressed by gzip or not.
///
/// # Errors
///
/// [`FormatError::Io`] for a file that cannot be read, is no regular file or has more than
/// [`LONGEST_FILE`] bytes; [`FormatError::Unknown`] for a content of no known format; the error of
/// the format that the content has.
pub fn read_file(path: &Path) -> Result<Sidecars, FormatError> {
    let content = files::read_bounded(path, LONGEST_FILE)?;
    let content = decompressed(&content)?;
    recognize(&content)
        .ok_or(FormatError::Unknown)?
        .read(&content)
}
