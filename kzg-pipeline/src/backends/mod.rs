//! The backends of a job: one backend proves, one verifies, and the others are fallbacks.

use std::sync::Arc;

use kzg_traits::{KzgSettings, TrustedSetup};

use crate::manifest::SetupId;
use crate::report::{BackendCandidate, BackendDecision, BackendUse, Role};
use kzg_advanced::adaptive::{AdaptiveBackend, WorkloadType};
use kzg_advanced::cross_check::{CrossCheck, CrossCheckOptions, ProofCheck};
use kzg_advanced::resilience::{EnterpriseKzgManager, ProvenanceSlot, Request};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

mod choice;
mod metered;
#[cfg(test)]
mod tests;

pub use choice::{BackendOptions, VerifierChoice, candidate_name};
use metered::{BackendMeter, metered};

/// The backends that a job runs on, with the reasons for the choice.
///
/// [`choose`](Self::choose) gives each role a primary backend and fallbacks. After a fault the call
/// is retried once on the same backend and then goes to the next backend in order, see
/// [`EnterpriseKzgManager`]. The report counts the calls of each backend.
#[derive(Clone, Debug)]
pub struct JobBackends {
    prover: Assigned,
    verifier: Assigned,
    table_budget: Option<usize>,
    trusted_setup: SetupId,
}

/// The backends of a role.
#[derive(Clone, Debug)]
struct Assigned {
    settings: Arc<dyn KzgSettings>,
    decision: BackendDecision,
    /// The backends, the primary first, each with its meter.
    meters: Vec<(String, Arc<BackendMeter>)>,
    recoveries: ProvenanceSlot,
}

/// The work in both roles so far.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    decisions: Vec<BackendDecision>,
    retries: u64,
    fallbacks: u64,
}

/// A choice of a backend for a role.
struct Choice {
    role: Role,
    reason: String,
    candidates: Vec<BackendCandidate>,
    cross_check: CrossCheck,
}

impl Choice {
    fn new(role: Role, reason: impl Into<String>) -> Self {
        Self {
            role,
            reason: reason.into(),
            candidates: Vec::new(),
            cross_check: CrossCheck::Off,
        }
    }

    /// Assigns one backend to the role without fallbacks. If the backend is a stack of the
    /// caller's, that stack handles faults.
    fn assign_one(self, settings: &Arc<dyn KzgSettings>) -> Assigned {
        let (metered, meter) = metered(Arc::clone(settings));
        let name = settings.backend().to_owned();
        Assigned {
            settings: metered,
            decision: self.decision(core::slice::from_ref(&name)),
            meters: vec![(name, meter)],
            recoveries: ProvenanceSlot::default(),
        }
    }

    fn decision(self, names: &[String]) -> BackendDecision {
        BackendDecision {
            role: self.role,
            backend: names[0].clone(),
            reason: self.reason,
            fallbacks: names[1..].to_vec(),
            candidates: self.candidates,
            used: Vec::new(),
        }
    }

    /// Assigns backends to the role: the primary first, then the fallbacks.
    fn assign(self, backends: &[Arc<dyn KzgSettings>]) -> Assigned {
        let names: Vec<String> = backends.iter().map(|b| b.backend().to_owned()).collect();
        let (metered, meters): (Vec<_>, Vec<_>) = backends
            .iter()
            .map(|settings| metered(Arc::clone(settings)))
            .unzip();
        let mut metered = metered.into_iter();
        let primary = metered.next().expect("a role has a backend");
        // The second backend verifies the proofs of the first: far cheaper than computing the
        // proofs again.
        let cross_check = CrossCheckOptions::from(self.cross_check).with_proofs(ProofCheck::Verify);
        let manager = metered
            .fold(
                EnterpriseKzgManager::builder(primary),
                |builder, settings| builder.with_fallback(settings),
            )
            .with_cross_check(cross_check)
            .build();
        let recoveries = ProvenanceSlot::default();
        let request = Request::default().with_provenance(&recoveries);
        Assigned {
            settings: Arc::new(manager.with_request(request)),
            decision: self.decision(&names),
            meters: names.into_iter().zip(meters).collect(),
            recoveries,
        }
    }
}

impl JobBackends {
    /// Uses one backend, or a stack of the caller's, for both roles, without fallbacks.
    #[must_use]
    pub fn single(settings: Arc<dyn KzgSettings>) -> Self {
        let assign = |role| Choice::new(role, "the one that was given").assign_one(&settings);
        Self {
            prover: assign(Role::Prove),
            verifier: assign(Role::Verify),
            table_budget: None,
            trusted_setup: SetupId::default(),
        }
    }

    /// Uses the best candidate of an adaptive backend for a workload in both roles. The report has
    /// the decision.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Configuration`] if there is no candidate.
    pub fn adaptive(adaptive: &AdaptiveBackend, workload: WorkloadType) -> Result<Self> {
        let decision = adaptive
            .select_optimal_backend(workload)
            .map_err(|error| KzgAdvancedError::configuration(error.to_string()))?;
        let settings = adaptive.settings(&decision.backend);
        let settings = settings.expect("a decision is for a candidate");
        let assign = |role| {
            let choice = Choice {
                candidates: decision
                    .figures
                    .iter()
                    .map(BackendCandidate::from)
                    .collect(),
                ..Choice::new(role, decision.to_string())
            };
            choice.assign_one(settings)
        };
        Ok(Self {
            prover: assign(Role::Prove),
            verifier: assign(Role::Verify),
            table_budget: None,
            trusted_setup: SetupId::default(),
        })
    }

    /// The same backends with another backend that verifies the stored artefacts.
    #[must_use]
    pub fn with_verifier(mut self, settings: Arc<dyn KzgSettings>) -> Self {
        let choice = Choice::new(Role::Verify, "the one that was given");
        self.verifier = choice.assign_one(&settings);
        self
    }

    /// The same backends, whose settings are of this trusted setup. The manifest of a job names the setup,
    /// so that a run with another one does not take the job for damaged. [`choose`](Self::choose) does the
    /// same; without it, settings of the caller's count as settings of mainnet.
    #[must_use]
    pub fn with_trusted_setup(mut self, setup: &TrustedSetup) -> Self {
        self.trusted_setup = setup.into();
        self
    }

    /// The same backends with `wrap` applied to the settings of both roles, for example to add a
    /// monitor.
    #[must_use]
    pub fn wrapped(mut self, wrap: impl Fn(Arc<dyn KzgSettings>) -> Arc<dyn KzgSettings>) -> Self {
        for role in [&mut self.prover, &mut self.verifier] {
            role.settings = wrap(Arc::clone(&role.settings));
        }
        self
    }

    /// The settings that commit and prove.
    #[must_use]
    pub fn prover(&self) -> &Arc<dyn KzgSettings> {
        &self.prover.settings
    }

    /// The settings that verify the stored artefacts.
    #[must_use]
    pub fn verifier(&self) -> &Arc<dyn KzgSettings> {
        &self.verifier.settings
    }

    /// The trusted setup of the settings.
    pub(crate) fn trusted_setup(&self) -> SetupId {
        self.trusted_setup
    }

    /// The budget in bytes for each kind of the prover's tables; `None` for settings of the
    /// caller's.
    pub(crate) fn table_budget(&self) -> Option<u64> {
        self.table_budget.map(|bytes| bytes as u64)
    }

    /// The work so far.
    pub(crate) fn tally(&self) -> Tally {
        let roles = [&self.prover, &self.verifier];
        let recoveries = roles.map(|role| role.recoveries.recoveries());
        Tally {
            decisions: roles.map(|role| role.decision()).to_vec(),
            retries: recoveries.iter().map(|recoveries| recoveries.retries).sum(),
            fallbacks: recoveries
                .iter()
                .map(|recoveries| recoveries.fallbacks)
                .sum(),
        }
    }
}

impl Assigned {
    /// The decision with the work of its backends so far.
    fn decision(&self) -> BackendDecision {
        let used = self.meters.iter().map(|(name, meter)| meter.read(name));
        BackendDecision {
            used: used.collect(),
            ..self.decision.clone()
        }
    }
}

impl Tally {
    /// The work since an earlier tally: the decisions with the work of the backends that had calls,
    /// the number of retries and the number of fallbacks.
    pub(crate) fn since(self, before: &Self) -> (Vec<BackendDecision>, u64, u64) {
        let mut decisions = self.decisions;
        for (decision, before) in decisions.iter_mut().zip(&before.decisions) {
            for (now, before) in decision.used.iter_mut().zip(&before.used) {
                *now = BackendUse {
                    backend: now.backend.clone(),
                    calls: now.calls - before.calls,
                    failed_calls: now.failed_calls - before.failed_calls,
                    items: now.items - before.items,
                    seconds: now.seconds - before.seconds,
                };
            }
            decision.used.retain(|used| used.calls > 0);
        }
        (
            decisions,
            self.retries - before.retries,
            self.fallbacks - before.fallbacks,
        )
    }
}
