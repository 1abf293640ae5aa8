//! The rules of the breaker, stated a second time.

use kzg_advanced::resilience::{BreakerOutcome, BreakerState};

/// The rules, in seconds.
pub(super) struct Rules {
    pub(super) threshold: usize,
    pub(super) window: u64,
    pub(super) timeout: u64,
    pub(super) probes: usize,
    pub(super) successes: usize,
    pub(super) limit: u64,
}

/// The state of the breaker by the rules.
pub(super) enum Expected {
    /// The times of the last failures.
    Closed(Vec<u64>),
    /// The end of the open state.
    Open(u64),
    /// The numbers and beginnings of the running probes, and the number of successes.
    HalfOpen(Vec<(u64, u64)>, usize),
}

pub(super) struct Model {
    pub(super) rules: Rules,
    pub(super) state: Expected,
    pub(super) now: u64,
    /// Numbers of permits from before the last change of state do not count.
    pub(super) oldest: u64,
    pub(super) next: u64,
}

impl Model {
    pub(super) fn new(rules: Rules) -> Self {
        let state = Expected::Closed(Vec::new());
        Self {
            rules,
            state,
            now: 0,
            oldest: 0,
            next: 0,
        }
    }

    fn enter(&mut self, state: Expected) {
        self.state = state;
        self.oldest = self.next;
    }

    fn open(&mut self, from: u64) {
        self.enter(Expected::Open(from + self.rules.timeout));
    }

    /// A probe over its limit fails at its limit.
    fn expire(&mut self) {
        if let Expected::HalfOpen(running, _) = &self.state {
            let ends = running.iter().map(|(_, began)| began + self.rules.limit);
            if let Some(end) = ends.min().filter(|end| self.now >= *end) {
                self.open(end);
            }
        }
    }

    pub(super) fn state(&mut self) -> BreakerState {
        self.expire();
        match self.state {
            Expected::Closed(_) => BreakerState::Closed,
            Expected::Open(until) if self.now < until => BreakerState::Open,
            Expected::Open(_) | Expected::HalfOpen(..) => BreakerState::HalfOpen,
        }
    }

    pub(super) fn acquire(&mut self) -> Option<(u64, bool)> {
        self.expire();
        self.end_timeout();
        let number = self.next;
        let is_probe = match &mut self.state {
            Expected::Closed(_) => false,
            Expected::Open(_) => return None,
            Expected::HalfOpen(running, _) if running.len() == self.rules.probes => return None,
            Expected::HalfOpen(running, _) => {
                running.push((number, self.now));
                true
            }
        };
        self.next += 1;
        Some((number, is_probe))
    }

    pub(super) fn settle(&mut self, number: u64, outcome: BreakerOutcome) {
        self.expire();
        let counts = number >= self.oldest;
        if outcome == BreakerOutcome::Fatal {
            self.open(self.now);
            return;
        }
        if counts {
            self.count(Some(number), outcome);
        }
    }

    /// The end of a call without a permit. After the timeout, it is the end of a probe.
    pub(super) fn record(&mut self, outcome: BreakerOutcome) {
        self.expire();
        match outcome {
            BreakerOutcome::Fatal => self.open(self.now),
            BreakerOutcome::Success | BreakerOutcome::Failure => {
                self.end_timeout();
                self.count(None, outcome);
            }
            _ => {}
        }
    }

    fn end_timeout(&mut self) {
        if matches!(self.state, Expected::Open(until) if self.now >= until) {
            self.enter(Expected::HalfOpen(Vec::new(), 0));
        }
    }

    /// Counts the outcome of the probe that `number` names, or of a call without a permit. The present state
    /// decides what the outcome means.
    fn count(&mut self, number: Option<u64>, outcome: BreakerOutcome) {
        let now = self.now;
        match &mut self.state {
            Expected::Closed(failures) if outcome == BreakerOutcome::Failure => {
                failures.push(now);
                let recent = failures.iter().filter(|at| now - **at < self.rules.window);
                if recent.count() >= self.rules.threshold {
                    self.open(now);
                }
            }
            Expected::HalfOpen(running, succeeded) => {
                running.retain(|(running, _)| Some(*running) != number);
                match outcome {
                    BreakerOutcome::Success => {
                        *succeeded += 1;
                        if *succeeded == self.rules.successes {
                            self.enter(Expected::Closed(Vec::new()));
                        }
                    }
                    BreakerOutcome::Failure => self.open(now),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
