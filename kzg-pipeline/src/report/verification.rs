//! The findings of a verification, and the failures of a job.

use serde::{Deserialize, Serialize};

use super::listed::{KEPT, Listed, count_and_keep};
use super::stage::Stage;
use crate::manifest::{MANIFEST, ManifestError, Subject};

/// The findings of a verification of stored artefacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verification {
    /// The number of inputs whose bytes were checked against their hash.
    pub inputs: u64,
    /// The number of blobs that were checked.
    pub blobs: u64,
    /// The number of blobs that verified.
    pub right_blobs: u64,
    /// The number of failures.
    pub failed: u64,
    /// The first hundred failures.
    pub failures: Vec<Failure>,
    /// The numbers of all blobs with failures, in ascending order.
    #[serde(default)]
    pub failed_blobs: Vec<BlobRange>,
}

/// Consecutive blobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlobRange {
    /// The number of the first blob.
    pub first: u64,
    /// The number of the last blob.
    pub last: u64,
}

impl Verification {
    /// Whether at least one item was checked and all checks passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failed == 0 && self.right_blobs == self.blobs && (self.inputs > 0 || self.blobs > 0)
    }

    /// Whether there was nothing to check: no input, no blob and no failure, as in a shard without
    /// inputs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [self.inputs, self.blobs, self.failed] == [0; 3]
    }

    /// The manifest has no end line.
    pub(crate) fn no_end(&mut self) {
        self.fail(MANIFEST, "there is no end line: the job was not finished");
    }

    /// Counts a failure that explains the other failures, and lists this failure before the others.
    pub(crate) fn fail_first(&mut self, item: &str, reason: impl ToString) {
        let mut others = core::mem::take(&mut self.failures);
        self.fail(item, reason);
        others.truncate(KEPT - 1);
        self.failures.append(&mut others);
    }

    /// Counts a line of the manifest that cannot be read, under the name of the line's subject.
    /// `open` is the number and the path of the open input.
    pub(crate) fn fail_line(&mut self, error: &ManifestError, open: Option<(u64, &str)>) {
        const REPAIR: &str = "the same `kzg pipeline` command with --resume writes it again";
        let line = format!("{MANIFEST} line {}", error.line);
        let fault = &error.fault;
        match (error.subject, open) {
            (Some(Subject::Blob(blob)), _) => {
                let item = format!("blob {blob} ({line})");
                self.fail_blob(blob, item, format!("{fault}; {REPAIR}"));
            }
            (Some(Subject::Input(input)), Some((number, path))) if input == number => {
                let item = format!("input {input} ({path})");
                self.fail(item, format!("{line}: {fault}; {REPAIR}"));
            }
            (Some(Subject::Input(input)), _) => {
                let item = format!("input {input} ({line})");
                self.fail(item, format!("{fault}; {REPAIR}"));
            }
            (None, _) => self.fail(line, format!("{fault}; {REPAIR}")),
        }
    }

    /// Counts a failure of a blob.
    pub(crate) fn fail_blob(&mut self, blob: u64, item: impl Into<String>, reason: impl ToString) {
        self.fail(item, reason);
        // Verification goes through the blobs in order, so the place is at or near the end.
        let ranges = &mut self.failed_blobs;
        let after = ranges.iter().rposition(|range| range.first <= blob);
        let place = after.map_or(0, |after| after + 1);
        let joins_before = place > 0 && blob <= ranges[place - 1].last.saturating_add(1);
        let joins_after = ranges
            .get(place)
            .is_some_and(|range| range.first == blob + 1);
        match (joins_before, joins_after) {
            (true, true) => {
                ranges[place - 1].last = ranges[place].last;
                ranges.remove(place);
            }
            (true, false) => ranges[place - 1].last = ranges[place - 1].last.max(blob),
            (false, true) => ranges[place].first = blob,
            (false, false) => {
                let range = BlobRange {
                    first: blob,
                    last: blob,
                };
                ranges.insert(place, range);
            }
        }
    }

    /// Whether a blob has a failure.
    pub(crate) fn has_failed(&self, blob: u64) -> bool {
        let after = self
            .failed_blobs
            .partition_point(|range| range.first <= blob);
        after > 0 && self.failed_blobs[after - 1].last >= blob
    }

    pub(crate) fn fail(&mut self, item: impl Into<String>, reason: impl ToString) {
        count_and_keep(&mut self.failed, &mut self.failures, || Failure {
            item: item.into(),
            reason: reason.to_string(),
        });
    }
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// The blob, input or file, by name.
    pub item: String,
    /// The reason of the failure.
    pub reason: String,
}

/// A failure in a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageFailure {
    /// The stage that found the failure.
    pub stage: Stage,
    /// The blob, input or file, by name; `job` if the failure ended the job.
    pub item: String,
    /// The reason of the failure.
    pub reason: String,
}

impl Listed<StageFailure> {
    /// Adds the failures of a verification.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_end_of_their_range_are_compared() {
        let mut found = Verification::default();
        assert!(found.is_empty() && !found.passed());
        (found.inputs, found.blobs, found.right_blobs) = (u64::MAX, u64::MAX, u64::MAX);
        assert!(!found.is_empty() && found.passed());
        found.failed = u64::MAX;
        assert!(!found.is_empty() && !found.passed());
    }

    #[test]
    fn a_failure_that_explains_the_others_is_the_first_of_a_hundred() {
        let mut found = Verification::default();
        (0..150).for_each(|number| found.fail(format!("item {number}"), "wrong"));
        found.fail_first("cause", "other");
        assert_eq!((found.failed, found.failures.len()), (151, 100));
        assert_eq!(found.failures[0].item, "cause");
        assert_eq!(found.failures[99].item, "item 98");
    }

    #[test]
    fn failed_blobs_are_kept_as_ranges_in_any_order() {
        let numbers = [5, 3, 4, 9, 5, 0, 1, 8, 20];
        let mut found = Verification::default();
        for number in numbers {
            found.fail_blob(number, "blob", "wrong");
        }
        let ranges: Vec<(u64, u64)> = found
            .failed_blobs
            .iter()
            .map(|range| (range.first, range.last))
            .collect();
        assert_eq!(ranges, [(0, 1), (3, 5), (8, 9), (20, 20)]);
        let failed: Vec<u64> = (0..30).filter(|&blob| found.has_failed(blob)).collect();
        assert_eq!(failed, [0, 1, 3, 4, 5, 8, 9, 20]);
    }
}
