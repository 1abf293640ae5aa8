//! A calibration: measured times of the candidates, and whether they may be used.

use core::time::Duration;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use kzg_traits::Operation;
use serde::{Deserialize, Serialize};

use super::hardware::Hardware;
use super::quiet::QUIET;
use crate::files;

/// The number of samples from which a figure counts as measured.
pub(super) const ENOUGH_SAMPLES: u32 = 3;
/// The age from which a calibration is not used: the load, the kernel or the frequencies of the
/// machine may have changed.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);
/// The longest time of a call that is plausible, in seconds: a day.
const LONGEST_CALL: f64 = 24.0 * 3600.0;
/// The largest calibration file that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// Times of candidates on one machine, measured by one version of this library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Calibration {
    /// The version of this library.
    pub version: String,
    /// The machine, see [`Hardware::fingerprint`].
    pub machine: String,
    /// The time of the measurement, in seconds since 1970-01-01 UTC.
    pub measured_at: u64,
    /// The least share of the processors' time that this process got during the measurement:
    /// CPU time over wall time of as many computing threads as there are cores. `None` where the
    /// operating system does not report CPU time.
    pub cpu_share: Option<f64>,
    /// The times.
    pub entries: Vec<CalibrationEntry>,
}

/// The time of one call on one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CalibrationEntry {
    /// The name of the candidate.
    pub candidate: String,
    /// The name of the operation.
    pub operation: String,
    /// The number of items in the call.
    pub items: usize,
    /// The shortest time of the call, in seconds.
    pub seconds: f64,
    /// The number of times that the call was measured.
    pub samples: u32,
    /// Whether the time was computed from other calls, since there was no time to measure it.
    pub extrapolated: bool,
}

impl CalibrationEntry {
    pub(super) fn operation(&self) -> Option<Operation> {
        let mut all = Operation::ALL.iter().copied();
        all.find(|operation| operation.name() == self.operation)
    }

    /// Whether the figure was measured often enough to be used, and is a time that a call can take:
    /// more than zero, and a day at most.
    #[must_use]
    pub fn is_reliable(&self) -> bool {
        !self.extrapolated
            && self.samples >= ENOUGH_SAMPLES
            && self.seconds > 0.0
            && self.seconds <= LONGEST_CALL
    }
}

/// The reason why a calibration is not used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CalibrationRefused {
    /// Another version of this library measured the calibration.
    #[error("measured by version {measured_by}")]
    Version {
        /// The version of the library that measured the calibration.
        measured_by: String,
    },
    /// The calibration was measured on another machine, or the machine has changed.
    #[error("measured on another machine: {machine}")]
    Machine {
        /// The machine that was measured.
        machine: String,
    },
    /// The calibration is too old, or its date lies in the future.
    #[error("measured {days} days ago; a calibration holds for 30 days")]
    Expired {
        /// The age in days; negative where the date lies in the future.
        days: i64,
    },
    /// Other work disturbed the measurement.
    #[error(
        "measured on a busy machine: {:.0} % of the processors' time, at least 90 % are needed",
        share * 100.0
    )]
    Busy {
        /// The share of the processors' time.
        share: f64,
    },
    /// No figure was measured often enough.
    #[error("no call was measured often enough; allow more time")]
    Samples,
}

impl Calibration {
    pub(super) fn new(
        hardware: &Hardware,
        cpu_share: Option<f64>,
        entries: Vec<CalibrationEntry>,
    ) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            machine: hardware.fingerprint(),
            measured_at: now(),
            cpu_share,
            entries,
        }
    }

    /// Whether the calibration may be used on this machine now.
    ///
    /// # Errors
    ///
    /// The first reason why the calibration may not be used.
    pub fn check(&self, hardware: &Hardware) -> Result<(), CalibrationRefused> {
        self.check_at(hardware, now())
    }

    fn check_at(&self, hardware: &Hardware, now: u64) -> Result<(), CalibrationRefused> {
        if self.version != env!("CARGO_PKG_VERSION") {
            let measured_by = self.version.clone();
            return Err(CalibrationRefused::Version { measured_by });
        }
        if self.machine != hardware.fingerprint() {
            let machine = self.machine.clone();
            return Err(CalibrationRefused::Machine { machine });
        }
        // Clocks of one machine may be set back a little.
        let day = 24 * 3600;
        if self.measured_at > now + day || now > self.measured_at + MAX_AGE.as_secs() {
            let age = i128::from(now) - i128::from(self.measured_at);
            let days = i64::try_from(age / i128::from(day)).unwrap_or(i64::MIN);
            return Err(CalibrationRefused::Expired { days });
        }
        if let Some(share) = self.cpu_share
            && share.is_nan() | (share < QUIET)
        {
            return Err(CalibrationRefused::Busy { share });
        }
        if !self.entries.iter().any(CalibrationEntry::is_reliable) {
            return Err(CalibrationRefused::Samples);
        }
        Ok(())
    }

    /// Whether the calibration may be used on this machine now, see [`check`](Self::check).
    #[must_use]
    pub fn holds_for(&self, hardware: &Hardware) -> bool {
        self.check(hardware).is_ok()
    }

    /// The candidates and operations whose figures are not used because they were computed from
    /// other calls or measured too rarely.
    pub fn unreliable(&self) -> impl Iterator<Item = &CalibrationEntry> {
        self.entries.iter().filter(|entry| !entry.is_reliable())
    }

    /// The reliable entries, grouped by call. A group with an unreliable entry is left out,
    /// because candidates are compared on the same call only.
    pub(super) fn comparable(&self) -> Vec<Vec<&CalibrationEntry>> {
        let calls: BTreeSet<(&str, usize)> = self.entries.iter().map(call).collect();
        calls
            .into_iter()
            .map(|wanted| {
                let entries = self.entries.iter();
                entries.filter(|entry| call(entry) == wanted).collect()
            })
            .filter(|group: &Vec<&CalibrationEntry>| group.iter().all(|e| e.is_reliable()))
            .collect()
    }

    /// Reads a stored calibration; `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// As [`files::read_bounded`] with a limit of 1 MiB; [`io::ErrorKind::InvalidData`] if the
    /// file holds no calibration.
    pub fn load(path: impl AsRef<Path>) -> io::Result<Option<Self>> {
        let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
        let content = match files::read_bounded(path.as_ref(), MAX_FILE) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let parsed = serde_json::from_slice(&content);
        parsed
            .map(Some)
            .map_err(|error| invalid(format!("no calibration: {error}")))
    }

    /// Stores the calibration: durably, whole or not at all.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::other)?;
        files::replace(path.as_ref(), &text)
    }
}

/// The call of an entry: its operation and its number of items.
fn call(entry: &CalibrationEntry) -> (&str, usize) {
    (&entry.operation, entry.items)
}

/// Seconds since 1970-01-01 UTC; 0 if the clock is set before that.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn entry(candidate: &str, seconds: f64) -> CalibrationEntry {
        CalibrationEntry {
            candidate: candidate.to_owned(),
            operation: Operation::BlobToKzgCommitment.name().to_owned(),
            items: 1,
            seconds,
            samples: ENOUGH_SAMPLES,
            extrapolated: false,
        }
    }

    fn calibration(hardware: &Hardware) -> Calibration {
        let entries = vec![entry("one", 0.1), entry("two", 0.2)];
        Calibration::new(hardware, Some(1.0), entries)
    }

    #[test]
    fn each_reason_against_a_calibration_is_returned() {
        let hardware = Hardware::detect();
        let good = calibration(&hardware);
        assert_eq!(good.check(&hardware), Ok(()));
        let refused = |change: fn(&mut Calibration)| {
            let mut changed = good.clone();
            change(&mut changed);
            changed.check(&hardware).unwrap_err()
        };
        use CalibrationRefused as Refused;
        assert!(matches!(
            refused(|c| c.version.push_str("-next")),
            Refused::Version { .. }
        ));
        assert!(matches!(
            refused(|c| c.machine.push_str(" of another")),
            Refused::Machine { .. }
        ));
        assert_eq!(
            refused(|c| c.measured_at -= 31 * 24 * 3600),
            Refused::Expired { days: 31 }
        );
        assert!(matches!(
            refused(|c| c.measured_at += 10 * 24 * 3600),
            Refused::Expired { days: ..0 }
        ));
        assert_eq!(
            refused(|c| c.cpu_share = Some(0.6)),
            Refused::Busy { share: 0.6 }
        );
        assert!(matches!(
            refused(|c| c.cpu_share = Some(f64::NAN)),
            Refused::Busy { .. }
        ));
        assert_eq!(
            refused(|c| c.entries.iter_mut().for_each(|e| e.extrapolated = true)),
            Refused::Samples
        );
        assert_eq!(
            refused(|c| c.entries.iter_mut().for_each(|e| e.samples = 1)),
            Refused::Samples
        );
        let more = Hardware {
            cores: hardware.cores + 1,
            ..hardware.clone()
        };
        assert!(!good.holds_for(&more));
        assert_eq!(
            good.check_at(&hardware, good.measured_at + MAX_AGE.as_secs()),
            Ok(())
        );
    }

    #[test]
    fn a_call_with_one_unreliable_figure_is_left_out() {
        let hardware = Hardware::detect();
        let mut calibration = calibration(&hardware);
        assert_eq!(calibration.comparable().len(), 1);
        calibration.entries[1].extrapolated = true;
        assert!(calibration.comparable().is_empty());
        assert_eq!(calibration.unreliable().count(), 1);
    }

    #[test]
    fn a_time_that_no_call_takes_is_not_reliable() {
        for (seconds, is_reliable) in [
            (86_400.0, true),
            (86_401.0, false),
            (1e300, false),
            (f64::INFINITY, false),
            (f64::NAN, false),
            (0.0, false),
            (-1.0, false),
        ] {
            assert_eq!(
                entry("one", seconds).is_reliable(),
                is_reliable,
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_stored_calibration_is_read_and_other_files_are_refused() {
        let hardware = Hardware::detect();
        let calibration = calibration(&hardware);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/calibration.json");
        assert!(Calibration::load(&path).unwrap().is_none());
        calibration.save(&path).unwrap();
        assert_eq!(Calibration::load(&path).unwrap(), Some(calibration));
        fs::write(&path, "{").unwrap();
        let kind = |path: &Path| Calibration::load(path).unwrap_err().kind();
        assert_eq!(kind(&path), io::ErrorKind::InvalidData);
        fs::write(&path, vec![b' '; MAX_FILE as usize + 1]).unwrap();
        assert_eq!(kind(&path), io::ErrorKind::FileTooLarge);
        assert_eq!(kind(dir.path()), io::ErrorKind::InvalidInput);
    }
}
