//! The rows of reports.

use serde::Serialize;

use crate::libraries::{Candidate, Library};
use crate::measure::{Clock, Timing};
use crate::memory::Memory;
use crate::operation::Operation;

/// The times of one library in one operation.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Name of the library in tables.
    pub name: String,
    /// Name of the operation.
    pub operation: &'static str,
    /// `ours`, or the name of another library.
    pub library: &'static str,
    /// Name of the backend, if the library is ours.
    pub backend: Option<&'static str>,
    /// Size of the tables in the form of `--precompute`, if the library is ours.
    pub precompute: Option<String>,
    /// Memory of the tables after these runs in bytes, if the library is ours.
    pub tables_bytes: Option<usize>,
    /// Number of threads that the library was configured with.
    pub threads: usize,
    /// Number of runs.
    pub runs: usize,
    /// Wall time of the fastest run.
    pub min_ms: f64,
    /// Median wall time.
    pub median_ms: f64,
    /// Shortest CPU time of the calling thread.
    pub thread_cpu_min_ms: f64,
    /// Median CPU time of the calling thread.
    pub thread_cpu_median_ms: f64,
    /// Shortest CPU time of the process.
    pub process_cpu_min_ms: f64,
    /// Median CPU time of the process.
    pub process_cpu_median_ms: f64,
    /// The clock that the ratio uses.
    pub compared_by: Clock,
    /// Time of the reference's fastest run divided by the time of this library's fastest run. A
    /// ratio above one means faster than the reference.
    pub ratio_to_ckzg: Option<f64>,
    /// A note for readers of the times.
    pub note: Option<String>,
}

/// The memory of one library.
#[derive(Clone, Debug, Serialize)]
pub struct MemoryRow {
    /// Name of the library in tables.
    pub name: String,
    /// `memory`.
    pub operation: &'static str,
    /// `ours`, or the name of another library.
    pub library: &'static str,
    /// Name of the backend, if the library is ours.
    pub backend: Option<&'static str>,
    /// Size of the tables in the form of `--precompute`, if the library is ours.
    pub precompute: Option<String>,
    /// Number of threads that the library was configured with.
    pub threads: usize,
    /// Resident memory of processes with this library, by role.
    pub resident_bytes: Memory,
}

impl MemoryRow {
    /// The memory row of one library.
    #[must_use]
    pub fn new(candidate: &Candidate, memory: Memory) -> Self {
        Self {
            name: candidate.to_string(),
            operation: "memory",
            library: candidate.library,
            backend: candidate.backend,
            precompute: candidate.precompute.map(|size| size.to_string()),
            threads: candidate.threads,
            resident_bytes: memory,
        }
    }
}

impl Row {
    /// The row of one library. `reference` has c-kzg's times in the same operation.
    #[must_use]
    pub fn new(
        operation: Operation,
        candidate: &Candidate,
        library: &dyn Library,
        (timing, reference): (&Timing, Option<&Timing>),
    ) -> Self {
        let compared_by = if candidate.threads > 1 {
            Clock::Wall
        } else if timing.used_threads() {
            Clock::ProcessCpu
        } else {
            Clock::ThreadCpu
        };
        let own_threads = (compared_by == Clock::ProcessCpu)
            .then_some("this library starts its own threads: compared by CPU time of the process");
        let notes: Vec<_> = library
            .note(operation)
            .into_iter()
            .chain(own_threads)
            .collect();
        let per_item = |ms: f64| ms / operation.divisor() as f64;
        Self {
            name: candidate.to_string(),
            operation: operation.name(),
            library: candidate.library,
            backend: candidate.backend,
            precompute: candidate.precompute.map(|size| size.to_string()),
            tables_bytes: library.tables_memory(),
            threads: candidate.threads,
            runs: timing.runs(),
            min_ms: per_item(timing.min_ms(Clock::Wall)),
            median_ms: per_item(timing.median_ms(Clock::Wall)),
            thread_cpu_min_ms: per_item(timing.min_ms(Clock::ThreadCpu)),
            thread_cpu_median_ms: per_item(timing.median_ms(Clock::ThreadCpu)),
            process_cpu_min_ms: per_item(timing.min_ms(Clock::ProcessCpu)),
            process_cpu_median_ms: per_item(timing.median_ms(Clock::ProcessCpu)),
            compared_by,
            ratio_to_ckzg: reference
                .map(|reference| reference.min_ms(compared_by) / timing.min_ms(compared_by)),
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }
}
