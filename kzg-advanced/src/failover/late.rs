//! Attempts that return after their budget, and how they are held against their backend.

use core::time::Duration;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use kzg_traits::Operation;
use kzg_traits::error::Result;

use super::breaker::{AbandonedCall, BreakerOutcome, CircuitBreaker, Permit};
use super::costs::Costs;
use super::policy::Reaction;
use crate::layer::Boxed;

/// The judgement of a member's calls, which calls that were abandoned share.
#[derive(Debug)]
pub(super) struct LateCallWatch {
    breakers: Vec<CircuitBreaker>,
    pub(super) costs: Costs,
    /// Calls over their budget that may yet return within the cost of the slowest valid input.
    overdue: Mutex<Vec<Overdue>>,
}

#[derive(Debug)]
struct Overdue {
    operation: Operation,
    at: Instant,
    /// Set when the call has returned, or was counted as one that hangs.
    counted: Arc<AtomicBool>,
}

impl LateCallWatch {
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
        let mut failures = 0;
        self.overdue().retain(|call| {
            let due = call.operation == operation && now >= call.at;
            let hangs = due && !call.counted.swap(true, Ordering::AcqRel);
            failures += usize::from(hangs);
            !due && !call.counted.load(Ordering::Acquire)
        });
        for _ in 0..failures {
            self.breaker(operation).record_failure();
        }
    }

    fn overdue(&self) -> MutexGuard<'_, Vec<Overdue>> {
        self.overdue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The receiver of the result of an attempt that ends after its budget.
#[derive(Clone)]
pub(super) struct Late {
    watch: Arc<LateCallWatch>,
    operation: Operation,
    items: usize,
    /// Set when the attempt has returned, or was counted as one that hangs.
    hangs: Arc<AtomicBool>,
    judged: Arc<Mutex<Judged>>,
}

/// The state of a late attempt at its breaker.
#[derive(Default)]
enum Judged {
    /// Not decided.
    #[default]
    Not,
    /// Not held against the backend so far.
    Spared,
    /// Counted as a failure.
    Counted(AbandonedCall),
    /// The attempt returned before anything was decided.
    Returned(BreakerOutcome),
}

impl Late {
    pub(super) fn new(watch: &Arc<LateCallWatch>, operation: Operation, items: usize) -> Self {
        Self {
            watch: Arc::clone(watch),
            operation,
            items,
            hangs: Arc::default(),
            judged: Arc::default(),
        }
    }

    /// Holds an attempt over its budget against its backend: at this moment, or, where valid
    /// input is known to take longer than the budget, once the attempt takes longer than any such
    /// input. An attempt that was cancelled is not held against it.
    pub(super) fn judge(self, permit: Permit<'_>, begun: Instant, over_budget: bool) {
        let mut judged = self.judged();
        if let Judged::Returned(outcome) = *judged {
            permit.settle(outcome);
            return;
        }
        let at_worst = self.watch.costs.at_worst(self.operation, self.items);
        let at_worst = at_worst.filter(|&at_worst| begun.elapsed() < at_worst);
        if over_budget && (at_worst.is_none() || permit.is_probe()) {
            *judged = Judged::Counted(permit.abandon());
            return;
        }
        *judged = Judged::Spared;
        permit.settle(BreakerOutcome::Neutral);
        if let Some(at_worst) = at_worst.filter(|_| over_budget) {
            let mut overdue = self.watch.overdue();
            overdue.push(Overdue {
                operation: self.operation,
                at: begun + at_worst,
                counted: Arc::clone(&self.hangs),
            });
        }
    }

    /// Judges an abandoned attempt that has returned.
    pub(super) fn returned(&self, result: &Result<Boxed>, time: Duration) {
        let outcome = match result {
            Ok(_) => {
                self.watch.costs.record(self.operation, self.items, time);
                BreakerOutcome::Success
            }
            Err(error) => Reaction::to(error.kind()).breaker,
        };
        let counted = self.hangs.swap(true, Ordering::AcqRel);
        let breaker = self.watch.breaker(self.operation);
        let mut judged = self.judged();
        match *judged {
            Judged::Not => *judged = Judged::Returned(outcome),
            Judged::Counted(call) => breaker.returned(call, outcome),
            // A fault counts at any time, but only once.
            Judged::Spared if !counted && outcome != BreakerOutcome::Success => {
                breaker.record(outcome);
            }
            Judged::Spared | Judged::Returned(_) => {}
        }
    }

    fn judged(&self) -> MutexGuard<'_, Judged> {
        self.judged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
