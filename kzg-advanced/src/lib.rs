//! KZG commitments for applications: one vocabulary over several BLS12-381 backends, chosen at
//! run time by a value.
//!
//! - [`load`] gives a [`KzgSettings`] for a [`BackendChoice`], which may be parsed from a string;
//!   [`backends`] says what is compiled in and what this machine has.
//!   `Engine::select` and the environment variable `KZG_BLST_ENGINE` force what blst's arithmetic
//!   in bulk runs on.
//! - [`codec`] turns bytes into blobs and back.
//! - [`resilience`] keeps answers coming when a backend misbehaves: retries, fallbacks, breakers,
//!   limits and degraded service, assembled in an [`EnterpriseKzgManager`].
//! - [`cross_check`] has a second backend confirm results before they get out.
//! - [`audit`] records what was done, so that changes to the record show.
//! - [`adaptive`] picks the fastest backend for the work on this machine.
//! - [`monitor`] counts and measures calls.
//!
//! Everything that a program needs from the lower crates is re-exported here.

#![forbid(unsafe_code)]

pub mod adaptive;
pub mod audit;
mod backend_call;
pub mod batch;
mod cancellation;
pub mod codec;
pub mod concurrent;
pub mod cross_check;
mod error;
#[cfg(test)]
mod fake;
pub mod files;
pub mod memory;
pub mod monitor;
pub mod resilience;
pub mod stream;

pub use adaptive::{AdaptiveBackend, BackendProfile, WorkloadType};
pub use audit::{AuditEvent, AuditEventType, AuditLogger};
pub use backend_call::{backend_error, panic_as_fault};
pub use batch::{BatchProcessor, Collect, FailFast};
pub use cancellation::CancellationToken;
pub use concurrent::{ConcurrentKzgProcessor, KzgResult, KzgTask, ProcessingStatistics};
pub use error::{FailedCall, KzgAdvancedError, Result};
pub use kzg_backends::{
    Backend, BackendChoice, BackendId, BackendStatus, BackendVisitor, UnknownBackend, backends,
    load,
};
#[cfg(feature = "constantine")]
pub use kzg_backends::{Constantine, LoadedLibrary};
#[cfg(feature = "blst")]
pub use kzg_backends::{Engine, EngineUnavailable};
pub use kzg_traits::{
    Blob, Blobs, Bytes32, Bytes48, Cell, Cells, Error, ErrorKind, Exec, IoAction, Item, Items,
    KzgCommitment, KzgProof, KzgSettings, MemoryPool, Operation, PointError, Precompute,
    SettingsOptions, SetupCheck, SetupError, SetupOrder, SetupSection, SubgroupCheck, Threads,
    TrustedSetup, bytes, memory_pool,
};
pub use memory::{Arena, ZeroCopyView};
pub use monitor::{PerformanceMetrics, PerformanceMonitor};
pub use resilience::{CircuitBreaker, EnterpriseKzgManager, RecoveryStrategy};
pub use stream::StreamProcessor;

/// The example of the README, compiled and run. It takes any backend that is compiled in.
#[cfg(all(doctest, any(feature = "blst", feature = "arkworks")))]
#[doc = include_str!("../../README.md")]
struct ReadmeExample;

/// The example of the guide, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/resilience.md")]
struct ResilienceExample;

/// The program of the document, compiled and run.
#[cfg(all(doctest, any(feature = "blst", feature = "arkworks")))]
#[doc = include_str!("../../docs/from-c-kzg.md")]
struct FromCKzg;
