//! The measurements of each stage.

use serde::{Deserialize, Serialize};

use kzg_advanced::monitor::Latency;

/// A stage of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Stage {
    /// Reading inputs and encoding them into blobs.
    Convert,
    /// Computing commitments.
    Commit,
    /// Computing proofs.
    Prove,
    /// Writing artefacts and the manifest.
    Write,
    /// Reading everything back and verifying it.
    Verify,
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 5] = [
        Self::Convert,
        Self::Commit,
        Self::Prove,
        Self::Write,
        Self::Verify,
    ];

    /// The name, as in a report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Convert => "convert",
            Self::Commit => "commit",
            Self::Prove => "prove",
            Self::Write => "write",
            Self::Verify => "verify",
        }
    }
}

/// The work of a stage, with its times.
///
/// Stages overlap: their times add up to more than the job took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageReport {
    /// The stage.
    pub stage: Stage,
    /// The time that the stage was at work in seconds, without the time that it waited for other
    /// stages.
    pub seconds: f64,
    /// The beginning of the stage's first piece of work, in seconds since the job began.
    pub start_seconds: f64,
    /// The end of the stage's last piece of work, in seconds since the job began.
    pub end_seconds: f64,
    /// The number of blobs that the stage worked on.
    pub items: u64,
    /// The number of bytes: of the inputs for `convert`, of blobs for `commit` and `prove`, of
    /// the files written for `write`, and of the files read back for `verify`.
    pub bytes: u64,
    /// The queue before the stage, where there is one.
    pub queue: Option<QueueDepth>,
    /// The times of the stage's pieces of work. A piece of work is one chunk of blobs.
    pub latency: Latency,
}

/// The depth of the queue before a stage. The stage behind a queue that is mostly full is the
/// bottleneck; the stage behind a queue that is mostly empty waits for the stages before it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QueueDepth {
    /// The most chunks that the queue holds; `null` where chunks wait on the disk.
    pub capacity: Option<u64>,
    /// The most chunks that waited when the stage took the next one.
    pub peak: u64,
    /// The mean number of chunks that waited when the stage took the next one.
    pub mean: f64,
}
