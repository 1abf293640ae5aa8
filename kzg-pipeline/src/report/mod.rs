//! The report of a job, and the meter behind it.

use serde::{Deserialize, Serialize};

use crate::options::{Artefact, Proofs};

mod backend;
mod display;
mod listed;
mod meter;
mod run_info;
mod stage;
mod throughput;
mod verification;

pub use backend::{BackendDecision, BackendUse, Candidate, FigureSource, Role};
pub(crate) use listed::Listed;
pub(crate) use meter::Meter;
pub use run_info::RunInfo;
pub use stage::{QueueDepth, Stage, StageReport};
pub use throughput::ThroughputSample;
pub use verification::{BlobRange, Failure, StageFailure, Verification};

/// The report of a run. `report.json` holds it as JSON.
///
/// Figures are those of this run: a resumed run does not count the work of earlier ones, except
/// for `inputs`, `blobs`, `bytes` and the verification, which are those of the whole job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProcessingReport {
    /// The version of the library.
    pub version: String,
    /// When, where and how the run was made.
    #[serde(default)]
    pub run: RunInfo,
    /// The end of the run.
    pub outcome: Outcome,
    /// The error that ended the run early; `null` if none did.
    pub error: Option<String>,
    /// The name of the backend that committed and proved.
    pub backend: String,
    /// The name of the codec.
    pub encoding: String,
    /// The proofs that were made.
    pub proofs: Proofs,
    /// The artefacts that were written; none for a job in memory.
    pub emit: Vec<Artefact>,
    /// The number of inputs that were read.
    pub inputs: u64,
    /// The number of blobs of these inputs.
    pub blobs: u64,
    /// The length of these inputs in bytes.
    pub bytes: u64,
    /// The length of the files that this run wrote in bytes.
    pub bytes_written: u64,
    /// The time from the beginning of the first stage to the end of the last one in seconds.
    pub seconds: f64,
    /// The bytes of the inputs for each of these seconds.
    pub bytes_per_second: u64,
    /// The number of blobs that were verified and are right.
    pub succeeded: u64,
    /// The number of failures: inputs that could not be read, artefacts that do not verify, and
    /// the error that stopped the job.
    pub failed: u64,
    /// The first hundred failures.
    pub failures: Vec<StageFailure>,
    /// The number of entries of folders that were left out, such as empty folders and symbolic
    /// links.
    pub skipped: u64,
    /// The first hundred entries that were left out, with the reasons.
    pub skipped_items: Vec<Failure>,
    /// The work of each stage that the job has, in order.
    pub stages: Vec<StageReport>,
    /// The progress at up to 120 moments, evenly spread. The first is not at the beginning, when
    /// nothing was done.
    pub throughput: Vec<ThroughputSample>,
    /// The backends, by role.
    pub backends: Vec<BackendDecision>,
    /// The number of calls that were made again on the same backend after a fault.
    pub retries: u64,
    /// The number of times that another backend was asked after one gave no answer.
    pub fallbacks: u64,
    /// The memory.
    pub memory: MemoryUse,
    /// The findings of the verification.
    pub verification: Verification,
    /// The state that a resumed run found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Resumed>,
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// Everything was done, though inputs may have been left out and verification may have
    /// failed: see the failures.
    Complete,
    /// The caller asked it to stop. What was begun was finished; a resumed run does the rest.
    Interrupted,
    /// An error stopped it. A resumed run does the rest once that is mended.
    Failed,
}

/// The memory of a job. Zero where the operating system does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemoryUse {
    /// The limit that was asked for.
    pub limit_bytes: Option<u64>,
    /// The most resident memory that the process has had since it began.
    pub peak_resident_bytes: u64,
    /// The resident memory at the end.
    pub resident_bytes: u64,
    /// The most that the job's buffers were to take.
    pub planned_buffer_bytes: u64,
    /// The most that its buffers of blobs took.
    pub peak_blob_bytes: u64,
    /// The budget for each kind of the prover's tables, where the job chose it.
    pub table_budget_bytes: Option<u64>,
    /// The blobs in a chunk, which is worked on at once.
    pub chunk_blobs: u64,
    /// The chunks that wait between two stages at most.
    pub queued_chunks: u64,
}

/// The state that a resumed run found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resumed {
    /// The time that the check of the earlier run's work took in seconds.
    pub seconds: f64,
    /// The number of blobs that an earlier run had done right.
    pub kept_blobs: u64,
    /// The number of damaged or missing artefacts and lines that were made again.
    pub mended: u64,
    /// The names of the first hundred of them.
    pub mended_items: Vec<String>,
}

impl ProcessingReport {
    /// Whether everything was done, nothing went wrong, and something was verified.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.outcome == Outcome::Complete && self.failed == 0 && self.verification.passed()
    }

    /// What the report says of the job and its output, without what it says of this run of it, to
    /// compare runs: they may differ in threads, memory and retries, and one may have been
    /// interrupted and resumed, but what they say of the same inputs, processed by the same
    /// backend into the same proofs and artefacts, is equal.
    ///
    /// `run`, times and rates, `bytes_written`, `retries`, `fallbacks` and `memory` are empty here,
    /// `stages`, `throughput` and `backends` empty, and `resumed` is `None`.
    #[must_use]
    pub fn without_measurements(&self) -> Self {
        // Field by field, so that a new one has to be put on either side.
        Self {
            version: self.version.clone(),
            outcome: self.outcome,
            error: self.error.clone(),
            backend: self.backend.clone(),
            encoding: self.encoding.clone(),
            proofs: self.proofs,
            emit: self.emit.clone(),
            inputs: self.inputs,
            blobs: self.blobs,
            bytes: self.bytes,
            succeeded: self.succeeded,
            failed: self.failed,
            failures: self.failures.clone(),
            skipped: self.skipped,
            skipped_items: self.skipped_items.clone(),
            verification: self.verification.clone(),

            run: RunInfo::default(),
            bytes_written: 0,
            seconds: 0.0,
            bytes_per_second: 0,
            stages: Vec::new(),
            throughput: Vec::new(),
            backends: Vec::new(),
            retries: 0,
            fallbacks: 0,
            memory: MemoryUse::default(),
            resumed: None,
        }
    }

    /// The report as JSON, with a line feed at the end, as `report.json` holds it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("strings and numbers only");
        text.push('\n');
        text
    }

    /// The JSON schema of [`to_json`](Self::to_json), with a line feed at the end.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn json_schema() -> String {
        let schema = schemars::schema_for!(Self);
        let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
        text.push('\n');
        text
    }
}

#[cfg(all(test, feature = "schema"))]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_checked_in_is_the_reports() {
        // `kzg schema report > docs/report.schema.json` writes it.
        let checked_in = include_str!("../../../docs/report.schema.json");
        assert!(
            ProcessingReport::json_schema() == checked_in,
            "write it again"
        );
    }
}
