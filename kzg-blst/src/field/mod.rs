//! The scalar field, compatible with blst's.

mod fr;
mod montgomery;

pub use fr::Fr;
#[cfg(target_arch = "x86_64")]
pub(crate) use montgomery::ORDER;
