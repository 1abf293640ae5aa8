//! KZG commitments over BLS12-381: the algebra and backend traits, and the protocols of
//! EIP-4844 and EIP-7594 written once over them.
//!
//! ```
//! use kzg_traits::{Backend, KzgSettings, Settings, SettingsOptions, SetupError, TrustedSetup};
//!
//! fn load<B: Backend>() -> Result<impl KzgSettings, SetupError> {
//!     Settings::<B>::load(&TrustedSetup::mainnet(), SettingsOptions::default())
//! }
//! ```
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `serde` | the byte types as hexadecimal strings with the prefix 0x, as in the Engine API |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod algebra;
pub mod backend;
mod batch_points;
pub mod bytes;
pub mod checks;
pub mod domain;
pub mod eip4844;
pub mod eip7594;
pub mod encoding;
pub mod error;
pub mod exec;
pub mod execution;
pub mod fk20;
pub mod folding;
pub mod items;
pub mod lazy;
pub mod memory_pool;
pub mod operation;
mod pairing_input;
pub mod poly;
pub mod precompute;
pub mod recovery;
mod search;
pub mod settings;
pub mod setup;
pub mod subgroup_check;
mod subset_sums;
mod weights;

pub use algebra::{Fr, G1, G2, Group};
pub use backend::{Backend, MatrixProduct};
pub use bytes::{Blob, Bytes32, Bytes48, Cell, KzgCommitment, KzgProof};
pub use error::{Error, ErrorKind, IoAction, Item, PointError};
pub use error::{SetupCheck, SetupError, SetupOrder, SetupSection};
pub use exec::{Exec, Threads};
pub use execution::{kzg_to_versioned_hash, point_evaluation};
pub use items::{Blobs, Cells, Items};
pub use memory_pool::MemoryPool;
pub use operation::Operation;
pub use precompute::{InvalidPrecompute, Precompute};
pub use settings::{Attempts, CallRecord, KzgSettings, Settings, SettingsOptions};
pub use setup::{SetupFormat, TrustedSetup};
pub use subgroup_check::{SubgroupCheck, UnknownSubgroupCheck};
