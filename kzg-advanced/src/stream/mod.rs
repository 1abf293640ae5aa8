//! Inputs of any length, with a bounded part of them in memory.
//!
//! A stream's results are an iterator, and the iterator does the work: `next` reads ahead until
//! the workers have enough to do, then waits for the oldest result. So memory is bounded by the
//! read-ahead, a slow consumer slows the reading down, a slow source holds no result back, and nothing runs on after the iterator is
//! dropped but what the workers have begun. A source is read on the consumer's thread and needs
//! neither be sendable nor outlive the stream.

mod options;
mod processor;
mod results;
mod source;
#[cfg(test)]
mod tests;

pub use options::StreamOptions;
pub use processor::{BlobProof, StreamProcessor};
pub use results::Results;
pub use source::{BlobClaim, BlobReader, MappedBlob, MappedBlobs, OwnedBlob, StreamItem};
