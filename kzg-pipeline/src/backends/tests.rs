//! The backends that get the calls of a job, and the counts in the report.

use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::Operation;

use super::*;
use crate::{DataProcessingPipeline, PipelineOptions, ProcessingReport};
use kzg_advanced::adaptive::BackendProfile;

fn fake(name: &str) -> Arc<dyn KzgSettings> {
    Arc::new(Fake::new(name))
}

fn process(backends: JobBackends) -> ProcessingReport {
    DataProcessingPipeline::with_backends(backends, PipelineOptions::default())
        .process_dataset(&[vec![1; 100]])
        .unwrap()
}

#[test]
fn a_backend_that_fails_is_replaced_and_the_report_says_so() {
    let flaky = Scripted::new(fake("one"))
        .on(Operation::BlobsToKzgCommitments, 0, Action::fault())
        .otherwise(|operation, _| match operation {
            Operation::ComputeBlobKzgProofs => Action::Panic,
            _ => Action::Pass,
        });
    let backends = JobBackends {
        prover: Choice::new(Role::Prove, "for the test").assign(&[Arc::new(flaky), fake("two")]),
        ..JobBackends::single(fake("three"))
    };
    // The retry on the first backend computes the commitment. The second backend computes the
    // proof after two failed attempts of the first.
    let report = process(backends.clone());
    assert_eq!((report.retries, report.fallbacks), (2, 1));
    assert_eq!((report.succeeded, report.failed), (1, 0));
    let proving = &report.backends[0];
    assert_eq!(
        (&*proving.backend, &*proving.reason),
        ("one", "for the test")
    );
    assert_eq!(proving.fallbacks, ["two"]);
    let calls = |used: &BackendUse| (used.calls, used.failed_calls);
    assert_eq!(
        proving.used.iter().map(calls).collect::<Vec<_>>(),
        [(4, 3), (1, 0)]
    );
    assert_eq!(report.backends[1].used[0].backend, "three");
    // The counts of another run start at zero.
    let report = process(backends);
    assert_eq!((report.retries, report.fallbacks), (1, 1));
    assert_eq!(calls(&report.backends[0].used[0]), (3, 2));
}

#[test]
fn the_candidates_of_an_adaptive_backend_are_in_the_report() {
    let mut adaptive = AdaptiveBackend::new();
    for (name, micros) in [("slow", 900), ("fast", 100)] {
        let time = core::time::Duration::from_micros(micros);
        let profile = BackendProfile {
            commitment_time: time,
            proof_time: time,
            verification_time: time,
            ..BackendProfile::named(name)
        };
        adaptive.register_backend(profile, fake(name));
    }
    let backends = JobBackends::adaptive(&adaptive, WorkloadType::Streaming).unwrap();
    let report = process(backends.with_verifier(fake("other")));
    let [proving, verifying] = &*report.backends else {
        panic!("{report}")
    };
    assert_eq!((&*proving.backend, &*verifying.backend), ("fast", "other"));
    let names: Vec<&str> = proving.candidates.iter().map(|c| &*c.name).collect();
    assert_eq!(names, ["fast", "slow"]);
    assert!(proving.candidates[0].seconds_per_item < proving.candidates[1].seconds_per_item);
    assert!(JobBackends::adaptive(&AdaptiveBackend::new(), WorkloadType::Streaming).is_err());
}

#[cfg(all(feature = "blst", feature = "arkworks"))]
#[test]
fn another_backend_verifies_unless_it_is_asked_not_to() {
    use kzg_traits::TrustedSetup;

    use kzg_advanced::BackendId;

    let setup = TrustedSetup::mainnet();
    let choose = |options: &BackendOptions| {
        let report = process(JobBackends::choose(&setup, options).unwrap());
        assert_eq!(report.succeeded, 1);
        (
            report.backends[0].backend.clone(),
            report.backends[1].backend.clone(),
        )
    };
    let options = BackendOptions::default();
    let (prover, verifier) = choose(&options);
    assert_eq!(prover, "blst");
    assert_ne!(verifier, "blst");
    let options = options.with_backend(BackendId::Arkworks.into());
    assert_eq!(choose(&options), ("arkworks".to_owned(), "blst".to_owned()));
    let options = options.with_verifier(VerifierChoice::Same);
    assert_eq!(choose(&options).1, "arkworks");
    let options = options.with_verifier(VerifierChoice::Fixed(BackendId::Blst));
    let options = options.with_cross_check(CrossCheck::Always);
    assert_eq!(choose(&options).1, "blst");
    for name in ["auto", "same", "blst"] {
        let choice: VerifierChoice = name.parse().unwrap();
        assert_eq!(choice.to_string(), name);
    }
    assert!("abacus".parse::<VerifierChoice>().is_err());
}
