//! The forms of calls and answers on the wire.

pub mod call;
pub mod handler;
pub mod json;
pub mod raw;
