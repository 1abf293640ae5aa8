//! Tasks from many threads, processed by worker threads of the processor.
//!
//! [`KzgTask`]s wait in two bounded queues, the lanes; see [`Priority`]. Each accepted task gets
//! exactly one [`KzgResult`]: a panic, a deadline, a cancellation and a shutdown give a result too.
//! Results arrive [by a handle](ConcurrentKzgProcessor::submit), all through
//! [one channel](ConcurrentKzgProcessor::submit_task), or
//! [by a function](ConcurrentKzgProcessor::submit_then) per task.
//!
//! # Abandoned calls
//!
//! The processor does not interrupt a running call. At the task's deadline, or at the end of the
//! shutdown grace period, the processor abandons the call and answers the task. The thread of an
//! abandoned call is replaced, up to [`max_abandoned`](ConcurrentOptions::max_abandoned), so that
//! other tasks go on.
//!
//! # Shared calls
//!
//! Verifications that wait while all workers are busy can share one call, which takes less time
//! for each of them: [`gathered_items`](ConcurrentOptions::gathered_items).
//!
//! The lanes (`lanes`) and the threads (`workers::roster`) are one monitor, which loom checks in
//! all interleavings.

#[cfg(feature = "tokio")]
mod asynchronous;
mod gathering;
mod handle;
mod lanes;
mod options;
mod processor;
mod queued;
mod statistics;
mod task;
#[cfg(test)]
mod tests;
mod uncollected;
mod worker;

/// The primitives of `uncollected`. The models put loom's in their place.
mod sync {
    pub(super) use std::sync::atomic::{AtomicUsize, Ordering};
}

#[cfg(feature = "tokio")]
pub use asynchronous::AsyncTaskHandle;
pub use handle::TaskHandle;
pub use options::{ConcurrentOptions, Priority, Shutdown, Submission, WhenFull};
pub use processor::ConcurrentKzgProcessor;
pub use statistics::{LatencyPercentiles, ProcessingStatistics};
pub use task::{KzgResult, KzgTask, TaskCall, TaskOutput};
