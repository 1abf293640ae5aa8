//! Subscribers of traces that use the log about which they are told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::failing_disk::{Disk, journal_at, on_disk};
use super::*;
use crate::audit::journal::Journal;

/// A subscriber that uses the log at each event, and keeps the number of replacements then.
struct UsesTheLog<F> {
    log: Arc<Journal>,
    code: F,
    replaced: Arc<Mutex<Vec<u64>>>,
}

impl<F: Fn(&Journal) + Send + Sync + 'static> Subscriber for UsesTheLog<F> {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        let replaced = self.log.health().replaced;
        self.replaced.lock().expect("no panic").push(replaced);
        (self.code)(&self.log);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Runs code on a log with a subscriber that uses the log. Returns the number of replacements at each
/// event.
fn subscribed(
    log: &Arc<Journal>,
    subscriber: impl Fn(&Journal) + Send + Sync + 'static,
    code: impl FnOnce(&Journal) + Send + 'static,
) -> Vec<u64> {
    let (ended, end) = mpsc::channel();
    let replaced = Arc::<Mutex<Vec<u64>>>::default();
    let subscriber = UsesTheLog {
        log: Arc::clone(log),
        code: subscriber,
        replaced: Arc::clone(&replaced),
    };
    let log = Arc::clone(log);
    // A call that hangs fails the test, and does not keep it from ending.
    thread::spawn(move || {
        tracing::subscriber::with_default(subscriber, || code(&log));
        ended.send(())
    });
    end.recv_timeout(LONG).expect("the end");
    let replaced = replaced.lock().expect("no panic");
    replaced.clone()
}

fn append(journal: &Journal) -> Result<(), AuditError> {
    journal.append(AuditEvent::new(AuditEventType::Success))
}

/// A log whose syncs are due only where the bound of records is reached.
fn journal(path: &Path, disk: &Disk, unsynced: u64) -> Arc<Journal> {
    let hour = Duration::from_secs(3600);
    let options = AuditOptions::default().with_loss_bound(unsynced, hour);
    Arc::new(journal_at(path, disk, options))
}

#[test]
fn a_subscriber_may_use_the_log_that_fails() {
    let disk = Disk::default();
    let (_dir, path) = folder();
    let log = journal(&path, &disk, 1000);
    let events = subscribed(
        &log,
        |_| {},
        move |log| {
            disk.set_full(true);
            assert!(append(log).is_err());
            disk.set_full(false);
            log.flush().unwrap();
            disk.set_cannot_sync(true);
            assert!(log.flush().is_err());
        },
    );
    assert_eq!(events, [0, 0]);
}

/// The thread that syncs is woken up before the subscriber is told.
#[test]
fn a_subscriber_may_append_where_the_bound_is_reached() {
    let disk = Disk::default();
    let (_dir, path) = folder();
    let log = journal(&path, &disk, 2);
    let syncing = Arc::clone(&log);
    let syncs = thread::spawn(move || syncing.keep_synced());
    append(&log).unwrap();
    log.flush().unwrap();
    disk.state.lock().unwrap().bytes.pop();
    let in_subscriber = |log: &Journal| append(log).unwrap();
    let events = subscribed(&log, in_subscriber, |log| append(log).unwrap());
    assert_eq!(events, [1]);
    log.close();
    syncs.join().unwrap();
    // The record of the cut, and those of both appends.
    let report = on_disk(&disk);
    assert_eq!((report.records, report.broken), (3, None));
}

/// The thread that syncs does not wait for itself.
#[test]
fn a_subscriber_may_append_on_the_thread_that_syncs() {
    let disk = Disk::default();
    let (_dir, path) = folder();
    let log = journal(&path, &disk, 1);
    disk.set_cannot_sync(true);
    append(&log).unwrap();
    let repaired = AtomicBool::new(false);
    let mended = disk.clone();
    let in_subscriber = move |log: &Journal| {
        if !repaired.swap(true, Ordering::SeqCst) {
            mended.set_cannot_sync(false);
            log.flush().unwrap();
            for _ in 0..3 {
                append(log).unwrap();
            }
            log.close();
        }
    };
    let events = subscribed(&log, in_subscriber, Journal::keep_synced);
    assert_eq!(events, [0]);
    assert_eq!(on_disk(&disk).records, 4);
}

#[test]
fn a_subscriber_may_use_the_log_whose_file_is_replaced() {
    let disk = Disk::default();
    let (_dir, path) = folder();
    let log = journal(&path, &disk, 1000);
    append(&log).unwrap();
    disk.remove();
    let events = subscribed(&log, |_| {}, |log| append(log).unwrap());
    assert_eq!(events, [1]);
}
