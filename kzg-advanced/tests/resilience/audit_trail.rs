//! What the manager's log says about calls.

use std::fs;
use std::path::Path;

use kzg_advanced::audit::{AuditEvent, AuditEventType, AuditLogger, AuditOptions, verify};
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::resilience::Outcome;
use kzg_testing::scripted::Action;

use crate::*;

pub(crate) fn events(path: &Path) -> Vec<AuditEvent> {
    fs::read_to_string(path)
        .expect("a log")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect()
}

fn hex(digest: [u8; 32]) -> String {
    kzg_advanced::Bytes32(digest).to_string()[2..].to_owned()
}

#[test]
fn each_call_has_its_end_and_what_came_before() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    let (first, second) = (failing("first", fault()), sound("second"));
    let manager = builder(&[&first, &second]).with_audit(log).build();
    assert_eq!(commit(&manager), right());
    let malformed = kzg_advanced::KzgCommitment([0xff; 48]);
    let error = manager.compute_blob_kzg_proof(&blob(1), &malformed);
    assert!(error.is_err());
    drop(manager);

    let events = events(&path);
    let types: Vec<AuditEventType> = events.iter().map(|event| event.event_type).collect();
    use AuditEventType::{Failure, Fallback, Opened, Retry, Success};
    assert_eq!(
        types,
        [Opened, Retry, Fallback, Success, Retry, Fallback, Failure]
    );
    let success = &events[3];
    assert_eq!(success.operation.as_deref(), Some("blob_to_kzg_commitment"));
    assert_eq!(success.backend.as_deref(), Some("second"));
    assert_eq!(success.attempts, Some(3));
    assert_eq!((success.items, success.bytes), (Some(1), Some(131_072)));
    assert_eq!(
        success.output,
        Some(hex(right().expect("well formed").digest()))
    );
    assert!(success.input.is_some());
    assert!(events[1..4].iter().all(|event| event.call == success.call));
    assert_eq!(events[6].kind.as_deref(), Some("input"));
    assert_ne!(events[6].call, success.call);
    let report = verify(&path).expect("readable");
    assert_eq!((report.records, report.broken), (7, None));
}

#[test]
fn a_mismatch_leaves_its_evidence() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    let first = scripted("first", |_, _| Action::Flip);
    let (second, third) = (sound("second"), sound("third"));
    let manager = builder(&[&first, &second, &third])
        .with_cross_check(CrossCheck::Always)
        .with_audit(log)
        .build();
    assert!(commit(&manager).is_err());
    assert_eq!(commit(&manager), right());
    drop(manager);

    let events = events(&path);
    let mismatch = &events[1];
    assert_eq!(mismatch.event_type, AuditEventType::Mismatch);
    assert_eq!(mismatch.loser.as_deref(), Some("first"));
    assert_eq!(mismatch.findings.len(), 3);
    let right = hex(right().expect("well formed").digest());
    assert_ne!(mismatch.findings[0].output.as_ref(), Some(&right));
    assert_eq!(mismatch.findings[1].output.as_ref(), Some(&right));
    assert_eq!(mismatch.findings[2].output.as_ref(), Some(&right));
    assert_eq!(events[2].kind.as_deref(), Some("integrity"));
    assert_eq!(mismatch.input, events[2].input);
    let success = events.last().expect("an event");
    assert_eq!(success.confirmed_by.as_deref(), Some("third"));
}

#[test]
fn the_log_holds_no_blob() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    let first = sound("first");
    let manager = builder(&[&first]).with_audit(log).build();
    let blobs = vec![*blob(1); 20];
    manager
        .blobs_to_kzg_commitments((&blobs).into())
        .expect("well formed");
    drop(manager);
    assert!(fs::metadata(&path).expect("a log").len() < 2000);
}
