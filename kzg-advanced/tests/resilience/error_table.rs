//! Every row of the table of error kinds, checked on a manager with default options.

use std::sync::Arc;
use std::thread;

use kzg_advanced::resilience::{BreakerState, ManualClock, ProvenanceSlot, Request};
use kzg_advanced::{Error, ErrorKind, Item, KzgCommitment, KzgSettings};
use kzg_testing::protocol::Required;
use kzg_testing::scripted::{Action, Scripted};

use crate::*;

fn malformed() -> Error {
    Error::FieldElement {
        item: Item::Blob,
        index: 0,
        element: 17,
    }
}

#[test]
fn malformed_input_costs_one_call_and_no_breaker_counts_it() {
    let (first, second) = (failing("first", malformed()), sound("second"));
    let manager = manager(&[&first, &second]);
    for calls in 1..=100 {
        assert_eq!(commit(&manager), Err(malformed()));
        assert_eq!((first.total_calls(), second.total_calls()), (calls, 0));
    }
    assert_eq!(state(&manager, "first"), BreakerState::Closed);
}

#[test]
fn input_does_not_decide_a_probe() {
    let first = scripted("first", |_, number| match number {
        0 => Action::Fail(integrity()),
        1 => Action::Fail(malformed()),
        _ => Action::Pass,
    });
    let clock = ManualClock::default();
    let manager = builder(&[&first]).with_clock(clock.clone()).build();
    assert_eq!(commit(&manager), Err(integrity()));
    clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(commit(&manager), Err(malformed()));
    assert_eq!(state(&manager, "first"), BreakerState::HalfOpen);
    assert_eq!(commit(&manager), right());
}

#[test]
fn setup_goes_to_the_next_backend_and_opens() {
    let (first, second) = (failing("first", setup()), sound("second"));
    let manager = manager(&[&first, &second]);
    for _ in 0..3 {
        assert_eq!(commit(&manager), right());
    }
    assert_eq!((first.total_calls(), second.total_calls()), (1, 3));
    assert_eq!(state(&manager, "first"), BreakerState::Open);
}

#[test]
fn busy_goes_to_the_next_backend_and_is_not_counted() {
    let (first, second) = (failing("first", busy()), sound("second"));
    let manager = manager(&[&first, &second]);
    for calls in 1..=20 {
        assert_eq!(commit(&manager), right());
        assert_eq!((first.total_calls(), second.total_calls()), (calls, calls));
    }
    assert_eq!(state(&manager, "first"), BreakerState::Closed);
}

#[test]
fn a_fault_is_retried_once_then_sent_to_the_next_backend_and_counted() {
    let once = scripted("first", |_, number| match number {
        0 => Action::fault(),
        _ => Action::Pass,
    });
    let second = sound("second");
    let patient = manager(&[&once, &second]);
    let slot = ProvenanceSlot::default();
    let request = Request::default().with_provenance(&slot);
    assert_eq!(commit(&patient.with_request(request)), right());
    assert_eq!((once.total_calls(), second.total_calls()), (2, 0));
    let provenance = slot.last().expect("a call");
    assert_eq!((&*provenance.backend, provenance.attempts), ("first", 2));

    for action in [Action::fault(), Action::Panic] {
        let always = scripted("first", move |_, _| action.clone());
        let second = sound("second");
        let manager = manager(&[&always, &second]);
        for call in 1..=5 {
            assert_eq!(state(&manager, "first"), BreakerState::Closed);
            assert_eq!(commit(&manager), right());
            assert_eq!(
                (always.total_calls(), second.total_calls()),
                (2 * call, call)
            );
        }
        assert_eq!(state(&manager, "first"), BreakerState::Open);
        assert_eq!(commit(&manager), right());
        assert_eq!(
            always.total_calls(),
            10,
            "an open breaker is not waited for"
        );
    }
}

#[test]
fn a_panic_becomes_a_fault_that_names_the_backend() {
    let only = scripted("only", |_, _| Action::Panic);
    match commit(&manager(&[&only])) {
        Err(Error::Fault { backend, message }) => {
            assert_eq!(backend, "only");
            assert!(message.contains("panicked: scripted"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_integrity_error_opens_the_breaker_at_once() {
    let (first, second) = (failing("first", integrity()), sound("second"));
    let manager = manager(&[&first, &second]);
    assert_eq!(commit(&manager), Err(integrity()));
    assert_eq!((first.total_calls(), second.total_calls()), (1, 0));
    assert_eq!(state(&manager, "first"), BreakerState::Open);
    assert_eq!(commit(&manager), right(), "the next call goes elsewhere");
}

#[test]
fn deadline_and_cancelled_are_returned_and_not_counted() {
    for error in [Error::Deadline, Error::Cancelled] {
        let (first, second) = (failing("first", error.clone()), sound("second"));
        let manager = manager(&[&first, &second]);
        for calls in 1..=20 {
            assert_eq!(commit(&manager), Err(error.clone()));
            assert_eq!((first.total_calls(), second.total_calls()), (calls, 0));
        }
        assert_eq!(state(&manager, "first"), BreakerState::Closed);
    }
}

#[test]
fn when_all_fail_the_error_says_more_than_that_one_was_busy() {
    let first = failing("first", fault());
    let second = failing("second", busy());
    let manager = manager(&[&second, &first]);
    assert_eq!(
        commit(&manager).map_err(|e| e.kind()),
        Err(ErrorKind::Fault)
    );
}

#[test]
fn a_failed_attempt_writes_into_no_buffer_of_the_caller() {
    let (mut blobs, untouched) = (vec![*blob(1), *blob(2)], KzgCommitment([9; 48]));
    blobs[1].0[0] = 0xff;
    let first = sound("first");
    let mut out = [untouched; 2];
    // Without a manager, the backend writes the first commitment before it finds the second blob
    // malformed.
    let direct = first.blobs_to_kzg_commitments_into((&blobs).into(), &mut out);
    assert_eq!(direct.map_err(|error| error.index()), Err(Some(1)));
    assert_ne!(out[0], untouched);

    let manager = manager(&[&first]);
    let mut out = [untouched; 2];
    let result = manager.blobs_to_kzg_commitments_into((&blobs).into(), &mut out);
    assert_eq!(result.map_err(|error| error.index()), Err(Some(1)));
    assert_eq!(out, [untouched; 2]);
    let mut short = [untouched; 1];
    let result = manager.blobs_to_kzg_commitments_into((&blobs).into(), &mut short);
    assert_eq!(result.map_err(|e| e.kind()), Err(ErrorKind::Input));
    assert_eq!(short, [untouched]);
}

#[test]
fn a_fault_in_one_verdict_of_many_is_a_fault_of_the_call() {
    let flaky = scripted("first", |_, number| match number {
        1 => Action::fault(),
        _ => Action::Pass,
    });
    // With only the required methods, a call for many items makes one call for each item and keeps
    // the error of each item.
    let flaky: &'static Scripted = Box::leak(Box::new(flaky));
    let one_by_one = Arc::new(Required(flaky));
    let fake = Fake::new("oracle");
    let blobs = [*blob(1), *blob(2)];
    let commitments = fake
        .blobs_to_kzg_commitments((&blobs).into())
        .expect("well formed");
    let proofs = fake
        .compute_blob_kzg_proofs((&blobs).into(), &commitments)
        .expect("well formed");
    let manager = EnterpriseKzgManager::new(one_by_one);
    let verdicts = manager.verify_blob_kzg_proof_each((&blobs).into(), &commitments, &proofs);
    assert_eq!(verdicts, Ok(vec![Ok(true), Ok(true)]));
    assert_eq!(flaky.total_calls(), 4, "the whole call was made again");
}

#[test]
fn a_panicking_listener_does_not_reach_the_caller() {
    let (first, second) = (failing("first", integrity()), sound("second"));
    let manager = builder(&[&first, &second])
        .on_transition(|_, _, _| panic!("in a listener"))
        .build();
    assert_eq!(commit(&manager), Err(integrity()));
    assert_eq!(state(&manager, "first"), BreakerState::Open);
    assert_eq!(commit(&manager), right());
}

#[test]
fn breakers_report_their_transitions() {
    let first = failing("first", integrity());
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let listening = Arc::clone(&told);
    let clock = ManualClock::default();
    let manager = builder(&[&first])
        .with_clock(clock.clone())
        .on_transition(move |backend, operation, change| {
            let mut told = listening.lock().expect("no panic");
            told.push((backend.to_owned(), operation, change.to));
        })
        .build();
    assert!(commit(&manager).is_err());
    assert!(manager.compute_cells(&blob(1)).is_err());
    clock.advance(60_000 * MILLISECOND);
    assert!(commit(&manager).is_err());
    use BreakerState::{HalfOpen, Open};
    let first = || "first".to_owned();
    assert_eq!(
        *told.lock().expect("no panic"),
        [
            (first(), COMMIT, Open),
            (first(), Operation::ComputeCells, Open),
            (first(), COMMIT, HalfOpen),
            (first(), COMMIT, Open),
        ]
    );
}

#[test]
fn many_threads_share_a_manager() {
    let first = scripted("first", |_, number| match number % 3 {
        0 => Action::fault(),
        _ => Action::Pass,
    });
    let second = sound("second");
    let manager = manager(&[&first, &second]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(commit(&manager), right());
                }
            });
        }
    });
}
