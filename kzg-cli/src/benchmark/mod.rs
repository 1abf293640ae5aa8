//! Measuring this machine: every backend, operation, number of blobs and of threads, and sizes of
//! tables and chunks; and what follows for the configuration.
//!
//! Times are those of the wall clock, as they matter to who waits: a machine that does other work
//! meanwhile shows it. Everything is measured in turns, several times, within a time limit.

mod advice;
mod report;
mod run;
mod session;
#[cfg(test)]
mod tests;

pub(crate) use advice::Advised;
pub(crate) use report::{BenchmarkReport, Candidate, Measurement, TableMemory};
pub(crate) use run::Benchmark;
