//! Cross-checks withhold wrong results.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kzg_advanced::cross_check::{
    CrossCheck, CrossCheckOptions, CrossChecked, OnMismatch, ProofCheck, Unconfirmed,
};
use kzg_advanced::resilience::{BreakerState, ManualClock, ProvenanceSlot, Request};
use kzg_advanced::{Error, ErrorKind, Item, KzgProof, Operation};
use kzg_testing::scripted::{Action, Scripted};

use crate::*;

pub(crate) fn always() -> CrossCheckOptions {
    CrossCheck::Always.into()
}

fn sample(rate: f64) -> CrossCheck {
    CrossCheck::sample(rate).expect("from 0 to 1")
}

pub(crate) fn checked(
    options: impl Into<CrossCheckOptions>,
    backends: &[&Arc<Scripted>],
) -> EnterpriseKzgManager {
    builder(backends).with_cross_check(options).build()
}

fn flipping(name: &str) -> Arc<Scripted> {
    scripted(name, |_, _| Action::Flip)
}

fn prove(settings: &dyn KzgSettings) -> Result<KzgProof> {
    settings.compute_blob_kzg_proof(&blob(1), &right().expect("well formed"))
}

fn right_proof() -> Result<KzgProof> {
    prove(&Fake::new("oracle"))
}

pub(crate) fn names_both(error: Result<impl std::fmt::Debug>) {
    let error = error.expect_err("a mismatch");
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let message = error.to_string();
    assert!(message.contains("first and second disagree"), "{message}");
}

#[test]
fn a_confirmed_result_is_returned_and_recorded_as_confirmed() {
    let (first, second) = (sound("first"), sound("second"));
    let manager = checked(always(), &[&first, &second]);
    let slot = ProvenanceSlot::default();
    let request = Request::default().with_provenance(&slot);
    assert_eq!(commit(&manager.with_request(request)), right());
    let provenance = slot.last().expect("a call");
    assert_eq!(provenance.backend, "first");
    assert_eq!(provenance.attempts, 1);
    assert_eq!(provenance.cross_checked.as_deref(), Some("second"));
}

#[test]
fn one_flipped_bit_in_a_thousand_calls_is_never_returned() {
    for thirds in [0, 1] {
        let first = scripted("first", |_, number| match number % 1000 {
            500 => Action::Flip,
            _ => Action::Pass,
        });
        let (second, third) = (sound("second"), sound("third"));
        let backends = [&first, &second, &third];
        let clock = ManualClock::default();
        let manager = builder(&backends[..2 + thirds])
            .with_cross_check(always())
            .with_clock(clock.clone())
            .build();
        let oracle = Fake::new("oracle");
        let mut mismatches = 0;
        for number in 0..5000_u32 {
            let mut input = blob(0);
            input.0[28..32].copy_from_slice(&number.to_be_bytes());
            match manager.blob_to_kzg_commitment(&input) {
                Err(error) if error.kind() == ErrorKind::Integrity => {
                    mismatches += 1;
                    // The first backend gets calls again only after the timeout of its breaker.
                    clock.advance(60_000 * MILLISECOND);
                }
                result => assert_eq!(result, oracle.blob_to_kzg_commitment(&input)),
            }
        }
        assert_eq!(mismatches, 5);
    }
}

#[test]
fn sampling_returns_the_documented_share_of_wrong_results() {
    let calls = 20_000;
    let first = scripted("first", |_, number| match number % 10 {
        5 => Action::Flip,
        _ => Action::Pass,
    });
    // With two backends a mismatch is undecided: no breaker opens, and the first backend stays in
    // use.
    let second = sound("second");
    let manager = checked(sample(0.25), &[&first, &second]);
    let (mut escaped, mut caught) = (0, 0);
    for _ in 0..calls {
        match commit(&manager) {
            Err(error) if error.kind() == ErrorKind::Integrity => caught += 1,
            result if result == right() => {}
            result => {
                assert!(result.is_ok());
                escaped += 1;
            }
        }
    }
    assert_eq!(escaped + caught, calls / 10);
    // The expected share is p (1 - rate) = 0.1 * 0.75. The tolerance is eight standard deviations.
    let expected = 0.075 * f64::from(calls);
    assert!(
        (f64::from(escaped) - expected).abs() < 160.0,
        "{escaped} escaped"
    );
}

#[test]
fn a_third_backend_decides() {
    for loser in ["first", "second"] {
        let backend = |name| {
            if name == loser {
                flipping(name)
            } else {
                sound(name)
            }
        };
        let (first, second, third) = (backend("first"), backend("second"), sound("third"));
        let manager = checked(always(), &[&first, &second, &third]);
        let error = commit(&manager).expect_err("a mismatch");
        assert!(
            error.to_string().contains(&format!("{loser} is wrong")),
            "{error}"
        );
        for name in ["first", "second", "third"] {
            let expected = if name == loser {
                BreakerState::Open
            } else {
                BreakerState::Closed
            };
            assert_eq!(state(&manager, name), expected, "{name}");
        }
        assert_eq!(commit(&manager), right(), "the two that are left agree");
    }
}

#[test]
fn a_third_backend_that_agrees_with_neither_decides_nothing() {
    // One commitment and two different refusals are three different results.
    let refused = |element| Error::FieldElement {
        item: Item::Blob,
        index: 0,
        element,
    };
    let first = sound("first");
    let (second, third) = (failing("second", refused(1)), failing("third", refused(2)));
    let manager = checked(always(), &[&first, &second, &third]);
    let error = commit(&manager).expect_err("a mismatch");
    assert!(
        error.to_string().contains("undecided, third was called"),
        "{error}"
    );
    for name in ["first", "second", "third"] {
        assert_eq!(state(&manager, name), BreakerState::Closed);
    }
}

#[test]
fn verification_decides_where_there_are_two() {
    let operation = Operation::ComputeBlobKzgProof;
    for loser in ["first", "second"] {
        let wrong_proofs = |name: &str| {
            scripted(name, move |called, _| match called == operation {
                true => Action::Flip,
                false => Action::Pass,
            })
        };
        let backend = |name| {
            if name == loser {
                wrong_proofs(name)
            } else {
                sound(name)
            }
        };
        let (first, second) = (backend("first"), backend("second"));
        let manager = checked(always(), &[&first, &second]);
        names_both(prove(&manager));
        for name in ["first", "second"] {
            let breaker = manager.breaker(name, operation).expect("a backend");
            assert_eq!(
                breaker.state() == BreakerState::Open,
                name == loser,
                "{name}"
            );
        }
    }
}

#[test]
fn an_undecided_mismatch_names_both_backends_and_opens_no_breaker() {
    let (first, second) = (flipping("first"), sound("second"));
    let manager = checked(always(), &[&first, &second]);
    for _ in 0..20 {
        names_both(commit(&manager));
    }
    assert_eq!(state(&manager, "first"), BreakerState::Closed);
    assert_eq!(state(&manager, "second"), BreakerState::Closed);
}

#[test]
fn a_wrong_verdict_is_a_mismatch_too() {
    let (first, second) = (flipping("first"), sound("second"));
    let manager = checked(always(), &[&first, &second]);
    let (commitment, proof) = (
        right().expect("well formed"),
        right_proof().expect("well formed"),
    );
    names_both(manager.verify_blob_kzg_proof(&blob(1), &commitment, &proof));
}

#[test]
fn the_right_result_of_a_mismatch_is_returned_by_option() {
    let options = always().with_on_mismatch(OnMismatch::DeliverWinner);
    let (first, second, third) = (flipping("first"), sound("second"), sound("third"));
    let manager = checked(options, &[&first, &second, &third]);
    let slot = ProvenanceSlot::default();
    let request = Request::default().with_provenance(&slot);
    assert_eq!(commit(&manager.with_request(request)), right());
    assert_eq!(slot.last().expect("a call").backend, "second");
    // Without a third backend the mismatch is undecided, and no result is returned.
    let manager = checked(options, &[&first, &second]);
    names_both(commit(&manager));
}

#[test]
fn proofs_may_be_verified_instead_of_made_again() {
    let operation = Operation::ComputeBlobKzgProof;
    let options = always().with_proofs(ProofCheck::Verify);
    let (first, second) = (sound("first"), sound("second"));
    let manager = checked(options, &[&first, &second]);
    assert_eq!(prove(&manager), right_proof());
    assert_eq!(second.calls(operation), 0);
    assert_eq!(second.calls(Operation::VerifyBlobKzgProof), 1);
    // A proof for a commitment to another blob is correct although it does not verify, so the
    // second backend computes the proof again.
    let other = kzg_advanced::KzgCommitment([3; 48]);
    let proof = manager.compute_blob_kzg_proof(&blob(1), &other);
    assert_eq!(
        proof,
        Fake::new("oracle").compute_blob_kzg_proof(&blob(1), &other)
    );
    assert_eq!(second.calls(operation), 1);

    let first = scripted("first", move |called, _| match called {
        Operation::VerifyBlobKzgProof => Action::Pass,
        _ => Action::Flip,
    });
    let manager = checked(options, &[&first, &second]);
    names_both(prove(&manager));
}

#[test]
fn every_kind_of_proof_can_be_verified() {
    let options = always().with_proofs(ProofCheck::Verify);
    let (first, second) = (sound("first"), sound("second"));
    let manager = checked(options, &[&first, &second]);
    let blobs = [*blob(1), *blob(2)];
    let commitments = manager
        .blobs_to_kzg_commitments((&blobs).into())
        .expect("agreed");
    manager
        .compute_kzg_proof(&blobs[0], &kzg_advanced::Bytes32([1; 32]))
        .expect("agreed");
    manager
        .compute_blob_kzg_proofs((&blobs).into(), &commitments)
        .expect("agreed");
    manager.compute_cell_kzg_proofs(&blobs[0]).expect("agreed");
    manager
        .compute_many_cells_and_kzg_proofs((&blobs).into())
        .expect("agreed");
    let (cells, _) = manager
        .compute_cells_and_kzg_proofs(&blobs[0])
        .expect("agreed");
    let indices: Vec<u64> = (32..96).collect();
    let some: Vec<_> = indices.iter().map(|&k| cells[k as usize].clone()).collect();
    manager
        .recover_cells_and_kzg_proofs(&indices, (&some).into())
        .expect("agreed");
    for operation in [
        Operation::ComputeKzgProof,
        Operation::ComputeBlobKzgProofs,
        Operation::ComputeCellKzgProofs,
        Operation::ComputeManyCellsAndKzgProofs,
        Operation::ComputeCellsAndKzgProofs,
        Operation::RecoverCellsAndKzgProofs,
    ] {
        assert_eq!(
            (first.calls(operation), second.calls(operation)),
            (1, 0),
            "{operation}"
        );
    }
}

#[test]
fn without_a_second_backend_the_options_decide() {
    for second in [
        failing("second", fault()),
        failing("second", busy()),
        sound("first"),
    ] {
        let first = sound("first");
        let manager = checked(always(), &[&first, &second]);
        let error = commit(&manager).expect_err("unconfirmed");
        assert!(
            matches!(error.kind(), ErrorKind::Fault | ErrorKind::Busy),
            "{error}"
        );
        let options = always().with_unconfirmed(Unconfirmed::Deliver);
        let manager = checked(options, &[&first, &second]);
        let slot = ProvenanceSlot::default();
        let request = Request::default().with_provenance(&slot);
        assert_eq!(commit(&manager.with_request(request)), right());
        assert_eq!(slot.last().expect("a call").cross_checked, None);
        assert_eq!(state(&manager, "first"), BreakerState::Closed);
    }
}

#[test]
fn an_integrity_error_of_the_second_backend_ends_the_call() {
    for options in [CrossCheck::Always, sample(1.0)] {
        let (first, second) = (sound("first"), failing("second", integrity()));
        let third = sound("third");
        let manager = checked(options, &[&first, &second, &third]);
        assert_eq!(commit(&manager), Err(integrity()));
        assert_eq!(state(&manager, "first"), BreakerState::Closed);
        assert_eq!(state(&manager, "second"), BreakerState::Open);
        assert_eq!(commit(&manager), right());
    }
}

#[test]
fn a_probe_is_checked_even_when_sampling_would_not() {
    let first = flipping("first");
    let (second, third) = (sound("second"), sound("third"));
    let clock = ManualClock::default();
    let manager = builder(&[&first, &second, &third])
        .with_cross_check(sample(0.0))
        .with_clock(clock.clone())
        .build();
    assert_ne!(commit(&manager), right(), "nothing is checked");
    let breaker = manager.breaker("first", COMMIT).expect("a backend");
    breaker.record(kzg_advanced::resilience::BreakerOutcome::Fatal);
    clock.advance(60_000 * MILLISECOND);
    names_both(commit(&manager));
    assert_eq!(state(&manager, "first"), BreakerState::Open);
}

/// While no other backend answers, a backend that has computed wrong bytes is not trusted again.
#[test]
fn an_unconfirmed_probe_does_not_close_a_breaker_that_wrong_bytes_opened() {
    for unconfirmed in [Unconfirmed::Deliver, Unconfirmed::Withhold] {
        let first = scripted("first", |_, number| match number {
            0 => Action::Flip,
            _ => Action::Pass,
        });
        let are_down = Arc::new(AtomicBool::new(false));
        let [second, third] = ["second", "third"].map(|name| {
            let is_down = Arc::clone(&are_down);
            scripted(name, move |_, _| match is_down.load(Ordering::Relaxed) {
                true => Action::fault(),
                false => Action::Pass,
            })
        });
        let clock = ManualClock::default();
        let manager = builder(&[&first, &second, &third])
            .with_cross_check(always().with_unconfirmed(unconfirmed))
            .with_clock(clock.clone())
            .build();
        names_both(commit(&manager));
        assert_eq!(state(&manager, "first"), BreakerState::Open);

        are_down.store(true, Ordering::Relaxed);
        clock.advance(60_000 * MILLISECOND);
        for _ in 0..4 {
            match unconfirmed {
                Unconfirmed::Deliver => assert_eq!(commit(&manager), right()),
                _ => assert!(commit(&manager).is_err()),
            }
            assert_eq!(state(&manager, "first"), BreakerState::HalfOpen);
        }

        are_down.store(false, Ordering::Relaxed);
        for _ in 0..4 {
            assert_eq!(commit(&manager), right());
        }
        assert_eq!(state(&manager, "first"), BreakerState::Closed);
    }
}

/// A member that verifies another's proof has computed nothing that another member has confirmed.
#[test]
fn verifying_another_proof_does_not_close_a_breaker_that_wrong_bytes_opened() {
    const PROVE: Operation = Operation::ComputeBlobKzgProof;
    let first = scripted("first", |operation, number| match (operation, number) {
        (PROVE, 0 | 1) => Action::fault(),
        _ => Action::Pass,
    });
    let second = scripted("second", |operation, number| match (operation, number) {
        (PROVE, 0) => Action::Flip,
        _ => Action::Pass,
    });
    let third = sound("third");
    let clock = ManualClock::default();
    let manager = builder(&[&first, &second, &third])
        .with_cross_check(always().with_proofs(ProofCheck::Verify))
        .with_clock(clock.clone())
        .build();
    let breaker = manager.breaker("second", PROVE).expect("a backend");
    assert_eq!(prove(&manager).unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(breaker.state(), BreakerState::Open);
    clock.advance(60_000 * MILLISECOND);
    for _ in 0..4 {
        assert_eq!(prove(&manager), right_proof());
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
    }
    assert!(second.calls(Operation::VerifyBlobKzgProof) > 0);
}

#[test]
fn cross_checks_work_without_a_manager() {
    let (first, second) = (flipping("first"), sound("second"));
    let backends = [first as Arc<dyn KzgSettings>, second];
    let checked = CrossChecked::new(backends, CrossCheck::Always);
    names_both(commit(&checked));
    assert!(checked.breaker("first", COMMIT).is_some());
}
