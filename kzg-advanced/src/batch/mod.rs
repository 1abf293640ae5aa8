//! Many items at once.
//!
//! A batch is cut into chunks, each one call of the backend. How many items a chunk has is
//! the backend's own measurement, [`items_per_call`](kzg_traits::KzgSettings::items_per_call), unless the caller says
//! otherwise; see there what is handed over together, and why. Chunks are spread over the
//! batch's [workers](BatchProcessor::with_workers). Between chunks, progress is told and
//! cancellation asked for; where a chunk has one item, that is between items.

pub(crate) mod calls;
pub(crate) mod chunk;
mod on_error;
mod options;
mod processor;
mod source;
#[cfg(test)]
mod tests;
mod workers;

pub(crate) use workers::workers;

pub use on_error::{Collect, FailFast, OnError};
pub use options::{BatchOptions, BatchProgress};
pub use processor::BatchProcessor;
pub use source::{BlobRef, CellsAndProofs, PartialCells};
