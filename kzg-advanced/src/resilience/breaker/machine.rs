//! The breaker as a pure state machine: the time comes in as an argument, nothing waits.

use core::time::Duration;
use std::collections::VecDeque;

/// The choices that a breaker has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerOptions {
    /// Failures within the window that open the breaker; at least 1.
    pub threshold: u32,
    /// How long a failure counts. The window slides: each failure expires by itself.
    pub window: Duration,
    /// How long the breaker stays open before it lets probes through.
    pub timeout: Duration,
    /// Probes that may run at the same time while the breaker is half open; at least 1.
    pub probes: u32,
    /// Probes that must succeed, without a failure between them, to close it; at least 1.
    pub successes: u32,
}

impl Default for BreakerOptions {
    /// Opens at 5 failures within a minute, for 30 seconds; closes after 2 probes, one at a
    /// time.
    fn default() -> Self {
        Self {
            threshold: 5,
            window: Duration::from_secs(60),
            timeout: Duration::from_secs(30),
            probes: 1,
            successes: 2,
        }
    }
}

impl BreakerOptions {
    /// The same with so many failures, within so long a window.
    #[must_use]
    pub fn with_threshold(mut self, threshold: u32, window: Duration) -> Self {
        (self.threshold, self.window) = (threshold.max(1), window);
        self
    }

    /// The same, staying open for so long.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same with so many probes at a time, of which so many must succeed.
    #[must_use]
    pub fn with_probes(mut self, probes: u32, successes: u32) -> Self {
        (self.probes, self.successes) = (probes.max(1), successes.max(1));
        self
    }
}

/// Whether a breaker lets calls through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Every call.
    Closed,
    /// None.
    Open,
    /// A few, as probes.
    HalfOpen,
}

/// How a call ended, as far as a breaker cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerOutcome {
    /// The backend answered.
    Success,
    /// The backend failed.
    Failure,
    /// The backend must not be asked again for a while: its setup is wrong, or its bytes are.
    Fatal,
    /// It says nothing about the backend.
    Neutral,
}

/// Leave to make one call. What it reports later counts only while the breaker is in the state
/// that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    epoch: u64,
    pub(super) probe: bool,
}

/// A breaker without clock, lock or listener.
#[derive(Debug)]
pub(super) struct Machine {
    options: BreakerOptions,
    phase: Phase,
    /// Counts changes of phase.
    epoch: u64,
    /// When the failures of the window happened, at most `threshold` of them.
    failures: VecDeque<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Closed,
    /// `None`: until someone closes it.
    Open {
        until: Option<Duration>,
    },
    HalfOpen {
        running: u32,
        succeeded: u32,
    },
}

impl Machine {
    pub(super) fn new(options: BreakerOptions) -> Self {
        Self {
            options,
            phase: Phase::Closed,
            epoch: 0,
            failures: VecDeque::new(),
        }
    }

    /// The state that a call would meet now.
    pub(super) fn state(&self, now: Duration) -> BreakerState {
        match self.phase() {
            BreakerState::Open if self.admits(now) => BreakerState::HalfOpen,
            state => state,
        }
    }

    /// The state that it was last put into. Half open is entered by the first call after the
    /// timeout.
    pub(super) fn phase(&self) -> BreakerState {
        match self.phase {
            Phase::Closed => BreakerState::Closed,
            Phase::Open { .. } => BreakerState::Open,
            Phase::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// Whether a call would be let through now.
    pub(super) fn admits(&self, now: Duration) -> bool {
        match self.phase {
            Phase::Closed => true,
            Phase::Open { until } => until.is_some_and(|until| now >= until),
            Phase::HalfOpen { running, .. } => running < self.options.probes,
        }
    }

    /// Lets a call through, or not.
    pub(super) fn admit(&mut self, now: Duration) -> Option<Ticket> {
        if let Phase::Open { until: Some(until) } = self.phase
            && now >= until
        {
            self.enter(Phase::HalfOpen {
                running: 0,
                succeeded: 0,
            });
        }
        let probes = self.options.probes;
        match &mut self.phase {
            Phase::Closed => Some(self.ticket(false)),
            Phase::HalfOpen { running, .. } if *running < probes => {
                *running += 1;
                Some(self.ticket(true))
            }
            Phase::HalfOpen { .. } | Phase::Open { .. } => None,
        }
    }

    /// A call that was let through has ended.
    pub(super) fn settle(&mut self, ticket: Ticket, outcome: BreakerOutcome, now: Duration) {
        if ticket.epoch == self.epoch {
            if let Phase::HalfOpen { running, .. } = &mut self.phase {
                *running -= 1;
            }
            self.record(outcome, now);
        } else if outcome == BreakerOutcome::Fatal {
            // Wrong bytes are wrong bytes, whenever the call began.
            self.record(outcome, now);
        }
    }

    /// A call has ended that asked no leave.
    pub(super) fn record(&mut self, outcome: BreakerOutcome, now: Duration) {
        let successes = self.options.successes;
        match (&mut self.phase, outcome) {
            (_, BreakerOutcome::Neutral)
            | (Phase::Open { .. }, BreakerOutcome::Success | BreakerOutcome::Failure)
            | (Phase::Closed, BreakerOutcome::Success)
            | (Phase::Open { until: None }, BreakerOutcome::Fatal) => {}
            (Phase::Closed, BreakerOutcome::Failure) => {
                self.failures.push_back(now);
                // Older failures than the last `threshold` cannot matter any more.
                if self.failures.len() > self.options.threshold as usize {
                    self.failures.pop_front();
                }
                let full = self.failures.len() == self.options.threshold as usize;
                let oldest = self.failures.front().copied().unwrap_or(now);
                if full && now.saturating_sub(oldest) < self.options.window {
                    self.open(now);
                }
            }
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

    /// Opens it for the timeout.
    fn open(&mut self, now: Duration) {
        let until = Some(now.saturating_add(self.options.timeout));
        self.enter(Phase::Open { until });
    }

    pub(super) fn force_open(&mut self) {
        self.enter(Phase::Open { until: None });
    }

    pub(super) fn close(&mut self) {
        self.enter(Phase::Closed);
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.epoch += 1;
        self.failures.clear();
    }

    fn ticket(&self, probe: bool) -> Ticket {
        Ticket {
            epoch: self.epoch,
            probe,
        }
    }
}
