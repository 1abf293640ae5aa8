//! All kinds of faults at the same time: each call has one outcome, no wrong result is returned,
//! and the audit log records every call.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use kzg_advanced::audit::{AuditEventType, AuditLogger, AuditOptions, verify};
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::resilience::{AdmissionOptions, BreakerOptions, ManualClock};
use kzg_advanced::{
    BackendChoice, Bytes32, ErrorKind, KzgCommitment, KzgProof, SettingsOptions, TrustedSetup, load,
};
use kzg_testing::Seeded;
use kzg_testing::scripted::{Action, Scripted};

use crate::audit_trail::events;
use crate::*;

const THREADS: usize = 4;
const CALLS_PER_THREAD: usize = 150;

/// Inputs with the results of c-kzg.
struct Case {
    blob: Box<Blob>,
    commitment: KzgCommitment,
    proof: KzgProof,
    z: Bytes32,
    opening: (KzgProof, Bytes32),
}

fn cases() -> Vec<Case> {
    let oracle = c_kzg::ethereum_kzg_settings(0);
    (0..3)
        .map(|number| {
            let blob = blob(number);
            let z = Bytes32([number; 32]);
            let theirs = Box::new(c_kzg::Blob::new(blob.0));
            let commitment = oracle.blob_to_kzg_commitment(&theirs).expect("well formed");
            let commitment = commitment.to_bytes();
            let proof = oracle
                .compute_blob_kzg_proof(&theirs, &commitment)
                .expect("well formed");
            let z_theirs = c_kzg::Bytes32::new(z.0);
            let (opening, y) = oracle
                .compute_kzg_proof(&theirs, &z_theirs)
                .expect("well formed");
            Case {
                blob,
                commitment: KzgCommitment(commitment.into_inner()),
                proof: KzgProof(proof.to_bytes().into_inner()),
                z,
                opening: (KzgProof(opening.to_bytes().into_inner()), Bytes32(*y)),
            }
        })
        .collect()
}

/// A backend that fails in every way, by a seeded random sequence. With `flips` the backend also
/// returns wrong bytes. Only one backend may: a cross-check cannot detect two equal wrong results.
fn chaotic(name: &'static str, seed: u64, flips: bool) -> Arc<Scripted> {
    let settings = load(
        BackendChoice::Auto,
        &TrustedSetup::mainnet(),
        SettingsOptions::default(),
    );
    let script = move |operation: Operation, number: usize| {
        let mut seeded = Seeded::new(seed ^ (operation as u64) << 32 ^ number as u64);
        match seeded.bytes::<1>()[0] {
            0..10 => Action::fault(),
            10..16 => Action::Panic,
            16..32 if flips => Action::Flip,
            26..32 => Action::Fail(busy()),
            32..34 => Action::Fail(integrity()),
            34..40 => Action::delay(MILLISECOND),
            _ => Action::Pass,
        }
    };
    let settings = settings.expect("a backend");
    Arc::new(Scripted::new(settings).named(name).otherwise(script))
}

/// Makes one call and checks its result. Returns the error of a call that fails.
fn call(manager: &EnterpriseKzgManager, case: &Case, number: usize) -> Result<()> {
    match number % 6 {
        0 => manager
            .blob_to_kzg_commitment(&case.blob)
            .map(|commitment| assert_eq!(commitment, case.commitment)),
        1 => manager
            .compute_blob_kzg_proof(&case.blob, &case.commitment)
            .map(|proof| assert_eq!(proof, case.proof)),
        2 => manager
            .compute_kzg_proof(&case.blob, &case.z)
            .map(|opening| assert_eq!(opening, case.opening)),
        3 => manager
            .verify_blob_kzg_proof(&case.blob, &case.commitment, &case.proof)
            .map(|verdict| assert!(verdict)),
        4 => {
            let (proof, y) = &case.opening;
            manager
                .verify_kzg_proof(&case.commitment, &case.z, y, proof)
                .map(|verdict| assert!(verdict))
        }
        _ => {
            let malformed = KzgProof([0xff; 48]);
            let verdict = manager.verify_blob_kzg_proof(&case.blob, &case.commitment, &malformed);
            verdict.map(|verdict| panic!("a malformed proof has no verdict: {verdict}"))
        }
    }
}

#[test]
fn with_random_faults_every_call_has_one_right_outcome_and_one_record() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    let backends = [
        chaotic("first", 1, true),
        chaotic("second", 2, false),
        chaotic("third", 3, false),
    ];
    let clock = ManualClock::default();
    let manager = builder(&backends.each_ref())
        .with_cross_check(CrossCheck::Always)
        .with_admission(AdmissionOptions::default().with_concurrency(THREADS, THREADS))
        .with_breakers(BreakerOptions::default().with_timeout(20 * MILLISECOND))
        .with_clock(clock.clone())
        .with_audit(log)
        .build();
    let cases = cases();
    let outcomes: [AtomicUsize; 2] = Default::default();
    let kinds = std::sync::Mutex::new(BTreeMap::<String, usize>::new());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (manager, cases, outcomes, kinds, clock) =
                (&manager, &cases, &outcomes, &kinds, &clock);
            scope.spawn(move || {
                for number in 0..CALLS_PER_THREAD {
                    // The clock moves on so that open breakers close again during the test.
                    clock.advance(MILLISECOND);
                    let number = thread + THREADS * number;
                    let case = &cases[number / 6 % cases.len()];
                    match call(manager, case, number) {
                        Ok(()) => outcomes[0].fetch_add(1, Ordering::Relaxed),
                        Err(error) => {
                            let kind = error.kind();
                            *kinds
                                .lock()
                                .expect("no panic")
                                .entry(kind.to_string())
                                .or_default() += 1;
                            outcomes[1].fetch_add(1, Ordering::Relaxed)
                        }
                    };
                }
            });
        }
    });
    drop(manager);

    let [answered, failed] = outcomes.map(AtomicUsize::into_inner);
    assert_eq!(answered + failed, THREADS * CALLS_PER_THREAD);
    let kinds = kinds.into_inner().expect("no panic");
    assert!(
        answered > THREADS * CALLS_PER_THREAD / 4,
        "{answered}, {kinds:?}"
    );
    for kind in [ErrorKind::Input, ErrorKind::Integrity] {
        assert!(kinds.contains_key(&kind.to_string()), "{kinds:?}");
    }

    let events = events(&path);
    let count = |event_type| {
        events
            .iter()
            .filter(|event| event.event_type == event_type)
            .count()
    };
    assert_eq!(count(AuditEventType::Success), answered);
    assert_eq!(count(AuditEventType::Failure), failed);
    assert!(count(AuditEventType::Mismatch) > 0);
    let ends: Vec<u64> = events
        .iter()
        .filter(|event| {
            matches!(
                event.event_type,
                AuditEventType::Success | AuditEventType::Failure
            )
        })
        .filter_map(|event| event.call)
        .collect();
    let calls: HashSet<u64> = ends.iter().copied().collect();
    assert_eq!(
        (ends.len(), calls.len()),
        (answered + failed, answered + failed)
    );
    for event in &events[1..] {
        assert!(
            event.call.is_some_and(|call| calls.contains(&call)),
            "{event:?}"
        );
    }
    for (kind, number) in kinds {
        let recorded = events.iter().filter(|event| {
            event.event_type == AuditEventType::Failure && event.kind.as_ref() == Some(&kind)
        });
        assert_eq!(recorded.count(), number, "{kind}");
    }
    assert_eq!(verify(&path).expect("readable").broken, None);
}
