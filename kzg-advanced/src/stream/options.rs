//! The options of a stream.

use kzg_traits::bytes::BYTES_PER_BLOB;
use kzg_traits::{Exec, KzgSettings, Operation, Threads};
use serde::{Deserialize, Serialize};

use crate::backend_call::items_per_call;
use crate::cancellation::CancellationToken;

/// The options of a [`StreamProcessor`](super::StreamProcessor). None of them changes a result.
///
/// Serialised, they are the sizes alone: threads and the token are values of one process.
///
/// ```
/// use kzg_advanced::stream::StreamOptions;
/// use kzg_advanced::{Operation, StreamProcessor, Threads};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // no backend is compiled in
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
///
/// let options = StreamOptions::default()
///     .with_threads(Threads::Global)
///     .with_chunk_size(4)
///     .with_read_ahead(2);
/// let stream = StreamProcessor::with_options(settings, options);
/// // The bound of the memory does not depend on the length of the stream.
/// assert_eq!(stream.max_blobs_in_memory(Operation::BlobsToKzgCommitments), 8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct StreamOptions {
    /// The number of items per call of the backend; `None` for
    /// [`items_per_call`](KzgSettings::items_per_call).
    pub chunk_size: Option<usize>,
    /// The number of chunks that are read before the first of them has its results; `None` for two
    /// per thread, so that no thread waits for the next chunk. Without threads it is one.
    pub read_ahead: Option<usize>,
    /// The number of bytes per call of the function of
    /// [`process_file`](super::StreamProcessor::process_file).
    pub buffer_size: usize,
    /// Cancels the stream between two reads.
    #[serde(skip)]
    pub cancel: CancellationToken,
    #[serde(skip)]
    pub(super) threads: Threads,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            chunk_size: None,
            read_ahead: None,
            buffer_size: BYTES_PER_BLOB,
            cancel: CancellationToken::new(),
            threads: Threads::One,
        }
    }
}

impl StreamOptions {
    /// Sets the number of items per call of the backend; zero counts as one.
    #[must_use]
    pub fn with_chunk_size(mut self, items: usize) -> Self {
        self.chunk_size = Some(items.max(1));
        self
    }

    /// Sets the number of chunks that are read ahead; zero counts as one.
    #[must_use]
    pub fn with_read_ahead(mut self, chunks: usize) -> Self {
        self.read_ahead = Some(chunks.max(1));
        self
    }

    /// Sets the buffer size; zero counts as one.
    #[must_use]
    pub fn with_buffer_size(mut self, bytes: usize) -> Self {
        self.buffer_size = bytes.max(1);
        self
    }

    /// Sets the threads that work on several chunks at once. By default the consumer's thread does
    /// everything, chunk by chunk, and the settings' own threads share out the work of each call.
    /// [`thread_pool`](crate::batch::thread_pool) makes a pool.
    #[must_use]
    pub fn with_threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }

    /// Sets the token that cancels the stream.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    pub(super) fn chunk_size_for(&self, settings: &dyn KzgSettings, operation: Operation) -> usize {
        self.chunk_size
            .unwrap_or_else(|| items_per_call(settings, operation))
            .max(1)
    }

    /// The number of chunks under way at once: one where the consumer's thread does everything.
    pub(super) fn chunks_in_flight(&self) -> usize {
        match (&self.threads, self.read_ahead) {
            (Threads::One, _) => 1,
            (_, Some(chunks)) => chunks.max(1),
            (threads, None) => 2 * Exec::new(threads.clone()).threads(),
        }
    }
}
