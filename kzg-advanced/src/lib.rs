//! KZG commitments for applications. The program chooses a BLS12-381 backend at run time, and the
//! same types and calls work with each backend.
//!
//! ```no_run
//! use kzg_advanced::{BackendChoice, Blob, SettingsOptions, TrustedSetup, load};
//!
//! let kzg = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
//! let blob = Blob::zeroed_on_heap();
//! let commitment = kzg.blob_to_kzg_commitment(&blob)?;
//! let proof = kzg.compute_blob_kzg_proof(&blob, &commitment)?;
//! assert!(kzg.verify_blob_kzg_proof(&blob, &commitment, &proof)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Start with [`load`], which gives a [`KzgSettings`] for a [`BackendChoice`], and with one of the
//! processors: [`BatchProcessor`], [`StreamProcessor`] or [`ConcurrentKzgProcessor`]. An
//! [`EnterpriseKzgManager`] over several backends is itself a `KzgSettings`, with retries,
//! fallbacks, limits and cross-checks. The rest is in the modules:
//!
//! | module | contents |
//! |---|---|
//! | [`batch`], [`stream`], [`concurrent`] | processors: many items, inputs of any length, tasks from many threads |
//! | [`resilience`] | results despite failing backends: retry, fallback, circuit breaker, limits, degraded service |
//! | [`cross_check`] | confirmation of results by a second backend |
//! | `audit` | a log of calls that shows changes |
//! | [`adaptive`] | the fastest backend for the work on this machine |
//! | [`monitor`] | counts, times and memory of calls |
//! | [`codec`], [`memory`] | bytes in blobs; pools, arenas and views |
//! | [`files`] | files that are written whole or not at all, and files that are read within bounds |
//! | [`registry`] | the backends, their types and their state |
//!
//! [`kzg_traits`] is re-exported for the algebra, the trusted setup and the error types in full.
//!
//! # Features
//!
//! Features make items available. No feature changes the behaviour of the items of another one.
//!
//! | feature | effect |
//! |---|---|
//! | `blst` (default) | the fastest backend |
//! | `arkworks` | a backend in pure Rust |
//! | `constantine` | a backend over a library that is loaded at run time |
//! | `constantine-link` | the same, with the static archive in `CONSTANTINE_ARCHIVE` linked into the program |
//! | `audit` | the module `audit` |
//! | `gpu-detection` | detection of NVIDIA GPUs by [`adaptive::Hardware`] |
//! | `metrics` | export of [`monitor`]'s figures, breaker transitions and mismatches to the `metrics` facade |
//! | `rate-limit` | a limit of calls per second in [`resilience::AdmissionOptions`] |
//! | `schema` | JSON schemas of the figures in reports |
//! | `tokio` | asynchronous submission to [`ConcurrentKzgProcessor`] |
//!
//! # Code for one backend
//!
//! The types of the backends are re-exported under their features, for generic functions such as
//! [`TrustedSetup::insecure_development_setup`]:
//!
//! ```
//! # #[cfg(feature = "blst")] {
//! use kzg_advanced::Blst;
//! use kzg_advanced::{BackendId, Blob, Exec, SettingsOptions, TrustedSetup, load};
//!
//! let secret = 1927409816240961209; // anyone who knows it can forge proofs
//! let setup = TrustedSetup::insecure_development_setup::<Blst>(secret, &Exec::serial())?;
//! let settings = load(BackendId::Blst.into(), &setup, SettingsOptions::default())?;
//! assert!(settings.blob_to_kzg_commitment(&Blob::zeroed_on_heap()).is_ok());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod adaptive;
#[cfg(feature = "audit")]
pub mod audit;
mod backend_call;
pub mod batch;
mod blob_ref;
mod cancellation;
pub mod codec;
pub mod concurrent;
pub mod cross_check;
mod error;
mod failover;
#[cfg(test)]
mod fake;
pub mod files;
mod layer;
pub mod memory;
pub mod monitor;
pub mod resilience;
pub mod stream;
mod sync;
mod workers;

/// The backends: their types, their state on this machine, and loading one. All of `kzg-backends`.
pub mod registry {
    #[doc(inline)]
    pub use kzg_backends::*;
}

pub use adaptive::{AdaptiveBackend, BackendProfile, WorkloadType};
#[cfg(feature = "audit")]
pub use audit::{AuditEvent, AuditEventType, AuditLogger};
pub use backend_call::{backend_error, panic_as_fault};
pub use batch::{BatchProcessor, Collect, FailFast};
pub use cancellation::CancellationToken;
pub use concurrent::{ConcurrentKzgProcessor, KzgResult, KzgTask, ProcessingStatistics};
pub use error::{FailedCall, KzgAdvancedError, KzgAdvancedResult};
#[cfg(feature = "arkworks")]
pub use kzg_backends::Arkworks;
#[cfg(feature = "blst")]
pub use kzg_backends::Blst;
#[cfg(feature = "constantine")]
pub use kzg_backends::Constantine;
pub use kzg_backends::{
    Backend, BackendChoice, BackendId, BackendStatus, BackendVisitor, UnknownBackend, backends,
    load,
};
pub use kzg_traits;
pub use kzg_traits::settings::KzgSettingsWrapper;
pub use kzg_traits::{
    Blob, Blobs, Bytes32, Bytes48, Cell, Cells, Error, ErrorKind, Exec, InvalidPrecompute,
    IoAction, Item, Items, KzgCommitment, KzgProof, KzgSettings, MemoryPool, Operation, PointError,
    Precompute, SettingsOptions, SetupError, SubgroupCheck, Threads, TrustedSetup,
    UnknownSubgroupCheck, bytes, execution, point_evaluation,
};
pub use memory::{Arena, ZeroCopyView};
pub use monitor::{PerformanceMetrics, PerformanceMonitor};
pub use resilience::{CircuitBreaker, EnterpriseKzgManager, RecoveryStrategy};
pub use stream::StreamProcessor;

/// The example of the README, compiled and run with any backend that is compiled in.
#[cfg(all(doctest, any(feature = "blst", feature = "arkworks")))]
#[doc = include_str!("../../README.md")]
struct ReadmeExample;

/// The example of the guide, compiled.
#[cfg(all(doctest, feature = "audit"))]
#[doc = include_str!("../../docs/resilience.md")]
struct ResilienceExample;

/// The program of the document, compiled and run.
#[cfg(all(doctest, any(feature = "blst", feature = "arkworks")))]
#[doc = include_str!("../../docs/from-c-kzg.md")]
struct FromCKzg;
