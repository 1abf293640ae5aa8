//! Attempts that return after their budget, and how they are counted as failures of their backend.

use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use kzg_traits::Operation;
use kzg_traits::error::Result;

use super::breaker::{AbandonedCall, BreakerOutcome, CircuitBreaker, Permit};
use super::costs::{Costs, Work};
use super::policy::Reaction;
use crate::layer::{Boxed, Call};
use crate::sync::lock;

/// The breakers and costs of a member, shared with its abandoned calls.
#[derive(Debug)]
pub(super) struct MemberRecord {
    breakers: Vec<CircuitBreaker>,
    pub(super) costs: Costs,
    /// Calls over their budget that may yet return within the cost of the slowest valid input.
    overdue: Mutex<Vec<Overdue>>,
}

#[derive(Debug)]
struct Overdue {
    operation: Operation,
    /// The moment at which the call counts as a failure, unless it has returned.
    at: Instant,
    outcome: SharedOutcome,
}

impl MemberRecord {
    /// Judges calls by breakers, one for each operation.
    pub(super) fn new(breakers: Vec<CircuitBreaker>) -> Self {
        Self {
            breakers,
            costs: Costs::new(),
            overdue: Mutex::default(),
        }
    }

    pub(super) fn breaker(&self, operation: Operation) -> &CircuitBreaker {
        &self.breakers[operation as usize]
    }

    /// Counts the abandoned calls of an operation that are beyond the highest known cost by now.
    pub(super) fn count_overdue(&self, operation: Operation) {
        let now = Instant::now();
        let mut due = Vec::new();
        self.overdue().retain(|call| {
            let is_due = call.operation == operation && now >= call.at;
            if is_due {
                due.push(Arc::clone(&call.outcome));
            }
            !is_due && matches!(*lock(&call.outcome), LateOutcome::NotCounted(_))
        });
        let breaker = self.breaker(operation);
        for outcome in due {
            let now = breaker.now();
            let mut outcome = lock(&outcome);
            if let LateOutcome::NotCounted(call) = *outcome {
                *outcome = LateOutcome::Counted(call);
                let transitions = breaker.count_abandoned(call, now);
                drop(outcome);
                breaker.report(transitions);
            }
        }
    }

    fn overdue(&self) -> MutexGuard<'_, Vec<Overdue>> {
        lock(&self.overdue)
    }
}

/// The receiver of the result of an attempt that ends after its budget.
#[derive(Clone)]
pub(super) struct Late {
    record: Arc<MemberRecord>,
    operation: Operation,
    work: Work,
    items: usize,
    outcome: SharedOutcome,
}

type SharedOutcome = Arc<Mutex<LateOutcome>>;

/// The outcome of a late attempt for its breaker.
#[derive(Debug, Default)]
enum LateOutcome {
    /// The attempt has not returned, and its caller has not decided yet.
    #[default]
    Undecided,
    /// Not counted as a failure so far.
    NotCounted(AbandonedCall),
    /// Counted as a failure.
    Counted(AbandonedCall),
    /// The attempt has returned, and nothing changes its count any more.
    Returned(BreakerOutcome),
}

impl Late {
    pub(super) fn new(record: &Arc<MemberRecord>, call: &Call<'_>, work: Work) -> Self {
        Self {
            record: Arc::clone(record),
            operation: call.operation,
            work,
            items: call.items(),
            outcome: Arc::default(),
        }
    }

    /// Counts an attempt over its budget as a failure of its backend: at this moment, or, where
    /// valid input may take longer than the budget, once the attempt takes longer than any such
    /// input. A cancelled attempt is not counted.
    pub(super) fn judge(self, permit: Permit<'_>, begun: Instant, over_budget: bool) {
        let breaker = self.record.breaker(self.operation);
        let costs = &self.record.costs;
        let at_worst = costs.at_worst(self.operation, self.work, self.items);
        let now = breaker.now();
        // The machine is changed under this lock, so that the attempt returns before or after the
        // change. The listener is told later: it may wait for the attempt.
        let mut outcome = lock(&self.outcome);
        if let LateOutcome::Returned(returned) = *outcome {
            drop(outcome);
            permit.settle(returned);
            return;
        }
        if over_budget && begun.elapsed() >= at_worst {
            let (call, transitions) = permit.abandon(now);
            *outcome = LateOutcome::Counted(call);
            drop(outcome);
            breaker.report(transitions);
            return;
        }
        let call = permit.abandon_uncounted();
        *outcome = LateOutcome::NotCounted(call);
        drop(outcome);
        if !over_budget {
            // Another probe takes the place of this call, which may never return.
            breaker.ended(call, BreakerOutcome::Neutral);
        } else if let Some(at) = begun.checked_add(at_worst) {
            self.record.overdue().push(Overdue {
                operation: self.operation,
                at,
                outcome: self.outcome,
            });
        }
    }

    /// Receives the result of an abandoned attempt.
    pub(super) fn returned(&self, result: &Result<Boxed>, time: Duration) {
        let returned = match result {
            Ok(result) => {
                let costs = &self.record.costs;
                costs.record_result(self.operation, self.work, self.items, &**result, time);
                // Nobody checks a late result, so it does not help to close a breaker.
                BreakerOutcome::Neutral
            }
            Err(error) => Reaction::to(error.kind()).breaker,
        };
        self.end(returned);
    }

    /// Handles that an abandoned attempt waited for a thread that cannot be started.
    pub(super) fn never_began(&self) {
        self.end(BreakerOutcome::Neutral);
    }

    fn end(&self, returned: BreakerOutcome) {
        let before = core::mem::replace(&mut *lock(&self.outcome), LateOutcome::Returned(returned));
        // No lock is held from here on: a listener of the breaker may make a call.
        let breaker = self.record.breaker(self.operation);
        match before {
            LateOutcome::Counted(call) => breaker.returned(call, returned),
            LateOutcome::NotCounted(call) => breaker.ended(call, returned),
            LateOutcome::Undecided | LateOutcome::Returned(_) => {}
        }
    }
}
