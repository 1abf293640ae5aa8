//! The layers over backends that fail by a script: no wrong answer comes out, and every call has exactly
//! one record of its end.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use kzg_advanced::audit::{AuditEvent, AuditEventType, AuditLogger, AuditOptions, verify};
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::resilience::{
    AdmissionOptions, BreakerOptions, EnterpriseKzgManager, ManualClock, RecoveryPolicy,
    RecoveryStrategy,
};
use kzg_testing::Seeded;
use kzg_testing::fake::Fake;
use kzg_testing::scripted::{Action, Scripted};
use kzg_traits::{Blob, Bytes32, Error, KzgProof, KzgSettings};

/// Runs the target.
pub fn run(data: &[u8]) {
    // A scripted panic is caught by the layers; its message would fill the log.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::panic::catch_unwind(|| attempt(&mut Unstructured::new(data)));
    std::panic::set_hook(hook);
    if let Err(panic) = outcome {
        let text = panic.downcast_ref::<String>().cloned();
        panic!(
            "{}",
            text.unwrap_or_else(|| "an invariant does not hold".to_owned())
        );
    }
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let count = u.int_in_range(1..=3_usize)?;
    let is_checked: bool = u.arbitrary()?;
    // At most one backend returns wrong results, and only where another backend checks them.
    let liar = if is_checked && count > 1 {
        u.choose_index(count)?
    } else {
        count
    };
    let mut backends = Vec::new();
    for index in 0..count {
        let script: Vec<u8> = (0..32).map(|_| u.arbitrary()).collect::<Result<_>>()?;
        let script = move |_, call: usize| action(script[call % 32], index == liar);
        let name = ["first", "second", "third"][index];
        let backend = Scripted::new(Arc::new(Fake::new(name))).otherwise(script);
        backends.push(Arc::new(backend));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.jsonl");
    let relaxed = AuditOptions::default().with_loss_bound(u64::MAX, Duration::from_secs(3600));
    let log = AuditLogger::open(&path, relaxed).expect("a new log");
    let clock = ManualClock::default();
    let mut builder =
        EnterpriseKzgManager::builder(Arc::clone(&backends[0]) as Arc<dyn KzgSettings>);
    for backend in &backends[1..] {
        builder = builder.with_fallback(Arc::clone(backend) as Arc<dyn KzgSettings>);
    }
    if is_checked {
        builder = builder.with_cross_check(CrossCheck::Always);
    }
    if u.arbitrary()? {
        let strategy = match u.int_in_range(0..=1_u8)? {
            0 => RecoveryStrategy::FailFast,
            _ => RecoveryStrategy::Retry {
                max_attempts: u.int_in_range(0..=3)?,
                delay: Duration::ZERO,
            },
        };
        builder = builder.with_policy(RecoveryPolicy::default().with_default(strategy));
    }
    let manager = builder
        .with_admission(AdmissionOptions::default().with_concurrency(1, 0))
        .with_breakers(BreakerOptions::default().with_threshold(2, Duration::from_secs(60)))
        .with_clock(clock.clone())
        .with_audit(log)
        .build();
    let (mut answered, mut failed) = (0, 0);
    for _ in 0..u.int_in_range(1..=24_u8)? {
        clock.advance(Duration::from_secs(u.int_in_range(0..=40)?));
        if call(&manager, u.arbitrary()?) {
            answered += 1
        } else {
            failed += 1
        }
    }
    drop(manager);
    check_log(&path, answered, failed);
    Ok(())
}

fn action(byte: u8, lies: bool) -> Action {
    match byte {
        0..100 => Action::Pass,
        100..130 => Action::fault(),
        130..150 => Action::Panic,
        150..170 => Action::Fail(Error::Busy {
            reason: "scripted".to_owned(),
        }),
        170..180 => Action::Fail(Error::Integrity {
            message: "scripted".to_owned(),
        }),
        180.. if lies => Action::Flip,
        _ => Action::Pass,
    }
}

/// Makes one call and compares its answer; returns whether there was one.
fn call(manager: &EnterpriseKzgManager, byte: u8) -> bool {
    let oracle = Fake::new("oracle");
    let blob: Box<Blob> = Seeded::new(u64::from(byte % 3)).blob();
    let z = Bytes32([byte % 3; 32]);
    let commitment = oracle.blob_to_kzg_commitment(&blob).expect("a fake");
    match byte % 5 {
        0 => right(manager.blob_to_kzg_commitment(&blob), Ok(commitment)),
        1 => right(
            manager.compute_kzg_proof(&blob, &z),
            oracle.compute_kzg_proof(&blob, &z),
        ),
        2 => {
            let proof = oracle.compute_blob_kzg_proof(&blob, &commitment);
            right(manager.compute_blob_kzg_proof(&blob, &commitment), proof)
        }
        3 => {
            let proof = oracle
                .compute_blob_kzg_proof(&blob, &commitment)
                .expect("a fake");
            right(
                manager.verify_blob_kzg_proof(&blob, &commitment, &proof),
                Ok(true),
            )
        }
        // Malformed input has no answer, whatever the backends do.
        _ => {
            let malformed = KzgProof([0xff; 48]);
            let verdict = manager.verify_blob_kzg_proof(&blob, &commitment, &malformed);
            assert!(
                verdict.is_err(),
                "a verdict on a malformed proof: {verdict:?}"
            );
            false
        }
    }
}

fn right<T: PartialEq + std::fmt::Debug>(
    answer: std::result::Result<T, Error>,
    expected: std::result::Result<T, Error>,
) -> bool {
    let Ok(answer) = answer else { return false };
    assert_eq!(Ok(answer), expected, "a wrong answer came out");
    true
}

fn check_log(path: &std::path::Path, answered: usize, failed: usize) {
    let text = fs::read_to_string(path).expect("the log");
    let events: Vec<AuditEvent> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect();
    let ends = |of| events.iter().filter(|event| event.event_type == of).count();
    assert_eq!(
        ends(AuditEventType::Success),
        answered,
        "one record for each answer"
    );
    assert_eq!(
        ends(AuditEventType::Failure),
        failed,
        "one record for each failure"
    );
    let of_end = |event: &&AuditEvent| {
        matches!(
            event.event_type,
            AuditEventType::Success | AuditEventType::Failure
        )
    };
    let mut calls: Vec<u64> = events
        .iter()
        .filter(of_end)
        .filter_map(|event| event.call)
        .collect();
    calls.sort_unstable();
    calls.dedup();
    assert_eq!(
        calls.len(),
        answered + failed,
        "each call has its own number"
    );
    assert!(verify(path).expect("readable").passed());
}
