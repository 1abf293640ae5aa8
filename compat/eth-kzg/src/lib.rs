//! The interface of the crate [rust_eth_kzg](https://crates.io/crates/rust_eth_kzg) 0.10 over
//! [`kzg_backends`].
//!
//! A program that uses [`DASContext`] switches by its manifest and compiles unchanged. Results are
//! the same. A context of the mainnet setup takes microseconds to make when a program makes it
//! again: all of them share their data. The README lists what differs.
//!
//! ```
//! use rust_eth_kzg::{DASContext, TrustedSetup, UsePrecomp, constants};
//!
//! let context = DASContext::new(&TrustedSetup::default(), UsePrecomp::No);
//! let blob = vec![1; constants::BYTES_PER_BLOB];
//! let blob = blob.as_slice().try_into().unwrap();
//! let commitment = context.blob_to_kzg_commitment(blob)?;
//! let proof = context.compute_blob_kzg_proof(blob, &commitment)?;
//! context.verify_blob_kzg_proof(blob, &commitment, &proof)?;
//! let error = context.verify_blob_kzg_proof(blob, &commitment, &commitment).unwrap_err();
//! assert!(error.is_proof_invalid());
//! # Ok::<(), rust_eth_kzg::Error>(())
//! ```
//!
//! In addition to the original's interface, [`Error::kzg`] returns the error that names the malformed
//! item, and [`DASContext::inner`] returns the settings with every operation of
//! [`kzg_traits::KzgSettings`].
//!
//! # Features
//!
//! | feature | effect |
//! |---|---|
//! | `multithreaded` | every operation runs on rayon's global pool; without it, on the calling thread |
//! | `singlethreaded` | none |
//! | `rayon` | none by itself, as the original's |
//! | `tracing` | a span `compute_cells_and_kzg_proofs` |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod blobs;
mod cells;
pub mod constants;
mod context;
mod error;
mod setup;
mod types;

pub use context::{DASContext, UsePrecomp};
pub use error::{Error, Failure};
pub use kzg_backends::kzg_traits;
pub use setup::TrustedSetup;
pub use types::{
    BlobRef, Bytes48Ref, Cell, CellIndex, CellRef, KZGCommitment, KZGProof, SerializedScalar,
};
