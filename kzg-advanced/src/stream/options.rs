//! The choices of a stream.

use kzg_traits::bytes::BYTES_PER_BLOB;
use kzg_traits::{Exec, KzgSettings, Operation, Threads};

use crate::cancellation::CancellationToken;

/// The choices of a [`StreamProcessor`](super::StreamProcessor). None of them changes a result.
///
/// ```
/// use kzg_advanced::stream::StreamOptions;
/// use kzg_advanced::{Operation, StreamProcessor, Threads};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let options = StreamOptions::default()
///     .with_workers(Threads::Global)
///     .with_chunk_size(4)
///     .with_read_ahead(2);
/// let stream = StreamProcessor::new(settings).with_options(options);
/// // What it keeps in memory follows, whatever the length of the stream.
/// assert_eq!(stream.max_blobs_in_memory(Operation::BlobsToKzgCommitments), 8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StreamOptions {
    /// The items that are handed to the backend together; `None` for as many as
    /// [`items_per_call`](KzgSettings::items_per_call) says.
    pub chunk_size: Option<usize>,
    /// The chunks that are read before the first of them has its results; `None` for two for
    /// each worker, so that none waits for the next to be read. Without workers it is one.
    pub read_ahead: Option<usize>,
    /// The bytes that [`process_file`](super::StreamProcessor::process_file) hands over at once.
    pub buffer_size: usize,
    /// Stops a stream.
    pub cancel: CancellationToken,
    pub(super) workers: Threads,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            chunk_size: None,
            read_ahead: None,
            buffer_size: BYTES_PER_BLOB,
            cancel: CancellationToken::new(),
            workers: Threads::One,
        }
    }
}

impl StreamOptions {
    /// The same options with another chunk size; zero counts as one.
    #[must_use]
    pub fn with_chunk_size(mut self, items: usize) -> Self {
        self.chunk_size = Some(items.max(1));
        self
    }

    /// The same options with so many chunks read ahead; zero counts as one.
    #[must_use]
    pub fn with_read_ahead(mut self, chunks: usize) -> Self {
        self.read_ahead = Some(chunks.max(1));
        self
    }

    /// The same options with another buffer size; zero counts as one.
    #[must_use]
    pub fn with_buffer_size(mut self, bytes: usize) -> Self {
        self.buffer_size = bytes.max(1);
        self
    }

    /// The same options with threads to work on several chunks at once. By default the
    /// consumer's thread does everything, chunk by chunk, and the settings' own threads share
    /// out the work of each call.
    #[must_use]
    pub fn with_workers(mut self, workers: Threads) -> Self {
        self.workers = workers;
        self
    }

    /// The same options, stopped by `cancel`.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    pub(super) fn chunk_size_for(&self, settings: &dyn KzgSettings, operation: Operation) -> usize {
        self.chunk_size
            .unwrap_or_else(|| settings.items_per_call(operation))
            .max(1)
    }

    /// The chunks that are under way at once: one where the consumer's thread does everything.
    pub(super) fn chunks_in_flight(&self) -> usize {
        match (&self.workers, self.read_ahead) {
            (Threads::One, _) => 1,
            (_, Some(chunks)) => chunks.max(1),
            (workers, None) => 2 * Exec::new(workers.clone()).threads(),
        }
    }
}
