//! What a job has done: the report, and what measures it.

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

/// What a pipeline run has done. `report.json` holds it as JSON.
///
/// Figures are of this run: one that completes another counts what it did itself, except for
/// `inputs`, `blobs`, `bytes` and the verification, which are of the whole job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProcessingReport {
    /// The version of the library.
    pub version: String,
    /// When, where and how the run was made.
    #[serde(default)]
    pub run: RunInfo,
    /// How the run ended.
    pub outcome: Outcome,
    /// Why it ended early; `null` if it did not.
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
    /// The number of blobs that they gave.
    pub blobs: u64,
    /// The bytes that they gave.
    pub bytes: u64,
    /// The bytes of the files that this run wrote.
    pub bytes_written: u64,
    /// The time from the first stage's begin to the last one's end, in seconds.
    pub seconds: f64,
    /// The inputs' bytes for each of these seconds.
    pub bytes_per_second: u64,
    /// The blobs that were verified and found right.
    pub succeeded: u64,
    /// How many times something went wrong: an input that could not be read, an artefact that
    /// does not verify, an error that stopped the job.
    pub failed: u64,
    /// What went wrong, the first hundred.
    pub failures: Vec<StageFailure>,
    /// How many entries of folders were left out, such as empty folders and symbolic links.
    pub skipped: u64,
    /// What was left out and why, the first hundred.
    pub skipped_items: Vec<Failure>,
    /// What each stage did, in the order of the stages; without those that the job does not
    /// have.
    pub stages: Vec<StageReport>,
    /// How far the job was at each moment, at most 120 of them, evenly spread. The first is
    /// not at its begin, where nothing was done.
    pub throughput: Vec<ThroughputSample>,
    /// The backends, by role.
    pub backends: Vec<BackendDecision>,
    /// How often a call was made again on the same backend after a fault.
    pub retries: u64,
    /// How often another backend was asked after one gave no answer.
    pub fallbacks: u64,
    /// The memory.
    pub memory: MemoryUse,
    /// What reading back and verifying found.
    pub verification: Verification,
    /// For a run that took up an earlier one's work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Resumed>,
}

/// How a run ended.
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

/// What memory a job took. Zero where the operating system does not say.
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

/// What a resumed run found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resumed {
    /// The time that checking what was there took, in seconds.
    pub seconds: f64,
    /// The blobs that were done already, and done right.
    pub kept_blobs: u64,
    /// How many artefacts or lines were damaged or missing, and have been made again.
    pub mended: u64,
    /// Their names, the first hundred.
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
