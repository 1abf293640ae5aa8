//! Files that are renamed, removed or cut while a log is open.

use std::fs;

use super::*;

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

/// A cut may leave a part of a record, which has no line feed.
#[test]
fn a_file_that_is_cut_in_a_record_is_noticed() {
    for left in [10, 1] {
        let (_dir, path) = folder();
        let logger = open(&path);
        log(&logger, 0).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        let length = file.metadata().unwrap().len();
        file.set_len(length - left).unwrap();
        log(&logger, 1).unwrap();
        drop(logger);
        let text = fs::read_to_string(&path).unwrap();
        let types: Vec<AuditEventType> = text
            .lines()
            .map(|line| serde_json::from_str::<AuditEvent>(line).unwrap().event_type)
            .collect();
        use AuditEventType::{Opened, Replaced, Success};
        assert_eq!(types, [Opened, Replaced, Success]);
        let replaced: AuditEvent = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
        let kept = text.split_inclusive('\n').next().unwrap().len() as u64;
        assert_eq!(replaced.lost, Some(length - kept));
        assert!(
            verify(&path).unwrap().broken.is_some(),
            "a record is missing"
        );
    }
}

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
