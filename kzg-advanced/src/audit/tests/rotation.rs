//! Rotations that fail. The log fails where a file is replaced by others, so that the tests notice a
//! rotation that looks like that.

use std::fs;
use std::sync::Arc;

use super::*;
use crate::audit::files::Step;
use crate::audit::journal::Journal;
use crate::audit::record::Head;

/// A log on an empty file at a path.
fn journal(path: &Path, max_file_bytes: u64) -> Journal {
    let options = AuditOptions::default()
        .with_max_file_bytes(max_file_bytes)
        .with_on_replaced(OnReplaced::Fail);
    let mut file = fs::File::options();
    let file = file.append(true).read(true).create(true).open(path);
    let sink = Box::new(Arc::new(file.expect("a file")));
    Journal::new(path, options, sink, Head::default(), 0)
}

fn append(journal: &Journal) -> Result<(), AuditError> {
    journal.append(AuditEvent::new(AuditEventType::Success))
}

fn set_failing(journal: &Journal, steps: &[Step]) {
    journal.files().steps.lock().expect("no panic").failing = steps.to_vec();
}

fn count(journal: &Journal, step: Step) -> usize {
    let steps = journal.files().steps.lock().expect("no panic");
    steps.made.iter().filter(|&&made| made == step).count()
}

#[test]
fn a_rotation_that_fails_leaves_the_log_as_it_is() {
    let (_dir, path) = folder();
    let journal = journal(&path, 300);
    set_failing(&journal, &[Step::Begin]);
    for _ in 0..10 {
        append(&journal).unwrap();
    }
    let health = journal.health();
    assert_eq!((health.failure, health.replaced), (None, 0));
    let rotation = health.rotation.map(|fault| fault.to_string());
    let expected = "another file cannot be begun: Begin fails";
    assert_eq!(rotation.as_deref(), Some(expected));
    assert_eq!(verify(&path).unwrap().files, core::slice::from_ref(&path));
    set_failing(&journal, &[]);
    append(&journal).unwrap();
    assert_eq!(journal.health().rotation, None);
    assert_eq!(verify(&path).unwrap().files.len(), 2);
    assert_eq!(records(&path), 11);
}

/// Each rotation begins with a sync, for which all callers wait.
#[test]
fn a_rotation_that_fails_is_repeated_when_the_file_has_grown() {
    const LIMIT: u64 = 16_000;
    let (_dir, path) = folder();
    let journal = journal(&path, LIMIT);
    set_failing(&journal, &[Step::Begin]);
    let length = || fs::metadata(&path).unwrap().len();
    while length() < 2 * LIMIT {
        append(&journal).unwrap();
    }
    let attempts = count(&journal, Step::Begin);
    assert!((2..=16).contains(&attempts), "{attempts}");
    set_failing(&journal, &[]);
    while length() >= LIMIT {
        append(&journal).unwrap();
    }
    assert_eq!(count(&journal, Step::Begin), attempts + 1);
    // The next file is full at the usual size.
    while count(&journal, Step::Begin) == attempts + 1 {
        append(&journal).unwrap();
    }
    let files = verify(&path).unwrap().files;
    let lengths = files.iter().map(|file| fs::metadata(file).unwrap().len());
    let lengths: Vec<u64> = lengths.collect();
    assert!(lengths[0] >= 2 * LIMIT && lengths[1] < LIMIT + 1000 && lengths[2] < 1000);
}

#[test]
fn a_log_goes_on_though_its_file_cannot_be_renamed_back() {
    let (_dir, path) = folder();
    let journal = journal(&path, 300);
    while fs::metadata(&path).unwrap().len() < 300 {
        append(&journal).unwrap();
    }
    let whole = journal.head().next;
    set_failing(&journal, &[Step::Begin, Step::RenameBack]);
    let error = append(&journal).unwrap_err().to_string();
    for part in ["Begin fails", "000001", "RenameBack fails"] {
        assert!(error.contains(part), "{error}");
    }
    let error = append(&journal).unwrap_err().to_string();
    assert!(error.contains("a new file cannot be opened"), "{error}");
    set_failing(&journal, &[]);
    append(&journal).unwrap();
    journal.flush().unwrap();
    let health = journal.health();
    assert_eq!((health.failure, health.rotation), (None, None));
    assert_eq!((health.lost, health.replaced), (0, 0));
    assert_eq!(verify(&path).unwrap().files.len(), 2);
    // The new file has the record of the gap, and that of the event.
    assert_eq!(records(&path), whole + 2);
    // The file that others remove later is noticed.
    fs::remove_file(&path).unwrap();
    let removed = AuditFault::Replaced(Replacement::Removed);
    assert_eq!(append(&journal).unwrap_err().fault, removed);
}

#[test]
fn no_record_is_acknowledged_in_a_file_whose_name_is_not_durable() {
    let (_dir, path) = folder();
    let journal = journal(&path, 300);
    while fs::metadata(&path).unwrap().len() < 300 {
        append(&journal).unwrap();
    }
    let whole = journal.head().next;
    set_failing(&journal, &[Step::SyncNames]);
    for _ in 0..3 {
        let error = append(&journal).unwrap_err().to_string();
        assert!(error.contains("SyncNames fails"), "{error}");
        assert!(journal.health().failure.is_some());
    }
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    set_failing(&journal, &[]);
    append(&journal).unwrap();
    journal.flush().unwrap();
    let health = journal.health();
    assert_eq!((health.failure, health.rotation), (None, None));
    assert_eq!((health.lost, health.replaced), (0, 0));
    assert_eq!(records(&path), whole + 2);
}
