//! The crate `kzg-eth-kzg` under the name of the original, for `[patch.crates-io]`.

#![forbid(unsafe_code)]

pub use kzg_eth_kzg::*;
