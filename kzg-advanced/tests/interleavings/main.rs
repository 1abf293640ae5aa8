//! Checks a breaker and a bulkhead with loom, under every interleaving of threads.
//!
//! This test program compiles the files under test a second time, with loom's locks.

#![allow(dead_code, unreachable_pub)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[path = "../../src/failover/clock.rs"]
mod clock;

mod admission;
mod breaker;

use breaker::{BreakerOptions, BreakerOutcome, BreakerState, CircuitBreaker};

fn half_open(probes: u32, successes: u32) -> CircuitBreaker {
    let clock = clock::ManualClock::default();
    let options = BreakerOptions::default().with_probes(probes, successes);
    let breaker = CircuitBreaker::with_clock(options, Arc::new(clock.clone()));
    breaker.record(BreakerOutcome::Fatal);
    clock.advance(Duration::from_secs(60));
    breaker
}

#[test]
fn half_open_never_admits_more_than_its_probes() {
    loom::model(|| {
        let breaker = Arc::new(half_open(1, 2));
        let running = Arc::new(AtomicUsize::new(0));
        let call = |breaker: &CircuitBreaker, running: &AtomicUsize| {
            if let Some(permit) = breaker.try_acquire() {
                assert!(permit.is_probe());
                assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
                loom::thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
                permit.settle(BreakerOutcome::Neutral);
            }
        };
        let (other_breaker, other_running) = (breaker.clone(), running.clone());
        let other = loom::thread::spawn(move || call(&other_breaker, &other_running));
        call(&breaker, &running);
        other.join().expect("no panic");
        assert!(breaker.can_execute(), "every place was given back");
    });
}

#[test]
fn a_failed_probe_opens_the_breaker_in_every_interleaving() {
    loom::model(|| {
        let breaker = Arc::new(half_open(2, 2));
        let good = breaker.try_acquire().is_some_and(|permit| {
            let other = breaker.clone();
            let failing = loom::thread::spawn(move || {
                other
                    .try_acquire()
                    .map(|permit| permit.settle(BreakerOutcome::Failure))
                    .is_some()
            });
            permit.settle(BreakerOutcome::Success);
            failing.join().expect("no panic")
        });
        assert!(good, "both found a place");
        assert_eq!(breaker.state(), BreakerState::Open);
    });
}

#[test]
fn the_bulkhead_keeps_its_limit_and_admits_every_waiting_caller() {
    admission::every_caller_gets_a_place(1, 3);
    admission::every_caller_gets_a_place(2, 3);
}
