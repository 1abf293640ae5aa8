//! KZG commitments for applications: one vocabulary over several BLS12-381 backends, chosen at
//! run time by a value.
//!
//! - [`load`] gives a [`KzgSettings`] for a [`BackendChoice`], which may be parsed from a string;
//!   [`backends`] says what is compiled in and what this machine has.
//!   `Engine::select` and the environment variable `KZG_BLST_ENGINE` force what blst's arithmetic
//!   in bulk runs on.
//! - [`codec`] turns bytes into blobs and back.
//! - [`pipeline`] turns files of any size into a folder of verified blobs, crash-safe, and back.
//!
//! Everything that a program needs from the lower crates is re-exported here.

#![forbid(unsafe_code)]

mod backend_call;
pub mod batch;
mod cancellation;
pub mod codec;
pub mod concurrent;
mod error;
#[cfg(test)]
mod fake;
pub mod memory;
pub mod pipeline;
mod registry;
pub mod stream;

pub use batch::{BatchProcessor, Collect, FailFast};
pub use cancellation::CancellationToken;
pub use concurrent::{ConcurrentKzgProcessor, KzgResult, KzgTask, ProcessingStatistics};
pub use error::{FailedCall, KzgAdvancedError, Result};
#[cfg(feature = "blst")]
pub use kzg_blst::{Engine, EngineUnavailable};
#[cfg(feature = "constantine")]
pub use kzg_constantine::{Constantine, LoadedLibrary};
#[cfg(feature = "testing")]
pub use kzg_traits::testing;
pub use kzg_traits::{
    Blob, Blobs, Bytes32, Bytes48, Cell, Cells, Error, ErrorKind, Exec, Item, Items, KzgCommitment,
    KzgProof, KzgSettings, MemoryPool, Operation, PointError, Precompute, SettingsOptions,
    SetupCheck, SetupError, SetupOrder, SetupSection, Threads, TrustedSetup, bytes, memory_pool,
};
pub use memory::{Arena, ZeroCopyView};
pub use pipeline::{DataProcessingPipeline, ProcessingReport};
pub use registry::{BackendChoice, BackendId, BackendStatus, UnknownBackend, backends, load};
pub use stream::StreamProcessor;

/// The example of the README, compiled and run; it takes a backend that is there for sure.
#[cfg(all(doctest, any(feature = "blst", feature = "arkworks")))]
#[doc = include_str!("../../README.md")]
struct ReadmeExample;
