//! Scheduler and executors of a Ballista cluster, with the functions in both.
//!
//! A client, the scheduler and the executors are the same program, because a function is known to each
//! of them only if each registers it. An executor with another version or another trusted setup is
//! refused when it registers.

mod admission;
mod executor;
mod scheduler;

pub use admission::Admission;
pub use executor::{ExecutorOptions, run_executor};
pub use scheduler::{SchedulerOptions, run_scheduler};
