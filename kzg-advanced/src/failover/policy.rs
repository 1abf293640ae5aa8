//! The reaction to an error: by its kind alone, and by the strategy of its operation.

use core::time::Duration;
use std::collections::HashMap;
use std::time::Instant;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use kzg_traits::{ErrorKind, Operation};
use serde::{Deserialize, Serialize};

use super::breaker::BreakerOutcome;
use crate::layer::ServiceLevel;

/// The reaction of the layers to an error of some kind. This is the whole policy: no layer looks
/// at anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reaction {
    /// Whether the same backend is called again.
    pub retry: bool,
    /// The outcome that the backend's breaker counts.
    pub breaker: BreakerOutcome,
    /// Whether the next backend is called.
    pub next_backend: bool,
    /// Whether the whole call may be made again after a delay, by the caller's option.
    pub wait: bool,
}

impl Reaction {
    /// The reaction to a kind of error.
    #[must_use]
    pub fn to(kind: ErrorKind) -> Self {
        let returned = Self {
            retry: false,
            breaker: BreakerOutcome::Neutral,
            next_backend: false,
            wait: false,
        };
        match kind {
            // A sender of malformed input must not be able to open a breaker.
            ErrorKind::Input | ErrorKind::Deadline | ErrorKind::Cancelled => returned,
            // Every backend of this machine would meet the same full disk.
            ErrorKind::Io => returned,
            ErrorKind::Setup => Self {
                breaker: BreakerOutcome::Fatal,
                next_backend: true,
                ..returned
            },
            ErrorKind::Busy => Self {
                next_backend: true,
                wait: true,
                ..returned
            },
            ErrorKind::Fault => Self {
                retry: true,
                breaker: BreakerOutcome::Failure,
                next_backend: true,
                ..returned
            },
            // Another backend's answer would hide that wrong bytes were computed.
            ErrorKind::Integrity => Self {
                breaker: BreakerOutcome::Fatal,
                ..returned
            },
        }
    }
}

/// The reaction to failures of an operation.
///
/// Whatever the strategy, malformed input is never retried, and a verification is never weakened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecoveryStrategy {
    /// After a fault, the same backend is called again after a delay, then the next backends in
    /// order. Where all backends are busy, the whole call is made again after a delay. A call
    /// that waits for a retry holds no permit: the breaker's and the bulkhead's are given back
    /// before the delay, and acquired again after it.
    Retry {
        /// The number of attempts on one backend, and of rounds while all backends are busy; at
        /// least 1, which means no retry.
        max_attempts: u32,
        /// The first delay. Each delay is twice as long as the one before, plus jitter, up to a
        /// [limit](RecoveryPolicy::with_max_delay).
        delay: Duration,
    },
    /// No backend is called twice: the alternative follows the primary, then come the others in
    /// order.
    Fallback {
        /// The name of a backend of the manager. A name of no backend leaves the order as it is.
        alternative: String,
    },
    /// As without a strategy. If that fails because of faults or of missing capacity, the call is
    /// made again with less service, down to a level. Later calls start there, and service is
    /// restored step by step.
    Degrade {
        /// The lowest acceptable service.
        level: ServiceLevel,
    },
    /// The first error is returned: one call on one backend.
    FailFast,
}

/// The budget of an attempt, within the deadline of its call. An attempt over its budget is
/// abandoned, counted against its backend, and the next backend is called.
///
/// Calls without a deadline have no budget: they run on the caller's thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttemptBudget {
    /// An equal share of the time that is left, among the backends that have not been called. The
    /// last backend has all of the time that is left.
    #[default]
    Share,
    /// This time, or the time that is left where that is less.
    Fixed(Duration),
}

impl AttemptBudget {
    /// The end of an attempt that begins now, where `backends` backends may still be called, this
    /// one included.
    pub(super) fn end(self, now: Instant, deadline: Instant, backends: usize) -> Instant {
        let left = deadline.saturating_duration_since(now);
        let budget = match self {
            Self::Share => left / u32::try_from(backends.max(1)).unwrap_or(u32::MAX),
            Self::Fixed(budget) => budget.min(left),
        };
        now + budget
    }
}

/// The strategies by operation, and their common limits.
///
/// An operation without a strategy is retried once on the same backend after a fault, without a
/// delay, and then on the next backends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RecoveryPolicy {
    default: Option<RecoveryStrategy>,
    by_operation: HashMap<Operation, RecoveryStrategy>,
    max_delay: Duration,
    overall: Option<Duration>,
    jitter: bool,
    budget: AttemptBudget,
}

impl Default for RecoveryPolicy {
    fn default() -> Self {
        Self {
            default: None,
            by_operation: HashMap::new(),
            max_delay: Duration::from_secs(10),
            overall: Some(Duration::from_secs(60)),
            jitter: true,
            budget: AttemptBudget::default(),
        }
    }
}

impl RecoveryPolicy {
    /// The same policy with a strategy for every operation that has none of its own.
    #[must_use]
    pub fn with_default(mut self, strategy: RecoveryStrategy) -> Self {
        self.default = Some(strategy);
        self
    }

    /// The same policy with a strategy for one operation.
    #[must_use]
    pub fn with_strategy(mut self, operation: Operation, strategy: RecoveryStrategy) -> Self {
        self.by_operation.insert(operation, strategy);
        self
    }

    /// The same policy with a limit for each delay, jitter included; the default is 10 seconds.
    #[must_use]
    pub fn with_max_delay(mut self, max_delay: Duration) -> Self {
        self.max_delay = max_delay;
        self
    }

    /// The same policy with a time after which nothing is retried; the default is a minute. A
    /// running call is not cut off by it.
    #[must_use]
    pub fn with_overall_deadline(mut self, overall: Option<Duration>) -> Self {
        self.overall = overall;
        self
    }

    /// The same policy with or without random jitter, which keeps callers from retrying at the
    /// same moment.
    #[must_use]
    pub fn with_jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// The strategy of an operation, if it has one.
    #[must_use]
    pub fn strategy(&self, operation: Operation) -> Option<&RecoveryStrategy> {
        self.by_operation.get(&operation).or(self.default.as_ref())
    }

    /// The same policy with another budget of attempts. The attempts of a cross-check have an equal
    /// [share](AttemptBudget::Share) in any case.
    #[must_use]
    pub fn with_attempt_budget(mut self, budget: AttemptBudget) -> Self {
        self.budget = budget;
        self
    }

    /// The budget of an attempt.
    pub(super) fn attempt_budget(&self) -> AttemptBudget {
        self.budget
    }

    /// The number of attempts on one backend at most.
    pub(super) fn attempts_per_backend(&self, operation: Operation) -> u32 {
        match self.strategy(operation) {
            None | Some(RecoveryStrategy::Degrade { .. }) => 2,
            Some(RecoveryStrategy::Retry { max_attempts, .. }) => (*max_attempts).max(1),
            Some(RecoveryStrategy::Fallback { .. } | RecoveryStrategy::FailFast) => 1,
        }
    }

    /// The time after which nothing is retried.
    pub(crate) fn overall(&self) -> Option<Duration> {
        self.overall
    }

    /// The delays between the attempts of an operation; `None` where retries have no delay.
    pub(crate) fn delays(&self, operation: Operation) -> Option<Delays> {
        let Some(&RecoveryStrategy::Retry {
            max_attempts,
            delay,
        }) = self.strategy(operation)
        else {
            return None;
        };
        let mut builder = ExponentialBuilder::new()
            .with_min_delay(delay.min(self.max_delay))
            .with_max_delay(self.max_delay)
            .with_factor(2.0)
            .with_max_times(max_attempts.saturating_sub(1) as usize);
        if self.jitter {
            builder = builder.with_jitter();
        }
        Some(Delays {
            backoff: builder.build(),
            limit: self.max_delay,
        })
    }
}

/// The delays between attempts.
#[derive(Debug)]
pub(crate) struct Delays {
    backoff: ExponentialBackoff,
    /// The limit of each delay, its jitter included.
    limit: Duration,
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let delay = self.backoff.next()?;
        Some(delay.min(self.limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table() {
        use BreakerOutcome::{Failure, Fatal, Neutral};
        let rows = [
            (ErrorKind::Input, (false, Neutral, false, false)),
            (ErrorKind::Setup, (false, Fatal, true, false)),
            (ErrorKind::Busy, (false, Neutral, true, true)),
            (ErrorKind::Fault, (true, Failure, true, false)),
            (ErrorKind::Io, (false, Neutral, false, false)),
            (ErrorKind::Integrity, (false, Fatal, false, false)),
            (ErrorKind::Deadline, (false, Neutral, false, false)),
            (ErrorKind::Cancelled, (false, Neutral, false, false)),
        ];
        for (kind, row) in rows {
            let Reaction {
                retry,
                breaker,
                next_backend,
                wait,
            } = Reaction::to(kind);
            assert_eq!((retry, breaker, next_backend, wait), row, "{kind}");
        }
    }

    #[test]
    fn delays_double_up_to_a_limit_and_jitter_only_lengthens_them() {
        let retry = RecoveryStrategy::Retry {
            max_attempts: 6,
            delay: Duration::from_millis(10),
        };
        let policy = RecoveryPolicy::default()
            .with_default(retry)
            .with_max_delay(Duration::from_millis(50));
        let exact = policy.clone().with_jitter(false);
        let operation = Operation::BlobToKzgCommitment;
        let exact: Vec<u128> = exact
            .delays(operation)
            .unwrap()
            .map(|delay| (delay.as_micros() + 500) / 1000)
            .collect();
        assert_eq!(exact, [10, 20, 40, 50, 50]);
        for _ in 0..20 {
            for (delay, &exact) in policy.delays(operation).unwrap().zip(&exact) {
                assert!(delay.as_millis() + 1 >= exact);
                assert!(delay.as_millis() <= 50, "{delay:?}");
            }
        }
        let fixed = policy.with_strategy(operation, RecoveryStrategy::FailFast);
        assert!(fixed.delays(operation).is_none());
    }
}
