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
use std::io;
use std::path::Path;

use kzg_advanced::files;
use kzg_traits::{Blob, KzgCommitment, KzgProof};

pub(crate) mod bundle;
pub mod cells;
mod check;
mod engine;
mod hex;
mod raw;

pub use check::SidecarFault;
pub use engine::{BundleV1, BundleV2};
pub use hex::{Hex, HexError, read_hex, resembles_hex};
pub use raw::Raw;

/// The maximum length of a file that [`read_file`] reads, in bytes: over two hundred blobs in
/// hexadecimal.
pub const LONGEST_FILE: u64 = 64 << 20;

/// Blobs with their commitments and proofs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidecars {
    /// The blobs.
    pub blobs: Vec<Box<Blob>>,
    /// The commitment to each blob; empty if the format has no commitments.
    pub commitments: Vec<KzgCommitment>,
    /// The proofs.
    pub proofs: SidecarProofs,
}

impl Sidecars {
    /// Blobs without commitments and proofs, from the 131072 bytes of each blob.
    fn of_blobs<'a>(blobs: impl Iterator<Item = &'a [u8]>) -> Self {
        let blobs = blobs.map(|bytes| {
            let mut blob = Blob::zeroed_on_heap();
            blob.0.copy_from_slice(bytes);
            blob
        });
        Self {
            blobs: blobs.collect(),
            ..Self::default()
        }
    }

    /// The bytes of the blobs, for a format that holds nothing else.
    fn only_blobs(&self) -> Result<impl Iterator<Item = &[u8]>, FormatError> {
        if !self.commitments.is_empty() || self.proofs != SidecarProofs::None {
            return Err(FormatError::OnlyBlobs);
        }
        Ok(self.blobs.iter().map(|blob| blob.as_slice()))
    }
}

/// The proofs of blobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SidecarProofs {
    /// No proofs.
    #[default]
    None,
    /// A proof for each blob (EIP-4844).
    Blobs(Vec<KzgProof>),
    /// The proofs of the 128 cells of each blob, blob after blob (EIP-7594).
    Cells(Vec<KzgProof>),
}

/// A file format in which other programs read and write blobs.
pub trait Format: Debug + Send + Sync {
    /// The name of the format, such as `bundle-v1`.
    fn name(&self) -> &'static str;

    /// Whether a content looks like this format. [`read`](Self::read) may still fail.
    fn recognizes(&self, content: &[u8]) -> bool;

    /// Reads a content. Does not check that points and field elements are valid.
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

/// All formats, in the order in which [`recognize`] tries them.
///
/// Raw blobs come last, because only their length tells them. A content of 262144 hexadecimal
/// digits has the length of two raw blobs too, and is read as digits.
static ALL: [&dyn Format; 4] = [&Hex, &BundleV1, &BundleV2, &Raw];

/// All formats, in the order in which [`recognize`] tries them.
#[must_use]
pub fn all() -> &'static [&'static dyn Format] {
    &ALL
}

/// The format with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    ALL.into_iter().find(|format| format.name() == name)
}

/// The first format that recognizes a content.
#[must_use]
pub fn recognize(content: &[u8]) -> Option<&'static dyn Format> {
    ALL.into_iter().find(|format| format.recognizes(content))
}

/// Reads a file in any of the formats.
///
/// # Errors
///
/// [`FormatError::Io`] for a file that cannot be read, is no regular file or has more than
/// [`LONGEST_FILE`] bytes; [`FormatError::Unknown`] for a content of no known format; the error of
/// the format that the content has.
pub fn read_file(path: &Path) -> Result<Sidecars, FormatError> {
    let content = files::read_bounded(path, LONGEST_FILE)?;
    recognize(&content)
        .ok_or(FormatError::Unknown)?
        .read(&content)
}

/// Why a content cannot be read in a format, or sidecars cannot be written in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The content has no known format.
    #[error(
        "neither the bytes of blobs (a multiple of {}), nor hexadecimal digits, nor a bundle of \
         the Engine API",
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
    /// An item of the content is malformed.
    #[error("{what} {index}: {reason}")]
    Item {
        /// The kind of the item.
        what: &'static str,
        /// The position of the item in its list.
        index: usize,
        /// What is wrong with the item.
        reason: HexError,
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
    /// The content is not valid JSON of the format.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The format holds blobs only.
    #[error("the format holds blobs only, no commitments and no proofs")]
    OnlyBlobs,
    /// The format holds proofs of another kind.
    #[error("the format holds proofs of another kind")]
    OtherProofs,
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}
