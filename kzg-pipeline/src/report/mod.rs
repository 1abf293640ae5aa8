//! The report of a job, and the meter behind it.

use kzg_advanced::KzgAdvancedError;
use listed::count_and_keep;
use serde::{Deserialize, Serialize};

use crate::manifest::SetupId;
use crate::options::{Artefact, Proofs};

mod backend;
mod display;
mod listed;
mod meter;
mod run_info;
mod stage;
mod throughput;
mod verification;

pub use backend::{BackendCandidate, BackendDecision, BackendUse, FigureSource, Role};
pub(crate) use listed::Listed;
pub(crate) use meter::Meter;
pub use run_info::{RunInfo, shell_word};
pub use stage::{QueueDepth, Stage, StageReport};
pub use throughput::ThroughputSample;
pub use verification::{BlobRange, Failure, StageFailure, Verification};

/// The report of a run. `report.json` holds it as JSON.
///
/// All figures describe this run, without the work of earlier runs that this run resumes. Only
/// `inputs`, `blobs`, `bytes` and the verification describe the whole job.
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
    pub outcome: JobOutcome,
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
    /// The SHA-256 of the trusted setup; absent for the setup of mainnet.
    #[serde(default, skip_serializing_if = "SetupId::is_mainnet")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub trusted_setup: SetupId,
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
    /// The number of blobs that verified.
    pub succeeded: u64,
    /// The number of failures: inputs that could not be read, artefacts that do not verify, and
    /// the error that stopped the job.
    pub failed: u64,
    /// The number of failures that are false claims of inputs about their blobs.
    #[serde(default)]
    pub false_claims: u64,
    /// The first hundred failures.
    pub failures: Vec<StageFailure>,
    /// The number of entries of folders that were left out, such as empty folders and symbolic
    /// links.
    pub skipped: u64,
    /// The first hundred entries that were left out, with the reasons.
    pub skipped_items: Vec<Failure>,
    /// The work of each stage that the job has, in order.
    pub stages: Vec<StageReport>,
    /// The progress at up to 120 moments at even intervals. There is no sample at time zero.
    pub throughput: Vec<ThroughputSample>,
    /// The backends, by role.
    pub backends: Vec<BackendDecision>,
    /// The number of calls that were made again on the same backend after a fault.
    pub retries: u64,
    /// The number of times that a call went to another backend after a backend failed.
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
pub enum JobOutcome {
    /// The run is complete. Inputs may have been left out and verification may have failed; see
    /// the failures.
    Complete,
    /// The caller stopped the run. The run finished the chunks that it had begun; a resumed run
    /// does the rest.
    Interrupted,
    /// An error stopped the run. A resumed run does the rest once the cause of the error is
    /// removed.
    Failed,
}

/// The memory of a job. Values that the operating system does not report are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemoryUse {
    /// The memory limit of the options.
    pub limit_bytes: Option<u64>,
    /// The peak resident memory of the process.
    pub peak_resident_bytes: u64,
    /// The resident memory at the end.
    pub resident_bytes: u64,
    /// The planned maximum of the memory of all buffers.
    pub planned_buffer_bytes: u64,
    /// The peak memory of the buffers of blobs.
    pub peak_blob_bytes: u64,
    /// The budget for each kind of the prover's tables, if the job chose the budget.
    pub table_budget_bytes: Option<u64>,
    /// The number of blobs in a chunk. A stage works on one chunk at a time.
    pub chunk_blobs: u64,
    /// The maximum number of chunks that wait between two stages.
    pub queued_chunks: u64,
}

/// The state that a resumed run found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resumed {
    /// The time that the check of the earlier run's work took in seconds.
    pub seconds: f64,
    /// The number of blobs of an earlier run that verified and were kept.
    pub kept_blobs: u64,
    /// The number of damaged or missing artefacts and lines that were written again.
    pub mended: u64,
    /// The names of the first hundred artefacts and lines that were written again.
    pub mended_items: Vec<String>,
}

impl ProcessingReport {
    /// Whether the run is complete, has no failures and verified at least one item.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.outcome == JobOutcome::Complete && self.failed == 0 && self.verification.passed()
    }

    /// Whether the run is complete and had nothing to do: no input, and no failure. So it is with a
    /// shard to which no input belongs. A job without inputs that is not a shard is a mistake, and no
    /// success.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outcome == JobOutcome::Complete && self.failed == 0 && self.verification.is_empty()
    }

    /// Counts an error in writing the report, which is then that of a failed job.
    pub(crate) fn not_written(&mut self, error: &KzgAdvancedError) {
        let reason = error.to_string();
        self.outcome = JobOutcome::Failed;
        self.error = Some(reason.clone());
        count_and_keep(&mut self.failed, &mut self.failures, || StageFailure {
            stage: Stage::Write,
            item: "job".to_owned(),
            reason,
        });
    }

    /// The report without the facts of this particular run, for comparisons. Runs may differ in
    /// threads, memory and retries, and a run may have been interrupted and resumed. If the inputs,
    /// the backend, the proofs and the artefacts are the same, the reduced reports are equal.
    ///
    /// `run`, times and rates, `bytes_written`, `retries`, `fallbacks` and `memory` are empty here,
    /// `stages`, `throughput` and `backends` empty, and `resumed` is `None`.
    #[must_use]
    pub fn without_measurements(&self) -> Self {
        // The code lists every field, so that a new field needs a decision here.
        Self {
            version: self.version.clone(),
            outcome: self.outcome,
            error: self.error.clone(),
            backend: self.backend.clone(),
            encoding: self.encoding.clone(),
            proofs: self.proofs,
            emit: self.emit.clone(),
            trusted_setup: self.trusted_setup,
            inputs: self.inputs,
            blobs: self.blobs,
            bytes: self.bytes,
            succeeded: self.succeeded,
            failed: self.failed,
            false_claims: self.false_claims,
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
