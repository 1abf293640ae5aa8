//! The way in which a member is called: how often, after which delays, within which budget.

use kzg_traits::Operation;

use crate::failover::costs::Work;
use crate::failover::policy::{AttemptBudget, Delays, RecoveryPolicy};

/// The way in which a member is called.
pub(crate) struct Plan {
    pub(super) attempts: u32,
    pub(super) delays: Option<Delays>,
    pub(super) budget: AttemptBudget,
    /// The number of backends that may still be called, this one included.
    pub(super) backends: usize,
    /// Whether the attempts count as those of the answer, not of its confirmation.
    pub(super) counts: bool,
    /// The work of an attempt, by whose cost its time is judged.
    pub(super) work: Work,
}

impl Plan {
    /// The plan to answer a call, where a number of backends may still be called.
    pub(crate) fn to_answer(
        policy: &RecoveryPolicy,
        operation: Operation,
        backends: usize,
    ) -> Self {
        Self {
            attempts: policy.attempts_per_backend(operation),
            delays: policy.delays(operation),
            budget: policy.attempt_budget(),
            backends,
            counts: true,
            work: Work::Operation,
        }
    }

    /// The plan to confirm an answer, where a number of backends may still be called.
    pub(crate) fn to_confirm(backends: usize) -> Self {
        Self {
            attempts: 1,
            delays: None,
            budget: AttemptBudget::Share,
            backends,
            counts: false,
            work: Work::Operation,
        }
    }

    /// The plan to verify an answer in place of its operation, where a number of backends may still
    /// be asked.
    pub(crate) fn to_verify(backends: usize) -> Self {
        Self {
            work: Work::Verification,
            ..Self::to_confirm(backends)
        }
    }
}
