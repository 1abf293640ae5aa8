//! A binding to the parts of [Constantine](https://github.com/mratsim/constantine) that KZG
//! commitments need: its C interface, declared by hand, and its library, loaded at run time.
//!
//! [`load`] opens the library that `CONSTANTINE_LIB` names, or else the library on the system's
//! search path; [`load_from`] takes a path. All functions are resolved at once, a self-test
//! compares results with known ones, and the [`Library`] stays loaded until the process ends. If
//! the library is missing, lacks a function or gives a wrong answer, the result is a [`LoadError`].
//!
//! The feature `link` links a static archive into the program: the environment variable
//! `CONSTANTINE_ARCHIVE` names the archive when this crate is built. The archive is used if
//! `CONSTANTINE_LIB` is not set.
//!
//! All functions are unsafe to call: [`functions`] has the contract of each. The crate
//! `kzg-constantine` implements a backend with them.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `link` | links the static archive that `CONSTANTINE_ARCHIVE` names when the crate is built; without the variable, nothing changes |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

// The stand-ins of the tests name this crate as other crates do.
#[cfg(test)]
extern crate self as constantine_sys;

pub mod error;
pub mod functions;
mod loader;
mod self_test;
pub mod status;
pub mod types;

pub use error::{LIBRARY_VARIABLE, LoadAttempt, LoadError, NamedBy, Origin};
pub use functions::{ContextCalls, LowLevel};
pub use loader::{Library, load, load_from, loaded};
pub use self_test::self_test;
