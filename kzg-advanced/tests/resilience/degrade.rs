//! The service level falls under load and recovers afterwards.

use kzg_advanced::resilience::{
    ManualClock, ProvenanceSlot, RecoveryPolicy, RecoveryStrategy, Request, ServiceLevel,
};
use kzg_advanced::{ErrorKind, KzgCommitment, KzgProof};
use kzg_testing::scripted::Action;

use crate::*;

fn degrade(level: ServiceLevel) -> RecoveryPolicy {
    RecoveryPolicy::default().with_default(RecoveryStrategy::Degrade { level })
}

fn prove(settings: &dyn KzgSettings) -> Result<KzgProof> {
    settings.compute_blob_kzg_proof(&blob(1), &KzgCommitment([1; 48]))
}

#[test]
fn service_goes_down_step_by_step_and_comes_back() {
    // Calls fail at full service and succeed with fewer threads.
    let full = failing("first", busy());
    let reduced = sound("first");
    let clock = ManualClock::default();
    let manager = builder(&[&full])
        .with_reduced(reduced.clone())
        .with_policy(degrade(ServiceLevel::FewerThreads))
        .with_clock(clock.clone())
        .build();
    assert_eq!(commit(&manager), right());
    assert_eq!(manager.service_level(), ServiceLevel::FewerThreads);
    assert_eq!((full.total_calls(), reduced.total_calls()), (1, 1));
    assert_eq!(commit(&manager), right());
    assert_eq!(full.total_calls(), 1, "later calls start at the level");

    clock.advance(30_000 * MILLISECOND);
    assert_eq!(manager.service_level(), ServiceLevel::Full);
    assert_eq!(commit(&manager), right());
    assert_eq!(full.total_calls(), 2);
}

#[test]
fn at_the_lowest_level_proofs_are_refused_and_verifications_run() {
    // Proving, which needs much memory, fails.
    let first = scripted("first", |operation, _| match operation {
        Operation::ComputeBlobKzgProof => Action::Fail(busy()),
        _ => Action::Pass,
    });
    let clock = ManualClock::default();
    let manager = builder(&[&first])
        .with_policy(degrade(ServiceLevel::VerifyOnly))
        .with_clock(clock.clone())
        .build();
    assert_eq!(prove(&manager), Err(busy()));
    assert_eq!(manager.service_level(), ServiceLevel::VerifyOnly);
    let called = first.total_calls();
    let slot = ProvenanceSlot::default();
    let refused = prove(&manager.with_request(Request::default().with_provenance(&slot)));
    let refused = refused.expect_err("refused");
    let provenance = slot.last().expect("a call");
    assert_eq!(provenance.service, ServiceLevel::VerifyOnly);
    assert!(provenance.is_degraded());
    assert_eq!(refused.kind(), ErrorKind::Busy);
    assert!(refused.to_string().contains("degraded"), "{refused}");
    assert_eq!(first.total_calls(), called, "no backend was called");

    let oracle = Fake::new("oracle");
    let commitment = right().expect("well formed");
    let proof = oracle
        .compute_blob_kzg_proof(&blob(1), &commitment)
        .expect("well formed");
    assert_eq!(
        manager.verify_blob_kzg_proof(&blob(1), &commitment, &proof),
        Ok(true)
    );
    let mut wrong = proof;
    wrong.0[47] ^= 1;
    assert_eq!(
        manager.verify_blob_kzg_proof(&blob(1), &commitment, &wrong),
        Ok(false)
    );
    assert!(
        manager
            .verify_blob_kzg_proof(&blob(2), &commitment, &KzgProof([0xff; 48]))
            .is_err()
    );
    assert_eq!(commit(&manager), right());

    for level in [
        ServiceLevel::WithoutTables,
        ServiceLevel::FewerThreads,
        ServiceLevel::Full,
    ] {
        clock.advance(30_000 * MILLISECOND);
        assert_eq!(manager.service_level(), level);
    }
}

#[test]
fn a_level_is_the_floor_of_its_operation() {
    let first = failing("first", busy());
    let manager = builder(&[&first])
        .with_policy(degrade(ServiceLevel::FewerThreads))
        .build();
    for _ in 0..5 {
        assert_eq!(prove(&manager), Err(busy()));
        assert_eq!(manager.service_level(), ServiceLevel::FewerThreads);
    }
}

/// A failure at the floor counts as a failure, so service is restored only later.
#[test]
fn failures_at_the_floor_keep_service_down() {
    for (level, calls) in [
        (ServiceLevel::FewerThreads, 2),
        (ServiceLevel::VerifyOnly, 4),
    ] {
        let first = failing("first", busy());
        let clock = ManualClock::default();
        let manager = builder(&[&first])
            .with_policy(degrade(level))
            .with_clock(clock.clone())
            .build();
        assert_eq!(commit(&manager), Err(busy()));
        assert_eq!(manager.service_level(), level);
        assert_eq!(first.total_calls(), calls);
        clock.advance(29_000 * MILLISECOND);
        assert_eq!(commit(&manager), Err(busy()));
        assert_eq!(first.total_calls(), calls + 1);
        clock.advance(2_000 * MILLISECOND);
        assert_eq!(manager.service_level(), level);
        clock.advance(28_000 * MILLISECOND);
        assert!(manager.service_level() < level);
    }
}

#[test]
fn other_strategies_are_not_degraded_with_it() {
    let first = scripted("first", |operation, _| match operation {
        Operation::ComputeBlobKzgProof => Action::Fail(busy()),
        _ => Action::Pass,
    });
    let strategy = RecoveryStrategy::Degrade {
        level: ServiceLevel::VerifyOnly,
    };
    let policy = RecoveryPolicy::default().with_strategy(Operation::ComputeBlobKzgProof, strategy);
    let manager = builder(&[&first]).with_policy(policy).build();
    assert_eq!(prove(&manager), Err(busy()));
    assert!(manager.compute_cells_and_kzg_proofs(&blob(1)).is_ok());
}
