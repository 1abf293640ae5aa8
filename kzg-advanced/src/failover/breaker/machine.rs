//! The breaker as a state machine. The caller passes the current time. No function blocks.

use core::time::Duration;
use std::collections::VecDeque;

use super::options::BreakerOptions;

/// The threshold that no number of failures reaches.
const NO_THRESHOLD: u32 = u32::MAX;

/// The state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// Every call is let through.
    Closed,
    /// No call is let through.
    Open,
    /// A few calls are let through, as probes.
    HalfOpen,
}

/// The end of a call, as a breaker counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerOutcome {
    /// The backend answered.
    Success,
    /// The backend failed.
    Failure,
    /// The backend must not be called for a while: its setup is wrong, or it computed wrong bytes.
    Fatal,
    /// The end says nothing about the backend.
    Neutral,
}

/// The admission of one call. Its outcome counts only while the breaker is in the state that
/// admitted the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Admitted {
    epoch: u64,
    number: u64,
    pub(super) probe: bool,
}

/// A breaker without clock, lock or listener.
#[derive(Debug)]
pub(super) struct Machine {
    options: BreakerOptions,
    phase: Phase,
    /// The number of changes of phase.
    epoch: u64,
    /// The phases that were entered and have not been taken for a report.
    entered: Vec<BreakerState>,
    /// The number of the next call.
    next: u64,
    /// Whether the backend has computed wrong bytes since the breaker was closed.
    distrusted: bool,
    /// The failures of the window, at most `threshold` of them; after the change from closed to
    /// open, those that caused it.
    failures: VecDeque<CountedFailure>,
}

#[derive(Clone, Copy, Debug)]
struct CountedFailure {
    at: Duration,
    /// The abandoned call, which may still succeed.
    abandoned: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Closed,
    /// `until: None`: the breaker stays open until [`close`](Machine::close) is called.
    Open {
        until: Option<Duration>,
    },
    HalfOpen {
        /// The numbers of the probes that run, each with the moment at which it began.
        running: Vec<(u64, Duration)>,
        succeeded: u32,
    },
}

impl Machine {
    pub(super) fn new(options: BreakerOptions) -> Self {
        Self {
            options: options.within_bounds(),
            phase: Phase::Closed,
            epoch: 0,
            entered: Vec::new(),
            next: 0,
            distrusted: false,
            failures: VecDeque::new(),
        }
    }

    /// The state that a call would meet now.
    pub(super) fn state(&self, now: Duration) -> BreakerState {
        match self.open_until(now) {
            Some(Some(until)) if now >= until => BreakerState::HalfOpen,
            Some(_) => BreakerState::Open,
            None => self.phase(),
        }
    }

    /// The state that the breaker was last put into. The first call after the timeout puts it
    /// into half open.
    pub(super) fn phase(&self) -> BreakerState {
        match self.phase {
            Phase::Closed => BreakerState::Closed,
            Phase::Open { .. } => BreakerState::Open,
            Phase::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// Takes the phases that were entered since the last time, in their order.
    pub(super) fn take_entered(&mut self) -> Vec<BreakerState> {
        core::mem::take(&mut self.entered)
    }

    /// Whether a call would be let through now.
    pub(super) fn admits(&self, now: Duration) -> bool {
        match (self.open_until(now), &self.phase) {
            (Some(until), _) => until.is_some_and(|until| now >= until),
            (None, Phase::HalfOpen { running, .. }) => running.len() < self.options.probes as usize,
            (None, _) => true,
        }
    }

    /// Returns when the open state ends, `Some(None)` if only [`close`](Self::close) ends it, and
    /// `None` if the breaker is not open. A probe over its limit counts as failed at its limit.
    fn open_until(&self, now: Duration) -> Option<Option<Duration>> {
        match &self.phase {
            Phase::Closed => None,
            Phase::Open { until } => Some(*until),
            Phase::HalfOpen { .. } => {
                let failed = self.probe_failed(now)?;
                Some(Some(failed.saturating_add(self.options.timeout)))
            }
        }
    }

    /// The moment at which a probe went over its limit, if one has.
    fn probe_failed(&self, now: Duration) -> Option<Duration> {
        let Phase::HalfOpen { running, .. } = &self.phase else {
            return None;
        };
        let limits = running
            .iter()
            .map(|(_, began)| began.saturating_add(self.options.probe_limit));
        limits.min().filter(|&limit| now >= limit)
    }

    /// Counts a probe over its limit as a failure.
    pub(super) fn expire(&mut self, now: Duration) {
        if let Some(failed) = self.probe_failed(now) {
            self.open(failed);
        }
    }

    /// Puts a breaker whose timeout has passed into half open.
    fn end_timeout(&mut self, now: Duration) {
        if let Phase::Open { until: Some(until) } = self.phase
            && now >= until
        {
            self.enter(Phase::HalfOpen {
                running: Vec::new(),
                succeeded: 0,
            });
        }
    }

    /// Decides whether a call is let through.
    pub(super) fn admit(&mut self, now: Duration) -> Option<Admitted> {
        self.expire(now);
        self.end_timeout(now);
        let (number, probes) = (self.next, self.options.probes as usize);
        let probe = match &mut self.phase {
            Phase::Closed => false,
            Phase::HalfOpen { running, .. } if running.len() < probes => {
                running.push((number, now));
                true
            }
            Phase::HalfOpen { .. } | Phase::Open { .. } => return None,
        };
        self.next += 1;
        Some(Admitted {
            epoch: self.epoch,
            number,
            probe,
        })
    }

    /// Counts the end of a call that was let through.
    pub(super) fn settle(&mut self, call: Admitted, outcome: BreakerOutcome, now: Duration) {
        self.expire(now);
        if call.epoch == self.epoch {
            if let Phase::HalfOpen { running, .. } = &mut self.phase {
                running.retain(|&(number, _)| number != call.number);
            }
            self.record(outcome, now);
        } else if outcome == BreakerOutcome::Fatal {
            // A wrong result counts, whenever its call began.
            self.record(outcome, now);
        }
    }

    /// Counts a call that was let through and then abandoned because it is over its budget: a
    /// failure, unless the call succeeds later.
    pub(super) fn abandon(&mut self, call: Admitted, now: Duration) {
        self.expire(now);
        if call.epoch != self.epoch {
            return;
        }
        if let Phase::Closed = self.phase {
            self.fail(now, Some(call.number));
        } else {
            self.settle(call, BreakerOutcome::Failure, now);
            self.failures.push_back(CountedFailure {
                at: now,
                abandoned: Some(call.number),
            });
        }
    }

    /// Counts the return of an abandoned call. After a success, the call is no longer counted as a
    /// failure: slow input that an outsider sends must not open a breaker.
    pub(super) fn returned(&mut self, call: Admitted, outcome: BreakerOutcome, now: Duration) {
        self.expire(now);
        match outcome {
            BreakerOutcome::Failure => {}
            BreakerOutcome::Fatal => self.record(outcome, now),
            BreakerOutcome::Success | BreakerOutcome::Neutral => {
                let counted = self.failures.len();
                self.failures
                    .retain(|failure| failure.abandoned != Some(call.number));
                let caused = self.failures.len() < counted;
                let opened = caused && matches!(self.phase, Phase::Open { .. });
                if opened && call.probe {
                    // The next probe need not wait.
                    self.enter(Phase::Open { until: Some(now) });
                } else if opened {
                    let failures = core::mem::take(&mut self.failures);
                    self.close();
                    self.failures = failures;
                }
            }
        }
    }

    /// Counts the end of a call that the breaker did not admit. After the timeout, such a call is a
    /// probe.
    pub(super) fn record(&mut self, outcome: BreakerOutcome, now: Duration) {
        self.expire(now);
        if let BreakerOutcome::Success | BreakerOutcome::Failure = outcome {
            self.end_timeout(now);
        }
        let successes = self.options.successes;
        match (&mut self.phase, outcome) {
            (_, BreakerOutcome::Neutral)
            | (Phase::Open { .. }, BreakerOutcome::Success | BreakerOutcome::Failure)
            | (Phase::Closed, BreakerOutcome::Success)
            | (Phase::Open { until: None }, BreakerOutcome::Fatal) => {}
            (Phase::Closed, BreakerOutcome::Failure) => self.fail(now, None),
            (Phase::HalfOpen { succeeded, .. }, BreakerOutcome::Success) => {
                *succeeded += 1;
                if *succeeded >= successes {
                    self.close();
                }
            }
            (Phase::HalfOpen { .. }, BreakerOutcome::Failure) | (_, BreakerOutcome::Fatal) => {
                self.open(now);
            }
        }
    }

    /// Opens the breaker of a backend that computed wrong bytes.
    pub(super) fn distrust(&mut self, now: Duration) {
        self.record(BreakerOutcome::Fatal, now);
        self.distrusted = true;
    }

    /// Whether the backend has computed wrong bytes since the breaker was closed.
    pub(super) fn is_distrusted(&self) -> bool {
        self.distrusted
    }

    /// Counts a failure while the breaker is closed.
    fn fail(&mut self, now: Duration, abandoned: Option<u64>) {
        let BreakerOptions {
            threshold, window, ..
        } = self.options;
        if threshold == NO_THRESHOLD {
            return;
        }
        self.failures
            .push_back(CountedFailure { at: now, abandoned });
        // Failures that have left the window cannot matter any more.
        while let Some(oldest) = self.failures.front()
            && now.saturating_sub(oldest.at) >= window
        {
            self.failures.pop_front();
        }
        if self.failures.len() >= threshold as usize {
            let causes = core::mem::take(&mut self.failures);
            self.open(now);
            self.failures = causes;
        }
    }

    /// Opens the breaker for the timeout.
    fn open(&mut self, now: Duration) {
        let until = Some(now.saturating_add(self.options.timeout));
        self.enter(Phase::Open { until });
    }

    pub(super) fn force_open(&mut self) {
        self.enter(Phase::Open { until: None });
    }

    pub(super) fn close(&mut self) {
        self.distrusted = false;
        self.enter(Phase::Closed);
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.entered.push(self.phase());
        self.epoch += 1;
        self.failures.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_outside_the_window_are_not_kept() {
        for threshold in [1000, u32::MAX - 1, u32::MAX] {
            let window = Duration::from_secs(10);
            let options = BreakerOptions::default().with_threshold(threshold, window);
            let mut machine = Machine::new(options);
            for second in 0..1000 {
                machine.record(BreakerOutcome::Failure, Duration::from_secs(second));
                assert!(machine.failures.len() <= 11);
            }
            assert_eq!(machine.phase(), BreakerState::Closed);
        }
    }
}
