//! Attempts that are over their budget are judged by the cost of valid input, and by their late end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Instant;

use kzg_advanced::resilience::{BreakerState, EnterpriseKzgManager, ManualClock, Request};
use kzg_advanced::{Error, ErrorKind};
use kzg_testing::scripted::{Action, Gate, eventually};

use crate::budgets::{LONG, abandon_one, hanging, patient, soon, threshold};
use crate::*;

#[test]
fn faults_that_come_too_late_count() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| {
        Action::Hang(held.clone(), Box::new(Action::fault()))
    });
    let second = sound("second");
    let manager = builder(&[&first, &second])
        .with_breakers(threshold(3))
        .build();
    let bounded = manager.with_request(patient());
    for _ in 0..2 {
        abandon_one(&manager, || assert_eq!(commit(&bounded), right()));
    }
    gate.open();
    eventually(LONG, || manager.abandoned_attempts() == 0);
    // Each late call was counted once.
    assert_eq!(state(&manager, "first"), BreakerState::Closed);
    assert_eq!(commit(&bounded), right());
    assert_eq!(state(&manager, "first"), BreakerState::Open);
    let calls = first.total_calls();
    assert_eq!(commit(&bounded), right());
    assert_eq!(first.total_calls(), calls);
}

/// An outsider sends valid, slow batches; the next honest call still gets its answer.
#[test]
fn slow_valid_input_opens_no_breaker() {
    let gates: [Gate; 6] = Default::default();
    let held = gates.clone();
    let first = scripted("first", move |_, number| match held.get(number) {
        Some(gate) => Action::hang(gate),
        None => Action::Pass,
    });
    let manager = manager(&[&first]);
    let bounded = manager.with_request(soon());
    for gate in &gates {
        abandon_one(&manager, || {
            assert_eq!(commit(&bounded), Err(Error::Deadline));
        });
        gate.open();
        eventually(LONG, || manager.abandoned_attempts() == 0);
    }
    assert_eq!(state(&manager, "first"), BreakerState::Closed);
    assert_eq!(commit(&manager), right());
    assert_eq!(first.total_calls(), 7);
}

/// Nothing is known about the cost of the first calls of a process.
#[test]
fn a_short_deadline_of_a_first_call_opens_no_breaker() {
    let gate = Gate::default();
    let only = hanging("only", &gate);
    // On a busy machine, the call may be abandoned after the time from which it counts as late.
    let (manager, bounded) = loop {
        let manager = builder(&[&only]).with_breakers(threshold(1)).build();
        let bounded = manager.with_request(Request::default().with_timeout(50 * MILLISECOND));
        let begun = Instant::now();
        abandon_one(&manager, || {
            assert_eq!(commit(&bounded), Err(Error::Deadline));
        });
        let state = state(&manager, "only");
        if begun.elapsed() < 500 * MILLISECOND {
            assert_eq!(state, BreakerState::Closed);
            break (manager, bounded);
        }
    };
    // A call that hangs is noticed.
    eventually(LONG, || {
        commit(&bounded).is_err_and(|error| error.kind() == ErrorKind::Busy)
    });
    assert_eq!(state(&manager, "only"), BreakerState::Open);
    gate.open();
}

/// A call counts as late only if it takes longer than the slowest valid input takes.
#[test]
fn a_call_slower_than_the_slowest_valid_input_counts_as_hanging() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, number| match number {
        0 => Action::delay(1000 * MILLISECOND),
        _ => Action::hang(&held),
    });
    let manager = builder(&[&first]).with_breakers(threshold(1)).build();
    let begun = Instant::now();
    assert_eq!(commit(&manager), right());
    let cost = begun.elapsed();
    let bounded = manager.with_request(Request::default().with_timeout(20 * MILLISECOND));
    abandon_one(&manager, || {
        assert_eq!(commit(&bounded), Err(Error::Deadline));
    });
    // 20 ms are within the cost of the first call, which succeeded.
    assert_eq!(state(&manager, "first"), BreakerState::Closed);
    thread::sleep(3 * cost);
    let bounded = manager.with_request(Request::default().with_timeout(LONG));
    let error = commit(&bounded).expect_err("it hangs");
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(state(&manager, "first"), BreakerState::Open);
    gate.open();
    // The call ends with a right result, so the failure is removed from the count.
    eventually(LONG, || manager.abandoned_attempts() == 0);
    assert_eq!(state(&manager, "first"), BreakerState::Closed);
    assert_eq!(commit(&manager), right());
}

/// An outsider sends valid, slow input to a half-open breaker, with a deadline that is too short.
#[test]
fn a_slow_probe_with_valid_input_does_not_open_the_breaker() {
    const COMMITS: Operation = Operation::BlobsToKzgCommitments;
    // A call on so many blobs may take this number of seconds at worst after the first call on one.
    const BLOBS: usize = 64;
    let commits = |settings: &dyn KzgSettings, blobs: usize| {
        let blobs = vec![*blob(1); blobs];
        settings
            .blobs_to_kzg_commitments((&blobs[..]).into())
            .map(drop)
    };
    let gate = Gate::default();
    let (held, hangs) = (gate.clone(), Arc::new(AtomicBool::new(false)));
    let hanging = Arc::clone(&hangs);
    let first = scripted("first", move |_, number| match number {
        0 => Action::delay(500 * MILLISECOND),
        1 => Action::Fail(integrity()),
        _ if hanging.load(Ordering::SeqCst) => Action::hang(&held),
        _ => Action::Pass,
    });
    let (clock, states) = (ManualClock::default(), Arc::new(Mutex::new(Vec::new())));
    let entered = Arc::clone(&states);
    let manager = builder(&[&first])
        .with_clock(clock.clone())
        .on_transition(move |_, _, transition| entered.lock().unwrap().push(transition.to))
        .build();
    assert_eq!(commits(&manager, 1), Ok(()));
    assert_eq!(commits(&manager, 1), Err(integrity()));
    clock.advance(3 * LONG);
    hangs.store(true, Ordering::SeqCst);
    let bounded = manager.with_request(soon());
    abandon_one(&manager, || {
        assert_eq!(commits(&bounded, BLOBS), Err(Error::Deadline));
    });
    hangs.store(false, Ordering::SeqCst);
    // The probe keeps its place until it returns.
    let error = commits(&manager, 1).expect_err("no second probe");
    assert_eq!(error.kind(), ErrorKind::Busy);
    gate.open();
    eventually(LONG, || manager.abandoned_attempts() == 0);
    // The late result was not checked, so two other probes close the breaker.
    assert_eq!(commits(&manager, 1), Ok(()));
    let breaker = manager.breaker("first", COMMITS).expect("a backend");
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    assert_eq!(commits(&manager, 1), Ok(()));
    use BreakerState::{Closed, HalfOpen, Open};
    assert_eq!(*states.lock().unwrap(), [Open, HalfOpen, Closed]);
}

/// A listener may wait for the attempt whose failure opened the breaker.
#[test]
fn a_listener_can_wait_for_the_abandoned_attempt() {
    // The attempt is counted when its budget is spent, or, within the highest known cost, later.
    for known in [MILLISECOND, 500 * MILLISECOND] {
        let gate = Gate::default();
        let held = gate.clone();
        let first = scripted("first", move |_, number| match number {
            0 => Action::delay(known),
            1 => Action::hang(&held),
            _ => Action::Pass,
        });
        let listening = Arc::new(OnceLock::<EnterpriseKzgManager>::new());
        let (listener, opening) = (Arc::clone(&listening), gate.clone());
        let returned = Arc::new(AtomicBool::new(false));
        let waited = Arc::clone(&returned);
        let manager = builder(&[&first])
            .with_breakers(threshold(1))
            .on_transition(move |_, _, transition| {
                if transition.to == BreakerState::Open {
                    let manager = listener.get().expect("the manager");
                    opening.open();
                    eventually(LONG, || manager.abandoned_attempts() == 0);
                    waited.store(true, Ordering::SeqCst);
                }
            })
            .build();
        listening.set(manager.clone()).expect("once");
        assert_eq!(commit(&manager), right());
        let bounded = manager.with_request(soon());
        eventually(LONG, || {
            drop(commit(&bounded));
            returned.load(Ordering::SeqCst)
        });
    }
}
