//! The circuit breaker against a second statement of its rules, by sequences of permits, outcomes with and
//! without a permit, and time.

mod model;

use std::sync::Arc;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use kzg_advanced::resilience::{
    BreakerOptions, BreakerOutcome, CircuitBreaker, ManualClock, Permit,
};

use model::{Model, Rules};

const SECOND: Duration = Duration::from_secs(1);

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
    let mut model = Model::new(rules);
    let mut permits: Vec<(u64, Permit<'_>)> = Vec::new();
    while !u.is_empty() && model.next < 300 {
        match u.int_in_range(0..=6_u8)? {
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
            5 => {
                let outcome = outcome(u)?;
                breaker.record(outcome);
                model.record(outcome);
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
