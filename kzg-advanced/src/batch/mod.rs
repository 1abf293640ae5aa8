//! Many items at once.
//!
//! A batch is cut into chunks, each one call of the backend. How many items a chunk has is
//! the backend's own measurement, [`items_per_call`](kzg_traits::KzgSettings::items_per_call), unless the caller says
//! otherwise; see there what is handed over together, and why. Chunks are spread over the
//! batch's [workers](BatchProcessor::with_workers). Between chunks, progress is told and
//! cancellation asked for. With settings on one thread that is between any two items: commitments,
//! proofs, cells and recoveries gain nothing by going together, so a chunk is one of them.
//! Verifications go together, 64 at a time, because one by one they take more than twice as
//! long; a chunk of them takes some tens of milliseconds. Who wants to stop sooner sets a
//! [chunk size](BatchProcessor::with_chunk_size).

pub(crate) mod calls;
pub(crate) mod chunk;
mod consecutive;
mod on_error;
mod options;
mod processor;
mod source;
#[cfg(test)]
mod tests;
mod workers;

pub use workers::workers;

pub use consecutive::Consecutive;
pub use on_error::{Collect, FailFast, OnError};
pub use options::{BatchOptions, BatchProgress};
pub use processor::BatchProcessor;
pub use source::{BlobRef, CellsAndProofs, PartialCells};
