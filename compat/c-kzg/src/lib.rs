//! The crate `kzg-ckzg` under the name of the original, for `[patch.crates-io]`.

#![forbid(unsafe_code)]

pub use kzg_ckzg::*;
