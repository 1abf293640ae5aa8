//! The requests for operations and the responses to them, and their forms on the wire.

pub mod handler;
pub mod json;
pub mod operation;
pub mod raw;
pub(crate) mod scan;
