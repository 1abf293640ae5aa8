//! The functions of the driver API.
//!
//! A context is the number of its device plus one. The functions check what they are given as far as
//! a test needs: handles, addresses and lengths.

mod control;
mod devices;
mod execution;
mod memory;
mod status;

pub use control::*;
pub use devices::*;
pub use execution::*;
pub use memory::*;
