//! The KZG backends of a program, and loading one by a run-time value.
//!
//! ```no_run
//! use kzg_backends::{BackendChoice, SettingsOptions, TrustedSetup, load};
//!
//! let backend: BackendChoice = "auto".parse()?; // or "blst", "arkworks", "constantine"
//! let kzg = load(backend, &TrustedSetup::mainnet(), SettingsOptions::default())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`load`] gives a [`KzgSettings`] for a [`BackendChoice`], which may be parsed from a string;
//! [`mainnet`] gives the embedded setup, shared by the whole process; [`load_shared`] gives the shared
//! settings if a setup is that of mainnet, and loads any other.
//! [`backends`] lists the known backends with their state on this machine. Generic code uses the
//! types [`Backend`] and `Blst`, `Arkworks` or `Constantine`, or [`BackendId::visit`].
//!
//! # Features
//!
//! | feature | backend |
//! |---|---|
//! | `blst` (default) | blst, the fastest |
//! | `arkworks` | arkworks, in pure Rust |
//! | `constantine` | Constantine, a library that is loaded at run time |
//! | `constantine-link` | the same, with the static archive in `CONSTANTINE_ARCHIVE` linked into the program |

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod choice;
mod functions;
mod id;
pub mod isolation;
mod status;
mod visitor;

pub use choice::{
    BackendChoice, C_KZG_MAX_PRECOMPUTE, c_kzg_precompute, load, load_shared, mainnet,
};
pub use id::{BackendId, UnknownBackend};
#[cfg(feature = "arkworks")]
pub use kzg_arkworks::Arkworks;
#[cfg(feature = "blst")]
pub use kzg_blst::{Blst, Engine, EngineUnavailable};
#[cfg(feature = "constantine")]
pub use kzg_constantine::{Constantine, LoadedLibrary};
pub use kzg_traits::{self, Backend, KzgSettings, SettingsOptions, SetupError, TrustedSetup};
pub use status::{BackendStatus, backends};
pub use visitor::BackendVisitor;
