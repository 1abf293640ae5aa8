//! Options below their least.

use core::time::Duration;
use std::fs;
use std::sync::mpsc;
use std::thread;

use super::*;

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
