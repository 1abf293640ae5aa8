//! The records of calls in the manager's audit log.

use std::fs;
use std::path::Path;

use kzg_advanced::ErrorKind;
use kzg_advanced::audit::{AuditEvent, AuditEventType, AuditLogger, AuditOptions, verify};
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::resilience::{Outcome, Request, WorkerOptions};
use kzg_testing::scripted::{Action, Gate, eventually};

use crate::not_blocking::block_on;
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
fn a_call_that_leaves_the_queue_has_a_record() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let manager = builder(&[&first])
        .with_audit(log)
        .with_worker_options(WorkerOptions::new(1, 1))
        .build();
    let job = |settings: &dyn KzgSettings| commit(settings);
    let running = manager.submit(COMMIT, Request::default(), job);
    gate.wait_for(1);
    drop(manager.submit(COMMIT, Request::default(), job));
    eventually(20_000 * MILLISECOND, || events(&path).len() == 2);
    gate.open();
    assert_eq!(Ok(block_on(running).expect("answered").value), right());
    drop(manager);
    let events = events(&path);
    let types: Vec<AuditEventType> = events.iter().map(|event| event.event_type).collect();
    use AuditEventType::{Failure, Opened, Success};
    assert_eq!(types, [Opened, Failure, Success]);
    assert_eq!(events[1].kind.as_deref(), Some("cancelled"));
    assert_ne!(events[1].call, events[2].call);
}

#[test]
fn a_call_for_several_blobs_has_their_number_and_their_bytes() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    let manager = builder(&[&sound("first")]).with_audit(log).build();
    let blobs = vec![blob(1), blob(2), blob(3)];
    let made = manager.blobs_to_kzg_commitments((&blobs).into());
    assert_eq!(made.map(|made| made.len()), Ok(3));
    drop(manager);
    let events = events(&path);
    assert_eq!(
        (events[1].items, events[1].bytes),
        (Some(3), Some(3 * 131_072))
    );
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
fn a_mismatch_is_logged_with_its_digests() {
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

/// Every call has one end record, whether the queue refused the call, the call expired in the
/// queue, or the call was answered.
#[test]
fn each_submitted_call_has_one_record_of_its_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    let gate = Gate::default();
    let held = gate.clone();
    let first = scripted("first", move |_, _| Action::hang(&held));
    let manager = builder(&[&first])
        .with_worker_options(WorkerOptions::new(2, 98))
        .with_audit(log)
        .build();
    let job = |settings: &dyn KzgSettings| commit(settings);
    let running: Vec<_> = (0..2)
        .map(|_| manager.submit(COMMIT, Request::default(), job))
        .collect();
    gate.wait_for(2);
    let soon = || Request::default().with_timeout(2000 * MILLISECOND);
    let queued: Vec<_> = (0..198)
        .map(|_| manager.submit(COMMIT, soon(), job))
        .collect();
    let kinds: Vec<ErrorKind> = queued
        .into_iter()
        .map(|pending| block_on(pending).expect_err("no answer").kind())
        .collect();
    let count = |kind| kinds.iter().filter(|&&other| other == kind).count();
    // The calls that came while the queue was full were refused.
    assert_eq!(count(ErrorKind::Deadline) + count(ErrorKind::Busy), 198);
    assert!(
        count(ErrorKind::Busy) > 0 && count(ErrorKind::Deadline) >= 98,
        "{kinds:?}"
    );
    gate.open();
    for pending in running {
        assert_eq!(Ok(block_on(pending).expect("answered").value), right());
    }
    drop(manager);

    // A call may be answered before its record is written.
    let start = std::time::Instant::now();
    while events(&path).len() < 201 {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "a record is missing"
        );
        std::thread::sleep(MILLISECOND);
    }
    let events = events(&path);
    let ends = |event_type, kind: Option<&str>| {
        let ends = events.iter().filter(|event| event.event_type == event_type);
        ends.filter(|event| event.kind.as_deref() == kind).count()
    };
    assert_eq!(ends(AuditEventType::Success, None), 2);
    assert_eq!(
        ends(AuditEventType::Failure, Some("deadline")),
        count(ErrorKind::Deadline)
    );
    assert_eq!(
        ends(AuditEventType::Failure, Some("busy")),
        count(ErrorKind::Busy)
    );
    let calls: std::collections::HashSet<_> = events[1..].iter().map(|event| event.call).collect();
    assert_eq!((events.len(), calls.len()), (201, 200));
}

/// The log records only retries that were made.
#[test]
fn the_log_has_as_many_retries_as_there_were() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    let first = scripted("first", |_, _| {
        Action::Delay(60 * MILLISECOND, Box::new(Action::fault()))
    });
    let manager = builder(&[&first]).with_audit(log).build();
    for _ in 0..3 {
        let request = Request::default().with_timeout(30 * MILLISECOND);
        assert!(commit(&manager.with_request(request)).is_err());
    }
    let (calls, made) = (3, first.total_calls());
    drop(manager);
    let retries = events(&path)
        .iter()
        .filter(|event| event.event_type == AuditEventType::Retry)
        .count();
    assert_eq!(retries, made.saturating_sub(calls));
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
