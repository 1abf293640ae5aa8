//! Attempts have time budgets: an attempt that hangs or is late is abandoned and counts as a
//! failure of its backend.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use kzg_advanced::resilience::{
    AttemptBudget, BreakerOptions, BreakerState, EnterpriseKzgManager, ManualClock, RecoveryPolicy,
    Request, WorkerOptions,
};
use kzg_advanced::{Error, ErrorKind, KzgAdvancedError};
use kzg_testing::scripted::{Action, Gate, Scripted, eventually};

use crate::not_blocking::block_on;
use crate::*;

/// A timeout that only a hanging call reaches.
pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) fn hanging(name: &str, gate: &Gate) -> Arc<Scripted> {
    let gate = gate.clone();
    scripted(name, move |_, _| Action::hang(&gate))
}

pub(crate) fn threshold(failures: u32) -> BreakerOptions {
    BreakerOptions::default().with_threshold(failures, LONG)
}

pub(crate) fn soon() -> Request {
    Request::default().with_timeout(100 * MILLISECOND)
}

/// A request that leaves 1.5 seconds for the answer when an attempt has used its half of the time,
/// which is more than a call may take whose cost is not known.
pub(crate) fn patient() -> Request {
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
        let error = commit(&bounded).expect_err("not called");
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
