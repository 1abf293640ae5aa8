//! The calls and the traits, compiled for this crate.

use c_kzg as api;

#[path = "calls/mod.rs"]
pub(crate) mod calls;
#[path = "traits.rs"]
mod traits;
