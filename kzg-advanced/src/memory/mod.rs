//! Reusable memory, and views of bytes without copying.
//!
//! - [`MemoryPool`]: reuses values that are costly to make, such as blobs.
//! - [`Arena`]: allocates many values with one lifetime, and frees them together.
//! - [`ZeroCopyView`]: views received bytes as blobs, cells, commitments or proofs.
//!
//! The processors use pools and views. The arena is for callers: the library knows the size of its
//! own memory per call, for which a pool is faster.

mod arena;
mod zero_copy_view;

pub use arena::Arena;
pub use kzg_traits::memory_pool::{MemoryPool, MemoryPoolStatistics, Pooled};
pub use zero_copy_view::{ByteItem, ZeroCopyView};
