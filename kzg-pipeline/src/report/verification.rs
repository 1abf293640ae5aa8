//! What reading back and verifying found, and what went wrong elsewhere.

use serde::{Deserialize, Serialize};

use super::listed::{Listed, count_and_keep};
use super::stage::Stage;
use crate::manifest::MANIFEST;

/// What verifying stored artefacts found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verification {
    /// The inputs whose bytes were checked against their hash.
    pub inputs: u64,
    /// The blobs that were checked.
    pub blobs: u64,
    /// Those of them that are right.
    pub right_blobs: u64,
    /// How many times something was wrong; 0 if all is well.
    pub failed: u64,
    /// What was wrong, the first hundred.
    pub failures: Vec<Failure>,
}

impl Verification {
    /// Whether something was verified and all of it is right. Where nothing was verified, the
    /// verification has not passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failed == 0 && self.right_blobs == self.blobs && self.inputs + self.blobs > 0
    }

    /// There is no last line.
    pub(crate) fn no_end(&mut self) {
        self.fail(MANIFEST, "there is no end line: the job was not finished");
    }

    pub(crate) fn fail(&mut self, item: impl Into<String>, reason: impl ToString) {
        count_and_keep(&mut self.failed, &mut self.failures, || Failure {
            item: item.into(),
            reason: reason.to_string(),
        });
    }
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// The blob, input or file.
    pub item: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Something that went wrong in a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageFailure {
    /// The stage that noticed it.
    pub stage: Stage,
    /// The blob, input or file; `job` where it is about all of it.
    pub item: String,
    /// What is wrong.
    pub reason: String,
}

impl Listed<StageFailure> {
    /// Adds what verification found.
    pub(crate) fn add_failures(&mut self, stage: Stage, verification: &Verification) {
        let unlisted = verification.failed - verification.failures.len() as u64;
        for Failure { item, reason } in verification.failures.clone() {
            self.add(StageFailure {
                stage,
                item,
                reason,
            });
        }
        self.count += unlisted;
    }
}
