//! Checkpoints of logs on disks that fail, and the receivers of their copies.

use core::time::Duration;
use std::fs;
use std::sync::{Arc, Mutex, mpsc};

use super::failing_disk::{Disk, Held, journal, on_disk};
use super::*;
use crate::audit::journal::Journal;

/// Options with which no sync happens by itself.
fn rarely_synced() -> AuditOptions {
    AuditOptions::default().with_loss_bound(1000, Duration::from_secs(3600))
}

/// The copy of a checkpoint proves later that records were there, so it must not leave before they
/// are on the disk.
#[test]
fn a_checkpoint_is_handed_out_after_a_sync_that_covers_it() {
    let (held_syncs, begins, allow) = Held::new();
    let disk = Disk {
        held_syncs,
        ..Disk::default()
    };
    let (receiver, copies) = mpsc::channel();
    let hour = Duration::from_secs(3600);
    let checkpoints = CheckpointOptions::new(AuditKey::from_seed(&[5; 32]))
        .with_interval(2, hour)
        .with_sink(move |copy| receiver.send(copy.next).unwrap());
    let options = AuditOptions::default().with_loss_bound(1000, Duration::from_millis(1));
    let journal = journal(&disk, options).with_checkpoints(Some(checkpoints));
    let logger = AuditLogger::start(journal, None).unwrap();
    log(&logger, 0).unwrap();
    begins.recv().unwrap();
    // The sync that runs covers the first record alone. The checkpoint covers both records.
    log(&logger, 1).unwrap();
    allow.send(()).unwrap();
    begins.recv().unwrap();
    let early = copies.try_recv();
    drop(allow);
    assert_eq!(early, Err(mpsc::TryRecvError::Empty));
    assert_eq!(copies.recv_timeout(Duration::from_secs(20)), Ok(2));
}

/// A signed log on a new disk, with a checkpoint after two records each.
fn signed(options: AuditOptions, receiver: impl Fn(u64) + Send + Sync + 'static) -> AuditLogger {
    signed_on(&Disk::default(), options, receiver)
}

fn signed_on(
    disk: &Disk,
    options: AuditOptions,
    receiver: impl Fn(u64) + Send + Sync + 'static,
) -> AuditLogger {
    let checkpoints = CheckpointOptions::new(AuditKey::from_seed(&[5; 32]))
        .with_interval(2, Duration::from_secs(3600))
        .with_sink(move |copy| receiver(copy.next));
    let journal = journal(disk, options).with_checkpoints(Some(checkpoints));
    AuditLogger::start(journal, None).unwrap()
}

/// A receiver may use the log.
#[test]
fn checkpoints_are_handed_out_one_at_a_time_in_their_order() {
    let inside = Arc::new(Mutex::new(None::<AuditLogger>));
    let (handle, (receiver, copies)) = (Arc::clone(&inside), mpsc::channel());
    let logger = signed(rarely_synced(), move |next| {
        let logger = handle.lock().unwrap().take();
        if let Some(logger) = logger {
            log(&logger, 2).unwrap();
            log(&logger, 3).unwrap();
            logger.flush().unwrap();
        }
        receiver.send(next).unwrap();
    });
    *inside.lock().unwrap() = Some(logger.clone());
    log(&logger, 0).unwrap();
    log(&logger, 1).unwrap();
    logger.flush().unwrap();
    let copies: Vec<u64> = copies.try_iter().collect();
    assert_eq!(copies, [2, 5]);
}

/// With the least bound, every record waits for a sync, and the thread that syncs runs the receiver.
#[test]
fn a_receiver_that_fills_the_bound_of_records_does_not_wait_for_itself() {
    let inside = Arc::new(Mutex::new(None::<AuditLogger>));
    let (handle, (receiver, copies)) = (Arc::clone(&inside), mpsc::channel());
    let options = AuditOptions::default().with_loss_bound(1, Duration::from_millis(1));
    let logger = signed(options, move |next| {
        let logger = handle.lock().unwrap().take();
        if let Some(logger) = logger {
            log(&logger, 2).unwrap();
            log(&logger, 3).unwrap();
        }
        receiver.send(next).unwrap();
    });
    *inside.lock().unwrap() = Some(logger.clone());
    log(&logger, 0).unwrap();
    log(&logger, 1).unwrap();
    for next in [2, 5] {
        assert_eq!(copies.recv_timeout(Duration::from_secs(20)), Ok(next));
    }
}

/// The first record is that of the opening.
#[test]
fn a_log_with_a_checkpoint_after_each_record_begins_with_one_checkpoint() {
    let (_dir, path) = folder();
    let hour = Duration::from_secs(3600);
    let checkpoints = CheckpointOptions::new(AuditKey::from_seed(&[5; 32])).with_interval(1, hour);
    drop(AuditLogger::open_signed(&path, AuditOptions::default(), checkpoints).unwrap());
    assert_eq!(records(&path), 2);
}

/// The process may end once the last handle is dropped.
#[test]
fn the_last_handle_waits_for_the_receiver_of_checkpoints() {
    let ((begun, begins), (go, gate)) = (mpsc::channel(), mpsc::channel::<()>());
    let copies = Arc::new(Mutex::new(Vec::new()));
    let often = AuditOptions::default().with_loss_bound(1000, Duration::from_millis(1));
    let (receiver, gate) = (Arc::clone(&copies), Mutex::new(gate));
    let disk = Disk::default();
    let logger = signed_on(&disk, often, move |next| {
        if next == 2 {
            begun.send(()).unwrap();
            let _ = gate.lock().unwrap().recv();
        }
        receiver.lock().unwrap().push(next);
    });
    log(&logger, 0).unwrap();
    log(&logger, 1).unwrap();
    begins.recv().unwrap();
    log(&logger, 2).unwrap();
    log(&logger, 3).unwrap();
    // The thread that syncs runs the receiver, so that the next sync is that of the drop.
    let syncs = move || disk.state.lock().unwrap().syncs;
    let before = syncs();
    let opening = std::thread::spawn(move || {
        eventually(LONG, || syncs() > before);
        drop(go);
    });
    drop(logger);
    assert_eq!(*copies.lock().unwrap(), [2, 5]);
    opening.join().unwrap();
}

/// A journal without its thread, with a checkpoint after every second record.
fn signed_journal(disk: &Disk) -> Journal {
    let hour = Duration::from_secs(3600);
    let checkpoints = CheckpointOptions::new(AuditKey::from_seed(&[5; 32])).with_interval(2, hour);
    journal(disk, rarely_synced()).with_checkpoints(Some(checkpoints))
}

fn append(journal: &Journal, number: u64) -> Result<(), AuditError> {
    let call = AuditCall::new(number, Operation::BlobToKzgCommitment, "blst");
    journal.append(call.success([7; 32]))
}

/// The bytes of a failed write are cut off later, together with all bytes behind them.
#[test]
fn no_checkpoint_is_written_behind_a_torn_record() {
    let disk = Disk::default();
    // The third write is the checkpoint over the first two records, the fourth write the third
    // record.
    disk.state.lock().unwrap().failing_writes = vec![3, 4];
    let journal = signed_journal(&disk);
    append(&journal, 0).unwrap();
    append(&journal, 1).unwrap();
    assert!(append(&journal, 2).is_err());
    append(&journal, 3).unwrap();
    let report = on_disk(&disk);
    // Two calls, the record of a gap, a call and a checkpoint.
    assert_eq!((report.records, report.broken), (5, None));
}

#[test]
fn a_log_that_ends_in_a_torn_record_is_closed_without_a_checkpoint() {
    let disk = Disk::default();
    disk.state.lock().unwrap().failing_writes = vec![2];
    let journal = signed_journal(&disk);
    append(&journal, 0).unwrap();
    assert!(append(&journal, 1).is_err());
    disk.state.lock().unwrap().cannot_truncate = true;
    journal.close();
    let (_dir, path) = folder();
    fs::write(&path, &disk.state.lock().unwrap().bytes).unwrap();
    // The torn record is cut off, and the record of the opening follows.
    drop(open(&path));
    assert_eq!(records(&path), 2);
}
