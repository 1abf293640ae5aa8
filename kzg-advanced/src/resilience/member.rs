//! A backend behind its breakers: `breaker( retry( catch_unwind( backend ) ) )`.

use std::sync::Arc;

use kzg_traits::error::Result;
use kzg_traits::{Error, KzgSettings, Operation};

use super::breaker::{BreakerOptions, BreakerOutcome, CircuitBreaker, Permit, Transition};
use super::call::Call;
use super::clock::Clock;
use super::degrade::ServiceLevel;
use super::dispatch::Job;
use super::isolation::isolated;
use super::outcome::Outcome;
use super::policy::Reaction;
use super::provenance::Note;

/// Is told of every change of state of a breaker: of which backend, for which operation.
pub(crate) type TransitionListener = Arc<dyn Fn(&str, Operation, Transition) + Send + Sync>;

/// A backend of a chain, with one breaker for each operation.
#[derive(Debug)]
pub(crate) struct Member {
    name: String,
    settings: Arc<dyn KzgSettings>,
    reduced: Option<Arc<dyn KzgSettings>>,
    breakers: Vec<CircuitBreaker>,
}

/// How the call of a member ended. Unless the call failed, its permit has yet to be settled.
pub(crate) struct Attempted<'m, T> {
    /// `None` once it is taken.
    result: Option<Result<T>>,
    permit: Option<Permit<'m>>,
    /// Whether the call ended after its deadline.
    late: bool,
}

impl Member {
    pub(crate) fn new(
        settings: Arc<dyn KzgSettings>,
        reduced: Option<Arc<dyn KzgSettings>>,
        options: BreakerOptions,
        clock: &Arc<dyn Clock>,
        listener: Option<&TransitionListener>,
    ) -> Self {
        let name = settings.backend().to_owned();
        let breaker = |&operation: &Operation| {
            let (name, listener) = (name.clone(), listener.cloned());
            CircuitBreaker::with_clock(options, Arc::clone(clock)).on_transition(
                move |transition| {
                    report(&name, operation, transition);
                    if let Some(listener) = &listener {
                        listener(&name, operation, transition);
                    }
                },
            )
        };
        Self {
            breakers: Operation::ALL.iter().map(breaker).collect(),
            name,
            settings,
            reduced,
        }
    }

    /// The backend's name.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn items_per_call(&self, operation: Operation) -> usize {
        self.settings.items_per_call(operation)
    }

    /// The breaker of an operation.
    #[must_use]
    pub(crate) fn breaker(&self, operation: Operation) -> &CircuitBreaker {
        &self.breakers[operation as usize]
    }

    pub(super) fn release_tables(&self) {
        self.settings.release_tables();
        if let Some(reduced) = &self.reduced {
            reduced.release_tables();
        }
    }

    /// The backend at a level of service.
    pub(crate) fn settings(&self, service: ServiceLevel) -> &dyn KzgSettings {
        match &self.reduced {
            Some(reduced) if service >= ServiceLevel::FewerThreads => &**reduced,
            _ => &*self.settings,
        }
    }

    /// Runs the job, up to `attempts` times as long as errors are faults.
    pub(crate) fn run<T: Outcome>(
        &self,
        call: &Call<'_>,
        job: &mut Job<'_, T>,
        attempts: u32,
        mut asked: impl FnMut(),
    ) -> Attempted<'_, T> {
        let Some(permit) = self.breaker(call.operation).try_acquire() else {
            return Attempted {
                result: Some(Err(Error::Busy {
                    reason: format!(
                        "the breaker of {} for {} is open",
                        self.name, call.operation
                    ),
                })),
                permit: None,
                late: false,
            };
        };
        // A probe is one call.
        let attempts = if permit.is_probe() { 1 } else { attempts };
        let mut attempt = 1;
        let result = loop {
            if let Err(error) = call.check() {
                break Err(error);
            }
            asked();
            match isolated(self.settings(call.service), &self.name, job) {
                Err(error)
                    if attempt < attempts
                        && Reaction::to(error.kind()).retry
                        && call.may_retry() =>
                {
                    tracing::debug!(backend = %self.name, operation = %call.operation, %error, "retry");
                    call.trace.note(Note::Retry {
                        backend: self.name.clone(),
                        attempt,
                        error,
                    });
                    attempt += 1;
                }
                result => break result,
            }
        };
        let mut attempted = Attempted {
            late: call.is_late(),
            result: Some(result),
            permit: Some(permit),
        };
        if let Some(Err(error)) = &attempted.result {
            let outcome = Reaction::to(error.kind()).breaker;
            attempted.settle_as(outcome);
        }
        attempted
    }
}

impl<T> Attempted<'_, T> {
    /// The result, which is there once.
    pub(crate) fn take_result(&mut self) -> Result<T> {
        self.result.take().expect("a result is taken once")
    }

    /// Whether the call was a probe of a half-open breaker.
    pub(crate) fn is_probe(&self) -> bool {
        self.permit.as_ref().is_some_and(Permit::is_probe)
    }

    /// The backend answered. Being slower than the caller could wait for is a failure.
    pub(crate) fn settle(&mut self) {
        self.settle_as(if self.late {
            BreakerOutcome::Failure
        } else {
            BreakerOutcome::Success
        });
    }

    /// Tells the breaker how the call ended.
    pub(crate) fn settle_as(&mut self, outcome: BreakerOutcome) {
        if let Some(permit) = self.permit.take() {
            permit.settle(outcome);
        }
    }
}

fn report(backend: &str, operation: Operation, transition: Transition) {
    let Transition { from, to, .. } = transition;
    tracing::warn!(backend, %operation, ?from, ?to, "circuit breaker");
    #[cfg(feature = "metrics")]
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
}
