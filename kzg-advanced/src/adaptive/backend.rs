//! Candidates as one `KzgSettings`, and the choice between them.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{Error, ErrorKind, KzgSettings, Operation, Result, SetupError};

use super::calibration::{Calibration, measure};
use super::decision::{Decision, Figures};
use super::estimate::Source;
use super::hardware::Hardware;
use super::profile::{BackendProfile, WorkloadType};
use super::selection::{Pick, Selection};
use crate::layer::{Boxed, Call, Job, Layer, Stack, attempt};

/// The name that the candidates go by together.
const NAME: &str = "adaptive";

/// Candidates of which the fastest makes each call, by what was measured.
///
/// A call that fails is not made again here: that is the manager's, for which this is one
/// backend. A candidate that fails is passed over for a while.
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
    /// No candidates yet.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Candidates {
            list: Vec::new(),
            selection: Selection::new(),
            hardware: Hardware::detect(),
        })
    }

    /// Adds a candidate. What its profile states holds until it is measured.
    pub fn register_backend(&mut self, profile: BackendProfile, settings: Arc<dyn KzgSettings>) {
        let candidates = self.layers_mut();
        candidates.selection.add(&profile);
        candidates.list.push((profile, settings));
    }

    /// The profiles of the candidates, in the order in which they were added.
    pub fn profiles(&self) -> impl Iterator<Item = &BackendProfile> {
        self.candidates().list.iter().map(|(profile, _)| profile)
    }

    /// What the machine has.
    #[must_use]
    pub fn hardware(&self) -> &Hardware {
        &self.candidates().hardware
    }

    /// Measures every candidate, for at most about so long, and takes over what was found.
    #[must_use = "what was found can be kept for the next start"]
    pub fn calibrate(&self, limit: Duration) -> Calibration {
        let candidates = self.candidates();
        let entries = measure(&candidates.list, limit);
        let calibration = Calibration::new(&candidates.hardware, entries);
        self.adopt(&calibration);
        calibration
    }

    /// Takes over what was found earlier. Nothing is taken over, and `false` returned, if it
    /// was found on another machine or by another version.
    pub fn adopt(&self, calibration: &Calibration) -> bool {
        let candidates = self.candidates();
        if !calibration.holds_for(&candidates.hardware) {
            return false;
        }
        for entry in &calibration.entries {
            let position = self
                .profiles()
                .position(|profile| profile.name == entry.candidate);
            if let (Some(candidate), Some(operation)) = (position, entry.operation()) {
                candidates.selection.assume(
                    operation,
                    entry.items,
                    candidate,
                    entry.seconds,
                    entry.extrapolated,
                );
            }
        }
        true
    }

    /// The candidate to use for a workload, and why.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if there is no candidate.
    pub fn select_optimal_backend(&self, workload: WorkloadType) -> Result<Decision> {
        let mut figures: Vec<Figures> = (0..self.candidates().list.len())
            .map(|candidate| self.figures(candidate, workload))
            .collect();
        figures.sort_by(|one, other| {
            let score = |figures: &Figures| figures.score.unwrap_or(f64::INFINITY);
            score(one).total_cmp(&score(other))
        });
        let best = figures.first().ok_or_else(no_candidate)?;
        Ok(Decision {
            backend: best.name.clone(),
            workload,
            figures,
        })
    }

    fn figures(&self, candidate: usize, workload: WorkloadType) -> Figures {
        let candidates = self.candidates();
        let profile = &candidates.list[candidate].0;
        let weights = workload.weights();
        let mut source = Source::Measured;
        let mut total = Some(0.0);
        for (operation, weight) in weights.operations {
            if weight == 0.0 {
                continue;
            }
            let estimate = candidates
                .selection
                .estimate(operation, weights.items, candidate);
            total = total.zip(estimate).map(|(total, estimate)| {
                if estimate.source != Source::Measured {
                    source = estimate.source;
                }
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

    /// Takes over a measurement of someone else's: a call of an operation on so many items.
    /// A name that is no candidate's is ignored.
    pub fn record_performance(
        &self,
        backend: &str,
        operation: Operation,
        items: usize,
        duration: Duration,
    ) {
        if let Some(candidate) = self.profiles().position(|profile| profile.name == backend) {
            let pick = Pick {
                candidate,
                probe: false,
            };
            self.candidates()
                .selection
                .record(operation, items, pick, duration);
        }
    }

    /// For each candidate, the mean time for an item over all operations, and the number of
    /// calls that were measured.
    #[must_use]
    pub fn get_performance_stats(&self) -> HashMap<String, (Duration, u64)> {
        self.profiles()
            .enumerate()
            .map(|(candidate, profile)| {
                let (calls, seconds) = self.candidates().selection.total(candidate);
                let mean = seconds / calls.max(1) as f64;
                (profile.name.clone(), (Duration::from_secs_f64(mean), calls))
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
        let wanted = wanted.map(|(_, settings)| settings.items_per_call(operation));
        wanted.max().unwrap_or(1)
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        let (operation, items) = (call.operation, call.items());
        let pick = self
            .selection
            .pick(operation, items)
            .ok_or_else(no_candidate)?;
        let (profile, settings) = &self.list[pick.candidate];
        call.trace.asked(&profile.name, call.service);
        let start = Instant::now();
        let attempted = attempt(&**settings, &profile.name, job);
        let time = start.elapsed();
        let result = attempted.traced(call.trace, call.service);
        match result.as_ref().map_err(Error::kind) {
            Ok(_) => self.selection.record(operation, items, pick, time),
            // How long it takes to find an input malformed says nothing.
            Err(ErrorKind::Input | ErrorKind::Io | ErrorKind::Deadline | ErrorKind::Cancelled) => {}
            Err(ErrorKind::Setup | ErrorKind::Busy | ErrorKind::Fault | ErrorKind::Integrity) => {
                self.selection.record_failure(operation, pick.candidate)
            }
        }
        result
    }

    fn tables_memory(&self) -> usize {
        let tables = self.list.iter();
        tables.map(|(_, settings)| settings.tables_memory()).sum()
    }

    fn release_tables(&self) {
        for (_, settings) in &self.list {
            settings.release_tables();
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
