//! The breaker by an example of each rule.

use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread;

use super::{AbandonedCall, BreakerOptions, BreakerOutcome, BreakerState, CircuitBreaker, Permit};
use crate::failover::clock::{Clock, ManualClock};

const SECOND: Duration = Duration::from_secs(1);

fn breaker(options: BreakerOptions) -> (CircuitBreaker, ManualClock) {
    let clock = ManualClock::default();
    let breaker = CircuitBreaker::with_clock(options, Arc::new(clock.clone()));
    (breaker, clock)
}

fn options() -> BreakerOptions {
    BreakerOptions::default()
        .with_threshold(3, 10 * SECOND)
        .with_timeout(5 * SECOND)
        .with_probes(2, 2)
}

#[test]
fn the_window_slides() {
    let (breaker, clock) = breaker(options());
    // Two failures every 10 seconds never meet a third, wherever windows might begin.
    for _ in 0..10 {
        breaker.record_failure();
        clock.advance(9 * SECOND);
        breaker.record_failure();
        clock.advance(SECOND);
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
    // Two at the end of one tumbling window and one at the start of the next are three.
    clock.advance(9 * SECOND);
    breaker.record_failure();
    breaker.record_failure();
    clock.advance(2 * SECOND);
    breaker.record_failure();
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn numbers_below_the_least_count_as_the_least() {
    let mut zeros = options();
    (zeros.threshold, zeros.probes, zeros.successes) = (0, 0, 0);
    zeros.probe_limit = Duration::ZERO;
    assert_eq!(zeros.within_bounds().threshold, 1);
    let (breaker, clock) = breaker(zeros);
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.record_failure();
    assert_eq!(breaker.state(), BreakerState::Open);
    clock.advance(5 * SECOND);
    let probe = breaker.try_acquire().expect("a probe");
    probe.settle(BreakerOutcome::Success);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn times_without_end_are_no_fault() {
    let forever = BreakerOptions::default()
        .with_threshold(1, Duration::MAX)
        .with_timeout(Duration::MAX)
        .with_probe_limit(Duration::MAX);
    let (breaker, clock) = breaker(forever);
    breaker.record_failure();
    clock.advance(1_000_000 * SECOND);
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn a_window_without_time_is_a_millisecond() {
    let options = BreakerOptions::default().with_threshold(1, Duration::ZERO);
    let (breaker, _) = breaker(options);
    breaker.record_failure();
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn opens_refuses_probes_and_closes() {
    let changes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&changes);
    let (breaker, clock) = breaker(options());
    let breaker =
        breaker.on_transition(move |change| seen.lock().unwrap().push((change.from, change.to)));
    for _ in 0..3 {
        breaker
            .try_acquire()
            .unwrap()
            .settle(BreakerOutcome::Failure);
    }
    assert!(!breaker.can_execute());
    assert!(breaker.try_acquire().is_none());
    clock.advance(5 * SECOND);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    let (one, two) = (
        breaker.try_acquire().unwrap(),
        breaker.try_acquire().unwrap(),
    );
    assert!(one.is_probe());
    assert!(!breaker.can_execute(), "two probes at a time");
    // A probe without an outcome gives its place back.
    one.settle(BreakerOutcome::Neutral);
    let three = breaker.try_acquire().unwrap();
    two.settle(BreakerOutcome::Success);
    three.settle(BreakerOutcome::Success);
    assert_eq!(breaker.state(), BreakerState::Closed);
    use BreakerState::{Closed, HalfOpen, Open};
    assert_eq!(
        *changes.lock().unwrap(),
        [(Closed, Open), (Open, HalfOpen), (HalfOpen, Closed)]
    );
}

#[test]
fn a_probe_that_panics_is_a_failure_and_releases_its_permit() {
    let (breaker, clock) = breaker(options());
    breaker.record(BreakerOutcome::Fatal);
    clock.advance(5 * SECOND);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _permit = breaker.try_acquire().unwrap();
        panic!("in a probe");
    }));
    assert!(panicked.is_err());
    assert_eq!(breaker.state(), BreakerState::Open);
    clock.advance(5 * SECOND);
    let _one = breaker.try_acquire().unwrap();
    assert!(breaker.try_acquire().is_some());
}

#[test]
fn a_call_from_before_the_change_does_not_count_unless_its_bytes_were_wrong() {
    let (breaker, clock) = breaker(options());
    let early = breaker.try_acquire().unwrap();
    let earlier = breaker.try_acquire().unwrap();
    breaker.record(BreakerOutcome::Fatal);
    clock.advance(5 * SECOND);
    let probe = breaker.try_acquire().unwrap();
    early.settle(BreakerOutcome::Failure);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    earlier.settle(BreakerOutcome::Fatal);
    assert_eq!(breaker.state(), BreakerState::Open);
    probe.settle(BreakerOutcome::Success);
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn a_breaker_that_is_forced_open_stays_open() {
    let (breaker, clock) = breaker(options());
    breaker.force_open();
    clock.advance(1000 * SECOND);
    breaker.record_success();
    assert!(!breaker.can_execute());
    breaker.force_close();
    assert!(breaker.can_execute());
}

/// A caller without permits asks `can_execute` and records outcomes.
#[test]
fn outcomes_without_permits_open_and_close_a_breaker_after_its_timeout() {
    let (breaker, clock) = breaker(options());
    for _ in 0..3 {
        breaker.record_failure();
    }
    clock.advance(5 * SECOND);
    assert!(breaker.can_execute());
    breaker.record(BreakerOutcome::Neutral);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    breaker.record_failure();
    assert_eq!(breaker.state(), BreakerState::Open);
    assert!(!breaker.can_execute());
    clock.advance(5 * SECOND);
    breaker.record_success();
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    breaker.record_success();
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn a_permit_from_before_the_change_is_no_probe_after_the_timeout() {
    let (breaker, clock) = breaker(options().with_probes(1, 1));
    let early = [(); 2].map(|()| breaker.try_acquire().unwrap());
    breaker.record(BreakerOutcome::Fatal);
    clock.advance(5 * SECOND);
    for (permit, outcome) in early
        .into_iter()
        .zip([BreakerOutcome::Success, BreakerOutcome::Failure])
    {
        permit.settle(outcome);
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert!(breaker.can_execute());
    }
}

/// A clock that uses the breaker.
#[derive(Debug, Default)]
struct UsesTheBreaker {
    breaker: OnceLock<Arc<CircuitBreaker>>,
    within: AtomicBool,
}

impl Clock for UsesTheBreaker {
    fn now(&self) -> Duration {
        if let Some(breaker) = self.breaker.get()
            && !self.within.swap(true, Ordering::SeqCst)
        {
            breaker.record_success();
            self.within.store(false, Ordering::SeqCst);
        }
        Duration::ZERO
    }
}

#[test]
fn a_clock_is_called_without_a_lock() {
    let (ended, end) = mpsc::channel();
    // A call that hangs fails the test, and does not keep it from ending.
    thread::spawn(move || {
        let clock = Arc::new(UsesTheBreaker::default());
        let breaker = CircuitBreaker::with_clock(options(), Arc::clone(&clock) as _);
        let breaker = Arc::new(breaker);
        clock.breaker.set(Arc::clone(&breaker)).unwrap();
        assert_eq!(breaker.state(), BreakerState::Closed);
        assert!(breaker.can_execute());
        breaker.record_failure();
        breaker
            .try_acquire()
            .unwrap()
            .settle(BreakerOutcome::Success);
        breaker.force_open();
        ended.send(breaker.state()).unwrap();
    });
    let state = end.recv_timeout(Duration::from_secs(20));
    assert_eq!(state, Ok(BreakerState::Open));
}

/// A panic of the listener, which is code of the user's, does not reach the caller.
#[test]
fn a_panicking_listener_does_not_reach_the_caller() {
    let (breaker, _) = breaker(options());
    let breaker = breaker.on_transition(|_| panic!("in a listener"));
    for _ in 0..3 {
        breaker.record_failure();
    }
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn a_probe_that_hangs_is_a_failure_at_its_limit() {
    let (breaker, clock) = breaker(options().with_probe_limit(SECOND));
    breaker.record(BreakerOutcome::Fatal);
    clock.advance(5 * SECOND);
    let hanging = breaker.try_acquire().unwrap();
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    clock.advance(SECOND);
    assert_eq!(breaker.state(), BreakerState::Open);
    assert!(breaker.try_acquire().is_none());
    clock.advance(5 * SECOND);
    let (one, two) = (
        breaker.try_acquire().unwrap(),
        breaker.try_acquire().unwrap(),
    );
    // The end of an earlier probe does not count for the current probes.
    hanging.settle(BreakerOutcome::Failure);
    one.settle(BreakerOutcome::Success);
    two.settle(BreakerOutcome::Success);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

/// The probe fails and the timeout passes before the next call, which is a probe.
#[test]
fn every_transition_is_reported() {
    let changes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&changes);
    let (breaker, clock) = breaker(options().with_probe_limit(SECOND));
    let breaker =
        breaker.on_transition(move |change| seen.lock().unwrap().push((change.from, change.to)));
    breaker.record(BreakerOutcome::Fatal);
    clock.advance(5 * SECOND);
    let _hanging = breaker.try_acquire().unwrap();
    clock.advance(10 * SECOND);
    assert!(breaker.try_acquire().unwrap().is_probe());
    use BreakerState::{Closed, HalfOpen, Open};
    assert_eq!(
        changes.lock().unwrap()[..4],
        [
            (Closed, Open),
            (Open, HalfOpen),
            (HalfOpen, Open),
            (Open, HalfOpen),
        ]
    );
}

#[test]
fn an_abandoned_call_is_a_failure_until_it_returns_well() {
    let (breaker, _) = breaker(options());
    let abandon = || {
        let (call, transitions) = breaker.try_acquire().unwrap().abandon(Duration::ZERO);
        breaker.report(transitions);
        call
    };
    let (one, two, three) = (abandon(), abandon(), abandon());
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.returned(one, BreakerOutcome::Failure);
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.returned(two, BreakerOutcome::Success);
    assert_eq!(breaker.state(), BreakerState::Closed);
    // The other two still count.
    breaker.record_failure();
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.returned(three, BreakerOutcome::Fatal);
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn a_call_that_returns_well_closes_a_breaker_only_if_it_was_a_cause() {
    let (breaker, _) = breaker(options());
    let uncounted = breaker.try_acquire().unwrap().abandon_uncounted();
    for _ in 0..3 {
        breaker.record_failure();
    }
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.returned(uncounted, BreakerOutcome::Success);
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[test]
fn an_abandoned_probe_keeps_its_place_until_it_ends_or_is_over_its_limit() {
    let (breaker, clock) = breaker(options().with_probes(1, 1));
    breaker.record(BreakerOutcome::Fatal);
    clock.advance(5 * SECOND);
    let probe = || breaker.try_acquire().unwrap().abandon_uncounted();
    let one = probe();
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    assert!(!breaker.can_execute());
    breaker.ended(one, BreakerOutcome::Neutral);
    assert!(breaker.can_execute());
    let two = probe();
    clock.advance(10 * SECOND);
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.ended(two, BreakerOutcome::Failure);
    clock.advance(5 * SECOND);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
}

#[test]
fn an_abandoned_call_may_be_counted_later() {
    let (breaker, _) = breaker(options());
    let calls: Vec<_> = (0..4).map(|_| breaker.try_acquire().unwrap()).collect();
    let calls = calls.into_iter().map(Permit::abandon_uncounted);
    let calls: Vec<AbandonedCall> = calls.collect();
    assert_eq!(breaker.state(), BreakerState::Closed);
    calls[..3]
        .iter()
        .for_each(|&call| breaker.report(breaker.count_abandoned(call, Duration::ZERO)));
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.returned(calls[1], BreakerOutcome::Success);
    assert_eq!(breaker.state(), BreakerState::Closed);
    // A call from before the change is not counted after it.
    breaker.report(breaker.count_abandoned(calls[3], Duration::ZERO));
    assert_eq!(breaker.state(), BreakerState::Closed);
    // The other two still count.
    breaker.record_failure();
    assert_eq!(breaker.state(), BreakerState::Open);
}
