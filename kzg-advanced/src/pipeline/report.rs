//! What a job has done.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::options::{Artefact, Proofs};

/// Failures that are kept with their reason; more are only counted.
const KEPT_FAILURES: usize = 100;

/// What a pipeline run has done. `report.json` holds it as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProcessingReport {
    /// The name of the backend that committed and proved.
    pub backend: String,
    /// The name of the codec.
    pub encoding: String,
    /// The proofs that were made.
    pub proofs: Proofs,
    /// The artefacts that were written.
    pub emit: Vec<Artefact>,
    /// The number of inputs.
    pub inputs: u64,
    /// The number of blobs.
    pub blobs: u64,
    /// The length of the inputs in bytes.
    pub bytes: u64,
    /// The time from the first stage's begin to the last one's end, in seconds.
    pub seconds: f64,
    /// The inputs' bytes for each of these seconds.
    pub bytes_per_second: u64,
    /// The time that each stage took, in the order of the stages; without those that the job
    /// does not have.
    pub stages: Vec<StageTime>,
    /// What reading back and verifying found.
    pub verification: Verification,
    /// For a run that took up an earlier one's work. It is about this run and not about the
    /// output, so `report.json` does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Resumed>,
}

/// The time that a stage took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageTime {
    /// Which stage.
    pub stage: Stage,
    /// The time, in seconds.
    pub seconds: f64,
}

/// A stage of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    const ALL: [Self; 5] = [
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

/// What verifying stored artefacts found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The inputs whose bytes were checked against their hash.
    pub inputs: u64,
    /// The blobs that were checked.
    pub blobs: u64,
    /// How many times something was wrong; 0 if all is well.
    pub failed: u64,
    /// What was wrong, the first hundred.
    pub failures: Vec<Failure>,
}

impl Verification {
    /// Whether all is well.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failed == 0
    }

    pub(crate) fn fail(&mut self, item: impl Into<String>, reason: impl Into<String>) {
        self.failed += 1;
        if self.failures.len() < KEPT_FAILURES {
            self.failures.push(Failure {
                item: item.into(),
                reason: reason.into(),
            });
        }
    }
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The blob, input or file.
    pub item: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What a resumed run found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// Measures the stages.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    started: Instant,
    spent: [Duration; Stage::ALL.len()],
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            spent: [Duration::ZERO; Stage::ALL.len()],
        }
    }

    pub(crate) fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = work();
        self.spent[stage as usize] += started.elapsed();
        result
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub(crate) fn stages(&self) -> Vec<StageTime> {
        Stage::ALL
            .into_iter()
            .zip(self.spent)
            .filter(|(_, spent)| !spent.is_zero())
            .map(|(stage, spent)| StageTime {
                stage,
                seconds: spent.as_secs_f64(),
            })
            .collect()
    }
}
