//! Tasks from many threads, processed by worker threads of the processor.
//!
//! [`KzgTask`]s wait in two bounded queues, the lanes; see [`Priority`]. Each accepted task gets
//! exactly one [`KzgResult`]: a panic, a deadline, a cancellation and a shutdown give a result too.
//! Results arrive [by a handle](ConcurrentKzgProcessor::submit), all through
//! [one channel](ConcurrentKzgProcessor::submit_task), or
//! [by a function](ConcurrentKzgProcessor::submit_then) per task.
//!
//! The lanes, the counts and the shutdown are one monitor (`lanes`), which loom checks in all
//! interleavings.

#[cfg(feature = "tokio")]
mod asynchronous;
mod handle;
mod lanes;
mod options;
mod processor;
mod queued;
mod statistics;
mod sync;
mod task;
#[cfg(test)]
mod tests;
mod uncollected;
mod worker;

#[cfg(feature = "tokio")]
pub use asynchronous::AsyncTaskHandle;
pub use handle::TaskHandle;
pub use options::{ConcurrentOptions, Priority, Shutdown, Submission, WhenFull};
pub use processor::ConcurrentKzgProcessor;
pub use statistics::{LatencyPercentiles, ProcessingStatistics};
pub use task::{KzgResult, KzgTask};
