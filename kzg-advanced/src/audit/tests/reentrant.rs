//! Subscribers of traces that use the log about which they are told.

use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::failing_disk::{Disk, journal_at};
use super::*;

/// A subscriber that reads the health of the log at each event.
#[derive(Clone, Default)]
struct ReadsTheHealth {
    log: Arc<OnceLock<AuditLogger>>,
    replaced: Arc<Mutex<Vec<u64>>>,
}

impl Subscriber for ReadsTheHealth {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        let log = self.log.get().expect("the log");
        let replaced = log.health().replaced;
        self.replaced.lock().expect("no panic").push(replaced);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Runs code on a log with the subscriber. Returns the number of replacements at each event.
fn subscribed(logger: AuditLogger, code: impl FnOnce(&AuditLogger) + Send + 'static) -> Vec<u64> {
    let (ended, end) = mpsc::channel();
    // A call that hangs fails the test, and does not keep it from ending.
    thread::spawn(move || {
        let subscriber = ReadsTheHealth::default();
        let replaced = Arc::clone(&subscriber.replaced);
        assert!(subscriber.log.set(logger.clone()).is_ok());
        tracing::subscriber::with_default(subscriber, || code(&logger));
        let replaced = replaced.lock().expect("no panic").clone();
        ended.send(replaced)
    });
    end.recv_timeout(LONG).expect("the end")
}

#[test]
fn a_subscriber_may_use_the_log_that_fails() {
    let disk = Disk::default();
    let (_dir, path) = folder();
    let options = AuditOptions::default().with_loss_bound(1000, Duration::from_secs(3600));
    let logger = AuditLogger::start(journal_at(&path, &disk, options), None).unwrap();
    let events = subscribed(logger, move |logger| {
        disk.set_full(true);
        assert!(log(logger, 0).is_err());
        disk.set_full(false);
        logger.flush().unwrap();
        disk.set_cannot_sync(true);
        assert!(logger.flush().is_err());
    });
    assert_eq!(events, [0, 0]);
}

#[cfg(unix)]
#[test]
fn a_subscriber_may_use_the_log_whose_file_is_replaced() {
    let (_dir, path) = folder();
    let removed = path.clone();
    let events = subscribed(open(&path), move |logger| {
        std::fs::remove_file(&removed).unwrap();
        log(logger, 0).unwrap();
    });
    assert_eq!(events, [1]);
}
