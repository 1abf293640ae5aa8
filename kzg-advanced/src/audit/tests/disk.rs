//! Disks that are full or cannot sync.

use core::future::Future;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use kzg_traits::{Error, ErrorKind, KzgSettings};

use super::failing_disk::{Disk, Held, journal, on, on_disk};
use super::*;
use crate::audit::found::Found;
use crate::audit::journal::Journal;
use crate::audit::tail::Tail;
use crate::resilience::{EnterpriseKzgManager, Request, WorkerOptions};

fn manager(logger: &AuditLogger) -> EnterpriseKzgManager {
    let fake = kzg_testing::fake::Fake::new("fake");
    EnterpriseKzgManager::builder(Arc::new(fake))
        .with_audit(logger.clone())
        .build()
}

/// A manager that goes on without an audit log, after five calls while the disk was full.
fn after_five_calls_without_a_record(disk: &Disk) -> (AuditLogger, EnterpriseKzgManager) {
    let logger = on(disk, OnAuditFailure::Continue);
    let manager = manager(&logger);
    disk.set_full(true);
    for _ in 0..5 {
        call(&manager).unwrap();
    }
    (logger, manager)
}

fn call(manager: &EnterpriseKzgManager) -> Result<(), Error> {
    let blob = kzg_traits::Blob::zeroed_on_heap();
    manager.blob_to_kzg_commitment(&blob).map(drop)
}

#[test]
fn a_full_disk_stops_calls_until_it_has_space() {
    let disk = Disk::default();
    let logger = on(&disk, OnAuditFailure::Stop);
    let manager = manager(&logger);
    call(&manager).unwrap();
    disk.set_full(true);
    // The first loses its record, and so its result; those after it are not begun.
    for _ in 0..3 {
        let error = call(&manager).unwrap_err();
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
    assert_eq!(logger.health().lost, 1);
    assert!(logger.flush().is_err());
    disk.set_full(false);
    logger.flush().unwrap();
    assert_eq!(logger.health().failure, None);
    call(&manager).unwrap();
    let report = on_disk(&disk);
    // The log has two calls, and the record of a gap between them.
    assert_eq!((report.records, report.broken), (3, None));
}

#[test]
fn a_log_continues_when_the_disk_has_space_again() {
    let disk = Disk::default();
    let options = AuditOptions::default().with_loss_bound(1000, Duration::from_millis(1));
    let logger = AuditLogger::start(journal(&disk, options), None).unwrap();
    disk.set_full(true);
    assert!(log(&logger, 0).is_err());
    assert!(logger.ready().is_err());
    disk.set_full(false);
    while logger.ready().is_err() {
        std::thread::sleep(Duration::from_millis(1));
    }
    log(&logger, 1).unwrap();
    let report = on_disk(&disk);
    assert_eq!((report.records, report.broken), (2, None));
}

#[test]
fn a_full_disk_lets_calls_go_on_where_that_is_the_choice() {
    let disk = Disk::default();
    let (logger, manager) = after_five_calls_without_a_record(&disk);
    let health = logger.health();
    assert_eq!(health.lost, 5);
    let action = match health.failure {
        Some(AuditFault::Io { action, .. }) => action,
        other => panic!("{other:?}"),
    };
    assert_eq!(action, AuditAction::Write);
    disk.set_full(false);
    call(&manager).unwrap();
    assert_eq!(logger.health().lost, 0);
    let bytes = disk.state.lock().unwrap().bytes.clone();
    let first: AuditEvent =
        serde_json::from_slice(bytes.split(|&byte| byte == b'\n').next().unwrap()).unwrap();
    assert_eq!(
        (first.event_type, first.lost),
        (AuditEventType::Gap, Some(5))
    );
    assert_eq!(on_disk(&disk).broken, None);
}

#[test]
fn a_disk_that_cannot_sync_stops_calls_too() {
    let disk = Disk::default();
    let logger = on(&disk, OnAuditFailure::Stop);
    let manager = manager(&logger);
    disk.set_cannot_sync(true);
    call(&manager).unwrap();
    assert!(logger.flush().is_err());
    assert!(call(&manager).is_err());
    disk.set_cannot_sync(false);
    // The thread that syncs may report the failure of an earlier sync after this flush.
    eventually(LONG, || {
        logger.flush().unwrap();
        call(&manager).is_ok()
    });
}

/// Another process may open the log as soon as it is closed.
#[test]
fn a_closed_log_is_not_written() {
    let disk = Disk::default();
    let logger = on(&disk, OnAuditFailure::Continue);
    // The write of the record, and that of the gap at the end.
    disk.state.lock().unwrap().failing_writes = vec![1, 2];
    assert!(log(&logger, 0).is_err());
    drop(logger);
    // The thread that syncs has the other handle.
    eventually(LONG, || Arc::strong_count(&disk.state) == 1);
    assert_eq!(on_disk(&disk).records, 0);
}

/// Callers wait for a sync that hangs.
#[test]
fn callers_that_wait_for_a_sync_sleep() {
    let (held_syncs, begins, allow) = Held::new();
    let disk = Disk {
        held_syncs,
        ..Disk::default()
    };
    let options = AuditOptions::default().with_loss_bound(1, Duration::from_millis(1));
    let journal = Arc::new(journal(&disk, options));
    let syncing = Arc::clone(&journal);
    std::thread::spawn(move || syncing.keep_synced());
    let append = |journal: &Journal| journal.append(AuditEvent::new(AuditEventType::Opened));
    let count = |number: &AtomicU64| number.load(Ordering::SeqCst);
    append(&journal).unwrap();
    begins.recv().unwrap();
    std::thread::scope(|scope| {
        // Dropped when the scope's closure ends, so that the syncs return.
        let _allow = allow;
        // Only a notification wakes a caller up, and none comes while the sync hangs.
        let idle = count(&journal.counts().waits);
        let notified = count(&journal.counts().notifications);
        for _ in 0..3 {
            scope.spawn(|| append(&journal).unwrap());
        }
        eventually(LONG, || count(&journal.counts().waits) >= idle + 3);
        assert_eq!(count(&journal.counts().notifications), notified);
    });
    assert_eq!(journal.head().next, 4);
    journal.close();
}

/// One call is stuck in the write of its record, another one expires in the queue before it.
#[test]
fn submitted_calls_are_answered_while_a_write_of_the_log_hangs() {
    let (held_writes, begins, allow) = Held::new();
    let disk = Disk {
        held_writes,
        ..Disk::default()
    };
    let logger = on(&disk, OnAuditFailure::Continue);
    let fake = kzg_testing::fake::Fake::new("fake");
    let manager = EnterpriseKzgManager::builder(Arc::new(fake))
        .with_audit(logger.clone())
        .with_worker_options(WorkerOptions::new(1, 8))
        .build();
    // Dropped first: the end of the log waits for the write.
    let allow = allow;
    let submit = || {
        let request = Request::default().with_timeout(Duration::from_millis(100));
        let job = |settings: &dyn KzgSettings| {
            settings.blob_to_kzg_commitment(&kzg_traits::Blob::zeroed_on_heap())
        };
        Box::pin(manager.submit(Operation::BlobToKzgCommitment, request, job))
    };
    let hanging = submit();
    begins.recv().unwrap();
    let mut context = Context::from_waker(Waker::noop());
    for mut pending in [hanging, submit()] {
        let start = Instant::now();
        let answer = loop {
            match pending.as_mut().poll(&mut context) {
                Poll::Ready(answer) => break answer,
                Poll::Pending => assert!(start.elapsed() < Duration::from_secs(20), "no answer"),
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Deadline);
    }
    drop(allow);
    // Both calls have a record.
    drop((manager, logger));
    while on_disk(&disk).records < 2 {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn the_bound_of_loss_is_kept() {
    let disk = Disk::default();
    let options = AuditOptions::default().with_loss_bound(4, Duration::from_secs(3600));
    let logger = AuditLogger::start(journal(&disk, options), None).unwrap();
    for number in 0..100 {
        log(&logger, number).unwrap();
        assert!(logger.health().unsynced <= 4);
    }
    // Syncs are shared by up to four records.
    assert!(disk.state.lock().unwrap().syncs >= 24);
}

/// Records that are fewer than the bound share the sync at the end of the interval.
#[test]
fn records_below_the_bound_of_loss_wait_for_the_interval() {
    let disk = Disk::default();
    let logger = on(&disk, OnAuditFailure::Stop);
    for number in 0..5 {
        log(&logger, number).unwrap();
        // Time for the thread that syncs, which has nothing to do.
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(disk.state.lock().unwrap().syncs, 0);
    logger.flush().unwrap();
    std::thread::sleep(Duration::from_millis(5));
    assert_eq!(disk.state.lock().unwrap().syncs, 1, "one sync for all");
}

/// Flushes and traces wake the thread that syncs, too.
#[test]
fn a_wake_up_before_the_end_of_the_interval_syncs_nothing() {
    let disk = Disk::default();
    let options = AuditOptions::default().with_loss_bound(4, Duration::from_secs(3600));
    let journal = Arc::new(journal(&disk, options));
    let syncing = Arc::clone(&journal);
    let thread = std::thread::spawn(move || syncing.keep_synced());
    let append = || {
        journal
            .append(AuditEvent::new(AuditEventType::Opened))
            .unwrap()
    };
    append();
    for _ in 0..5 {
        // Time for the thread, which has nothing to do.
        std::thread::sleep(Duration::from_millis(5));
        journal.notify();
    }
    std::thread::sleep(Duration::from_millis(5));
    assert_eq!(disk.state.lock().unwrap().syncs, 0);
    for _ in 0..3 {
        append();
    }
    eventually(LONG, || disk.state.lock().unwrap().syncs == 1);
    journal.close();
    thread.join().unwrap();
}

#[test]
fn records_of_the_log_itself_keep_the_bound_of_loss_too() {
    let disk = Disk::default();
    let options = AuditOptions::default().with_loss_bound(1, Duration::from_secs(3600));
    let checkpoints = CheckpointOptions::new(AuditKey::from_seed(&[5; 32]))
        .with_interval(1, Duration::from_secs(3600));
    let journal = journal(&disk, options).with_checkpoints(Some(checkpoints));
    let logger = AuditLogger::start(journal, None).unwrap();
    for number in 0..20 {
        log(&logger, number).unwrap();
        assert!(logger.health().unsynced <= 1);
    }
}

#[test]
fn numbers_of_calls_are_not_given_again_where_records_were_lost() {
    let disk = Disk::default();
    let (logger, manager) = after_five_calls_without_a_record(&disk);
    disk.set_full(false);
    call(&manager).unwrap();
    let (_dir, path) = folder();
    fs::write(&path, &disk.state.lock().unwrap().bytes).unwrap();
    assert_eq!(open(&path).next_call(), logger.next_call());
}

/// Only a log with a torn line is cut. A file that the system protects from every change but
/// appending cannot be cut, not even to its own length.
#[test]
fn a_whole_log_is_not_written_when_its_end_is_found() {
    let (_dir, path) = folder();
    let logger = open(&path);
    log(&logger, 0).unwrap();
    drop(logger);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let file = fs::File::options().append(true).open(&path).unwrap();
    file.set_modified(long_ago).unwrap();
    let modified = || fs::metadata(&path).unwrap().modified().unwrap();

    let found = Found::open(&path).unwrap();
    assert_eq!((found.torn, found.head.next), (0, 2));
    drop(found);
    assert_eq!(modified(), long_ago);

    let length = fs::metadata(&path).unwrap().len();
    std::io::Write::write_all(&mut &file, b"{").unwrap();
    assert_eq!(Found::open(&path).unwrap().torn, 1);
    assert_eq!(fs::metadata(&path).unwrap().len(), length);
}

#[test]
fn the_head_is_that_of_the_last_whole_record() {
    let (_dir, path) = folder();
    let logger = open(&path);
    log(&logger, 0).unwrap();
    drop(logger);
    let (whole, _) = head(&path).unwrap();
    let file = fs::File::options().append(true).open(&path).unwrap();
    std::io::Write::write_all(&mut &file, b"{").unwrap();
    assert_eq!(head(&path).unwrap().0, whole);
}

/// No record is longer than half of what is read of the end of a file.
#[test]
fn a_file_with_a_long_line_is_no_log() {
    let (_dir, path) = folder();
    fs::write(&path, vec![b'x'; (2 << 20) + 1]).unwrap();
    let read = || Tail::read(&fs::File::open(&path).unwrap());
    assert_eq!(read().unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    // A record of nearly the largest length, and a torn one of the same length behind it.
    let mut lines = vec![b'x'; (1 << 20) - 100];
    lines.push(b'\n');
    lines.extend(vec![b'x'; (1 << 20) - 100]);
    fs::write(&path, &lines).unwrap();
    let tail = read().unwrap();
    assert_eq!(tail.last_line.map(|line| line.len()), Some((1 << 20) - 100));
    assert_eq!(tail.torn, (1 << 20) - 100);
}

/// A wrong path must not cost the content of a file: only what a write of the first record can have left
/// is cut off.
#[test]
fn a_file_without_a_line_that_is_no_log_stays() {
    let (_dir, path) = folder();
    for content in [
        &b"deadbeef"[..],
        b"{\"slot\":",
        b"{\"prev\":7",
        b"\n",
        &[0; 4097],
    ] {
        fs::write(&path, content).unwrap();
        let fault = AuditLogger::open(&path, AuditOptions::default())
            .unwrap_err()
            .fault;
        let expected = match content {
            b"\n" => AuditFault::LastRecord(RecordFault::NotARecord),
            _ => AuditFault::OtherFile,
        };
        assert_eq!(fault, expected);
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    for content in [&b""[..], b"{", b"{\"prev\":\"00", &[0; 4096]] {
        fs::write(&path, content).unwrap();
        drop(open(&path));
        let report = verify(&path).unwrap();
        assert_eq!((report.records, report.torn_bytes), (1, 0), "{content:?}");
    }
    // After a rotation, more records than one may be lost.
    let full = path.with_extension("jsonl.000001");
    fs::rename(&path, &full).unwrap();
    fs::write(&path, [0; 100_000]).unwrap();
    drop(open(&path));
    assert_eq!(verify(&path).unwrap().records, 2);
    fs::remove_file(full).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(path.with_extension("jsonl.lock"), "a lock").unwrap();
    drop(open(&path));
    assert_eq!(
        fs::read(path.with_extension("jsonl.lock")).unwrap(),
        b"a lock"
    );
}
