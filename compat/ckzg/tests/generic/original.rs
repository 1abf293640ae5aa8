//! The calls and the traits, compiled for c-kzg.

use original_c_kzg as api;

#[path = "calls/mod.rs"]
pub(crate) mod calls;
#[path = "traits.rs"]
mod traits;
