//! The interface of the crate [c-kzg](https://crates.io/crates/c-kzg) 2.1.8 over [`kzg_backends`].
//!
//! A program that uses c-kzg switches by one change of its manifest and compiles unchanged. The
//! names, signatures, derives, layouts and error variants are those of c-kzg, and so are the
//! results. The README lists what differs.
//!
//! ```
//! use c_kzg::{Blob, ethereum_kzg_settings};
//!
//! let settings = ethereum_kzg_settings(8);
//! let blob = Blob::new([1; c_kzg::BYTES_PER_BLOB]);
//! let commitment = settings.blob_to_kzg_commitment(&blob)?.to_bytes();
//! let proof = settings.compute_blob_kzg_proof(&blob, &commitment)?.to_bytes();
//! assert!(settings.verify_blob_kzg_proof(&blob, &commitment, &proof)?);
//! # Ok::<(), c_kzg::Error>(())
//! ```
//!
//! # In addition to c-kzg's interface
//!
//! c-kzg's errors do not say which item is malformed. [`last_error`] returns the error behind the
//! last one of this thread, which names the item. [`KzgSettings::inner`] returns the settings behind
//! a [`KzgSettings`], with every operation of [`kzg_traits::KzgSettings`]; [`views`] passes c-kzg's
//! types to them without copying. Any [`kzg_traits::KzgSettings`] can be used as c-kzg's settings by
//! `From`, for example a stack of layers with fallbacks.
//!
//! ```
//! use c_kzg::kzg_traits::{Error, Item};
//! use c_kzg::{Blob, ethereum_kzg_settings, last_error};
//!
//! let mut blob = Blob::default();
//! blob[17 * 32] = 0xff;
//! assert!(ethereum_kzg_settings(0).blob_to_kzg_commitment(&blob).is_err());
//! let malformed = Error::FieldElement { item: Item::Blob, index: 0, element: 17 };
//! assert_eq!(last_error(), Some(malformed));
//! ```
//!
//! # Features
//!
//! | feature | effect |
//! |---|---|
//! | `std` (default) | `load_trusted_setup_file` takes a `Path` |
//! | `ethereum_kzg_settings` (default) | `ethereum_kzg_settings`, `ethereum_kzg_settings_arc` |
//! | `portable` (default) | none: the code for the processor is chosen at run time |
//! | `serde` | serde for `Blob`, `Bytes32` and `Bytes48` |
//! | `arbitrary` | `Arbitrary` for `Blob`, `Cell`, `Bytes32` and `Bytes48` |
//! | `no-threads` | none: no thread is started |
//! | `generate-bindings` | none |
//! | `generate-fuzz-corpus` | none |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod bytes;
mod calls;
mod error;
mod last_error;
#[cfg(feature = "ethereum_kzg_settings")]
mod mainnet;
mod points;
#[cfg(feature = "serde")]
mod serde;
mod settings;
pub mod views;

pub use bytes::{Blob, Bytes32, Bytes48, Cell};
pub use error::{CkzgError, Error};
pub use kzg_backends::kzg_traits;
pub use last_error::last_error;
#[cfg(feature = "ethereum_kzg_settings")]
pub use mainnet::{ethereum_kzg_settings, ethereum_kzg_settings_arc};
pub use points::{KzgCommitment, KzgProof};
pub use settings::KzgSettings;

pub use kzg_backends::kzg_traits::bytes::{
    BYTES_PER_BLOB, BYTES_PER_CELL, BYTES_PER_FIELD_ELEMENT, CELLS_PER_EXT_BLOB,
    FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL,
};

/// Bytes in a commitment.
pub const BYTES_PER_COMMITMENT: usize = kzg_traits::bytes::BYTES_PER_G1_POINT;
/// Bytes in a proof.
pub const BYTES_PER_PROOF: usize = kzg_traits::bytes::BYTES_PER_G1_POINT;
