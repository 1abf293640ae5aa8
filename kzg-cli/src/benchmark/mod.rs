//! Measures this machine and derives a configuration from the figures.
//!
//! The measurements cover every backend, every operation, several numbers of blobs and of threads,
//! and several sizes of tables and of chunks. `run` says what is measured, `session` in which
//! order, `report` holds the figures, `advice` derives the configuration. The command line and the
//! tables of `kzg bench` are in `commands::bench`.
//!
//! Times are wall-clock times, so other work on the machine makes them longer. Candidates take
//! turns, and each call is measured several times, within a time limit.

mod advice;
mod report;
mod run;
mod session;
#[cfg(test)]
mod tests;

pub(crate) use advice::Advised;
pub(crate) use report::{BenchmarkReport, Candidate, Measurement, TableMemory};
pub(crate) use run::Benchmark;
