//! A backend of a chain: `breaker( retry( budget( catch_unwind( backend ) ) ) )`.

mod attempt;
mod plan;
mod reply;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use kzg_traits::{Error, KzgSettings, Operation};

pub(crate) use plan::Plan;
pub(crate) use reply::Reply;

use super::breaker::{BreakerOptions, BreakerOutcome, CircuitBreaker, Transition};
use super::clock::Clock;
use super::late::MemberRecord;
use super::policy::Reaction;
use crate::backend_call::{backend_name, items_per_call, release_tables, tables_memory, traced};
use crate::layer::{Call, Job, Note, ServiceLevel};
use crate::workers::{ClosurePool, Limits};

/// The number of attempts of calls with deadlines that run on one backend at a time.
const CONCURRENT_ATTEMPTS: usize = 256;

/// A listener for changes of state of breakers: of which backend, for which operation.
pub(crate) type TransitionListener = Arc<dyn Fn(&str, Operation, Transition) + Send + Sync>;

/// The settings that all members of a chain share.
pub(crate) struct ChainOptions<'a> {
    pub(crate) breakers: BreakerOptions,
    pub(crate) clock: &'a Arc<dyn Clock>,
    pub(crate) listener: Option<&'a TransitionListener>,
    /// The number of attempts over their budget that may run on in one backend; at least 1.
    pub(crate) abandoned: usize,
}

/// A backend of a chain, with one breaker for each operation.
#[derive(Debug)]
pub(crate) struct Member {
    name: String,
    settings: Arc<dyn KzgSettings>,
    reduced: Option<Arc<dyn KzgSettings>>,
    record: Arc<MemberRecord>,
    /// The threads of attempts that have a budget: no other backend's attempts wait for them.
    attempts: ClosurePool,
    max_abandoned: usize,
}

impl Member {
    pub(crate) fn new(
        settings: Arc<dyn KzgSettings>,
        reduced: Option<Arc<dyn KzgSettings>>,
        common: &ChainOptions<'_>,
    ) -> Self {
        let name = backend_name(&*settings);
        // With a bound of zero, no attempt would count as abandoned, and none would be refused.
        let max_abandoned = common.abandoned.max(1);
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
            record: Arc::new(MemberRecord::new(
                Operation::ALL.iter().map(breaker).collect(),
            )),
            name,
            settings,
            reduced,
            attempts: ClosurePool::new(
                "kzg-attempt",
                Limits {
                    threads: CONCURRENT_ATTEMPTS,
                    idle: 2,
                    abandoned: max_abandoned,
                },
                0,
            ),
            max_abandoned,
        }
    }

    /// The backend's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn items_per_call(&self, operation: Operation) -> usize {
        items_per_call(&*self.settings, operation)
    }

    /// The breaker of an operation.
    pub(crate) fn breaker(&self, operation: Operation) -> &CircuitBreaker {
        self.record.breaker(operation)
    }

    /// The number of attempts over their budget that have not returned.
    pub(crate) fn abandoned(&self) -> usize {
        self.attempts.abandoned()
    }

    /// The settings with fewer threads share the tables where they were made from the others, so
    /// the larger of the two figures is the memory of both.
    pub(super) fn tables_memory(&self) -> usize {
        let reduced = self.reduced.as_ref();
        let reduced = reduced.map_or(0, |reduced| tables_memory(&**reduced));
        tables_memory(&*self.settings).max(reduced)
    }

    pub(super) fn release_tables(&self) {
        release_tables(&*self.settings);
        if let Some(reduced) = &self.reduced {
            release_tables(&**reduced);
        }
    }

    /// The backend at a level of service.
    fn settings(&self, service: ServiceLevel) -> &Arc<dyn KzgSettings> {
        match &self.reduced {
            Some(reduced) if service >= ServiceLevel::FewerThreads => reduced,
            _ => &self.settings,
        }
    }

    /// Runs the job, and retries it after faults as the plan allows.
    pub(crate) fn run(&self, call: &Call<'_>, job: &Job<'_>, mut plan: Plan) -> Reply<'_> {
        self.record.count_overdue(call.operation);
        let breaker = self.breaker(call.operation);
        let Some(mut permit) = breaker.try_acquire() else {
            return Reply::failed(Error::Busy {
                reason: format!(
                    "the breaker of {} for {} is open",
                    self.name, call.operation
                ),
            });
        };
        let mut number = 1;
        loop {
            if let Err(error) = call.check() {
                permit.settle(BreakerOutcome::Neutral);
                return Reply::failed(error);
            }
            if plan.counts {
                call.trace.called(&self.name, call.service);
            }
            let error;
            (error, permit) = match self.attempt(call, job, &plan, permit) {
                Ok(reply) => return reply,
                Err(failed) => failed,
            };
            let delay = plan.delays.as_mut().map(Iterator::next);
            let again = match delay {
                Some(delay) => delay.and_then(|delay| Instant::now().checked_add(delay)),
                None => Some(Instant::now()),
            };
            // A probe is one attempt, and its failure counts, also if the probe is itself a retry.
            let is_last = permit.is_probe() || number >= plan.attempts;
            let again = again.filter(|&again| !is_last && call.may_retry_at(again));
            let Some(again) = again else {
                permit.settle(Reaction::to(error.kind()).breaker);
                return Reply::failed(error);
            };
            if delay.is_some() {
                // The call holds no place of a probe during the delay. Its failure counts only in the
                // state that admitted it.
                let paused = permit.abandon_uncounted();
                if let Err(stopped) = call.pause_until(again) {
                    breaker.ended(paused, Reaction::to(error.kind()).breaker);
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
            if plan.counts {
                call.trace.note(Note::Retry {
                    backend: self.name.clone(),
                    attempt: number,
                    error,
                });
            }
            number += 1;
        }
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
