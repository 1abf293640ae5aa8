//! What was measured.

use serde::Serialize;

use super::advice::Advice;
use kzg_advanced::BackendId;
use kzg_advanced::adaptive::Hardware;
use kzg_advanced::adaptive::sampling::Sampled;

/// Everything that was measured, and what follows.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub(crate) struct BenchmarkReport {
    /// The version of this library.
    pub(crate) version: String,
    /// The machine.
    pub(crate) hardware: Hardware,
    /// How long it took in all.
    pub(crate) seconds: f64,
    /// By how much longer calls on one thread took than a processor worked on them, as a share,
    /// where that is known. More than a tenth means that the machine did other work meanwhile.
    pub(crate) disturbance: Option<f64>,
    /// The calls.
    pub(crate) measurements: Vec<Measurement>,
    /// Those that there was no time for.
    pub(crate) skipped: Vec<Skipped>,
    /// The tables that were built, on one thread.
    pub(crate) tables: Vec<TableMemory>,
    /// What to configure.
    pub(crate) advice: Advice,
}

/// Who makes a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub(crate) struct Candidate {
    /// The backend.
    pub(crate) backend: BackendId,
    /// The threads that it computes on.
    pub(crate) threads: usize,
    /// The size of its tables, as [`Precompute`](kzg_traits::Precompute) is written.
    pub(crate) precompute: String,
}

/// How long a call takes.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub(crate) struct Measurement {
    /// Who made it.
    #[serde(flatten)]
    pub(crate) candidate: Candidate,
    /// The name of the operation.
    pub(crate) operation: String,
    /// The blobs that the call is about.
    pub(crate) blobs: usize,
    /// How often it was made.
    pub(crate) runs: usize,
    /// The shortest time of a call.
    pub(crate) min_seconds: f64,
    /// The time that half of the calls took at most.
    pub(crate) median_seconds: f64,
}

/// A call that there was no time for.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub(crate) struct Skipped {
    /// Who would have made it.
    #[serde(flatten)]
    pub(crate) candidate: Candidate,
    /// The name of the operation.
    pub(crate) operation: String,
    /// The blobs that the call would have been about.
    pub(crate) blobs: usize,
    /// How long it was expected to take, where something was known.
    pub(crate) expected_seconds: Option<f64>,
}

/// The tables of a backend.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub(crate) struct TableMemory {
    /// The backend.
    pub(crate) backend: BackendId,
    /// The size that was asked for.
    pub(crate) precompute: String,
    /// The memory that they take in all, in bytes.
    pub(crate) bytes: usize,
    /// How long they took to build, on one thread.
    pub(crate) build_seconds: f64,
}

impl BenchmarkReport {
    /// Nothing measured yet.
    pub(super) fn new(hardware: Hardware) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hardware,
            seconds: 0.0,
            disturbance: None,
            measurements: Vec::new(),
            skipped: Vec::new(),
            tables: Vec::new(),
            advice: Advice::default(),
        }
    }

    /// Takes over what was sampled on candidates.
    pub(super) fn take(&mut self, candidates: &[Candidate], sampled: Vec<Sampled>) {
        for sampled in sampled {
            let candidate = candidates[sampled.candidate].clone();
            let operation = sampled.task.operation.name().to_owned();
            let blobs = sampled.task.blobs;
            let mut seconds = sampled.seconds;
            seconds.sort_by(f64::total_cmp);
            let Some(&min_seconds) = seconds.first() else {
                self.skipped.push(Skipped {
                    candidate,
                    operation,
                    blobs,
                    expected_seconds: sampled.expected,
                });
                continue;
            };
            self.measurements.push(Measurement {
                candidate,
                operation,
                blobs,
                runs: seconds.len(),
                min_seconds,
                median_seconds: (seconds[(seconds.len() - 1) / 2] + seconds[seconds.len() / 2])
                    / 2.0,
            });
        }
    }
}
