//! Several candidates as one `KzgSettings`, and the choice among them.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{Error, ErrorKind, KzgSettings, Operation, SetupError};

use super::calibration::{Calibration, CalibrationEntry, CalibrationRefused};
use super::decision::{Decision, Figures};
use super::estimate::EstimateSource;
use super::general::{DECISIVE, relative_time};
use super::hardware::Hardware;
use super::measurement::measure;
use super::profile::{BackendProfile, WorkloadType};
use super::quiet::cpu_share;
use super::selection::{Pick, Selection};
use crate::backend_call::{items_per_call, release_tables, tables_memory, traced};
use crate::layer::{Boxed, Call, Job, Layer, Stack, attempt};

/// The name of the candidates as one backend.
const NAME: &str = "adaptive";

/// Several candidates, of which the fastest by measurement makes each call.
///
/// A candidate that was not measured for an operation is explored: it makes one call early, unless
/// it is known to be slower by an order of magnitude. A call that fails is not repeated here: the
/// manager repeats calls, and to the manager these candidates are one backend. A candidate that
/// fails is passed over for a number of calls.
pub type AdaptiveBackend = Stack<Candidates>;

/// The layer of an [`AdaptiveBackend`].
#[derive(Debug)]
pub struct Candidates {
    list: Vec<(BackendProfile, Arc<dyn KzgSettings>)>,
    selection: Selection,
    hardware: Hardware,
}

impl Default for AdaptiveBackend {
    fn default() -> Self {
        Self::new()
    }
}

impl AdaptiveBackend {
    /// No candidates, on the hardware that is detected now.
    #[must_use]
    pub fn new() -> Self {
        Self::on_hardware(Hardware::detect())
    }

    /// No candidates, on hardware that was detected before.
    #[must_use]
    pub fn on_hardware(hardware: Hardware) -> Self {
        Self::of(Candidates {
            list: Vec::new(),
            selection: Selection::new(),
            hardware,
        })
    }

    /// Adds a candidate. The times of its profile hold until the candidate is measured.
    /// `gpu_available` is cleared where no GPU was detected.
    pub fn register_backend(
        &mut self,
        mut profile: BackendProfile,
        settings: Arc<dyn KzgSettings>,
    ) {
        let candidates = self.layers_mut();
        profile.gpu_available &= !candidates.hardware.gpus.is_empty();
        let general = relative_time(&profile, &*settings);
        candidates.selection.add(&profile, general);
        candidates.list.push((profile, settings));
    }

    /// The profiles of the candidates, in the order in which they were added.
    pub fn profiles(&self) -> impl Iterator<Item = &BackendProfile> {
        self.candidates().list.iter().map(|(profile, _)| profile)
    }

    /// The detected hardware.
    #[must_use]
    pub fn hardware(&self) -> &Hardware {
        &self.candidates().hardware
    }

    /// Measures every candidate, for at most about `limit`, and takes the figures over where
    /// [`Calibration::check`] allows it. A limit beyond the range of the clock is no limit.
    #[must_use = "the calibration can be stored for the next start"]
    pub fn calibrate(&self, limit: Duration) -> Calibration {
        let cores = self.hardware().cores;
        self.calibrate_by(limit, &|| cpu_share(cores))
    }

    pub(super) fn calibrate_by(
        &self,
        limit: Duration,
        cpu_share: &dyn Fn() -> Option<f64>,
    ) -> Calibration {
        let candidates = self.candidates();
        let measured = measure(&candidates.list, limit, cpu_share);
        let hardware = &candidates.hardware;
        let calibration = Calibration::new(hardware, measured.cpu_share, measured.entries);
        if let Err(reason) = self.adopt(&calibration) {
            traced(|| tracing::warn!(%reason, "the calibration is not used"));
        }
        calibration
    }

    /// Takes over the figures of an earlier calibration.
    ///
    /// Only calls that were measured often enough on every candidate are taken over. A call whose
    /// figures put a candidate before one that is at least three times as fast in general is left
    /// out. Only measurements of real calls can rank such a candidate first.
    ///
    /// # Errors
    ///
    /// [`CalibrationRefused`] if the calibration does not hold on this machine; no figure is taken
    /// over then.
    pub fn adopt(&self, calibration: &Calibration) -> Result<(), CalibrationRefused> {
        let candidates = self.candidates();
        calibration.check(&candidates.hardware)?;
        for call in calibration.comparable() {
            let figures: Vec<(usize, &CalibrationEntry)> = call
                .into_iter()
                .filter_map(|entry| {
                    let mut profiles = self.profiles();
                    let candidate = profiles.position(|p| p.name == entry.candidate)?;
                    Some((candidate, entry))
                })
                .collect();
            let is_measured = |profile: &BackendProfile| {
                let mut entries = figures.iter();
                entries.any(|(_, entry)| entry.candidate == profile.name)
            };
            if !self.profiles().all(is_measured) {
                continue;
            }
            if self.contradicts_general_knowledge(&figures) {
                let operation = &figures[0].1.operation;
                traced(|| {
                    tracing::warn!(%operation, "implausible figures of a calibration are not used");
                });
                continue;
            }
            for (candidate, entry) in figures {
                if let Some(operation) = entry.operation() {
                    candidates
                        .selection
                        .assume(operation, entry.items, candidate, entry.seconds);
                }
            }
        }
        Ok(())
    }

    /// Whether the figures of one call put a candidate before a much faster one.
    fn contradicts_general_knowledge(&self, figures: &[(usize, &CalibrationEntry)]) -> bool {
        let selection = &self.candidates().selection;
        figures.iter().any(|&(slow, slow_entry)| {
            figures.iter().any(|&(fast, fast_entry)| {
                match (selection.general(slow), selection.general(fast)) {
                    (Some(slower), Some(faster)) => {
                        slower >= DECISIVE * faster && slow_entry.seconds < fast_entry.seconds
                    }
                    _ => false,
                }
            })
        })
    }

    /// The candidate to use for a workload, with the figures behind the choice. Where a figure is
    /// a guess, the [`Decision`] says so.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if there is no candidate.
    pub fn select_optimal_backend(
        &self,
        workload: WorkloadType,
    ) -> kzg_traits::error::Result<Decision> {
        let selection = &self.candidates().selection;
        let mut figures: Vec<(f64, Figures)> = (0..self.candidates().list.len())
            .map(|candidate| {
                let general = selection.general(candidate).unwrap_or(0.0);
                (general, self.figures(candidate, workload))
            })
            .collect();
        figures.sort_by(|(general, one), (others_general, other)| {
            let score = |figures: &Figures| figures.score.unwrap_or(f64::INFINITY);
            score(one)
                .total_cmp(&score(other))
                .then(general.total_cmp(others_general))
        });
        let figures: Vec<Figures> = figures.into_iter().map(|(_, figures)| figures).collect();
        let best = figures.first().ok_or_else(no_candidate)?;
        Ok(Decision {
            backend: best.name.clone(),
            workload,
            figures,
        })
    }

    fn figures(&self, candidate: usize, workload: WorkloadType) -> Figures {
        let candidates = self.candidates();
        let selection = &candidates.selection;
        let profile = &candidates.list[candidate].0;
        let weights = workload.weights();
        let mut source = EstimateSource::Measured;
        let mut total = Some(0.0);
        let mut unknown = Vec::new();
        for (operation, weight) in weights.operations {
            if weight == 0.0 {
                continue;
            }
            let items = weights.items;
            let estimate = selection.estimate(operation, items, candidate).or_else(|| {
                unknown.push(operation.name().to_owned());
                selection.guess(operation, items, candidate)
            });
            total = total.zip(estimate).map(|(total, estimate)| {
                source = source.max(estimate.source);
                total + weight * (estimate.per_item + weights.deviations * estimate.deviation)
            });
        }
        let memory = match candidates.hardware.memory {
            Some(bytes) => profile.memory_usage as f64 / bytes as f64,
            None => 0.0,
        };
        Figures {
            name: profile.name.clone(),
            seconds_per_item: total,
            source: total.map(|_| source),
            unknown,
            memory: profile.memory_usage,
            gpu: profile.gpu_available,
            score: total.map(|total| total * (1.0 + weights.memory * memory)),
        }
    }

    /// The settings of a candidate.
    #[must_use]
    pub fn settings(&self, name: &str) -> Option<&Arc<dyn KzgSettings>> {
        self.candidates()
            .list
            .iter()
            .find(|(profile, _)| profile.name == name)
            .map(|(_, settings)| settings)
    }

    /// Records a call that was made and measured elsewhere: `operation` on `items` items. A name
    /// that no candidate has is ignored.
    pub fn record_performance(
        &self,
        backend: &str,
        operation: Operation,
        items: usize,
        duration: Duration,
    ) {
        if let Some(candidate) = self.profiles().position(|profile| profile.name == backend) {
            let pick = Pick {
                charged: 0,
                candidate,
                probe: false,
            };
            self.candidates()
                .selection
                .record(operation, items, pick, duration);
        }
    }

    /// For each candidate, the mean time per item over all operations, and the number of measured
    /// calls. A mean that no [`Duration`] holds is [`Duration::MAX`].
    #[must_use]
    pub fn get_performance_stats(&self) -> HashMap<String, (Duration, u64)> {
        self.profiles()
            .enumerate()
            .map(|(candidate, profile)| {
                let (calls, seconds) = self.candidates().selection.total(candidate);
                let mean = seconds / calls.max(1) as f64;
                let mean = Duration::try_from_secs_f64(mean).unwrap_or(Duration::MAX);
                (profile.name.clone(), (mean, calls))
            })
            .collect()
    }

    fn candidates(&self) -> &Candidates {
        self.layers()
    }
}

impl Layer for Candidates {
    fn inner(&self) -> Option<&dyn Layer> {
        None
    }

    fn backend(&self) -> &str {
        NAME
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        let wanted = self.list.iter();
        let wanted = wanted.map(|(_, settings)| items_per_call(&**settings, operation));
        wanted.max().unwrap_or(1)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> kzg_traits::error::Result<Boxed> {
        let (operation, items) = (call.operation, call.items());
        let pick = self
            .selection
            .pick(operation, items)
            .ok_or_else(no_candidate)?;
        let (profile, settings) = &self.list[pick.candidate];
        call.trace.called(&profile.name, call.service);
        let start = Instant::now();
        let attempted = attempt(&**settings, &profile.name, job);
        let time = start.elapsed();
        let result = attempted.traced(call.trace, call.service);
        match result.as_ref().map_err(Error::kind) {
            // The time until an input is found malformed, or an empty list finished, is no measure of speed.
            Ok(result) if call.is_empty() || result.is_malformed() => {
                self.selection.spend(pick, time);
            }
            Ok(_) => self.selection.record(operation, items, pick, time),
            Err(ErrorKind::Input | ErrorKind::Io | ErrorKind::Deadline | ErrorKind::Cancelled) => {
                self.selection.spend(pick, time);
            }
            Err(ErrorKind::Setup | ErrorKind::Busy | ErrorKind::Fault | ErrorKind::Integrity) => {
                self.selection.record_failure(operation, pick, time);
            }
        }
        result
    }

    fn tables_memory(&self) -> usize {
        let tables = self.list.iter();
        let bytes = tables.map(|(_, settings)| tables_memory(&**settings));
        bytes.fold(0, usize::saturating_add)
    }

    fn release_tables(&self) {
        for (_, settings) in &self.list {
            release_tables(&**settings);
        }
    }
}

fn no_candidate() -> Error {
    SetupError::BackendUnavailable {
        backend: NAME.to_owned(),
        reason: "no candidate is registered".to_owned(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use kzg_testing::fake::Fake;

    use super::*;

    #[test]
    fn the_mean_of_any_times_is_a_duration() {
        let operation = Operation::BlobToKzgCommitment;
        let mut adaptive = AdaptiveBackend::new();
        let fake = Arc::new(Fake::new("one"));
        adaptive.register_backend(BackendProfile::named("one"), fake);
        adaptive.record_performance("one", operation, 1, Duration::MAX);
        let mean = adaptive.get_performance_stats()["one"];
        assert_eq!(mean, (Duration::MAX, 1));

        // The file of a calibration that was made by hand.
        let entry = CalibrationEntry {
            candidate: "one".to_owned(),
            operation: operation.name().to_owned(),
            items: 1,
            seconds: 1e300,
            samples: 10,
            extrapolated: false,
        };
        let calibration = Calibration::new(adaptive.hardware(), Some(1.0), vec![entry]);
        let refused = adaptive.adopt(&calibration);
        assert_eq!(refused, Err(CalibrationRefused::Samples));
    }
}
