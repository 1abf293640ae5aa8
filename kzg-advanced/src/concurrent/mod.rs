//! Tasks from many threads, worked off by threads of the processor's own.
//!
//! [`KzgTask`]s wait in two bounded lanes, see [`Priority`]; each accepted one gets exactly one
//! [`KzgResult`], whatever happens: a panic, a deadline, a cancellation or a shutdown is a result
//! like any other. Results come [by handle](ConcurrentKzgProcessor::submit), all through
//! [one channel](ConcurrentKzgProcessor::submit_task), or each
//! [to a function](ConcurrentKzgProcessor::submit_then).
//!
//! The lanes, the counts and the shutdown are one monitor (`lanes`), which is checked by models
//! of all interleavings.

#[cfg(feature = "tokio")]
mod asynchronous;
mod handle;
mod job;
mod lanes;
mod options;
mod permits;
mod processor;
mod statistics;
mod sync;
mod task;
#[cfg(test)]
mod tests;
mod worker;

#[cfg(feature = "tokio")]
pub use asynchronous::AsyncTaskHandle;
pub use handle::TaskHandle;
pub use options::{ConcurrentOptions, Priority, Shutdown, Submission, WhenFull};
pub use processor::ConcurrentKzgProcessor;
pub use statistics::{LatencyPercentiles, ProcessingStatistics};
pub use task::{KzgResult, KzgTask};
