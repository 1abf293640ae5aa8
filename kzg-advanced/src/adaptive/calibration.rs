//! Measuring the candidates, and keeping what was found.

use core::time::Duration;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{KzgSettings, Operation};
use serde::{Deserialize, Serialize};

use super::hardware::Hardware;
use super::profile::BackendProfile;
use super::sampling::{Sampled, sample};
use super::tasks::{Inputs, MANY, tasks};

/// The blobs in the calls about many.
const SIZES: [usize; 2] = [1, MANY];

/// What was measured on some machine by some version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Calibration {
    /// The version of this library.
    pub version: String,
    /// The machine, see [`Hardware::fingerprint`].
    pub machine: String,
    /// What was found.
    pub entries: Vec<CalibrationEntry>,
}

/// How long a candidate takes for a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CalibrationEntry {
    /// The candidate.
    pub candidate: String,
    /// The name of the operation.
    pub operation: String,
    /// The items in the call.
    pub items: usize,
    /// The time of the call in seconds.
    pub seconds: f64,
    /// Whether it was computed rather than measured, for want of time.
    pub extrapolated: bool,
}

impl CalibrationEntry {
    pub(super) fn operation(&self) -> Option<Operation> {
        let mut all = Operation::ALL.iter().copied();
        all.find(|operation| operation.name() == self.operation)
    }
}

impl Calibration {
    pub(super) fn new(hardware: &Hardware, entries: Vec<CalibrationEntry>) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            machine: hardware.fingerprint(),
            entries,
        }
    }

    /// Whether it was found on this machine by this version.
    #[must_use]
    pub fn holds_for(&self, hardware: &Hardware) -> bool {
        self.version == env!("CARGO_PKG_VERSION") && self.machine == hardware.fingerprint()
    }

    /// Reads what was kept; `None` if nothing was, or what is there is something else.
    #[must_use]
    pub fn load(path: impl AsRef<Path>) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Keeps it, whole or not at all.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".tmp");
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::other)?;
        fs::write(&temporary, text)?;
        fs::rename(&temporary, path)
    }
}

/// How often each call is measured.
const ROUNDS: usize = 2;

/// Measures candidates for at most about `limit`: nothing is begun that is not expected to end
/// by then. A candidate that fails at a task has no entry for it.
pub(super) fn measure(
    candidates: &[(BackendProfile, Arc<dyn KzgSettings>)],
    limit: Duration,
) -> Vec<CalibrationEntry> {
    let deadline = Instant::now() + limit;
    let working = candidates
        .iter()
        .find_map(|(_, settings)| Inputs::new(&**settings, MANY).ok());
    let Some(inputs) = working else {
        return Vec::new();
    };
    let settings: Vec<&dyn KzgSettings> =
        candidates.iter().map(|(_, settings)| &**settings).collect();
    let sampled = sample(
        &settings,
        tasks(&SIZES),
        &inputs,
        ROUNDS,
        deadline,
        &|_, _| (),
    );
    let entry = |sampled: Sampled| {
        Some(CalibrationEntry {
            candidate: candidates[sampled.candidate].0.name.clone(),
            operation: sampled.task.operation.name().to_owned(),
            items: sampled.task.items(),
            seconds: sampled.least().or(sampled.expected)?,
            extrapolated: sampled.seconds.is_empty(),
        })
    };
    sampled.into_iter().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_testing::fake::Fake;
    use kzg_testing::scripted::{Action, Scripted};

    fn candidate(
        name: &str,
        settings: impl KzgSettings + 'static,
    ) -> (BackendProfile, Arc<dyn KzgSettings>) {
        (BackendProfile::named(name), Arc::new(settings))
    }

    #[test]
    fn everything_is_measured_if_there_is_time() {
        let candidates = [
            candidate("one", Fake::new("one")),
            candidate("two", Fake::new("two")),
        ];
        let entries = measure(&candidates, Duration::from_secs(600));
        assert_eq!(entries.len(), 2 * tasks(&SIZES).count());
        assert!(entries.iter().all(|entry| !entry.extrapolated));
        assert!(entries.iter().all(|entry| entry.operation().is_some()));
    }

    #[test]
    fn what_there_is_no_time_for_is_computed_and_marked() {
        let slow =
            Scripted::new(Arc::new(Fake::new("slow"))).otherwise(|operation, _| match operation {
                Operation::BlobToKzgCommitment => Action::delay(Duration::from_millis(300)),
                _ => Action::Pass,
            });
        let candidates = [candidate("slow", slow)];
        // By its commitments, recovery would take 3.3 seconds.
        let entries = measure(&candidates, Duration::from_secs(3));
        let of = |operation: Operation| {
            let mut all = entries.iter();
            all.rfind(|entry| entry.operation == operation.name())
                .unwrap()
        };
        assert!(!of(Operation::BlobToKzgCommitment).extrapolated);
        let recovery = of(Operation::RecoverCellsAndKzgProofs);
        assert!(recovery.extrapolated);
        assert!(recovery.seconds >= 3.3);
    }

    #[test]
    fn a_candidate_that_fails_is_left_out() {
        let broken = Scripted::new(Arc::new(Fake::new("broken"))).otherwise(|_, _| Action::fault());
        let candidates = [
            candidate("broken", broken),
            candidate("works", Fake::new("works")),
        ];
        let entries = measure(&candidates, Duration::from_secs(600));
        assert!(entries.iter().all(|entry| entry.candidate == "works"));
        assert_eq!(entries.len(), tasks(&SIZES).count());
    }

    #[test]
    fn what_is_kept_holds_for_this_machine_and_version_alone() {
        let hardware = Hardware::detect();
        let calibration = Calibration::new(
            &hardware,
            measure(
                &[candidate("fake", Fake::new("fake"))],
                Duration::from_secs(600),
            ),
        );
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/calibration.json");
        assert_eq!(Calibration::load(&path), None);
        calibration.save(&path).unwrap();
        let mut loaded = Calibration::load(&path).unwrap();
        assert!(loaded.holds_for(&hardware));
        assert_eq!(loaded.entries.len(), calibration.entries.len());
        let more = Hardware {
            cores: hardware.cores + 1,
            ..hardware.clone()
        };
        assert!(!loaded.holds_for(&more));
        loaded.version.push_str("-next");
        assert!(!loaded.holds_for(&hardware));
        fs::write(&path, "{").unwrap();
        assert_eq!(Calibration::load(&path), None);
    }
}
