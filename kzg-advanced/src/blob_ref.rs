//! The trait of values that give access to one blob.

use std::sync::Arc;

use kzg_traits::Blob;
use kzg_traits::memory_pool::Pooled;

/// A value that gives access to one blob: `&Blob`, `Box<Blob>`, `Arc<Blob>`, a buffer of a pool, a
/// type of the caller's, or a reference to any of these. No blob is copied.
///
/// A [`BatchProcessor`](crate::BatchProcessor) takes iterators over such values, such as
/// `&[Blob]`, `&[&Blob]` or `&Vec<Box<Blob>>`. A [`StreamProcessor`](crate::StreamProcessor) takes
/// those that are `Send + Sync + 'static`, since workers use them while the caller goes on.
///
/// [`Blob`] does not implement the trait, because passing a blob by value would copy 128 KiB over
/// the stack.
///
/// ```
/// use std::sync::Arc;
/// use kzg_advanced::batch::BlobRef;
/// use kzg_advanced::{BatchProcessor, Blob, StreamProcessor};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// /// A blob of a block that is stored elsewhere.
/// struct Sidecar {
///     block: Arc<Vec<Box<Blob>>>,
///     index: usize,
/// }
///
/// impl BlobRef for Sidecar {
///     fn blob(&self) -> &Blob {
///         &self.block[self.index]
///     }
/// }
///
/// let block = Arc::new(vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()]);
/// let batch = BatchProcessor::new(settings.clone());
/// let all = batch.batch_commitments(block.iter())?;
/// let sidecars = (0..2).map(|index| Sidecar { block: Arc::clone(&block), index });
/// let streamed = StreamProcessor::new(settings).stream_commitments(sidecars);
/// assert_eq!(streamed.collect::<Result<Vec<_>, _>>()?, all);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait BlobRef {
    /// The blob.
    fn blob(&self) -> &Blob;
}

impl BlobRef for &Blob {
    fn blob(&self) -> &Blob {
        self
    }
}

impl<B: BlobRef + ?Sized> BlobRef for &B {
    fn blob(&self) -> &Blob {
        (**self).blob()
    }
}

impl BlobRef for Box<Blob> {
    fn blob(&self) -> &Blob {
        self
    }
}

impl BlobRef for Arc<Blob> {
    fn blob(&self) -> &Blob {
        self
    }
}

impl BlobRef for Pooled<Box<Blob>> {
    fn blob(&self) -> &Blob {
        self
    }
}
