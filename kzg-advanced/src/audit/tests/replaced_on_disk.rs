//! Files that are removed or cut, on a disk that fails meanwhile.

use super::failing_disk::{Disk, events, journal, journal_at, on_disk};
use super::*;
use crate::audit::journal::Journal;

fn append(journal: &Journal) -> Result<(), AuditError> {
    journal.append(AuditEvent::new(AuditEventType::Success))
}

/// Only the old file has the records that were not synced, so they are not durable before its sync.
#[test]
fn a_removed_file_that_cannot_be_synced_stops_calls_until_it_can() {
    let disk = Disk::default();
    let (_dir, path) = folder();
    let options = AuditOptions::default().with_loss_bound(1000, Duration::from_secs(3600));
    let logger = AuditLogger::start(journal_at(&path, &disk, options), None).unwrap();
    log(&logger, 0).unwrap();
    disk.remove();
    disk.set_cannot_sync(true);
    let cannot_sync = |fault: &AuditFault| matches!(fault, AuditFault::Io { action, .. } if *action == AuditAction::Sync);
    for error in [log(&logger, 1), logger.ready(), logger.flush()] {
        let fault = error.unwrap_err().fault;
        assert!(cannot_sync(&fault), "{fault:?}");
    }
    let health = logger.health();
    assert!(health.failure.as_ref().is_some_and(cannot_sync));
    assert_eq!((health.lost, health.unsynced, health.replaced), (1, 1, 0));
    disk.set_cannot_sync(false);
    logger.flush().unwrap();
    log(&logger, 2).unwrap();
    // The thread that syncs may report the failure of an earlier sync after this flush.
    eventually(LONG, || {
        logger.flush().unwrap();
        let health = logger.health();
        assert_eq!((health.lost, health.unsynced, health.replaced), (0, 0, 1));
        health.failure.is_none()
    });
    assert_eq!(on_disk(&disk).records, 1);
    // The new file begins with the records of the replacement and of the gap.
    let report = verify(&path).unwrap();
    assert_eq!((report.first, report.records, report.broken), (1, 3, None));
}

/// The record of a replacement may fail like every other record.
#[test]
fn a_replacement_is_recorded_after_a_failed_write() {
    let disk = Disk::default();
    let journal = journal(&disk, AuditOptions::default());
    for _ in 0..2 {
        append(&journal).unwrap();
    }
    {
        let mut state = disk.state.lock().unwrap();
        let length = 1 + state.bytes.iter().position(|&byte| byte == b'\n').unwrap();
        state.bytes.truncate(length);
        state.failing_writes = vec![3];
    }
    assert!(append(&journal).is_err());
    append(&journal).unwrap();
    assert_eq!((journal.health().replaced, journal.health().lost), (1, 0));
    let events = events(&disk);
    let types: Vec<AuditEventType> = events.iter().map(|event| event.event_type).collect();
    use AuditEventType::{Gap, Replaced, Success};
    assert_eq!(types, [Success, Replaced, Gap, Success]);
    let cut = events[1].error.as_deref().unwrap();
    assert!(cut.contains("was cut"), "{cut}");
    assert!(events[1].lost.unwrap() > 100);
    assert_eq!(events[2].lost, Some(1));
}

/// Readers accept only so many records of the log itself before a checkpoint.
#[test]
fn replacements_without_a_record_are_recorded_together() {
    let disk = Disk::default();
    let journal = journal(&disk, AuditOptions::default());
    for _ in 0..3 {
        append(&journal).unwrap();
    }
    let whole = disk.state.lock().unwrap().bytes.len();
    for cuts in 1..=2 {
        let mut state = disk.state.lock().unwrap();
        let mut ends = state.bytes.iter().rev().skip(1);
        let last = 1 + ends.position(|&byte| byte == b'\n').unwrap();
        let length = state.bytes.len() - last;
        state.bytes.truncate(length);
        state.failing_writes = vec![3 + cuts];
        drop(state);
        assert!(append(&journal).is_err());
        let mut state = disk.state.lock().unwrap();
        state.bytes.truncate(length);
    }
    let lost = whole - disk.state.lock().unwrap().bytes.len();
    append(&journal).unwrap();
    assert_eq!((journal.health().replaced, journal.health().lost), (2, 0));
    let events = events(&disk);
    let types: Vec<AuditEventType> = events.iter().map(|event| event.event_type).collect();
    use AuditEventType::{Gap, Replaced, Success};
    assert_eq!(types, [Success, Replaced, Gap, Success]);
    assert_eq!(events[1].lost, Some(lost as u64));
    assert_eq!(events[2].lost, Some(2));
}

/// The end of a file may be long to read.
#[test]
fn a_log_that_fails_when_it_is_cut_does_not_read_the_file() {
    let disk = Disk::default();
    let options = AuditOptions::default().with_on_replaced(OnReplaced::Fail);
    let journal = journal(&disk, options);
    append(&journal).unwrap();
    disk.state.lock().unwrap().bytes.pop();
    let cut = AuditFault::Replaced(Replacement::Cut);
    assert_eq!(append(&journal).unwrap_err().fault, cut);
    assert_eq!(disk.state.lock().unwrap().reads, 0);
}
