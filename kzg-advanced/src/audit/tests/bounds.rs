//! Options below their least.

use core::time::Duration;
use std::fs;
use std::sync::mpsc;
use std::thread;

use kzg_traits::Error;

use super::*;
use crate::layer::{Evidence, Finding, Judgement};

#[test]
fn options_below_their_least_count_as_the_least() {
    let (_dir, path) = folder();
    let mut options = AuditOptions::default();
    (options.unsynced, options.max_file_bytes) = (0, 0);
    options.sync_interval = Duration::ZERO;
    let mut checkpoints = CheckpointOptions::new(AuditKey::from_seed(&[5; 32]));
    (checkpoints.every, checkpoints.interval) = (0, Duration::ZERO);
    let (ended, end) = mpsc::channel();
    let log_path = path.clone();
    // A log that hangs fails the test, and does not keep it from ending.
    thread::spawn(move || {
        let logger = AuditLogger::open_signed(&log_path, options, checkpoints).unwrap();
        for number in 0..3 {
            log(&logger, number).unwrap();
        }
        let checkpoint = logger.checkpoint().unwrap();
        drop(logger);
        ended.send(checkpoint).unwrap();
    });
    let checkpoint = end.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(checkpoint.map(|checkpoint| checkpoint.every), Some(1));
    let report = verify(&path).unwrap();
    assert!(report.passed(), "{report:?}");
    assert!(report.files.len() > 3, "{report:?}");
    for file in &report.files {
        assert!(fs::metadata(file).unwrap().len() > 0, "{report:?}");
    }
}

/// A line that is too long would end the log for every reader.
#[test]
fn long_texts_are_shortened() {
    let (_dir, path) = folder();
    let long = "\u{1}".repeat(2 << 20);
    let logger = open(&path);
    let mut call = AuditCall::new(0, Operation::BlobToKzgCommitment, long.clone());
    call.confirmed_by = Some(long.clone());
    let error = Error::Fault {
        backend: long.clone(),
        message: long.clone(),
    };
    logger.log_success(&call, [7; 32]).unwrap();
    logger.log_failure(&call, &error).unwrap();
    logger.log_retry(&call, &long, 1, &error).unwrap();
    logger.log_fallback(&call, &long, &long, &error).unwrap();
    let evidence = Evidence {
        operation: Operation::BlobToKzgCommitment,
        input: None,
        findings: vec![(long.clone(), Finding::Refused(error))],
        judgement: Judgement::Loser(long.clone()),
    };
    logger.log_mismatch(&call, &evidence).unwrap();
    drop(logger);
    assert_eq!(records(&path), 6);
    let text = fs::read_to_string(&path).unwrap();
    let last: AuditEvent = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last.loser.as_deref(), Some(&long[..300]));
}

/// A log whose disk fails is repaired at intervals, which must not be zero.
#[test]
fn the_interval_of_syncs_has_a_least() {
    let options = AuditOptions::default().with_loss_bound(0, Duration::ZERO);
    let options = options.within_bounds();
    assert_eq!(options.sync_interval, Duration::from_millis(1));
    assert_eq!(options.unsynced, 1);
    let usual = AuditOptions::default();
    assert_eq!(usual.within_bounds(), usual);
}
