//! Backends that confirm results: their breakers, and results that cannot be compared.

use kzg_advanced::ErrorKind;
use kzg_advanced::cross_check::{CrossCheck, CrossCheckOptions, ProofCheck, Unconfirmed};
use kzg_advanced::resilience::{
    BreakerOptions, BreakerState, ManualClock, Outcome, ProvenanceSlot, Request,
};
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

/// A result of the user's own type, which is the name of the backend. The digest panics for some
/// backends.
struct Named {
    backend: String,
    panics_for: &'static [&'static str],
}

impl Outcome for Named {
    fn digest(&self) -> [u8; 32] {
        assert!(!self.panics_for.contains(&&*self.backend), "scripted");
        let mut digest = [0; 32];
        digest[0] = self.backend.as_bytes()[0];
        digest
    }
}

fn name_of(
    manager: &EnterpriseKzgManager,
    panics_for: &'static [&'static str],
) -> core::result::Result<String, ErrorKind> {
    let named = manager.execute(COMMIT, &Request::default(), move |settings| {
        Ok(Named {
            backend: settings.backend().to_owned(),
            panics_for,
        })
    });
    named
        .map(|answer| answer.value.backend)
        .map_err(|error| error.kind())
}

#[test]
fn a_result_without_a_digest_equals_no_other() {
    let backends = ["first", "second", "third"].map(sound);
    for unconfirmed in [Unconfirmed::Withhold, Unconfirmed::Deliver] {
        let options = CrossCheckOptions::from(CrossCheck::Always).with_unconfirmed(unconfirmed);
        for number in [2, 3] {
            let backends: Vec<_> = backends[..number].iter().collect();
            let manager = builder(&backends).with_cross_check(options).build();
            let names = manager.backends().map(str::to_owned);
            let names: Vec<String> = names.collect();
            let fault: [&'static [&'static str]; 3] =
                [&["first", "second", "third"], &["first"], &["second"]];
            for panics_for in fault {
                assert_eq!(name_of(&manager, panics_for), Err(ErrorKind::Fault));
            }
            // The first two results differ, and the third backend decides nothing.
            assert_eq!(name_of(&manager, &["third"]), Err(ErrorKind::Integrity));
            for name in names {
                assert_eq!(state(&manager, &name), BreakerState::Closed, "{name}");
            }
        }
    }
}

/// The call failed because of the second backend, which only confirms.
#[test]
fn a_result_that_is_withheld_names_the_backend_that_did_not_confirm() {
    for error in [fault(), busy(), integrity()] {
        let (first, second) = (sound("first"), failing("second", error.clone()));
        let manager = builder(&[&first, &second])
            .with_cross_check(CrossCheck::Always)
            .build();
        let slot = ProvenanceSlot::default();
        let request = Request::default().with_provenance(&slot);
        assert_eq!(commit(&manager.with_request(request)), Err(error));
        let provenance = slot.last().expect("a call");
        assert_eq!((&*provenance.backend, provenance.attempts), ("second", 1));
    }
}
