//! What was measured.

use serde::Serialize;

use super::advice::Advice;
use crate::adaptive::Hardware;
use crate::adaptive::sampling::Sampled;
use crate::registry::BackendId;

/// Everything that was measured, and what follows.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BenchmarkReport {
    /// The version of this library.
    pub version: String,
    /// The machine.
    pub hardware: Hardware,
    /// How long it took in all.
    pub seconds: f64,
    /// By how much longer calls on one thread took than a processor worked on them, as a share,
    /// where that is known. More than a tenth means that the machine did other work meanwhile.
    pub disturbance: Option<f64>,
    /// The calls.
    pub measurements: Vec<Measurement>,
    /// Those that there was no time for.
    pub skipped: Vec<Skipped>,
    /// The tables that were built, on one thread.
    pub tables: Vec<TableMemory>,
    /// What to configure.
    pub advice: Advice,
}

/// Who makes a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// The backend.
    pub backend: BackendId,
    /// The threads that it computes on.
    pub threads: usize,
    /// The size of its tables, as [`Precompute`](kzg_traits::Precompute) is written.
    pub precompute: String,
}

/// How long a call takes.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Measurement {
    /// Who made it.
    #[serde(flatten)]
    pub candidate: Candidate,
    /// The name of the operation.
    pub operation: String,
    /// The blobs that the call is about.
    pub blobs: usize,
    /// How often it was made.
    pub runs: usize,
    /// The shortest time of a call.
    pub min_seconds: f64,
    /// The time that half of the calls took at most.
    pub median_seconds: f64,
}

/// A call that there was no time for.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Skipped {
    /// Who would have made it.
    #[serde(flatten)]
    pub candidate: Candidate,
    /// The name of the operation.
    pub operation: String,
    /// The blobs that the call would have been about.
    pub blobs: usize,
    /// How long it was expected to take, where something was known.
    pub expected_seconds: Option<f64>,
}

/// The tables of a backend.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TableMemory {
    /// The backend.
    pub backend: BackendId,
    /// The size that was asked for.
    pub precompute: String,
    /// The memory that they take in all, in bytes.
    pub bytes: usize,
    /// How long they took to build, on one thread.
    pub build_seconds: f64,
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
