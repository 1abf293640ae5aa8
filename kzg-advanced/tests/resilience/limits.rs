//! Limits of concurrency, of bytes in flight and of the rate.

use core::num::NonZeroU32;
use std::thread;

use kzg_advanced::CancellationToken;
use kzg_advanced::resilience::{
    AdmissionOptions, BreakerOptions, BreakerState, RecoveryPolicy, RecoveryStrategy, Request,
    WorkerOptions,
};
use kzg_advanced::{Error, ErrorKind};
use kzg_testing::scripted::{Action, Gate};

use crate::not_blocking::block_on;
use crate::*;

fn kind(result: Result<kzg_advanced::KzgCommitment>) -> ErrorKind {
    result.expect_err("refused").kind()
}

#[test]
fn a_full_queue_refuses_calls_and_permits_are_released() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let limits = AdmissionOptions::default().with_concurrency(1, 0);
    let manager = builder(&[&first]).with_admission(limits).build();
    thread::scope(|scope| {
        let running = scope.spawn(|| commit(&manager));
        gate.wait_for(1);
        assert_eq!(kind(commit(&manager)), ErrorKind::Busy);
        gate.open();
        assert_eq!(running.join().expect("no panic"), right());
    });
    assert_eq!(commit(&manager), right());
    assert_eq!(first.total_calls(), 2);
}

#[test]
fn calls_in_the_queue_expire_at_their_deadline_and_no_breaker_counts_them() {
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let limits = AdmissionOptions::default().with_concurrency(1, 8);
    let manager = builder(&[&first]).with_admission(limits).build();
    thread::scope(|scope| {
        let running = scope.spawn(|| commit(&manager));
        gate.wait_for(1);
        for _ in 0..6 {
            let late = Request::default().with_timeout(MILLISECOND);
            assert_eq!(commit(&manager.with_request(late)), Err(Error::Deadline));
        }
        let cancel = CancellationToken::default();
        let request = Request::default().with_cancellation(cancel.clone());
        let waiting = scope.spawn(|| commit(&manager.with_request(request)));
        cancel.cancel();
        assert_eq!(waiting.join().expect("no panic"), Err(Error::Cancelled));
        gate.open();
        assert_eq!(running.join().expect("no panic"), right());
    });
    assert_eq!(state(&manager, "first"), BreakerState::Closed);
    assert_eq!(first.total_calls(), 1, "none of them reached the backend");
    assert_eq!(commit(&manager), right());
}

#[test]
fn a_call_above_the_byte_limit_is_refused_as_busy() {
    let first = sound("first");
    let limits = AdmissionOptions::default().with_bytes(200_000);
    let manager = builder(&[&first]).with_admission(limits).build();
    assert_eq!(commit(&manager), right());
    let two = [*blob(1), *blob(2)];
    let refused = manager.blobs_to_kzg_commitments((&two).into());
    assert_eq!(refused.expect_err("too large").kind(), ErrorKind::Busy);
}

#[test]
fn calls_above_the_rate_are_refused_as_busy() {
    let first = sound("first");
    let limits = AdmissionOptions::default().with_rate(NonZeroU32::MIN);
    let manager = builder(&[&first]).with_admission(limits).build();
    assert_eq!(commit(&manager), right());
    // A machine that stands still for a second between two calls admits the second of them too.
    let answers: Vec<_> = (0..100).map(|_| commit(&manager)).collect();
    let admitted = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(admitted < 100, "the rate admits all calls");
    assert_eq!(first.total_calls(), 1 + admitted);
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(kind(refused), ErrorKind::Busy);
    }
}

#[test]
fn a_panicking_call_releases_its_permit() {
    let first = scripted("first", |_, number| match number {
        0 | 1 => Action::Panic,
        _ => Action::Pass,
    });
    let limits = AdmissionOptions::default().with_concurrency(1, 0);
    let manager = builder(&[&first]).with_admission(limits).build();
    assert_eq!(kind(commit(&manager)), ErrorKind::Fault);
    assert_eq!(commit(&manager), right());
}

/// Processors over a manager use the batch size of the primary backend.
#[test]
fn layers_forward_items_per_call() {
    let many = Arc::new(Fake::new("many").with_items_per_call(9));
    let manager = EnterpriseKzgManager::builder(many)
        .with_fallback(sound("one") as Arc<dyn KzgSettings>)
        .with_admission(AdmissionOptions::default().with_concurrency(2, 2))
        .build();
    assert_eq!(manager.items_per_call(Operation::BlobsToKzgCommitments), 9);
}

#[test]
fn numbers_below_their_least_and_times_without_end_stop_no_call() {
    let mut breakers = BreakerOptions::default();
    (breakers.threshold, breakers.probes, breakers.successes) = (0, 0, 0);
    (breakers.window, breakers.timeout) = (Duration::MAX, Duration::MAX);
    let mut admission = AdmissionOptions::default();
    admission.concurrent = Some(0);
    let mut workers = WorkerOptions::new(0, 1);
    workers.abandoned = 0;
    let endless = RecoveryStrategy::Retry {
        max_attempts: 3,
        delay: Duration::MAX,
    };
    let policy = RecoveryPolicy::default()
        .with_default(endless)
        .with_max_delay(Duration::MAX)
        .with_overall_deadline(Some(Duration::MAX));
    let manager = |first: &Arc<Scripted>| {
        builder(&[first])
            .with_breakers(breakers)
            .with_admission(admission)
            .with_worker_options(workers)
            .with_policy(policy.clone())
            .build()
    };
    let sound = sound("first");
    let manager_of_sound = manager(&sound);
    assert_eq!(commit(&manager_of_sound), right());
    let patient = Request::default().with_timeout(Duration::MAX);
    assert_eq!(
        commit(&manager_of_sound.with_request(patient.clone())),
        right()
    );
    let submitted = manager_of_sound.submit(COMMIT, patient, commit);
    let answer = block_on(submitted).expect("answered");
    assert_eq!(Ok(answer.value), right());
    // A delay that never ends is no delay to wait for: the first error is returned.
    let failing = failing("first", fault());
    assert_eq!(commit(&manager(&failing)), Err(fault()));
    assert_eq!(failing.total_calls(), 1);
}
