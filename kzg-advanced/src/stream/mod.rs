//! Inputs of any length, with a bounded part of them in memory.
//!
//! The results of a stream are an iterator. `next` reads ahead until all threads have work, then
//! waits for the oldest result. The read-ahead bounds the memory. A slow consumer slows the reading
//! down, and a slow source does not delay finished results. After the iterator is dropped, only
//! calls that have begun run on. The source is read on the consumer's thread: it need not be
//! `Send`, nor outlive the stream.

mod files;
mod mapped;
mod options;
mod process;
mod processor;
mod reader;
mod results;
mod source;
#[cfg(test)]
mod tests;

pub use crate::blob_ref::BlobRef;
pub use mapped::{MappedBlob, MappedBlobs};
pub use options::StreamOptions;
pub use processor::{BlobProof, StreamProcessor};
pub use reader::BlobReader;
pub use results::Results;
pub use source::{BlobClaim, StreamItem};
