//! Where the blobs of a stream come from.

use std::io::{self, Read};
use std::sync::Arc;

use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Error, IoAction, Item, KzgCommitment, KzgProof, MemoryPool};

use crate::codec::BlobCodec;
use crate::error::{KzgAdvancedError, Result};

/// A blob that a stream may keep, and send to a worker, for as long as it is needed.
///
/// A plain [`Blob`] is none: by value it would pass through the stack, 128 KiB each time. What
/// lies in memory as `Vec<Blob>` is work for a [`BatchProcessor`](crate::BatchProcessor), which
/// borrows it.
///
/// ```
/// use std::sync::Arc;
/// use kzg_advanced::stream::OwnedBlob;
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// /// A blob of a block that is kept somewhere.
/// struct Sidecar {
///     block: Arc<Vec<Box<Blob>>>,
///     index: usize,
/// }
///
/// impl OwnedBlob for Sidecar {
///     fn blob(&self) -> &Blob {
///         &self.block[self.index]
///     }
/// }
///
/// let block = Arc::new(vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()]);
/// let sidecars = (0..2).map(|index| Sidecar { block: Arc::clone(&block), index });
/// let stream = StreamProcessor::new(settings);
/// assert_eq!(stream.stream_commitments(sidecars).count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait OwnedBlob: Send + Sync + 'static {
    /// The blob.
    fn blob(&self) -> &Blob;
}

impl OwnedBlob for Box<Blob> {
    fn blob(&self) -> &Blob {
        self
    }
}

impl OwnedBlob for Arc<Blob> {
    fn blob(&self) -> &Blob {
        self
    }
}

impl OwnedBlob for Pooled<Box<Blob>> {
    fn blob(&self) -> &Blob {
        self
    }
}

/// What a stream's source yields: an item, or the error in its place.
///
/// ```
/// use std::io;
/// use kzg_advanced::{Blob, IoAction, KzgAdvancedError, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// // A source that may fail yields results, and its error takes the place of a result.
/// let network = [
///     Ok(Blob::zeroed_on_heap()),
///     Err(io::Error::from(io::ErrorKind::ConnectionReset)),
///     Ok(Blob::zeroed_on_heap()),
/// ];
/// let source = network.map(|blob| {
///     blob.map_err(|source| KzgAdvancedError::Io {
///         action: IoAction::Read,
///         item: "peer 7".to_owned(),
///         source: source.into(),
///     })
/// });
/// let stream = StreamProcessor::new(settings);
/// let results: Vec<_> = stream.stream_commitments(source).collect();
/// assert!(results[0].is_ok() && results[2].is_ok());
/// assert!(results[1].as_ref().unwrap_err().to_string().contains("read peer 7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait StreamItem {
    /// The item.
    type Item: Send + Sync + 'static;

    /// The item, or why there is none.
    ///
    /// # Errors
    ///
    /// The source's own; it takes the place of the item's result.
    fn into_item(self) -> Result<Self::Item>;
}

impl<B: OwnedBlob> StreamItem for B {
    type Item = B;

    fn into_item(self) -> Result<B> {
        Ok(self)
    }
}

/// A blob to verify, with what it is compared with.
///
/// ```
/// use kzg_advanced::stream::BlobClaim;
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings);
/// let mut claims = Vec::new();
/// for (blob, made) in [Blob::zeroed_on_heap()]
///     .into_iter()
///     .zip(stream.stream_proofs([Blob::zeroed_on_heap()]))
/// {
///     let made = made?;
///     claims.push(BlobClaim { blob, commitment: made.commitment, proof: made.proof });
/// }
/// let mut other = claims[0].clone();
/// other.blob.0[31] = 1; // not what was committed to
/// claims.push(other);
/// let verdicts: Vec<bool> = stream.stream_verifications(claims).collect::<Result<_, _>>()?;
/// assert_eq!(verdicts, [true, false]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BlobClaim<B> {
    /// The blob.
    pub blob: B,
    /// What is said to be its commitment.
    pub commitment: KzgCommitment,
    /// What is said to prove it.
    pub proof: KzgProof,
}

impl<B: OwnedBlob> StreamItem for BlobClaim<B> {
    type Item = Self;

    fn into_item(self) -> Result<Self> {
        Ok(self)
    }
}

impl<I: StreamItem> StreamItem for Result<I> {
    type Item = I::Item;

    fn into_item(self) -> Result<I::Item> {
        self?.into_item()
    }
}

/// Reads blobs, into buffers from a pool; see
/// [`blobs_from_reader`](super::StreamProcessor::blobs_from_reader) and
/// [`encode_reader`](super::StreamProcessor::encode_reader). Ends after an error, and after a
/// panic of the reader, which may have happened in the middle of a blob.
///
/// ```
/// use kzg_advanced::StreamProcessor;
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings);
/// let download = std::io::repeat(7); // without end
/// let some = stream.encode_reader(download).take(2); // blobs are an iterator like any other
/// assert_eq!(stream.stream_commitments(some).count(), 2);
/// assert_eq!(stream.pool().size(), 1, "one buffer was enough");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct BlobReader<R> {
    name: String,
    /// `None` after the end or an error, and while it is read.
    reader: Option<R>,
    form: Form,
    blobs: u64,
    pool: MemoryPool<Box<Blob>>,
}

/// What the bytes are.
#[derive(Debug)]
pub(super) enum Form {
    /// Blobs, one after the other.
    Blobs,
    /// Anything, to be encoded into blobs.
    Bytes {
        codec: &'static dyn BlobCodec,
        /// What the next blob will hold.
        piece: Vec<u8>,
    },
}

impl Form {
    pub(super) fn encoded_by(codec: &'static dyn BlobCodec) -> Self {
        Self::Bytes {
            codec,
            piece: vec![0; codec.capacity()],
        }
    }
}

impl<R: Read> BlobReader<R> {
    pub(super) fn new(name: String, reader: R, form: Form, pool: MemoryPool<Box<Blob>>) -> Self {
        Self {
            name,
            reader: Some(reader),
            form,
            blobs: 0,
            pool,
        }
    }

    fn read(&mut self) -> Result<Option<Pooled<Box<Blob>>>> {
        let Some(mut reader) = self.reader.take() else {
            return Ok(None);
        };
        let mut blob = self.pool.get();
        let buffer: &mut [u8] = match &mut self.form {
            Form::Blobs => &mut blob.0,
            Form::Bytes { piece, .. } => piece,
        };
        let wanted = buffer.len();
        let length =
            fill(&mut reader, buffer).map_err(KzgAdvancedError::io(IoAction::Read, &*self.name))?;
        // Where the end was seen, a terminal or a growing file is not asked again.
        if length == wanted {
            self.reader = Some(reader);
        }
        if length == 0 {
            return Ok(None);
        }
        match &self.form {
            Form::Blobs if length < wanted => {
                let error = Error::Length {
                    item: Item::Blob,
                    index: self.blobs as usize,
                    expected: wanted,
                    actual: length,
                };
                return Err(KzgAdvancedError::data(self.name.clone(), error));
            }
            Form::Blobs => {}
            Form::Bytes { codec, piece } => codec
                .encode(&piece[..length], &mut blob)
                .expect("not empty and within the capacity"),
        }
        self.blobs += 1;
        Ok(Some(blob))
    }
}

impl<R: Read> Iterator for BlobReader<R> {
    type Item = Result<Pooled<Box<Blob>>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Fills a buffer, however short the reader's reads are: less than full only at the end.
pub(super) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The blobs in some shared bytes, such as a mapped file, without copying.
///
/// ```
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
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
    pub(super) fn new(bytes: S) -> kzg_traits::Result<Self> {
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
/// use kzg_advanced::stream::OwnedBlob;
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let stream = StreamProcessor::new(settings);
/// let received = bytes::Bytes::from(vec![0; 2 * Blob::LENGTH]);
/// let second = stream.blobs_from_bytes(received.clone())?.nth(1).expect("there are two");
/// // It keeps the bytes alive and copies none.
/// assert_eq!(second.blob().0.as_ptr(), received[Blob::LENGTH..].as_ptr());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MappedBlob<S> {
    bytes: Arc<S>,
    index: usize,
}

impl<S: AsRef<[u8]> + Send + Sync + 'static> OwnedBlob for MappedBlob<S> {
    fn blob(&self) -> &Blob {
        let start = self.index * Blob::LENGTH;
        let bytes = &(*self.bytes).as_ref()[start..start + Blob::LENGTH];
        Blob::from_slice(bytes).expect("cut to a blob's length")
    }
}
