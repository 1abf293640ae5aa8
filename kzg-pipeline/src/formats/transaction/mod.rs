//! Blob transactions and their sidecars, version 0 (EIP-4844) and version 1 (EIP-7594).

mod digits;
mod json;
mod rlp;

pub use json::{SidecarV0Json, SidecarV1Json};
pub use rlp::{SidecarV0, SidecarV1, TransactionV0, TransactionV1};

/// The type of blob transactions, and the first byte of one.
const BLOB_TRANSACTION: u8 = 3;
