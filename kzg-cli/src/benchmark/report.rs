//! The figures of a benchmark.

use kzg_advanced::BackendId;
use kzg_advanced::adaptive::Hardware;
use kzg_advanced::adaptive::sampling::Sampled;
use serde::Serialize;

use super::advice::Advice;

/// The figures of a benchmark and the configuration that they advise.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BenchmarkReport {
    /// The version of this library.
    pub(crate) version: String,
    /// The machine.
    pub(crate) hardware: Hardware,
    /// Duration of the whole benchmark.
    pub(crate) seconds: f64,
    /// Wall-clock time of calls on one thread over their processor time, minus one; `None` where
    /// the processor time is not known. A value above a tenth means that the machine did other
    /// work at the same time.
    pub(crate) disturbance: Option<f64>,
    /// The least share of the processors' time that this process got before, between and after the
    /// phases of measurements: CPU time over wall-clock time of as many computing threads as there
    /// are cores. `None` where the operating system does not report CPU time. A value below 0.9
    /// means that the machine did other work on any of its cores.
    pub(crate) cpu_share: Option<f64>,
    /// The measured calls.
    pub(crate) measurements: Vec<Measurement>,
    /// The calls that did not fit into the time limit.
    pub(crate) skipped: Vec<Skipped>,
    /// The tables that were built, each on one thread.
    pub(crate) tables: Vec<TableMemory>,
    /// The advised configuration.
    pub(crate) advice: Advice,
}

/// A backend configuration under test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Candidate {
    /// The backend.
    pub(crate) backend: BackendId,
    /// Number of threads.
    pub(crate) threads: usize,
    /// Size of the tables, as the setting `precompute` is written.
    pub(crate) precompute: String,
}

/// The times of one call.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measurement {
    /// The configuration that was measured.
    #[serde(flatten)]
    pub(crate) candidate: Candidate,
    /// The name of the operation.
    pub(crate) operation: String,
    /// Number of blobs in the call.
    pub(crate) blobs: usize,
    /// Number of times that the call was made.
    pub(crate) runs: usize,
    /// The shortest time of a call.
    pub(crate) min_seconds: f64,
    /// The median time of a call.
    pub(crate) median_seconds: f64,
}

/// A call that did not fit into the time limit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Skipped {
    /// The configuration that was not measured.
    #[serde(flatten)]
    pub(crate) candidate: Candidate,
    /// The name of the operation.
    pub(crate) operation: String,
    /// Number of blobs in the call.
    pub(crate) blobs: usize,
    /// The expected time of the call, where an estimate exists.
    pub(crate) expected_seconds: Option<f64>,
}

/// The tables of a backend.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TableMemory {
    /// The backend.
    pub(crate) backend: BackendId,
    /// The requested size.
    pub(crate) precompute: String,
    /// Memory of all tables of the backend, in bytes.
    pub(crate) bytes: usize,
    /// Time to build the tables on one thread.
    pub(crate) build_seconds: f64,
}

impl BenchmarkReport {
    /// A report without measurements.
    pub(crate) fn new(hardware: Hardware) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hardware,
            seconds: 0.0,
            disturbance: None,
            cpu_share: None,
            measurements: Vec::new(),
            skipped: Vec::new(),
            tables: Vec::new(),
            advice: Advice::default(),
        }
    }

    /// Adds the samples of the given candidates.
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
