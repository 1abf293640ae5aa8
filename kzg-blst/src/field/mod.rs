//! The scalar field over blst.

mod fr;

pub use fr::Fr;
