//! The elements of a stream's source.

use kzg_traits::{KzgCommitment, KzgProof};

use crate::blob_ref::BlobRef;
use crate::error::KzgAdvancedResult;

/// An element of a stream's source: an item, or an error in its place.
///
/// ```
/// use std::io;
/// use kzg_advanced::{Blob, IoAction, KzgAdvancedError, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// // A source that may fail yields results. Its error takes the place of the item's result.
/// let network = [
///     Ok(Blob::zeroed_on_heap()),
///     Err(io::Error::from(io::ErrorKind::ConnectionReset)),
///     Ok(Blob::zeroed_on_heap()),
/// ];
/// let source = network.map(|blob| {
///     blob.map_err(KzgAdvancedError::io(IoAction::Read, "peer 7"))
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

    /// The item.
    ///
    /// # Errors
    ///
    /// The error of the source, which takes the place of the item's result.
    fn into_item(self) -> KzgAdvancedResult<Self::Item>;
}

impl<B: BlobRef + Send + Sync + 'static> StreamItem for B {
    type Item = B;

    fn into_item(self) -> KzgAdvancedResult<B> {
        Ok(self)
    }
}

/// A blob to verify, with its claimed commitment and proof.
///
/// ```
/// use kzg_advanced::stream::BlobClaim;
/// use kzg_advanced::{Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
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
/// other.blob.0[31] = 1; // another blob than the committed one
/// claims.push(other);
/// let verdicts: Vec<bool> = stream.stream_verifications(claims).collect::<Result<_, _>>()?;
/// assert_eq!(verdicts, [true, false]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BlobClaim<B> {
    /// The blob.
    pub blob: B,
    /// The claimed commitment.
    pub commitment: KzgCommitment,
    /// The claimed proof.
    pub proof: KzgProof,
}

impl<B: BlobRef + Send + Sync + 'static> StreamItem for BlobClaim<B> {
    type Item = Self;

    fn into_item(self) -> KzgAdvancedResult<Self> {
        Ok(self)
    }
}

impl<I: StreamItem> StreamItem for KzgAdvancedResult<I> {
    type Item = I::Item;

    fn into_item(self) -> KzgAdvancedResult<I::Item> {
        self?.into_item()
    }
}
