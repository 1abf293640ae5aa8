//! Logs with signed checkpoints.

use core::time::Duration;
use std::fs;
use std::sync::{Arc, Mutex};

use super::*;

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

#[test]
fn a_log_is_signed_when_it_is_closed() {
    let (_dir, path) = folder();
    let checkpoints = CheckpointOptions::new(key()).with_interval(100, Duration::from_secs(3600));
    let logger = AuditLogger::open_signed(&path, AuditOptions::default(), checkpoints).unwrap();
    for number in 0..3 {
        log(&logger, number).unwrap();
    }
    assert!(verify_against(&path, &signed()).unwrap().unsigned >= 3);
    drop(logger);
    let report = verify_against(&path, &signed()).unwrap();
    assert!(report.passed(), "{report:?}");
    assert_eq!(report.unsigned, 0);
}

#[test]
fn a_public_key_is_printed_in_hexadecimal_digits() {
    let public = key().public();
    assert_eq!(format!("{public:?}"), format!("AuditPublicKey({public})"));
    assert_eq!(public.to_string().len(), 64);
}

/// The lines of the log with a chain that was computed again, as an attacker without the key would
/// write them.
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
    // Another key has signed no checkpoint of the log.
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
    // The same without any checkpoint.
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
    // A head of the records that were put away.
    let first = report.first;
    assert!(first > 1);
    let early = Head {
        next: 1,
        hash: [1; 32],
    };
    let put_away = Expected::default().with_from(first).with_head(early);
    let report = verify_against(&path, &put_away).unwrap();
    let expected = Violation::First { first, expected: 1 };
    assert_eq!(report.violations, [expected]);
    // Another head before the first record that is left.
    let before = Head {
        next: first,
        hash: [1; 32],
    };
    let put_away = Expected::default().with_from(first).with_head(before);
    let report = verify_against(&path, &put_away).unwrap();
    assert_eq!(report.violations, [Violation::Rewritten { next: first }]);

    // Other records in the place of the original ones.
    forge(&path, |number, _| number != 3);
    let other = Head {
        next: 20,
        hash: [1; 32],
    };
    let report = verify_against(&path, &Expected::default().with_head(other)).unwrap();
    assert_eq!(report.violations, [Violation::Rewritten { next: 20 }]);
    // Another last record.
    let Head { next, .. } = head(&path).unwrap().0;
    let hash = [1; 32];
    let report =
        verify_against(&path, &Expected::default().with_head(Head { next, hash })).unwrap();
    assert_eq!(report.violations, [Violation::Rewritten { next }]);
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
    eventually(LONG, || *copies.lock().unwrap() > before);
    let asked_for = logger.checkpoint().unwrap().unwrap();
    assert!(asked_for.is_signed_by(&key().public()));
    log(&logger, 1).unwrap();
    drop(logger);
    assert!(verify_against(&path, &signed()).unwrap().passed());
}
