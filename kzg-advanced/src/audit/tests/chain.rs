//! The chain of the records: accidents, changes, rotation.

use std::fs;

use sha2::{Digest, Sha256};

use super::*;

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

/// Every single change of a log is found, at the changed record or at the next one.
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
        let text = lines.join("\n") + "\n";
        fs::write(&path, &text).unwrap();
        let report = verify(&path).unwrap();
        assert_eq!(verify_reader(text.as_bytes(), &path).unwrap(), report);
        report.broken.map(|broken| broken.line)
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

/// The log after a kill or a power failure in the middle of a write.
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

/// A log without some of its records, whose chain was computed again, has records with wrong
/// numbers.
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

/// An empty file lacks the record of an opening, so its verification does not pass.
#[test]
fn a_log_without_a_record_has_not_passed() {
    let (_dir, path) = folder();
    fs::write(&path, "").unwrap();
    let report = verify(&path).unwrap();
    assert_eq!((report.records, &report.broken), (0, &None));
    assert!(!report.passed(), "{report:?}");
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

/// A log that was made by hand, whose numbers leave no room for further records.
#[test]
fn a_log_with_too_large_a_number_is_refused() {
    let (_dir, path) = folder();
    drop(open(&path));
    let line = fs::read_to_string(&path).unwrap();
    let with_number = |number: u64| {
        let (body, _) = line.split_once(",\"hash\":").unwrap();
        // The record before it has some hash.
        let body = body.replacen(&"0".repeat(64), &"1".repeat(64), 1);
        let body = body.replacen("\"seq\":0,", &format!("\"seq\":{number},"), 1);
        let hash = hex::encode(Sha256::digest(&body));
        format!("{body},\"hash\":\"{hash}\"}}\n")
    };
    for number in [u64::MAX, u64::MAX - 1, 1 << 63] {
        let content = with_number(number);
        fs::write(&path, &content).unwrap();
        let reason = RecordFault::LargeNumber { number };
        let error = AuditLogger::open(&path, AuditOptions::default()).unwrap_err();
        assert_eq!(error.fault, AuditFault::LastRecord(reason.clone()));
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert_eq!(verify(&path).unwrap().broken.unwrap().reason, reason);
    }
    fs::write(&path, with_number((1 << 63) - 1)).unwrap();
    drop(open(&path));
}

/// Other programs may leave a file with any number beside a log.
#[test]
fn a_file_with_the_last_number_stops_rotation_and_not_the_log() {
    let (dir, path) = folder();
    let options = AuditOptions::default().with_max_file_bytes(500);
    let logger = AuditLogger::open(&path, options).unwrap();
    fs::write(dir.path().join(format!("audit.jsonl.{}", u64::MAX)), "").unwrap();
    for number in 0..10 {
        log(&logger, number).unwrap();
    }
    drop(logger);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 11);
}
