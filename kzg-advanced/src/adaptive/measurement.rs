//! Measuring the candidates for a calibration.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::KzgSettings;

use super::calibration::{CalibrationEntry, ENOUGH_SAMPLES};
use super::profile::BackendProfile;
use super::quiet::LeastShare;
use super::sampling::{Sampled, sample};
use super::tasks::{Inputs, MANY, tasks};
use crate::backend_call::{backend_name, panic_as_fault};

/// The numbers of blobs in the calls about many.
const SIZES: [usize; 2] = [1, MANY];

/// The figures of a calibration, and the least share of the processors during it.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) entries: Vec<CalibrationEntry>,
    pub(super) cpu_share: Option<f64>,
}

/// Measures candidates for at most about `limit`: no call begins that is not expected to end by
/// then. A candidate that fails at a task has no entry for it. `cpu_share` is read before, about
/// every second, and after.
pub(super) fn measure(
    candidates: &[(BackendProfile, Arc<dyn KzgSettings>)],
    limit: Duration,
    cpu_share: &dyn Fn() -> Option<f64>,
) -> Measured {
    // A limit beyond the range of the clock is no limit.
    let deadline = Instant::now().checked_add(limit);
    let share = LeastShare::new(cpu_share);
    let working = candidates.iter().find_map(|(_, settings)| {
        let inputs = || Inputs::new(&**settings, MANY);
        panic_as_fault(|| backend_name(&**settings), inputs).ok()
    });
    let Some(inputs) = working else {
        return Measured {
            entries: Vec::new(),
            cpu_share: share.finish(),
        };
    };
    let settings: Vec<&dyn KzgSettings> =
        candidates.iter().map(|(_, settings)| &**settings).collect();
    let sampled = sample(
        &settings,
        tasks(&SIZES),
        &inputs,
        ENOUGH_SAMPLES as usize,
        deadline,
        &|_, _| share.read_if_due(),
    );
    let entry = |sampled: Sampled| {
        Some(CalibrationEntry {
            candidate: candidates[sampled.candidate].0.name.clone(),
            operation: sampled.task.operation.name().to_owned(),
            items: sampled.task.items(),
            seconds: sampled.least().or(sampled.expected)?,
            samples: sampled.seconds.len() as u32,
            extrapolated: sampled.seconds.is_empty(),
        })
    };
    Measured {
        entries: sampled.into_iter().filter_map(entry).collect(),
        cpu_share: share.finish(),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use kzg_testing::fake::Fake;
    use kzg_testing::scripted::{Action, Scripted};
    use kzg_traits::Operation;

    fn candidate(
        name: &str,
        settings: impl KzgSettings + 'static,
    ) -> (BackendProfile, Arc<dyn KzgSettings>) {
        (BackendProfile::named(name), Arc::new(settings))
    }

    fn quiet() -> Option<f64> {
        Some(1.0)
    }

    #[test]
    fn with_enough_time_every_call_is_measured_often_enough() {
        let candidates = [
            candidate("one", Fake::new("one")),
            candidate("two", Fake::new("two")),
        ];
        let measured = measure(&candidates, Duration::from_secs(600), &quiet);
        assert_eq!(measured.entries.len(), 2 * tasks(&SIZES).count());
        let mut entries = measured.entries.iter();
        assert!(entries.all(|entry| entry.is_reliable() && entry.operation().is_some()));
        assert_eq!(measured.cpu_share, Some(1.0));
    }

    #[test]
    fn a_limit_beyond_the_range_of_the_clock_is_no_limit() {
        let candidates = [candidate("one", Fake::new("one"))];
        let measured = measure(&candidates, Duration::MAX, &quiet);
        assert_eq!(measured.entries.len(), tasks(&SIZES).count());
        assert!(measured.entries.iter().all(CalibrationEntry::is_reliable));
    }

    #[test]
    fn the_least_share_of_the_processors_counts() {
        let readings = Cell::new(0);
        let share = || {
            readings.set(readings.get() + 1);
            Some(if readings.get() == 1 { 0.5 } else { 1.0 })
        };
        let candidates = [candidate("one", Fake::new("one"))];
        let measured = measure(&candidates, Duration::from_secs(600), &share);
        assert_eq!(measured.cpu_share, Some(0.5));
        assert!(readings.get() >= 2, "before and after");
    }

    #[test]
    fn a_call_without_time_is_computed_and_marked() {
        let slow =
            Scripted::new(Arc::new(Fake::new("slow"))).otherwise(|operation, _| match operation {
                Operation::BlobToKzgCommitment => Action::delay(Duration::from_millis(300)),
                _ => Action::Pass,
            });
        let candidates = [candidate("slow", slow)];
        // Estimated from the time of commitments, recovery would take 3.3 seconds.
        let entries = measure(&candidates, Duration::from_secs(3), &quiet).entries;
        let of = |operation: Operation| {
            let mut all = entries.iter();
            all.rfind(|entry| entry.operation == operation.name())
                .unwrap()
        };
        assert!(!of(Operation::BlobToKzgCommitment).extrapolated);
        let recovery = of(Operation::RecoverCellsAndKzgProofs);
        assert!(recovery.extrapolated && recovery.samples == 0 && !recovery.is_reliable());
        assert!(recovery.seconds >= 3.3);
    }

    #[test]
    fn a_candidate_that_panics_is_left_out() {
        let broken = Scripted::new(Arc::new(Fake::new("broken"))).otherwise(|_, _| Action::Panic);
        let candidates = [
            candidate("broken", broken),
            candidate("works", Fake::new("works")),
        ];
        let entries = measure(&candidates, Duration::from_secs(600), &quiet).entries;
        assert!(entries.iter().all(|entry| entry.candidate == "works"));
        assert_eq!(entries.len(), tasks(&SIZES).count());
    }

    #[test]
    fn a_candidate_that_fails_is_left_out() {
        let broken = Scripted::new(Arc::new(Fake::new("broken"))).otherwise(|_, _| Action::fault());
        let candidates = [
            candidate("broken", broken),
            candidate("works", Fake::new("works")),
        ];
        let entries = measure(&candidates, Duration::from_secs(600), &quiet).entries;
        assert!(entries.iter().all(|entry| entry.candidate == "works"));
        assert_eq!(entries.len(), tasks(&SIZES).count());
    }
}
