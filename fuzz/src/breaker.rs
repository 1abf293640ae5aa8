//! The circuit breaker against a second statement of its rules, by sequences of permits, outcomes and
//! time.

use std::sync::Arc;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use kzg_advanced::resilience::{
    BreakerOptions, BreakerOutcome, BreakerState, CircuitBreaker, ManualClock, Permit,
};

const SECOND: Duration = Duration::from_secs(1);

/// The rules, in seconds.
struct Rules {
    threshold: usize,
    window: u64,
    timeout: u64,
    probes: usize,
    successes: usize,
    limit: u64,
}

/// What the rules say about the breaker now.
enum Expected {
    /// The times of the last failures.
    Closed(Vec<u64>),
    /// Until when.
    Open(u64),
    /// The numbers and beginnings of the running probes, and the number of successes.
    HalfOpen(Vec<(u64, u64)>, usize),
}

struct Model {
    rules: Rules,
    state: Expected,
    now: u64,
    /// Numbers of permits from before the last change of state do not count.
    oldest: u64,
    next: u64,
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let rules = Rules {
        threshold: u.int_in_range(1..=4)?,
        window: u.int_in_range(1..=10)?,
        timeout: u.int_in_range(1..=10)?,
        probes: u.int_in_range(1..=3)?,
        successes: u.int_in_range(1..=3)?,
        limit: u.int_in_range(1..=10)?,
    };
    let options = BreakerOptions::default()
        .with_threshold(rules.threshold as u32, SECOND * rules.window as u32)
        .with_timeout(SECOND * rules.timeout as u32)
        .with_probes(rules.probes as u32, rules.successes as u32)
        .with_probe_limit(SECOND * rules.limit as u32);
    let clock = ManualClock::default();
    let breaker = CircuitBreaker::with_clock(options, Arc::new(clock.clone()));
    let mut model = Model {
        rules,
        state: Expected::Closed(Vec::new()),
        now: 0,
        oldest: 0,
        next: 0,
    };
    let mut permits: Vec<(u64, Permit<'_>)> = Vec::new();
    while !u.is_empty() && model.next < 300 {
        match u.int_in_range(0..=5_u8)? {
            0 | 1 => {
                let can = breaker.can_execute();
                let permit = breaker.try_acquire();
                let expected = model.acquire();
                assert_eq!(
                    permit.is_some(),
                    expected.is_some(),
                    "permit {}",
                    model.next
                );
                assert_eq!(
                    can,
                    permit.is_some(),
                    "can_execute says what try_acquire does"
                );
                if let (Some(permit), Some((number, is_probe))) = (permit, expected) {
                    assert_eq!(permit.is_probe(), is_probe);
                    permits.push((number, permit));
                }
            }
            2 | 3 if !permits.is_empty() => {
                let (number, permit) = permits.swap_remove(u.choose_index(permits.len())?);
                let outcome = outcome(u)?;
                permit.settle(outcome);
                model.settle(number, outcome);
            }
            4 if !permits.is_empty() => {
                let (number, permit) = permits.swap_remove(0);
                drop(permit);
                model.settle(number, BreakerOutcome::Failure);
            }
            _ => {
                let seconds = u.int_in_range(0..=6)?;
                clock.advance(SECOND * seconds);
                model.now += u64::from(seconds);
            }
        }
        assert_eq!(
            breaker.state(),
            model.state(),
            "after {} permits",
            model.next
        );
    }
    Ok(())
}

fn outcome(u: &mut Unstructured<'_>) -> Result<BreakerOutcome> {
    use BreakerOutcome::{Failure, Fatal, Neutral, Success};
    u.choose(&[Success, Success, Failure, Failure, Failure, Neutral, Fatal])
        .copied()
}

impl Model {
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

    fn state(&mut self) -> BreakerState {
        self.expire();
        match self.state {
            Expected::Closed(_) => BreakerState::Closed,
            Expected::Open(until) if self.now < until => BreakerState::Open,
            Expected::Open(_) | Expected::HalfOpen(..) => BreakerState::HalfOpen,
        }
    }

    fn acquire(&mut self) -> Option<(u64, bool)> {
        self.expire();
        if matches!(self.state, Expected::Open(until) if self.now >= until) {
            self.enter(Expected::HalfOpen(Vec::new(), 0));
        }
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

    fn settle(&mut self, number: u64, outcome: BreakerOutcome) {
        self.expire();
        let counts = number >= self.oldest;
        if outcome == BreakerOutcome::Fatal {
            self.open(self.now);
            return;
        }
        if !counts {
            return;
        }
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
                running.retain(|(running, _)| *running != number);
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
