//! What the benchmarks and the `compare` program share: the operations, their inputs, and how
//! each library performs them.
//!
//! An [`Operation`] has one description of what is measured; each library says in its own file
//! under `libraries` how it performs it. Everything else is the same for all: the [`Inputs`],
//! the check that all libraries give the same [`Answer`], and the clocks.

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
