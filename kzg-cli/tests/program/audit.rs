//! `kzg audit verify`, and the calibration.

use std::fs;

use kzg_advanced::Operation;
use kzg_advanced::audit::{AuditCall, AuditKey, AuditLogger, AuditOptions, CheckpointOptions};

use super::{json, line, run, run_with_stdin, stderr};

#[test]
fn a_log_is_checked_and_the_first_broken_record_is_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("audit.jsonl");
    let options = AuditOptions::default().with_max_file_bytes(1500);
    let log = AuditLogger::open(&path, options).expect("a new log");
    for number in 0..20 {
        let call = AuditCall::new(number, Operation::ComputeCells, "blst");
        log.log_success(&call, [1; 32]).expect("written");
    }
    drop(log);
    let verify = ["audit", "verify", "audit.jsonl"];
    let verify_json = ["audit", "verify", "audit.jsonl", "--json"];
    let text = line(&run(dir.path(), &verify, 0));
    assert!(text.starts_with("21 records are right, 0 to 20"), "{text}");
    let document = json(&run(dir.path(), &verify_json, 0));
    assert_eq!(document["passed"], true);
    assert_eq!(document["records"], 21);
    assert_eq!(document["broken"], serde_json::Value::Null);

    let full = dir.path().join("audit.jsonl.000002");
    let changed = fs::read_to_string(&full)
        .expect("a full file")
        .replacen("blst", "bLst", 1);
    fs::write(&full, changed).expect("written");
    let text = line(&run(dir.path(), &verify, 1));
    assert!(text.contains("audit.jsonl.000002, line 1"), "{text}");
    let document = json(&run(dir.path(), &verify_json, 1));
    assert_eq!(document["passed"], false);
    assert_eq!(document["broken"]["line"], 1);
    assert_eq!(document["broken"]["record"], document["records"]);

    // An empty log is an error: it has no record to verify.
    fs::write(dir.path().join("empty.jsonl"), "").expect("written");
    for action in ["verify", "head"] {
        let empty = run(dir.path(), &["audit", action, "empty.jsonl"], 3);
        assert!(stderr(&empty).contains("there is no record in it"));
    }
    let missing = run(dir.path(), &["audit", "verify", "nothing.jsonl"], 3);
    assert!(stderr(&missing).contains("nothing.jsonl"));
}

#[test]
fn a_log_on_standard_input_is_checked() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let dir = dir.path();
    let path = dir.join("audit.jsonl");
    let log = AuditLogger::open(&path, AuditOptions::default()).expect("a new log");
    for number in 0..3 {
        let call = AuditCall::new(number, Operation::ComputeCells, "blst");
        log.log_success(&call, [1; 32]).expect("written");
    }
    drop(log);
    let text = fs::read_to_string(&path).expect("a log");
    let inspect = ["inspect", "-", "--json"];
    let found = json(&run_with_stdin(dir, &inspect, text.as_bytes(), 0));
    assert_eq!(found["valid"], true, "{found}");
    assert_eq!(found["fields"]["records"], 4);
    let of_file = json(&run(dir, &["inspect", "audit.jsonl", "--json"], 0));
    assert_eq!(found["fields"], of_file["fields"]);

    let changed = text.replacen("blst", "bLst", 1);
    let found = json(&run_with_stdin(dir, &inspect, changed.as_bytes(), 1));
    assert_eq!(found["valid"], false, "{found}");
    let problem = found["problems"][0].as_str().expect("a text");
    assert!(problem.starts_with("standard input, line 2"), "{problem}");
}

#[test]
fn a_signed_log_is_checked_by_its_key_and_a_head_from_elsewhere() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("audit.jsonl");
    let key = AuditKey::from_seed(&[9; 32]);
    let public = key.public().to_string();
    let checkpoints = CheckpointOptions::new(key);
    let log = AuditLogger::open_signed(&path, AuditOptions::default(), checkpoints);
    let log = log.expect("a new log");
    for number in 0..20 {
        let call = AuditCall::new(number, Operation::ComputeCells, "blst");
        log.log_success(&call, [1; 32]).expect("written");
    }
    drop(log);
    let head = line(&run(dir.path(), &["audit", "head", "audit.jsonl"], 0));
    let document = json(&run(
        dir.path(),
        &["audit", "head", "audit.jsonl", "--json"],
        0,
    ));
    assert_eq!(document["file"], "audit.jsonl");
    assert_eq!(document["head"], head.trim());
    assert!(document["checkpoint"]["signature"].is_string());

    let plain = ["audit", "verify", "audit.jsonl"];
    let text = line(&run(dir.path(), &plain, 0));
    assert!(
        text.contains("unsigned: shows accidents, not intent"),
        "{text}"
    );
    let full = [
        "audit",
        "verify",
        "audit.jsonl",
        "--key",
        &public,
        "--head",
        head.trim(),
        "--expect-from",
        "0",
    ];
    let text = line(&run(dir.path(), &full, 0));
    assert!(text.contains("signed: shows"), "{text}");

    let records = fs::read_to_string(&path).expect("a log");
    let fewer: Vec<&str> = records.lines().take(10).collect();
    fs::write(&path, fewer.join("\n") + "\n").expect("written");
    run(dir.path(), &plain, 0);
    let text = line(&run(dir.path(), &full, 1));
    assert!(text.contains("the log ends before record 10"), "{text}");
    fs::write(&path, "").expect("written");
    run(dir.path(), &plain, 3);
    run(dir.path(), &full, 1);
    let wrong = ["audit", "verify", "audit.jsonl", "--key", "12"];
    run(dir.path(), &wrong, 2);
}

#[test]
fn calibration_is_measured_kept_and_recalled() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let cached = |arguments: &[&str]| {
        let output = super::kzg(dir.path(), arguments)
            .env("XDG_CACHE_HOME", dir.path())
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", stderr(&output));
        output
    };
    let before = json(&cached(&["backends", "--json"]));
    assert!(before["hardware"]["cores"].as_u64() >= Some(1));
    assert_eq!(before["calibration"], serde_json::Value::Null);

    let measured = json(&cached(&[
        "backends",
        "--calibrate",
        "--limit",
        "10",
        "--json",
    ]));
    let entries = measured["calibration"]["entries"]
        .as_array()
        .expect("a list");
    let decisions = measured["decisions"].as_array().expect("a list");
    assert_eq!(decisions.len(), 5);
    let reason = decisions[0]["reason"].as_str().expect("a reason");
    let recalled = json(&cached(&["backends", "--json"]));
    if let Some(refused) = measured.get("refused") {
        // Other work on this machine disturbed the measurement, so it is neither used nor stored.
        kzg_testing::skipped(&format!("the rest of the test, because {refused}"));
        assert!(reason.contains("guess"), "{reason}");
        assert_eq!(recalled["calibration"], serde_json::Value::Null);
        return;
    }
    assert!(entries.iter().any(|entry| entry["extrapolated"] == false));
    assert!(reason.contains(" ms per item"), "{reason}");
    assert_eq!(recalled["calibration"], measured["calibration"]);
    let text = line(&cached(&["backends"]));
    assert!(text.contains("Interactive: "), "{text}");
}
