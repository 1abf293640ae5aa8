//! The numbers of calls, which are not used again after a log is reopened.

use core::time::Duration;
use std::fs;

use super::*;

/// Takes 50 numbers, of which the last has a record, and returns the last.
fn take_numbers(logger: &AuditLogger) -> u64 {
    let without_records = 49;
    let first = logger.next_call();
    for _ in 1..without_records {
        let _ = logger.next_call();
    }
    let last = logger.next_call();
    assert_eq!(last, first + without_records);
    log(logger, last).unwrap();
    last
}

#[test]
fn numbers_ahead_of_the_records_are_kept_by_the_last_record() {
    let (_dir, path) = folder();
    let mut last = take_numbers(&open(&path));
    for _ in 0..3 {
        let logger = open(&path);
        assert_eq!(logger.next_call(), last + 1);
        last = take_numbers(&logger);
    }
    assert_eq!(records(&path), 8);
}

#[test]
fn checkpoints_and_rotated_files_keep_the_numbers_too() {
    let (dir, path) = folder();
    let checkpoints = CheckpointOptions::new(AuditKey::from_seed(&[5; 32]))
        .with_interval(1000, Duration::from_secs(3600));
    let logger = AuditLogger::open_signed(&path, AuditOptions::default(), checkpoints).unwrap();
    let last = take_numbers(&logger);
    // The last record is that of a checkpoint.
    drop(logger);
    fs::rename(&path, dir.path().join("audit.jsonl.000001")).unwrap();
    assert_eq!(open(&path).next_call(), last + 1);
    assert!(verify(&path).unwrap().passed());
}

/// A log in which each call has a record is the same as those of earlier versions.
#[test]
fn numbers_that_the_records_imply_are_not_written() {
    let (_dir, path) = folder();
    for _ in 0..2 {
        let logger = open(&path);
        for _ in 0..10 {
            log(&logger, logger.next_call()).unwrap();
        }
    }
    assert!(!fs::read_to_string(&path).unwrap().contains("next_call"));
    assert!(open(&path).next_call() >= 22);
}

/// A record that was made by hand must not make the numbers of calls overflow.
#[test]
fn a_record_with_too_large_a_number_of_a_call_is_refused() {
    let (_dir, path) = folder();
    for number in [1 << 63, u64::MAX] {
        let mut event = AuditEvent::new(AuditEventType::Opened);
        event.next_call = Some(number);
        let (line, _) = Head::default().record(event);
        fs::write(&path, &line).unwrap();
        let reason = RecordFault::LargeCall { number };
        let error = AuditLogger::open(&path, AuditOptions::default()).unwrap_err();
        assert_eq!(error.fault, AuditFault::LastRecord(reason.clone()));
        assert_eq!(fs::read(&path).unwrap(), line);
        assert_eq!(verify(&path).unwrap().broken.unwrap().reason, reason);
    }
}
