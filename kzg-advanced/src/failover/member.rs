//! A backend of a chain: `breaker( retry( budget( catch_unwind( backend ) ) ) )`.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use backon::ExponentialBackoff;
use kzg_traits::error::Result;
use kzg_traits::{Error, IoAction, KzgSettings, Operation};

use super::breaker::{BreakerOptions, BreakerOutcome, CircuitBreaker, Permit, Transition};
use super::clock::Clock;
use super::late::{Late, Watch};
use super::policy::{AttemptBudget, Reaction, RecoveryPolicy};
use crate::backend_call::{backend_name, traced};
use crate::layer::{Attempted, Boxed, Call, Job, Note, OwnedWork, ServiceLevel, attempt};
use crate::workers::{ClosurePool, Handoff, Limits, Refusal};

/// The number of attempts of calls with deadlines that run on one backend at a time.
const CONCURRENT_ATTEMPTS: usize = 256;

/// A listener for changes of state of breakers: of which backend, for which operation.
pub(crate) type TransitionListener = Arc<dyn Fn(&str, Operation, Transition) + Send + Sync>;

/// The settings that all members of a chain share.
pub(crate) struct Backends<'a> {
    pub(crate) breakers: BreakerOptions,
    pub(crate) clock: &'a Arc<dyn Clock>,
    pub(crate) listener: Option<&'a TransitionListener>,
    /// The number of attempts over their budget that may run on in one backend.
    pub(crate) abandoned: usize,
}

/// A backend of a chain, with one breaker for each operation.
#[derive(Debug)]
pub(crate) struct Member {
    name: String,
    settings: Arc<dyn KzgSettings>,
    reduced: Option<Arc<dyn KzgSettings>>,
    watch: Arc<Watch>,
    /// The threads of attempts that have a budget: no other backend's attempts wait for them.
    attempts: ClosurePool,
    abandoned: usize,
}

/// The way in which a member is asked.
pub(crate) struct Plan {
    attempts: u32,
    delays: Option<ExponentialBackoff>,
    budget: AttemptBudget,
    /// The number of backends that may still be asked, this one included.
    backends: usize,
    /// Whether the attempts are those of the answer, not of its confirmation.
    traced: bool,
}

impl Plan {
    /// To answer a call, where so many backends may still be asked.
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
            traced: true,
        }
    }

    /// To confirm an answer, where so many backends may still be asked.
    pub(crate) fn to_confirm(backends: usize) -> Self {
        Self {
            attempts: 1,
            delays: None,
            budget: AttemptBudget::Share,
            backends,
            traced: false,
        }
    }
}

/// The reply of a member. Unless it is an error, the permit has yet to be settled.
pub(crate) struct Reply<'m> {
    result: Result<Boxed>,
    permit: Option<Permit<'m>>,
    probe: bool,
    /// Whether the call lost its admission, so that no other backend may be asked.
    ends_the_call: bool,
}

/// The end of one attempt.
enum Ended<'m> {
    /// The attempt returned.
    Returned(Result<Boxed>, Permit<'m>),
    /// The attempt was not made, or nobody waits for it any more. The permit is settled.
    Without(Error),
}

impl Member {
    pub(crate) fn new(
        settings: Arc<dyn KzgSettings>,
        reduced: Option<Arc<dyn KzgSettings>>,
        common: &Backends<'_>,
    ) -> Self {
        let name = backend_name(&*settings);
        let breaker = |&operation: &Operation| {
            let (name, listener) = (name.clone(), common.listener.cloned());
            CircuitBreaker::with_clock(common.breakers, Arc::clone(common.clock)).on_transition(
                move |transition| {
                    report(&name, operation, transition);
                    if let Some(listener) = &listener {
                        listener(&name, operation, transition);
                    }
                },
            )
        };
        Self {
            watch: Arc::new(Watch::new(Operation::ALL.iter().map(breaker).collect())),
            name,
            settings,
            reduced,
            attempts: ClosurePool::new(
                "kzg-attempt",
                Limits {
                    threads: CONCURRENT_ATTEMPTS,
                    idle: 2,
                    abandoned: common.abandoned,
                },
                0,
            ),
            abandoned: common.abandoned,
        }
    }

    /// The backend's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn items_per_call(&self, operation: Operation) -> usize {
        self.settings.items_per_call(operation)
    }

    /// The breaker of an operation.
    pub(crate) fn breaker(&self, operation: Operation) -> &CircuitBreaker {
        self.watch.breaker(operation)
    }

    /// The number of abandoned attempts that have not returned.
    pub(crate) fn abandoned(&self) -> usize {
        self.attempts.abandoned()
    }

    /// The settings with fewer threads share the tables where they were made from the others, so
    /// the larger of the two figures is the memory of both.
    pub(super) fn tables_memory(&self) -> usize {
        let reduced = self.reduced.as_ref();
        let reduced = reduced.map_or(0, |reduced| reduced.tables_memory());
        self.settings.tables_memory().max(reduced)
    }

    pub(super) fn release_tables(&self) {
        self.settings.release_tables();
        if let Some(reduced) = &self.reduced {
            reduced.release_tables();
        }
    }

    /// The backend at a level of service.
    fn settings(&self, service: ServiceLevel) -> &Arc<dyn KzgSettings> {
        match &self.reduced {
            Some(reduced) if service >= ServiceLevel::FewerThreads => reduced,
            _ => &self.settings,
        }
    }

    /// Runs the job, again after faults as the plan says.
    pub(crate) fn run(&self, call: &Call<'_>, job: &Job<'_>, mut plan: Plan) -> Reply<'_> {
        self.watch.count_overdue(call.operation);
        let breaker = self.breaker(call.operation);
        let Some(mut permit) = breaker.try_acquire() else {
            return Reply::failed(Error::Busy {
                reason: format!(
                    "the breaker of {} for {} is open",
                    self.name, call.operation
                ),
            });
        };
        // A probe is one call.
        let attempts = if permit.is_probe() { 1 } else { plan.attempts };
        let mut number = 1;
        loop {
            if let Err(error) = call.check() {
                permit.settle(BreakerOutcome::Neutral);
                return Reply::failed(error);
            }
            if plan.traced {
                call.trace.asked(&self.name, call.service);
            }
            let error;
            (error, permit) = match self.attempt(call, job, &plan, permit) {
                Ok(reply) => return reply,
                Err(failed) => failed,
            };
            let delay = plan.delays.as_mut().map(Iterator::next);
            let again = match delay {
                Some(delay) => delay.map(|delay| Instant::now() + delay),
                None => Some(Instant::now()),
            };
            let again = again.filter(|&again| number < attempts && call.may_retry_at(again));
            let Some(again) = again else {
                permit.settle(Reaction::to(error.kind()).breaker);
                return Reply::failed(error);
            };
            if delay.is_some() {
                // Nobody holds a permit while nothing runs.
                permit.settle(BreakerOutcome::Neutral);
                if let Err(stopped) = call.pause_until(again) {
                    breaker.record(Reaction::to(error.kind()).breaker);
                    return Reply {
                        ends_the_call: true,
                        ..Reply::failed(stopped)
                    };
                }
                permit = match breaker.try_acquire() {
                    Some(permit) => permit,
                    None => return Reply::failed(error),
                };
            }
            traced(|| {
                tracing::debug!(backend = %self.name, operation = %call.operation, %error, "retry");
            });
            if plan.traced {
                call.trace.note(Note::Retry {
                    backend: self.name.clone(),
                    attempt: number,
                    error,
                });
            }
            number += 1;
        }
    }

    /// Makes one attempt. Gives back the error and the permit where the backend may be asked
    /// again.
    fn attempt<'m>(
        &'m self,
        call: &Call<'_>,
        job: &Job<'_>,
        plan: &Plan,
        permit: Permit<'m>,
    ) -> core::result::Result<Reply<'m>, (Error, Permit<'m>)> {
        let ended = match call.owned_work() {
            Some(work) => self.attempt_within_budget(call, work, plan, permit),
            None => {
                let begun = Instant::now();
                let attempted = attempt(&**self.settings(call.service), &self.name, job);
                self.returned(call, plan, attempted, begun.elapsed(), permit)
            }
        };
        let (result, permit) = match ended {
            Ended::Without(error) => return Ok(Reply::failed(error)),
            Ended::Returned(result, permit) => (result, permit),
        };
        match result {
            Err(error) if Reaction::to(error.kind()).retry => Err((error, permit)),
            Err(error) => {
                let probe = permit.is_probe();
                permit.settle(Reaction::to(error.kind()).breaker);
                Ok(Reply {
                    probe,
                    ..Reply::failed(error)
                })
            }
            Ok(value) => Ok(Reply {
                result: Ok(value),
                probe: permit.is_probe(),
                permit: Some(permit),
                ends_the_call: false,
            }),
        }
    }

    /// Makes one attempt on a thread of the member, and waits for it no longer than its budget.
    fn attempt_within_budget<'m>(
        &'m self,
        call: &Call<'_>,
        work: &OwnedWork,
        plan: &Plan,
        permit: Permit<'m>,
    ) -> Ended<'m> {
        if self.abandoned() >= self.abandoned.max(1) {
            permit.settle(BreakerOutcome::Neutral);
            let reason = format!("{} calls of {} do not return", self.abandoned(), self.name);
            return Ended::Without(Error::Busy { reason });
        }
        let begun = Instant::now();
        let handoff = Arc::new(Handoff::new());
        let (settings, name) = (Arc::clone(self.settings(call.service)), self.name.clone());
        let (job, deliver) = (Arc::clone(&work.job), Arc::clone(&handoff));
        let submitted = self.attempts.submit(move || {
            let attempted = attempt(&*settings, &name, &*job);
            deliver.deliver((attempted, begun.elapsed()));
        });
        let ticket = match submitted {
            Ok(ticket) => ticket,
            Err(refusal) => {
                permit.settle(BreakerOutcome::Neutral);
                return Ended::Without(self.refused(refusal));
            }
        };
        let end = call
            .deadline
            .map(|deadline| plan.budget.end(begun, deadline, plan.backends));
        let waited = handoff.wait(|| match end {
            Some(end) if Instant::now() >= end => Err(self.over_budget(call, begun, end)),
            _ => {
                let limit = call.wait_limit()?;
                let left = end.map(|end| end.saturating_duration_since(Instant::now()));
                Ok([limit, left].into_iter().flatten().min())
            }
        });
        let error = match waited {
            Ok((attempted, time)) => {
                return self.returned(call, plan, attempted, time, permit);
            }
            Err(error) => error,
        };
        // The attempt may end at this moment.
        let late = Late::new(&self.watch, call.operation, call.items());
        let receive = late.clone();
        if let Some((attempted, time)) =
            handoff.abandon(move |(attempted, time)| receive.returned(&attempted.result, time))
        {
            return self.returned(call, plan, attempted, time, permit);
        }
        // An attempt that never began says nothing about the backend.
        let began = ticket.abandon();
        late.judge(permit, begun, began && error != Error::Cancelled);
        Ended::Without(error)
    }

    fn returned<'m>(
        &'m self,
        call: &Call<'_>,
        plan: &Plan,
        attempted: Attempted,
        time: Duration,
        permit: Permit<'m>,
    ) -> Ended<'m> {
        if attempted.result.is_ok() {
            self.watch.costs.record(call.operation, call.items(), time);
        }
        let result = if plan.traced {
            attempted.traced(call.trace, call.service)
        } else {
            attempted.result
        };
        Ended::Returned(result, permit)
    }

    /// The error of an attempt over its budget: a fault of the backend, unless the call's own
    /// deadline has come.
    fn over_budget(&self, call: &Call<'_>, begun: Instant, end: Instant) -> Error {
        if call.is_late() {
            return Error::Deadline;
        }
        Error::Fault {
            backend: self.name.clone(),
            message: format!("no answer within the attempt's budget of {:?}", end - begun),
        }
    }

    fn refused(&self, refusal: Refusal<()>) -> Error {
        match refusal {
            Refusal::Full(()) | Refusal::Closed(()) => Error::Busy {
                reason: format!("{CONCURRENT_ATTEMPTS} calls run on {}", self.name),
            },
            Refusal::NoThread((), error) => Error::io(
                IoAction::Start,
                format!("a thread for {}", self.name),
                &error,
            ),
        }
    }
}

impl<'m> Reply<'m> {
    fn failed(error: Error) -> Self {
        Self {
            result: Err(error),
            permit: None,
            probe: false,
            ends_the_call: false,
        }
    }

    /// The error, where there is no value.
    pub(crate) fn error(&self) -> Option<&Error> {
        self.result.as_ref().err()
    }

    /// Whether no other backend may be asked.
    pub(super) fn ends_the_call(&self) -> bool {
        self.ends_the_call
    }

    /// Whether the call was a probe of a half-open breaker.
    pub(crate) fn is_probe(&self) -> bool {
        self.probe
    }

    /// The result, and the permit that has yet to be settled.
    pub(crate) fn into_parts(self) -> (Result<Boxed>, Option<Permit<'m>>) {
        (self.result, self.permit)
    }
}

fn report(backend: &str, operation: Operation, transition: Transition) {
    let Transition { from, to, .. } = transition;
    traced(|| tracing::warn!(backend, %operation, ?from, ?to, "circuit breaker"));
    #[cfg(feature = "metrics")]
    crate::backend_call::users_code("a metrics recorder", || {
        metrics::counter!(
            "kzg_breaker_transitions_total",
            "backend" => backend.to_owned(),
            "operation" => operation.name(),
            "to" => match to {
                super::breaker::BreakerState::Closed => "closed",
                super::breaker::BreakerState::Open => "open",
                super::breaker::BreakerState::HalfOpen => "half_open",
            },
        )
        .increment(1);
    });
}
