//! Commitments to many blobs through each processor of kzg-advanced.

use std::sync::Arc;

use kzg_advanced::batch::{BatchOptions, thread_pool};
use kzg_advanced::concurrent::Submission;
use kzg_advanced::stream::StreamOptions;
use kzg_advanced::{BatchProcessor, ConcurrentKzgProcessor, KzgTask, StreamProcessor};
use kzg_traits::{Blob, KzgSettings};

/// A way to commit to many blobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A loop that calls the settings once for each blob.
    Loop,
    /// `BatchProcessor`.
    Batch,
    /// `StreamProcessor`.
    Stream,
    /// `ConcurrentKzgProcessor`: all tasks are submitted before the first result is awaited.
    Concurrent,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Loop, Self::Batch, Self::Stream, Self::Concurrent];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::Batch => "batch",
            Self::Stream => "stream",
            Self::Concurrent => "concurrent",
        }
    }

    /// Returns a function that commits to all `blobs` on `threads` threads.
    ///
    /// # Panics
    ///
    /// If the threads cannot be started, or a commitment fails.
    #[must_use]
    pub fn prepare(
        self,
        settings: &Arc<dyn KzgSettings>,
        blobs: &[Arc<Blob>],
        threads: usize,
    ) -> Box<dyn Fn()> {
        let blobs = blobs.to_vec();
        let settings = Arc::clone(settings);
        match self {
            Self::Loop => Box::new(move || {
                for blob in &blobs {
                    settings.blob_to_kzg_commitment(blob).expect("canonical");
                }
            }),
            Self::Batch => {
                let mut options = BatchOptions::default();
                if threads > 1 {
                    options = options.with_threads(thread_pool(threads, "batch").expect("threads"));
                }
                let batch = BatchProcessor::with_options(settings, options);
                Box::new(move || {
                    let references = blobs.iter().map(|blob| &**blob);
                    batch.batch_commitments(references).expect("canonical");
                })
            }
            Self::Stream => {
                let mut options = StreamOptions::default();
                if threads > 1 {
                    options =
                        options.with_threads(thread_pool(threads, "stream").expect("threads"));
                }
                let stream = StreamProcessor::with_options(settings, options);
                Box::new(move || {
                    for result in stream.stream_commitments(blobs.iter().cloned()) {
                        result.expect("canonical");
                    }
                })
            }
            Self::Concurrent => {
                let processor = ConcurrentKzgProcessor::new(settings, threads).expect("threads");
                Box::new(move || {
                    let handles: Vec<_> = (0..)
                        .zip(&blobs)
                        .map(|(id, blob)| {
                            let blob = Arc::clone(blob);
                            let task = KzgTask::Commitment { id, blob };
                            processor.submit(task, Submission::default()).expect("open")
                        })
                        .collect();
                    for handle in handles {
                        assert!(!handle.wait().is_error());
                    }
                })
            }
        }
    }
}
