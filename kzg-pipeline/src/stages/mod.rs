//! The stages of a job: encode bytes into blobs, commit and prove, write artefacts, and verify
//! them.

pub(crate) mod check;
pub(crate) mod compute;
pub(crate) mod convert;
pub(crate) mod input_check;
pub(crate) mod resume;
pub(crate) mod store;
pub(crate) mod verify;
