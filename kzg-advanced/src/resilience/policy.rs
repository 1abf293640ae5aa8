//! What is done about an error: by its kind alone, and by the strategy of its operation.

use core::time::Duration;
use std::collections::HashMap;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use kzg_traits::{ErrorKind, Operation};

use super::breaker::BreakerOutcome;
use super::degrade::ServiceLevel;

/// What the layers do about an error of some kind. This is the whole policy: no layer looks at
/// anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reaction {
    /// Whether the same backend is asked once more.
    pub retry: bool,
    /// What the backend's breaker is told.
    pub breaker: BreakerOutcome,
    /// Whether the next backend is asked.
    pub next_backend: bool,
    /// Whether the whole call may be made again later, if the caller wants to wait.
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
            // Whoever sends malformed input must not be able to open a breaker with it.
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

/// What is done for an operation when things go wrong.
///
/// Whatever the strategy, malformed input costs one call on one backend, and a verification is
/// never weakened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecoveryStrategy {
    /// A fault is met by asking the same backend once more, then the next ones in order. Where
    /// all are busy, the whole call is made again after a pause.
    Retry {
        /// How often the call is made in all while the backends are busy; at least 1. With 1,
        /// not even a fault makes the same backend be asked again.
        max_attempts: u32,
        /// The first pause. Each pause is twice as long as the one before, plus jitter.
        delay: Duration,
    },
    /// No backend is asked twice: after the primary comes the alternative, then the others in
    /// order.
    Fallback {
        /// The name of a backend of the manager. A name that is none's leaves the order as it
        /// is.
        alternative: String,
    },
    /// As without a strategy; and if that fails for want of capacity or by faults, the call is
    /// made again with less service, down to a level. Later calls start there, and service
    /// comes back step by step.
    Degrade {
        /// The lowest service that is acceptable.
        level: ServiceLevel,
    },
    /// The first error is returned: one call on one backend.
    FailFast,
}

/// The strategies by operation, and what they have in common.
///
/// Without any strategy an operation gets what is right for nearly everyone: a fault is met by
/// asking the same backend once more and then the next ones; nothing waits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecoveryPolicy {
    default: Option<RecoveryStrategy>,
    by_operation: HashMap<Operation, RecoveryStrategy>,
    max_delay: Duration,
    overall: Option<Duration>,
    jitter: bool,
}

impl Default for RecoveryPolicy {
    fn default() -> Self {
        Self {
            default: None,
            by_operation: HashMap::new(),
            max_delay: Duration::from_secs(10),
            overall: Some(Duration::from_secs(60)),
            jitter: true,
        }
    }
}

impl RecoveryPolicy {
    /// The same with a strategy for every operation that has none of its own.
    #[must_use]
    pub fn with_default(mut self, strategy: RecoveryStrategy) -> Self {
        self.default = Some(strategy);
        self
    }

    /// The same with a strategy for one operation.
    #[must_use]
    pub fn with_strategy(mut self, operation: Operation, strategy: RecoveryStrategy) -> Self {
        self.by_operation.insert(operation, strategy);
        self
    }

    /// The same with a limit for each pause; 10 seconds unless stated.
    #[must_use]
    pub fn with_max_delay(mut self, max_delay: Duration) -> Self {
        self.max_delay = max_delay;
        self
    }

    /// The same with a time after which nothing is tried again; a minute unless stated. A call
    /// that runs is not cut off by it.
    #[must_use]
    pub fn with_overall_deadline(mut self, overall: Option<Duration>) -> Self {
        self.overall = overall;
        self
    }

    /// The same with pauses that are random, so that callers do not come back all at once, or
    /// are not.
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

    /// How often one backend is asked at most.
    pub(super) fn attempts_per_backend(&self, operation: Operation) -> u32 {
        match self.strategy(operation) {
            None | Some(RecoveryStrategy::Degrade { .. }) => 2,
            Some(RecoveryStrategy::Retry { max_attempts, .. }) => (*max_attempts).clamp(1, 2),
            Some(RecoveryStrategy::Fallback { .. } | RecoveryStrategy::FailFast) => 1,
        }
    }

    /// The time after which nothing is tried again.
    pub(super) fn overall(&self) -> Option<Duration> {
        self.overall
    }

    /// The pauses between the attempts of an operation, none where it does not wait.
    pub(super) fn pauses(&self, operation: Operation) -> Option<ExponentialBackoff> {
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
        Some(builder.build())
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
    fn pauses_double_up_to_a_limit_and_jitter_only_lengthens_them() {
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
            .pauses(operation)
            .unwrap()
            .map(|pause| (pause.as_micros() + 500) / 1000)
            .collect();
        assert_eq!(exact, [10, 20, 40, 50, 50]);
        for (pause, exact) in policy.pauses(operation).unwrap().zip(exact) {
            assert!(pause.as_millis() + 1 >= exact);
        }
        let fixed = policy.with_strategy(operation, RecoveryStrategy::FailFast);
        assert!(fixed.pauses(operation).is_none());
    }
}
