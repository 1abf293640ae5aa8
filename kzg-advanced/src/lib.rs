//! KZG commitments for applications: one vocabulary over several BLS12-381 backends, chosen at
//! run time by a value.
//!
//! - [`load`] gives a [`KzgSettings`] for a [`BackendChoice`], which may be parsed from a string;
//!   [`backends`] says what is compiled in and what this machine has.
//!   `Engine::select` and the environment variable `KZG_BLST_ENGINE` force what blst's arithmetic
//!   in bulk runs on.
//! - [`codec`] turns bytes into blobs and back.
//! - [`pipeline`] turns files of any size into a folder of verified blobs, crash-safe, and back.
//! - [`resilience`] keeps answers coming when a backend misbehaves: retries, fallbacks, breakers,
//!   limits and degraded service, assembled in an [`EnterpriseKzgManager`].
//! - [`cross_check`] has a second backend confirm results before they get out.
//! - [`audit`] records what was done, so that changes to the record show.
//! - [`adaptive`] picks the fastest backend for the work on this machine.
//! - [`monitor`] counts and measures calls.
//! - [`mod@bench`] measures this machine and says what to configure.
//!
//! Everything that a program needs from the lower crates is re-exported here.

#![forbid(unsafe_code)]

pub mod adaptive;
pub mod audit;
mod backend_call;
pub mod batch;
pub mod bench;
mod cancellation;
pub mod codec;
pub mod concurrent;
pub mod cross_check;
mod error;
mod failover;
#[cfg(test)]
mod fake;
#[cfg(any(doc, test))]
pub mod from_the_book;
mod layer;
pub mod memory;
pub mod monitor;
pub mod pipeline;
mod registry;
pub mod resilience;
pub mod stream;
mod workers;

pub use adaptive::{AdaptiveBackend, BackendProfile, WorkloadType};
pub use audit::{AuditEvent, AuditEventType, AuditLogger};
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
    Blob, Blobs, Bytes32, Bytes48, Cell, Cells, Error, ErrorKind, Exec, IoAction, Item, Items,
    KzgCommitment, KzgProof, KzgSettings, MemoryPool, Operation, PointError, Precompute,
    SettingsOptions, SetupCheck, SetupError, SetupOrder, SetupSection, SubgroupCheck, Threads,
    TrustedSetup, bytes, memory_pool,
};
pub use memory::{Arena, ZeroCopyView};
pub use monitor::{PerformanceMetrics, PerformanceMonitor};
pub use pipeline::manifest::kzg_to_versioned_hash;
pub use pipeline::{DataProcessingPipeline, ProcessingReport};
pub use registry::{BackendChoice, BackendId, BackendStatus, UnknownBackend, backends, load};
pub use resilience::{CircuitBreaker, EnterpriseKzgManager, RecoveryStrategy};
pub use stream::StreamProcessor;

/// The example of the README, compiled and run; it takes a backend that is there for sure.
#[cfg(all(doctest, any(feature = "blst", feature = "arkworks")))]
#[doc = include_str!("../../README.md")]
struct ReadmeExample;

/// The example of the guide, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/resilience.md")]
struct ResilienceExample;

/// The programs of the documents, compiled and run, over two backends.
#[cfg(all(doctest, feature = "blst", feature = "arkworks"))]
mod documents {
    #[doc = include_str!("../../docs/tutorial.md")]
    struct Tutorial;

    #[doc = include_str!("../../docs/cookbook.md")]
    struct Cookbook;

    #[doc = include_str!("../../docs/from-c-kzg.md")]
    struct FromCKzg;
}
