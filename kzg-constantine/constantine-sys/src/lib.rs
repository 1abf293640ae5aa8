//! A binding to the parts of [Constantine](https://github.com/mratsim/constantine) that KZG
//! commitments need: its C interface, declared by hand, and its library, loaded at run time.
//!
//! [`load`] finds the library: where `CONSTANTINE_LIB` says, or else on the system's search path;
//! [`load_from`] takes a path. All functions are resolved at once, a self-test
//! compares results with known ones, and the [`Library`] stays until the process ends. A library that is
//! missing, lacks a function or gives a wrong answer is a [`LoadError`].
//!
//! With the feature `link` and the environment variable `CONSTANTINE_ARCHIVE` set to the path of
//! a static archive when this crate is built, that archive is part of the program, and taken
//! where `CONSTANTINE_LIB` is not set.
//!
//! All functions are unsafe to call: [`functions`] has the contract of each. The crate
//! `kzg-constantine` implements a backend with them.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

pub mod error;
pub mod functions;
mod loader;
mod self_test;
pub mod status;
pub mod types;

pub use error::{Attempt, LoadError, NamedBy, Origin};
pub use functions::{ContextCalls, LowLevel};
pub use loader::{LIBRARY_VARIABLE, Library, load, load_from, loaded};
pub use self_test::self_test;
