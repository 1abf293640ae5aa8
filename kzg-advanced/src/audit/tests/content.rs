//! The fields of the records of each kind.

use core::time::Duration;
use std::fs;

use kzg_traits::Error;
use serde_json::{Value, json};

use super::*;
use crate::layer::{Evidence, Finding, Judgement};

/// The records about calls, without what differs from run to run.
fn written(path: &Path) -> Vec<Value> {
    let content = fs::read_to_string(path).unwrap();
    let lines = content.lines().map(|line| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let fields = record.as_object_mut().unwrap();
        for field in ["seq", "time", "prev", "hash"] {
            fields.remove(field).unwrap();
        }
        record
    });
    lines.filter(|record| record["type"] != "opened").collect()
}

fn call() -> AuditCall {
    AuditCall {
        attempts: 3,
        degraded: true,
        confirmed_by: Some("arkworks".to_owned()),
        items: 6,
        bytes: 786_432,
        input: Some([0xab; 32]),
        duration: Duration::from_micros(1234),
        ..AuditCall::new(5, Operation::VerifyBlobKzgProofBatch, "blst")
    }
}

fn fault(message: &str) -> Error {
    Error::Fault {
        backend: "blst".to_owned(),
        message: message.to_owned(),
    }
}

#[test]
fn a_logger_is_printed_with_its_path_and_its_head() {
    let (_dir, path) = folder();
    let logger = open(&path);
    let text = format!("{logger:?}");
    for part in [format!("{path:?}"), format!("{:?}", logger.head())] {
        assert!(text.contains(&part), "{text}");
    }
}

#[test]
fn records_have_the_time_in_microseconds() {
    // The clock of a machine can jump between two records, so only its century is compared.
    const YEAR_2020: u64 = 1_577_836_800_000_000;
    const YEAR_2100: u64 = 4_102_444_800_000_000;
    let (_dir, path) = folder();
    let logger = open(&path);
    logger.log_success(&call(), [0xcd; 32]).unwrap();
    let content = fs::read_to_string(&path).unwrap();
    assert_eq!(content.lines().count(), 2);
    for line in content.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let time = record["time"].as_u64().unwrap();
        assert!((YEAR_2020..YEAR_2100).contains(&time), "{time}");
    }
}

#[test]
fn the_end_of_a_call_has_all_that_is_known_of_it() {
    let (_dir, path) = folder();
    let logger = open(&path);
    logger.log_success(&call(), [0xcd; 32]).unwrap();
    logger.log_failure(&call(), &fault("lost")).unwrap();
    let mut success = json!({
        "type": "success",
        "call": 5,
        "operation": Operation::VerifyBlobKzgProofBatch.name(),
        "backend": "blst",
        "attempts": 3,
        "items": 6,
        "bytes": 786_432,
        "input": "ab".repeat(32),
        "micros": 1234,
        "degraded": true,
        "confirmed_by": "arkworks",
    });
    let mut failure = success.clone();
    success["output"] = "cd".repeat(32).into();
    failure["type"] = "failure".into();
    failure["kind"] = fault("lost").kind().to_string().into();
    failure["error"] = fault("lost").to_string().into();
    assert_eq!(written(&path), [success, failure]);
}

#[test]
fn what_is_not_known_of_a_call_is_absent() {
    let (_dir, path) = folder();
    let call = AuditCall::new(5, Operation::BlobToKzgCommitment, "");
    open(&path).log_success(&call, [0xcd; 32]).unwrap();
    let expected = json!({
        "type": "success",
        "call": 5,
        "operation": Operation::BlobToKzgCommitment.name(),
        "attempts": 1,
        "items": 1,
        "bytes": 0,
        "micros": 0,
        "output": "cd".repeat(32),
    });
    assert_eq!(written(&path), [expected]);
}

/// A log that is opened again must not give a number twice. The number of the next call is written where it is
/// larger than the number of records tells.
#[test]
fn the_number_of_the_next_call_is_written_only_where_it_is_needed() {
    let (_dir, path) = folder();
    let logger = open(&path);
    let mut next_call = None;
    let numbers = [0, 0, 1, 0, 1].map(|more| {
        for _ in 0..=more {
            next_call = Some(logger.next_call());
        }
        log(&logger, 0).unwrap();
        next_call.unwrap()
    });
    assert_eq!(numbers, [0, 1, 3, 4, 6]);
    let written = written(&path);
    let of_records: Vec<Option<u64>> = written
        .iter()
        .map(|record| record.get("next_call").and_then(Value::as_u64))
        .collect();
    assert_eq!(of_records, [None, None, None, None, Some(7)]);
}

#[test]
fn retries_and_fallbacks_name_the_backends_and_the_error() {
    let (_dir, path) = folder();
    let logger = open(&path);
    let error = fault(&"x".repeat(1000));
    logger.log_retry(&call(), "blst", 2, &error).unwrap();
    logger
        .log_fallback(&call(), "blst", "arkworks", &error)
        .unwrap();
    let shortened: String = error.to_string().chars().take(300).collect();
    let about_the_call = json!({
        "call": 5,
        "operation": Operation::VerifyBlobKzgProofBatch.name(),
        "backend": "blst",
        "kind": error.kind().to_string(),
        "error": shortened,
    });
    let (mut retry, mut fallback) = (about_the_call.clone(), about_the_call);
    retry["type"] = "retry".into();
    retry["attempts"] = 2.into();
    fallback["type"] = "fallback".into();
    fallback["to"] = "arkworks".into();
    assert_eq!(written(&path), [retry, fallback]);
}

#[test]
fn a_mismatch_has_the_finding_of_each_backend_and_the_decision() {
    let (_dir, path) = folder();
    let logger = open(&path);
    let refusal = fault("refused");
    for judgement in [Judgement::Loser("blst".to_owned()), Judgement::Undecided] {
        let evidence = Evidence {
            operation: Operation::VerifyBlobKzgProofBatch,
            input: Some([0xab; 32]),
            findings: vec![
                ("blst".to_owned(), Finding::Result([0xcd; 32])),
                ("arkworks".to_owned(), Finding::Refused(refusal.clone())),
            ],
            judgement,
        };
        logger.log_mismatch(&call(), &evidence).unwrap();
    }
    let undecided = json!({
        "type": "mismatch",
        "call": 5,
        "operation": Operation::VerifyBlobKzgProofBatch.name(),
        "input": "ab".repeat(32),
        "findings": [
            { "backend": "blst", "output": "cd".repeat(32) },
            { "backend": "arkworks", "refused": refusal.to_string() },
        ],
    });
    let mut decided = undecided.clone();
    decided["loser"] = "blst".into();
    assert_eq!(written(&path), [decided, undecided]);
}
