//! Encodings of bytes into blobs.

use core::fmt::Debug;

use kzg_traits::Blob;

mod simple;

pub use simple::SimpleCoder;

/// A way to put bytes into blobs, one item in each blob, so that every blob decodes on its own.
pub trait BlobCodec: Debug + Send + Sync {
    /// The name that a manifest records it by.
    fn name(&self) -> &'static str;

    /// The most bytes that one blob holds.
    fn capacity(&self) -> usize;

    /// Writes the blob that holds `item`, overwriting all of `blob`. Every field element of it
    /// is canonical.
    ///
    /// # Errors
    ///
    /// [`CodecError::Empty`] for no bytes: nothing has no blob. [`CodecError::TooLong`] for
    /// more than [`capacity`](Self::capacity).
    fn encode(&self, item: &[u8], blob: &mut Blob) -> Result<(), CodecError>;

    /// Appends the bytes that a blob holds to `out`. Only what [`encode`](Self::encode) writes
    /// is accepted, so that one item has one blob.
    ///
    /// # Errors
    ///
    /// A [`CodecError`] for any other blob; `out` is as it was then.
    fn decode(&self, blob: &Blob, out: &mut Vec<u8>) -> Result<(), CodecError>;
}

/// The codec that a manifest names.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn BlobCodec> {
    let known: [&'static dyn BlobCodec; 1] = [&SimpleCoder];
    known.into_iter().find(|codec| codec.name() == name)
}

/// Why bytes have no blob, or a blob holds no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// There are no bytes to encode, or the blob claims to hold none.
    #[error("no bytes: an empty item has no blob")]
    Empty,
    /// There are, or the blob claims to hold, more bytes than fit.
    #[error("{length} bytes, but a blob holds at most {capacity}")]
    TooLong {
        /// The number of bytes.
        length: u64,
        /// The most that fit.
        capacity: usize,
    },
    /// A byte that the encoding leaves zero is not.
    #[error("byte {position} is not zero, but holds no data in this encoding")]
    Padding {
        /// Its position in the blob.
        position: usize,
    },
}
