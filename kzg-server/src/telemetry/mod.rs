//! Logs, metrics, and the identifiers of traces.

pub mod logs;
pub mod metrics;
pub(crate) mod record;
pub mod trace;
