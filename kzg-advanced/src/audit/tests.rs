//! The log under what disks, crashes and people do to it.

use core::time::Duration;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kzg_traits::{Error, KzgSettings, Operation};

use super::journal::Journal;
use super::sink::{Sink, UnderItsName};
use super::*;
use crate::resilience::EnterpriseKzgManager;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.jsonl");
    (dir, path)
}

fn open(path: &Path) -> AuditLogger {
    AuditLogger::open(path, AuditOptions::default()).unwrap()
}

fn log(logger: &AuditLogger, number: u64) -> Result<(), AuditError> {
    let call = AuditCall::new(number, Operation::BlobToKzgCommitment, "blst");
    logger.log_success(&call, [7; 32])
}

fn records(path: &Path) -> u64 {
    let report = verify(path).unwrap();
    assert_eq!(report.broken, None);
    report.records
}

#[test]
fn a_log_verifies_and_continues_after_it_is_reopened() {
    let (_dir, path) = folder();
    for round in 1..=3 {
        let logger = open(&path);
        for number in 0..10 {
            log(&logger, number).unwrap();
        }
        let head = logger.head();
        assert_eq!(head.next, round * 11);
        drop(logger);
        let report = verify(&path).unwrap();
        assert_eq!((report.records, report.first), (round * 11, 0));
        assert_eq!(report.last_hash, hex::encode(head.hash));
    }
}

#[cfg(unix)]
#[test]
fn a_log_is_open_once() {
    let (_dir, path) = folder();
    let logger = open(&path);
    let error = AuditLogger::open(&path, AuditOptions::default()).unwrap_err();
    assert_eq!(error.fault, AuditFault::OpenAlready);
    drop(logger);
    open(&path);
}

/// Every way to change a log with one hand shows, at the record that was changed or the next.
#[test]
fn every_change_is_found() {
    let (_dir, path) = folder();
    let logger = open(&path);
    for number in 0..5 {
        log(&logger, number).unwrap();
    }
    drop(logger);
    let good = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let broken_at = |lines: &[&str]| {
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        verify(&path).unwrap().broken.map(|broken| broken.line)
    };
    assert_eq!(broken_at(&lines), None);
    // Any byte of a record.
    for position in 0..lines[2].len() {
        let mut line = lines[2].as_bytes().to_vec();
        line[position] ^= 1;
        let Ok(line) = String::from_utf8(line) else {
            continue;
        };
        if line.contains('\n') {
            continue;
        }
        let mut changed = lines.clone();
        changed[2] = &line;
        assert_eq!(broken_at(&changed), Some(3), "byte {position}");
    }
    // A record taken out, put in twice, or two exchanged.
    let mut changed = lines.clone();
    changed.remove(2);
    assert_eq!(broken_at(&changed), Some(3));
    let mut changed = lines.clone();
    changed.insert(2, lines[1]);
    assert_eq!(broken_at(&changed), Some(3));
    let mut changed = lines.clone();
    changed.swap(2, 3);
    assert_eq!(broken_at(&changed), Some(3));
    // The beginning taken away shows in the number of the first record.
    assert_eq!(broken_at(&lines[2..]), None);
    assert_eq!(verify(&path).unwrap().first, 2);
    let broken = {
        fs::write(&path, "no record\n").unwrap();
        verify(&path).unwrap().broken.unwrap()
    };
    assert_eq!((broken.line, broken.record), (1, 0));
    assert!(
        broken.to_string().contains("audit.jsonl, line 1"),
        "{broken}"
    );
}

/// As after a kill or a power failure in the middle of a write.
#[test]
fn a_torn_last_line_is_cut_off_and_recorded() {
    let (_dir, path) = folder();
    let logger = open(&path);
    log(&logger, 0).unwrap();
    log(&logger, 1).unwrap();
    drop(logger);
    let whole = fs::read(&path).unwrap();
    let second_last = whole[..whole.len() - 1]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .unwrap()
        + 1;
    for cut in [second_last + 1, second_last + 100, whole.len() - 1] {
        fs::write(&path, &whole[..cut]).unwrap();
        let torn = (cut - second_last) as u64;
        let report = verify(&path).unwrap();
        assert_eq!((report.records, report.torn_bytes), (2, torn));
        assert_eq!(report.broken, None);
        let logger = open(&path);
        log(&logger, 2).unwrap();
        drop(logger);
        assert_eq!(records(&path), 4);
        let text = fs::read_to_string(&path).unwrap();
        let opened: AuditEvent = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
        assert_eq!(opened.event_type, AuditEventType::Opened);
        assert_eq!(opened.lost, Some(torn));
    }
}

#[test]
fn a_broken_last_record_is_kept_and_reported() {
    let (_dir, path) = folder();
    drop(open(&path));
    let changed = fs::read_to_string(&path)
        .unwrap()
        .replace("opened", "failed");
    fs::write(&path, &changed).unwrap();
    let error = AuditLogger::open(&path, AuditOptions::default()).unwrap_err();
    assert_eq!(error.fault, AuditFault::LastRecord(RecordFault::Hash));
    assert_eq!(fs::read_to_string(&path).unwrap(), changed);
}

#[test]
fn rotation_keeps_the_chain() {
    let (dir, path) = folder();
    let options = AuditOptions::default().with_max_file_bytes(2000);
    let logger = AuditLogger::open(&path, options).unwrap();
    for number in 0..40 {
        log(&logger, number).unwrap();
    }
    drop(logger);
    let report = verify(&path).unwrap();
    assert_eq!((report.records, report.broken), (41, None));
    assert!(report.files.len() > 5, "{:?}", report.files);
    assert_eq!(report.files[0], dir.path().join("audit.jsonl.000001"));
    for file in &report.files {
        assert!(fs::metadata(file).unwrap().len() < 3000);
    }
    // One file by itself, and the rest without the oldest.
    let second = verify(&report.files[1]).unwrap();
    assert_eq!(second.broken, None);
    assert!(second.first > 0);
    fs::remove_file(&report.files[0]).unwrap();
    assert_eq!(verify(&path).unwrap().first, second.first);
    // A file missing in the middle.
    fs::remove_file(&report.files[2]).unwrap();
    let broken = verify(&path).unwrap().broken.unwrap();
    assert_eq!((broken.file, broken.line), (report.files[3].clone(), 1));
}

/// Killed between the rename and the first record of the next file.
#[test]
fn a_crash_in_the_middle_of_a_rotation_keeps_the_chain() {
    for leave_empty_file in [false, true] {
        let (dir, path) = folder();
        let logger = open(&path);
        log(&logger, 0).unwrap();
        drop(logger);
        fs::rename(&path, dir.path().join("audit.jsonl.000001")).unwrap();
        if leave_empty_file {
            fs::write(&path, "").unwrap();
        }
        assert_eq!(records(&path), 2);
        let logger = open(&path);
        log(&logger, 1).unwrap();
        drop(logger);
        assert_eq!(records(&path), 4);
    }
}

/// A disk that is full now and then, and tears what it cannot take.
#[derive(Clone, Debug, Default)]
struct Disk {
    state: Arc<Mutex<DiskState>>,
}

#[derive(Debug, Default)]
struct DiskState {
    bytes: Vec<u8>,
    full: bool,
    cannot_sync: bool,
    syncs: usize,
}

impl Sink for Disk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        if state.full {
            state.bytes.extend_from_slice(&bytes[..bytes.len() / 2]);
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.state.lock().unwrap().bytes.truncate(length as usize);
        Ok(())
    }

    fn under_its_name(&self, _: &Path) -> io::Result<UnderItsName> {
        let length = u64::MAX;
        Ok(UnderItsName::Same { length })
    }

    fn syncer(&self) -> Arc<dyn Fn() -> io::Result<()> + Send + Sync> {
        let state = Arc::clone(&self.state);
        Arc::new(move || {
            let mut state = state.lock().unwrap();
            state.syncs += 1;
            if state.cannot_sync {
                return Err(io::Error::other("the disk is gone"));
            }
            Ok(())
        })
    }
}

impl Disk {
    fn set_full(&self, full: bool) {
        self.state.lock().unwrap().full = full;
    }

    fn set_cannot_sync(&self, cannot_sync: bool) {
        self.state.lock().unwrap().cannot_sync = cannot_sync;
    }
}

/// A log on a disk of ours. Nothing happens there by itself for an hour.
fn on(disk: &Disk, on_failure: OnAuditFailure) -> AuditLogger {
    let options = AuditOptions::default()
        .with_on_failure(on_failure)
        .with_loss_bound(1000, Duration::from_secs(3600));
    let path = Path::new("disk");
    let sink = Box::new(disk.clone());
    let journal = Journal::new(path, options, sink, Head::default(), 0);
    AuditLogger::start(journal, None).unwrap()
}

fn manager(logger: &AuditLogger) -> EnterpriseKzgManager {
    let fake = kzg_testing::fake::Fake::new("fake");
    EnterpriseKzgManager::builder(Arc::new(fake))
        .with_audit(logger.clone())
        .build()
}

fn call(manager: &EnterpriseKzgManager) -> Result<(), Error> {
    let blob = kzg_traits::Blob::zeroed_on_heap();
    manager.blob_to_kzg_commitment(&blob).map(drop)
}

fn on_disk(disk: &Disk) -> AuditReport {
    let (_dir, path) = folder();
    fs::write(&path, &disk.state.lock().unwrap().bytes).unwrap();
    verify(&path).unwrap()
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
    // Two calls, and a gap between them.
    assert_eq!((report.records, report.broken), (3, None));
}

#[test]
fn a_log_continues_when_the_disk_has_space_again() {
    let disk = Disk::default();
    let options = AuditOptions::default().with_loss_bound(1000, Duration::from_millis(1));
    let sink = Box::new(disk.clone());
    let journal = Journal::new(Path::new("disk"), options, sink, Head::default(), 0);
    let logger = AuditLogger::start(journal, None).unwrap();
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
    let logger = on(&disk, OnAuditFailure::Continue);
    let manager = manager(&logger);
    disk.set_full(true);
    for _ in 0..5 {
        call(&manager).unwrap();
    }
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
    logger.flush().unwrap();
    call(&manager).unwrap();
}

#[test]
fn the_bound_of_loss_is_kept() {
    let disk = Disk::default();
    let options = AuditOptions::default().with_loss_bound(4, Duration::from_secs(3600));
    let sink = Box::new(disk.clone());
    let journal = Journal::new(Path::new("disk"), options, sink, Head::default(), 0);
    let logger = AuditLogger::start(journal, None).unwrap();
    for number in 0..100 {
        log(&logger, number).unwrap();
        assert!(logger.health().unsynced <= 4);
    }
    // Syncs are shared by up to four records.
    assert!(disk.state.lock().unwrap().syncs >= 24);
}

#[test]
fn threads_share_one_chain() {
    let (_dir, path) = folder();
    let logger = open(&path);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let logger = logger.clone();
            scope.spawn(move || {
                for number in 0..100 {
                    log(&logger, thread * 100 + number).unwrap();
                }
            });
        }
    });
    drop(logger);
    assert_eq!(records(&path), 401);
}

fn key() -> AuditKey {
    AuditKey::from_seed(&[5; 32])
}

/// A signed log of 40 calls in several files, with the copies of its checkpoints.
fn signed_log(path: &Path) -> Vec<Checkpoint> {
    let copies = Arc::new(Mutex::new(Vec::new()));
    let receiver = Arc::clone(&copies);
    let checkpoints = CheckpointOptions::new(key())
        .with_interval(8, Duration::from_secs(3600))
        .with_sink(move |copy| receiver.lock().unwrap().push(copy.clone()));
    let options = AuditOptions::default().with_max_file_bytes(2500);
    let logger = AuditLogger::open_signed(path, options, checkpoints).unwrap();
    for number in 0..40 {
        log(&logger, number).unwrap();
    }
    drop(logger);
    let copies = copies.lock().unwrap();
    copies.clone()
}

fn signed() -> Expected {
    Expected::default().with_key(key().public()).with_from(0)
}

/// The log's lines anew, as who can write the file would chain them.
fn forge(path: &Path, keep: impl Fn(usize, &AuditEvent) -> bool) {
    let files = verify(path).unwrap().files;
    let text: String = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    for file in &files {
        fs::remove_file(file).unwrap();
    }
    let mut head = Head::default();
    let mut forged = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let event: AuditEvent = serde_json::from_str(line).unwrap();
        if keep(number, &event) {
            let (line, next) = head.record(event);
            forged.extend(line);
            head = next;
        }
    }
    fs::write(path, forged).unwrap();
}

/// Whoever takes records out and computes the chain anew has to change the numbers too.
#[test]
fn a_record_with_another_number_is_found() {
    let (_dir, path) = folder();
    drop(open(&path));
    let text = fs::read_to_string(&path).unwrap();
    let event = || serde_json::from_str::<AuditEvent>(text.lines().next().unwrap()).unwrap();
    let (first, head) = Head::default().record(event());
    for number in [0, 1, 2, u64::MAX - 1] {
        let next = Head {
            next: number,
            ..head
        };
        fs::write(&path, [first.clone(), next.record(event()).0].concat()).unwrap();
        let reason = verify(&path).unwrap().broken.map(|broken| broken.reason);
        let wrong = RecordFault::Number {
            number,
            expected: 1,
        };
        assert_eq!(reason, (number != 1).then_some(wrong));
    }
}

#[test]
fn a_signed_log_is_covered_by_its_checkpoints() {
    let (_dir, path) = folder();
    let copies = signed_log(&path);
    let report = verify_against(&path, &signed()).unwrap();
    assert!(report.passed(), "{report:?}");
    assert_eq!(report.unsigned, 0, "the last checkpoint covers all");
    assert!(copies.len() >= 5, "{copies:?}");
    assert_eq!(report.checkpoint.as_ref(), copies.last());
    for copy in &copies {
        assert!(copy.is_signed_by(&key().public()));
        let expected = signed().with_head(copy.head().unwrap());
        assert!(verify_against(&path, &expected).unwrap().passed());
    }
    let (head, last) = head(&path).unwrap();
    assert_eq!((head, last.as_ref()), (report.head(), copies.last()));
    assert_eq!(head.to_string().parse(), Ok(head));
    assert!("12".parse::<Head>().is_err());
    // Another key signed none of it.
    let other = AuditKey::from_seed(&[6; 32]).public();
    let report = verify_against(&path, &Expected::default().with_key(other)).unwrap();
    assert_eq!(report.broken.unwrap().reason, RecordFault::Signature);
}

#[test]
fn signed_records_cannot_be_changed_without_the_key() {
    let (_dir, path) = folder();
    // A record removed, and the chain computed anew.
    signed_log(&path);
    forge(&path, |number, _| number != 7);
    assert!(
        verify(&path).unwrap().passed(),
        "the chain alone shows accidents"
    );
    let report = verify_against(&path, &signed()).unwrap();
    assert_eq!(report.broken.unwrap().reason, RecordFault::Checkpoint);

    // The same without the checkpoints after it.
    let (_dir, path) = folder();
    signed_log(&path);
    let unsigned = |number: usize, event: &AuditEvent| {
        number != 12 && (number < 12 || event.checkpoint.is_none())
    };
    forge(&path, unsigned);
    let report = verify_against(&path, &signed()).unwrap();
    assert!(
        matches!(report.violations[..], [Violation::Overdue { every: 8, .. }]),
        "{report:?}"
    );
    // And without any checkpoint.
    forge(&path, |_, event| event.checkpoint.is_none());
    let report = verify_against(&path, &signed()).unwrap();
    assert_eq!(report.violations, [Violation::NoCheckpoint]);
    fs::write(&path, "").unwrap();
    let report = verify_against(&path, &signed()).unwrap();
    assert_eq!(report.violations, [Violation::NoCheckpoint]);
}

#[test]
fn missing_records_are_found_with_a_head_from_elsewhere() {
    let (_dir, path) = folder();
    let last = signed_log(&path).pop().unwrap().head().unwrap();
    let report = verify(&path).unwrap();
    let expected = signed().with_head(last);

    // The last lines, the last file, and all that the current file holds.
    let current = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = current.lines().collect();
    let shorter = lines[..lines.len().saturating_sub(2)].join("\n");
    for content in [
        shorter.clone() + if shorter.is_empty() { "" } else { "\n" },
        String::new(),
    ] {
        fs::write(&path, content).unwrap();
        assert!(verify(&path).unwrap().passed());
        let report = verify_against(&path, &expected).unwrap();
        let [violation, ..] = &report.violations[..] else {
            panic!("{report:?}");
        };
        assert!(
            matches!(violation, Violation::Truncated { .. }),
            "{report:?}"
        );
    }
    fs::remove_file(&path).unwrap();
    assert!(!verify_against(&path, &expected).unwrap().passed());
    fs::write(&path, &current).unwrap();
    assert!(verify_against(&path, &expected).unwrap().passed());

    // The oldest file.
    fs::remove_file(&report.files[0]).unwrap();
    assert!(verify(&path).unwrap().passed());
    let report = verify_against(&path, &expected).unwrap();
    assert!(
        matches!(
            report.violations[..],
            [Violation::First { expected: 0, .. }]
        ),
        "{report:?}"
    );
    let put_away = Expected::default().with_from(report.first).with_head(last);
    assert!(verify_against(&path, &put_away).unwrap().passed());

    // Other records in place of those that were there.
    forge(&path, |number, _| number != 3);
    let other = Head {
        next: 20,
        hash: [1; 32],
    };
    let report = verify_against(&path, &Expected::default().with_head(other)).unwrap();
    assert!(!report.passed());
}

#[test]
fn checkpoints_are_written_in_time_without_calls() {
    let (_dir, path) = folder();
    let copies = Arc::new(Mutex::new(0));
    let receiver = Arc::clone(&copies);
    let checkpoints = CheckpointOptions::new(key())
        .with_interval(1_000_000, Duration::from_millis(20))
        .with_sink(move |_| {
            *receiver.lock().unwrap() += 1;
            panic!("in a receiver");
        });
    let logger = AuditLogger::open_signed(&path, AuditOptions::default(), checkpoints).unwrap();
    let before = *copies.lock().unwrap();
    assert_eq!(before, 1, "that of the opening");
    log(&logger, 0).unwrap();
    let start = std::time::Instant::now();
    while *copies.lock().unwrap() == before {
        assert!(start.elapsed() < Duration::from_secs(20), "no checkpoint");
        std::thread::sleep(Duration::from_millis(1));
    }
    let asked_for = logger.checkpoint().unwrap().unwrap();
    assert!(asked_for.is_signed_by(&key().public()));
    log(&logger, 1).unwrap();
    drop(logger);
    assert!(verify_against(&path, &signed()).unwrap().passed());
}

#[cfg(unix)]
#[test]
fn a_file_that_is_renamed_or_removed_is_noticed() {
    for remove in [false, true] {
        let (dir, path) = folder();
        let logger = open(&path);
        log(&logger, 0).unwrap();
        let aside = dir.path().join("audit.jsonl.1");
        if remove {
            fs::remove_file(&path).unwrap();
        } else {
            fs::rename(&path, &aside).unwrap();
        }
        log(&logger, 1).unwrap();
        log(&logger, 2).unwrap();
        assert_eq!(
            (logger.health().replaced, logger.health().failure),
            (1, None)
        );
        drop(logger);
        let text = fs::read_to_string(&path).unwrap();
        let types: Vec<AuditEventType> = text
            .lines()
            .map(|line| serde_json::from_str::<AuditEvent>(line).unwrap().event_type)
            .collect();
        use AuditEventType::{Replaced, Success};
        assert_eq!(types, [Replaced, Success, Success]);
        // The chain goes on from the file that was there.
        let report = verify(&path).unwrap();
        assert_eq!((report.first, report.broken), (2, None));
        if !remove {
            assert_eq!(verify(&aside).unwrap().records, 2);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_cut_is_noticed_and_a_log_may_fail_by_choice() {
    let (_dir, path) = folder();
    let logger = open(&path);
    log(&logger, 0).unwrap();
    fs::File::create(&path).unwrap();
    log(&logger, 1).unwrap();
    assert_eq!(logger.health().replaced, 1);
    drop(logger);
    let report = verify(&path).unwrap();
    assert_eq!((report.first, report.records, report.broken), (2, 2, None));

    let (dir, path) = folder();
    let options = AuditOptions::default().with_on_replaced(OnReplaced::Fail);
    let logger = AuditLogger::open(&path, options).unwrap();
    let aside = dir.path().join("aside");
    fs::rename(&path, &aside).unwrap();
    let error = log(&logger, 0).unwrap_err();
    assert_eq!(error.fault, AuditFault::Replaced(Replacement::Removed));
    assert!(logger.ready().is_err());
    fs::rename(&aside, &path).unwrap();
    logger.flush().unwrap();
    log(&logger, 1).unwrap();
    drop(logger);
    assert_eq!(records(&path), 3);

    // Another file with content of its own is left alone.
    let (_dir, path) = folder();
    let logger = open(&path);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "someone else's").unwrap();
    let error = log(&logger, 0).unwrap_err();
    assert_eq!(error.fault, AuditFault::Occupied(Replacement::AnotherFile));
    assert_eq!(fs::read_to_string(&path).unwrap(), "someone else's");
}

/// Nobody wrote the record of an opening, so there is nothing that could be right.
#[test]
fn a_log_without_a_record_has_not_passed() {
    let (_dir, path) = folder();
    fs::write(&path, "").unwrap();
    let report = verify(&path).unwrap();
    assert_eq!((report.records, &report.broken), (0, &None));
    assert!(!report.passed(), "{report:?}");
}
