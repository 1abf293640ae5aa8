//! A source over bytes in memory.

use std::sync::Arc;

use kzg_traits::Blob;

use crate::blob_ref::BlobRef;

/// The blobs in shared bytes, such as a mapped file, without copying.
///
/// ```
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings);
/// let mapping = vec![0; 3 * Blob::LENGTH]; // or a mapped file
/// let blobs = stream.blobs_from_bytes(mapping)?;
/// assert_eq!(blobs.len(), 3);
/// assert_eq!(stream.stream_commitments(blobs.skip(1)).count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MappedBlobs<S> {
    bytes: Arc<S>,
    next: usize,
    count: usize,
}

impl<S: AsRef<[u8]>> MappedBlobs<S> {
    pub(super) fn new(bytes: S) -> kzg_traits::error::Result<Self> {
        let count = Blob::many_from_slice(bytes.as_ref())?.len();
        Ok(Self {
            bytes: Arc::new(bytes),
            next: 0,
            count,
        })
    }
}

impl<S: AsRef<[u8]> + Send + Sync + 'static> Iterator for MappedBlobs<S> {
    type Item = MappedBlob<S>;

    fn next(&mut self) -> Option<MappedBlob<S>> {
        let index = self.next;
        (index < self.count).then(|| {
            self.next += 1;
            MappedBlob {
                bytes: Arc::clone(&self.bytes),
                index,
            }
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.count - self.next;
        (left, Some(left))
    }
}

impl<S: AsRef<[u8]> + Send + Sync + 'static> ExactSizeIterator for MappedBlobs<S> {}

/// One of the [`MappedBlobs`].
///
/// ```
/// use kzg_advanced::stream::BlobRef;
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings);
/// let received = bytes::Bytes::from(vec![0; 2 * Blob::LENGTH]);
/// let second = stream.blobs_from_bytes(received.clone())?.nth(1).expect("there are two");
/// // The blob keeps the bytes alive and copies none.
/// assert_eq!(second.blob().0.as_ptr(), received[Blob::LENGTH..].as_ptr());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MappedBlob<S> {
    bytes: Arc<S>,
    index: usize,
}

impl<S: AsRef<[u8]>> BlobRef for MappedBlob<S> {
    fn blob(&self) -> &Blob {
        let start = self.index * Blob::LENGTH;
        let bytes = &(*self.bytes).as_ref()[start..start + Blob::LENGTH];
        Blob::from_slice(bytes).expect("cut to a blob's length")
    }
}
