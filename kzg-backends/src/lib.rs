//! The KZG backends that a program was built with, and loading one by a run-time value.
//!
//! [`load`] gives a [`KzgSettings`] for a [`BackendChoice`], which may be parsed from a string.
//! [`backends`] lists the backends that are compiled in and what this machine has.
//! [`BackendId::visit`] runs generic code on the type of a backend.
//!
//! Everything that a caller needs from the crates below is re-exported here.

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod registry;
mod visitor;

#[cfg(feature = "blst")]
pub use kzg_blst::{Engine, EngineUnavailable};
#[cfg(feature = "constantine")]
pub use kzg_constantine::{Constantine, LoadedLibrary};
pub use kzg_traits::{self, Backend, KzgSettings, SettingsOptions, SetupError, TrustedSetup};
pub use registry::{BackendChoice, BackendId, BackendStatus, UnknownBackend, backends, load};
pub use visitor::BackendVisitor;
