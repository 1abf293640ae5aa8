//! The code that the benchmarks and the programs `compare`, `throughput` and `soak` share: the
//! operations, their inputs, and the calls of each library.
//!
//! [`Operation`] lists the measured operations. Each file under `libraries` performs them with one
//! library. All libraries share the [`Inputs`], the check that every library returns the same
//! [`Answer`], and the clocks.

#![forbid(unsafe_code)]

pub mod check;
pub mod inputs;
pub mod libraries;
pub mod machine;
pub mod measure;
pub mod memory;
pub mod operation;
pub mod processors;
pub mod report;

pub use inputs::Inputs;
pub use libraries::{Answer, Library, Run};
pub use operation::{Group, Operation};
