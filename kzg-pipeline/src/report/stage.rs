//! What is measured of each stage.

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

/// What a stage did, and when.
///
/// Stages overlap: their times add up to more than the job took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageReport {
    /// Which stage.
    pub stage: Stage,
    /// The time that it was at work, in seconds: not what it waited for the stages around it.
    pub seconds: f64,
    /// When its first piece of work began, in seconds since the job's begin.
    pub start_seconds: f64,
    /// When its last piece of work ended, in seconds since the job's begin.
    pub end_seconds: f64,
    /// The blobs that it worked on.
    pub items: u64,
    /// The bytes that it took in: of the inputs for `convert`, of blobs for `commit` and
    /// `prove`; what was written for `write`, and what was read back for `verify`.
    pub bytes: u64,
    /// The queue before it, where there is one.
    pub queue: Option<QueueDepth>,
    /// How long its pieces of work took. A piece is what is worked on at once: a chunk of blobs.
    pub latency: Latency,
}

/// How full the queue before a stage was. A queue that is mostly full says that its stage is the
/// bottleneck; one that is mostly empty, that its stage waits for those before it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QueueDepth {
    /// The most chunks that it holds; `null` where it has no end, because what waits is on disk.
    pub capacity: Option<u64>,
    /// The most that waited when the stage came for the next.
    pub peak: u64,
    /// The mean of those that waited when the stage came for the next.
    pub mean: f64,
}
