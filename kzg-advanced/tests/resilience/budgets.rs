//! Attempts have time budgets: an attempt that hangs or is late is abandoned and counts as a
//! failure of its backend.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Instant;

use kzg_advanced::resilience::{
    AttemptBudget, BreakerOptions, BreakerState, EnterpriseKzgManager, ManualClock, RecoveryPolicy,
    Request, WorkerOptions,
};
use kzg_advanced::{Error, ErrorKind, KzgAdvancedError};
use kzg_testing::scripted::{Action, Gate, Scripted, eventually};

use crate::not_blocking::block_on;
use crate::*;

/// A timeout that only a hanging call reaches.
const LONG: Duration = Duration::from_secs(20);

fn hanging(name: &str, gate: &Gate) -> Arc<Scripted> {
    let gate = gate.clone();
    scripted(name, move |_, _| Action::hang(&gate))
}

fn threshold(failures: u32) -> BreakerOptions {
    BreakerOptions::default().with_threshold(failures, LONG)
}

fn soon() -> Request {
    Request::default().with_timeout(100 * MILLISECOND)
}

/// A request that leaves 1.5 seconds for the answer when an attempt has used its half of the time,
/// which is more than a call may take whose cost is not known.
fn patient() -> Request {
    Request::default().with_timeout(3000 * MILLISECOND)
}

fn job(settings: &dyn KzgSettings) -> Result<kzg_advanced::KzgCommitment> {
    commit(settings)
}

/// Makes calls until one of them is over its budget after its attempt has begun. On a busy machine,
/// an attempt may be over its budget before.
pub(crate) fn abandon_one(manager: &EnterpriseKzgManager, call: impl Fn()) {
    let before = manager.abandoned_attempts();
    eventually(LONG, || {
        call();
        // A worker may judge its attempt after the answer at the deadline.
        eventually(LONG, || manager.busy_workers() == 0);
        manager.abandoned_attempts() > before
    });
}

#[test]
fn calls_succeed_while_the_primary_hangs() {
    let gate = Gate::default();
    let (first, second) = (hanging("first", &gate), sound("second"));
    let manager = builder(&[&first, &second])
        .with_breakers(threshold(2))
        .with_worker_options(WorkerOptions::new(2, 100))
        .build();
    for _ in 0..14 {
        let answer = block_on(manager.submit(COMMIT, patient(), job));
        let answer = answer.expect("the second answers");
        assert_eq!(Ok(answer.value), right());
        assert_eq!(answer.provenance.backend, "second");
    }
    assert_eq!(state(&manager, "first"), BreakerState::Open);
    // After the threshold, no call went to the first backend.
    assert_eq!((first.total_calls(), second.total_calls()), (2, 14));
    assert_eq!(manager.abandoned_attempts(), 2);
    gate.open();
    eventually(LONG, || manager.abandoned_attempts() == 0);
}

#[test]
fn blocking_callers_get_their_answer_before_the_deadline() {
    let gate = Gate::default();
    let (first, second) = (hanging("first", &gate), sound("second"));
    let manager = builder(&[&first, &second])
        .with_breakers(threshold(2))
        .build();
    let bounded = manager.with_request(patient());
    for _ in 0..3 {
        assert_eq!(commit(&bounded), right());
    }
    let answer = manager.execute(Operation::ComputeCells, &patient(), |settings| {
        settings.compute_cells(&blob(1))
    });
    let answer = answer.expect("the second answers");
    assert_eq!((answer.value.len(), answer.provenance.attempts), (128, 2));
    // Only the attempt that succeeds writes into output buffers.
    let mut out = [kzg_advanced::KzgCommitment([9; 48]); 2];
    let blobs = [blob(1), blob(2)];
    let written = bounded.blobs_to_kzg_commitments_into((&blobs[..]).into(), &mut out);
    assert_eq!(written, Ok(()));
    assert_eq!(Ok(out[0]), right());
    gate.open();
}

#[test]
fn the_error_names_the_backend_that_hung() {
    let gate = Gate::default();
    let held = gate.clone();
    let only = scripted("only", move |_, number| match number {
        // The cost of a call is known.
        0 => Action::Pass,
        _ => Action::hang(&held),
    });
    let manager = builder(&[&only]).with_breakers(threshold(2)).build();
    assert_eq!(commit(&manager), right());
    let bounded = manager.with_request(soon());
    abandon_one(&manager, || {
        assert_eq!(commit(&bounded), Err(Error::Deadline));
    });
    let last = RefCell::new(None);
    abandon_one(&manager, || {
        let error = block_on(manager.submit(COMMIT, soon(), job)).expect_err("too late");
        assert_eq!(error.kind(), ErrorKind::Deadline);
        last.replace(Some(error));
    });
    let Some(KzgAdvancedError::Performance { call, .. }) = last.take() else {
        panic!("another error");
    };
    assert_eq!((call.backend.as_deref(), call.attempts), (Some("only"), 1));
    assert_eq!(state(&manager, "only"), BreakerState::Open);

    // With time left, an attempt over its budget is a fault that names its backend.
    let policy =
        RecoveryPolicy::default().with_attempt_budget(AttemptBudget::Fixed(10 * MILLISECOND));
    let manager = builder(&[&only]).with_policy(policy).build();
    let request = Request::default().with_timeout(LONG);
    match commit(&manager.with_request(request)) {
        Err(Error::Fault { backend, message }) => {
            assert_eq!(backend, "only");
            assert!(message.contains("budget of 10ms"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    gate.open();
}

#[test]
fn calls_succeed_again_though_every_worker_hung() {
    let (gate, healthy) = (Gate::default(), Arc::new(AtomicBool::new(false)));
    let (held, well) = (gate.clone(), Arc::clone(&healthy));
    let first = scripted("first", move |_, _| match well.load(Ordering::SeqCst) {
        true => Action::Pass,
        false => Action::hang(&held),
    });
    let manager = builder(&[&first])
        .with_breakers(threshold(100))
        .with_worker_options(WorkerOptions::new(2, 8))
        .build();
    let late: Vec<_> = (0..6)
        .map(|_| manager.submit(COMMIT, soon(), job))
        .collect();
    for pending in late {
        let error = block_on(pending).expect_err("too late");
        assert_eq!(error.kind(), ErrorKind::Deadline);
    }
    // A caller that stops waiting also frees its worker.
    drop(manager.submit(COMMIT, Request::default(), job));
    healthy.store(true, Ordering::SeqCst);
    for _ in 0..4 {
        let answer = block_on(manager.submit(COMMIT, Request::default(), job));
        assert_eq!(Ok(answer.expect("healthy again").value), right());
    }
    gate.open();
}

#[test]
fn abandoned_attempts_are_bounded() {
    let gate = Gate::default();
    let (first, second) = (hanging("first", &gate), sound("second"));
    let manager = builder(&[&first, &second])
        .with_breakers(threshold(1000))
        .with_worker_options(WorkerOptions::new(2, 8).with_abandoned(3))
        .build();
    let bounded = manager.with_request(patient());
    for _ in 0..8 {
        assert_eq!(commit(&bounded), right());
    }
    assert_eq!(manager.abandoned_attempts(), 3);
    // A thread may have begun an attempt and not yet have called the backend.
    gate.wait_for(3);
    assert_eq!(first.total_calls(), 3);
    gate.open();
    eventually(LONG, || manager.abandoned_attempts() == 0);
    assert_eq!(commit(&bounded), right());
    assert_eq!(first.total_calls(), 4);
}

/// A bound of zero counts as one.
#[test]
fn one_attempt_may_be_abandoned_at_least() {
    let gate = Gate::default();
    let only = hanging("only", &gate);
    let manager = builder(&[&only])
        .with_breakers(threshold(1000))
        .with_worker_options(WorkerOptions::new(2, 8).with_abandoned(0))
        .build();
    let bounded = manager.with_request(Request::default().with_timeout(20 * MILLISECOND));
    abandon_one(&manager, || assert!(commit(&bounded).is_err()));
    assert_eq!(manager.abandoned_attempts(), 1);
    gate.wait_for(1);
    let bounded = manager.with_request(Request::default().with_timeout(LONG));
    for _ in 0..3 {
        let error = commit(&bounded).expect_err("not asked");
        assert_eq!(error.kind(), ErrorKind::Busy);
    }
    assert_eq!((manager.abandoned_attempts(), only.total_calls()), (1, 1));
    gate.open();
}

/// Callers that stop waiting say nothing about the backend.
#[test]
fn cancelled_attempts_are_not_over_their_budget() {
    let gate = Gate::default();
    let held = gate.clone();
    let only = scripted("only", move |_, number| match number {
        0 | 1 => Action::hang(&held),
        _ => Action::Pass,
    });
    let manager = builder(&[&only])
        .with_worker_options(WorkerOptions::new(2, 8).with_abandoned(2))
        .build();
    let leaving = [(); 2].map(|()| manager.submit(COMMIT, Request::default(), job));
    gate.wait_for(2);
    drop(leaving);
    eventually(LONG, || manager.busy_workers() == 0);
    assert_eq!(manager.abandoned_attempts(), 0);
    let patient = Request::default().with_timeout(LONG);
    assert_eq!(commit(&manager.with_request(patient)), right());
    gate.open();
}

#[test]
fn dropping_a_manager_does_not_wait_for_hanging_calls() {
    let gate = Gate::default();
    let first = hanging("first", &gate);
    let manager = manager(&[&first]);
    let pending = manager.submit(COMMIT, Request::default(), job);
    gate.wait_for(1);
    assert_eq!(commit(&manager.with_request(soon())), Err(Error::Deadline));
    drop(manager);
    gate.open();
    assert_eq!(Ok(block_on(pending).expect("answered").value), right());
}

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
    let manager = builder(&[&only]).with_breakers(threshold(1)).build();
    let bounded = manager.with_request(Request::default().with_timeout(50 * MILLISECOND));
    abandon_one(&manager, || {
        assert_eq!(commit(&bounded), Err(Error::Deadline));
    });
    assert_eq!(state(&manager, "only"), BreakerState::Closed);
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

#[test]
fn a_probe_that_hangs_does_not_keep_the_breaker_half_open() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, number| match number {
        0 => Action::Fail(integrity()),
        1 => Action::hang(&held),
        _ => Action::Pass,
    });
    let second = sound("second");
    let clock = ManualClock::default();
    let manager = builder(&[&first, &second])
        .with_breakers(BreakerOptions::default().with_probe_limit(5 * LONG))
        .with_clock(clock.clone())
        .build();
    assert_eq!(commit(&manager), Err(integrity()));
    clock.advance(3 * LONG);
    thread::scope(|scope| {
        let probe = scope.spawn(|| commit(&manager));
        gate.wait_for(1);
        assert_eq!(state(&manager, "first"), BreakerState::HalfOpen);
        clock.advance(5 * LONG);
        assert_eq!(state(&manager, "first"), BreakerState::Open);
        assert_eq!(commit(&manager), right());
        clock.advance(3 * LONG);
        // The breaker admits the next probe while the first probe hangs.
        assert_eq!(commit(&manager), right());
        assert_eq!(first.total_calls(), 3);
        gate.open();
        assert_eq!(probe.join().expect("no panic"), right());
    });
}

/// An outsider sends valid, slow input to a half-open breaker, with a deadline that is too short.
#[test]
fn a_slow_probe_with_valid_input_does_not_open_the_breaker() {
    let gate = Gate::default();
    let (held, hangs) = (gate.clone(), Arc::new(AtomicBool::new(false)));
    let hanging = Arc::clone(&hangs);
    let first = scripted("first", move |_, number| match number {
        0 => Action::delay(2000 * MILLISECOND),
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
    assert_eq!(commit(&manager), right());
    assert_eq!(commit(&manager), Err(integrity()));
    clock.advance(3 * LONG);
    hangs.store(true, Ordering::SeqCst);
    let bounded = manager.with_request(soon());
    abandon_one(&manager, || {
        assert_eq!(commit(&bounded), Err(Error::Deadline));
    });
    hangs.store(false, Ordering::SeqCst);
    // The probe keeps its place until it returns.
    let error = commit(&manager).expect_err("no second probe");
    assert_eq!(error.kind(), ErrorKind::Busy);
    gate.open();
    eventually(LONG, || manager.abandoned_attempts() == 0);
    // The late result was not checked, so two other probes close the breaker.
    assert_eq!(commit(&manager), right());
    assert_eq!(state(&manager, "first"), BreakerState::HalfOpen);
    assert_eq!(commit(&manager), right());
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

#[test]
fn a_confirmation_that_hangs_is_abandoned_too() {
    let gate = Gate::default();
    let (first, third) = (sound("first"), sound("third"));
    let second = hanging("second", &gate);
    let manager = builder(&[&first, &second, &third])
        .with_cross_check(kzg_advanced::cross_check::CrossCheck::Always)
        .build();
    let bounded = manager.with_request(patient());
    assert_eq!(commit(&bounded), right());
    assert_eq!((second.total_calls(), third.total_calls()), (1, 1));
    gate.open();
}
