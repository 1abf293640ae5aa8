//! The scalar field, compatible with blst's.

mod fr;
mod montgomery;

pub use fr::Fr;
