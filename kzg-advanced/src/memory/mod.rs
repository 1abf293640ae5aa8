//! Memory that is used again, and bytes that are read where they lie.
//!
//! - [`MemoryPool`]: values that are costly to make, such as blobs, lent and taken back.
//! - [`Arena`]: many values that live equally long, freed together.
//! - [`ZeroCopyView`]: received bytes as blobs, cells, commitments or proofs, without copying.
//!
//! The processors use the first and the last. The arena is a helper for callers: what the
//! library itself needs for a call has a size known beforehand, and a pool lends that faster.

mod arena;
mod zero_copy_view;

pub use arena::Arena;
pub use kzg_traits::memory_pool::{MemoryPool, MemoryPoolStatistics, Pooled};
pub use zero_copy_view::{ByteItem, ZeroCopyView};
