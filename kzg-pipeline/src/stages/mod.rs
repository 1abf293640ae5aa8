//! The stages of a job: bytes to blobs, blobs to proofs, proofs to files, files back to a verdict.

pub(crate) mod check;
pub(crate) mod compute;
pub(crate) mod convert;
pub(crate) mod input_check;
pub(crate) mod store;
pub(crate) mod verify;
