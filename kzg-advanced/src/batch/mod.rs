//! Operations on many items.
//!
//! A batch is cut into chunks, and each chunk is one call of the backend. The number of items per
//! chunk is the backend's own measurement,
//! [`items_per_call`](kzg_traits::KzgSettings::items_per_call), unless
//! [`BatchOptions::chunk_size`] says otherwise. Chunks are shared out to the
//! [threads](BatchOptions::with_threads) of the batch.
//!
//! Between two chunks the batch reports progress and checks for cancellation. With settings on one
//! thread, a chunk of commitments, proofs, cells or recoveries is one item, since they are no
//! faster together. A chunk of verifications is 64 items, since one by one they take more than
//! twice as long; it takes some tens of milliseconds. A smaller chunk size reacts faster.

pub(crate) mod calls;
pub(crate) mod chunk;
mod consecutive;
mod into;
mod on_error;
mod options;
mod processor;
mod progress;
mod source;
#[cfg(test)]
mod tests;
mod threads;

pub use crate::blob_ref::BlobRef;
pub use consecutive::Consecutive;
pub use on_error::{Collect, FailFast, OnError};
pub use options::BatchOptions;
pub use processor::BatchProcessor;
pub use progress::BatchProgress;
pub use source::{CellsAndProofs, PartialCells};
pub use threads::thread_pool;
