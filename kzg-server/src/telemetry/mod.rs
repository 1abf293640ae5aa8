//! Logs, metrics, and the identifiers of traces.

pub mod logs;
pub mod metrics;
pub mod trace;
