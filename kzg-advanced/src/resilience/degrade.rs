//! The ladder of cheaper service. No step of it weakens a verification.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

use kzg_traits::error::Result;
use kzg_traits::{Error, ErrorKind, Operation};
use serde::Serialize;

use super::call::Call;
use super::clock::Clock;
use super::dispatch::{Dispatch, Job};
use super::outcome::Outcome;
use super::policy::{RecoveryPolicy, RecoveryStrategy};

/// How long service stays at a level after the last failure before it is raised by one.
const RESTORE_AFTER: Duration = Duration::from_secs(30);

/// How much service a call gets: full, or a step of the ladder. Each step includes those before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLevel {
    /// Everything.
    #[default]
    Full,
    /// On the settings with fewer threads, where a backend was registered with such.
    FewerThreads,
    /// The prover's tables are freed on arrival; they are built again when they are needed.
    WithoutTables,
    /// Nothing is proved; verifications, commitments and cells go on.
    VerifyOnly,
}

impl ServiceLevel {
    const LADDER: [Self; 4] = [
        Self::Full,
        Self::FewerThreads,
        Self::WithoutTables,
        Self::VerifyOnly,
    ];

    /// The next step down, if there is one.
    fn below(self) -> Option<Self> {
        Self::LADDER.get(self as usize + 1).copied()
    }

    /// The step before.
    fn above(self) -> Self {
        Self::LADDER[(self as usize).saturating_sub(1)]
    }

    /// Whether an operation is served at this level.
    #[must_use]
    pub fn serves(self, operation: Operation) -> bool {
        self < Self::VerifyOnly || !makes_proofs(operation)
    }
}

/// Whether the result of an operation contains proofs.
fn makes_proofs(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::ComputeKzgProof
            | Operation::ComputeBlobKzgProof
            | Operation::ComputeBlobKzgProofs
            | Operation::ComputeCellsAndKzgProofs
            | Operation::ComputeCellKzgProofs
            | Operation::ComputeManyCellsAndKzgProofs
            | Operation::RecoverCellsAndKzgProofs
            | Operation::WarmUp
    )
}

/// Serves the operations whose strategy is [`RecoveryStrategy::Degrade`].
#[derive(Debug)]
pub(super) struct Degrading<D> {
    inner: D,
    policy: Arc<RecoveryPolicy>,
    clock: Arc<dyn Clock>,
    state: Mutex<(ServiceLevel, Duration)>,
}

impl<D: Dispatch> Degrading<D> {
    pub(super) fn new(inner: D, policy: Arc<RecoveryPolicy>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            policy,
            clock,
            state: Mutex::default(),
        }
    }

    pub(super) fn inner(&self) -> &D {
        &self.inner
    }

    /// The level now. After a while without failure it is one better.
    pub(super) fn level(&self) -> ServiceLevel {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (level, since) = &mut *state;
        while *level != ServiceLevel::Full && now.saturating_sub(*since) >= RESTORE_AFTER {
            *level = level.above();
            *since += RESTORE_AFTER;
        }
        *level
    }

    /// A call failed at a level: service goes one step below it, unless it is there already.
    fn lower(&self, failed: ServiceLevel, floor: ServiceLevel) -> Option<ServiceLevel> {
        let next = failed.below().filter(|next| *next <= floor)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let arrived = state.0 < next;
        *state = (state.0.max(next), self.clock.now());
        drop(state);
        if arrived {
            tracing::warn!(level = ?next, "service is degraded");
            if next == ServiceLevel::WithoutTables {
                self.inner.release_tables();
            }
        }
        Some(next)
    }
}

impl<D: Dispatch> Dispatch for Degrading<D> {
    fn backend(&self) -> &str {
        self.inner.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner.items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        let Some(&RecoveryStrategy::Degrade { level: floor }) =
            self.policy.strategy(call.operation)
        else {
            return self.inner.dispatch(call, job);
        };
        let mut service = self.level().min(floor);
        loop {
            if !service.serves(call.operation) {
                return Err(Error::Busy {
                    reason: format!("{} is refused while service is degraded", call.operation),
                });
            }
            let error = match self.inner.dispatch(&Call { service, ..*call }, job) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let lack_of_service = matches!(
                error.kind(),
                ErrorKind::Busy | ErrorKind::Fault | ErrorKind::Setup
            );
            if !lack_of_service {
                return Err(error);
            }
            service = match self.lower(service, floor) {
                Some(next) if next.serves(call.operation) => next,
                _ => return Err(error),
            };
        }
    }

    fn release_tables(&self) {
        self.inner.release_tables();
    }
}
