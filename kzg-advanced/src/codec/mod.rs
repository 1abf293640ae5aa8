//! Encodings of bytes into blobs.

use core::fmt::Debug;

use kzg_traits::Blob;

mod eigen_da;
mod op_stack;
mod packed;
mod raw;
mod simple;

pub use eigen_da::EigenDa;
pub use op_stack::OpStack;
pub use raw::RawBlobs;
pub use simple::SimpleCoder;

/// An encoding of bytes into blobs, with one item per blob: every blob decodes on its own.
pub trait BlobCodec: Debug + Send + Sync {
    /// The name of the encoding in a manifest.
    fn name(&self) -> &'static str;

    /// The largest number of bytes in one blob.
    fn capacity(&self) -> usize;

    /// Encodes `item` into `blob`, which is overwritten. Every field element of the blob is
    /// canonical.
    ///
    /// # Errors
    ///
    /// [`CodecError::Empty`] for no bytes, which have no blob. [`CodecError::TooLong`] for
    /// more than [`capacity`](Self::capacity). An encoding that does not accept every item has
    /// further errors.
    fn encode(&self, item: &[u8], blob: &mut Blob) -> Result<(), CodecError>;

    /// Appends the bytes of a blob to `out`. Only blobs that [`encode`](Self::encode) writes are
    /// accepted, so that each item has exactly one blob.
    ///
    /// # Errors
    ///
    /// A [`CodecError`] for any other blob; `out` is unchanged then.
    fn decode(&self, blob: &Blob, out: &mut Vec<u8>) -> Result<(), CodecError>;
}

/// The codec with a name, as a manifest records it.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn BlobCodec> {
    let known: [&'static dyn BlobCodec; 4] = [&SimpleCoder, &RawBlobs, &OpStack, &EigenDa];
    known.into_iter().find(|codec| codec.name() == name)
}

/// The error of an encoding or a decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// There are no bytes to encode, or the blob claims to hold none.
    #[error("no bytes: an empty item has no blob")]
    Empty,
    /// The item is longer than the capacity of a blob, or the blob claims so.
    #[error("{length} bytes, but a blob holds at most {capacity}")]
    TooLong {
        /// The number of bytes.
        length: u64,
        /// The capacity of a blob in bytes.
        capacity: usize,
    },
    /// The item is shorter than a blob, and the encoding adds nothing.
    #[error("{length} bytes, expected the {} bytes of a blob", Blob::LENGTH)]
    TooShort {
        /// The number of bytes.
        length: u64,
    },
    /// The version of the encoding is unknown.
    #[error("version {version} of the encoding is unknown")]
    Version {
        /// The version.
        version: u8,
    },
    /// A field element is at or above the group order, or uses bits that the encoding does not use.
    #[error("field element {element}: not canonical, at or above the group order")]
    FieldElement {
        /// The position of the field element in the blob.
        element: usize,
    },
    /// A byte that the encoding sets to zero is not zero.
    #[error("byte {position} is not zero, but holds no data in this encoding")]
    Padding {
        /// The position of the byte in the blob.
        position: usize,
    },
}
