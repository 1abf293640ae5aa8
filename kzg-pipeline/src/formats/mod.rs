//! Blobs, cells and proofs in the forms that others read and write.

pub(crate) mod bundle;
pub mod cells;
