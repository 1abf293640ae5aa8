//! Backends that confirm results, and their breakers.

use kzg_advanced::cross_check::{CrossCheck, CrossCheckOptions, ProofCheck};
use kzg_advanced::resilience::{BreakerOptions, BreakerState, ManualClock};
use kzg_testing::scripted::Action;

use crate::*;

#[test]
fn verifications_close_the_breaker_of_the_backend_that_confirms() {
    let operation = Operation::ComputeBlobKzgProof;
    let first = sound("first");
    let second = scripted("second", |called, number| match (called, number) {
        (Operation::VerifyBlobKzgProof, 0) => Action::fault(),
        _ => Action::Pass,
    });
    let (clock, minute) = (ManualClock::default(), Duration::from_secs(60));
    let options = CrossCheckOptions::from(CrossCheck::Always).with_proofs(ProofCheck::Verify);
    let manager = builder(&[&first, &second])
        .with_cross_check(options)
        .with_breakers(
            BreakerOptions::default()
                .with_threshold(1, minute)
                .with_timeout(minute)
                .with_probes(1, 1),
        )
        .with_clock(clock.clone())
        .build();
    let prove = |settings: &dyn KzgSettings| {
        settings.compute_blob_kzg_proof(&blob(1), &right().expect("well formed"))
    };
    let breaker = manager.breaker("second", operation).expect("a backend");
    assert!(prove(&manager).is_err(), "without a confirmation");
    assert_eq!(breaker.state(), BreakerState::Open);
    clock.advance(minute);
    assert_eq!(prove(&manager), prove(&Fake::new("oracle")));
    assert_eq!(breaker.state(), BreakerState::Closed);
    assert_eq!(second.calls(operation), 0);
}
