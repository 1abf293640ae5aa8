//! A process that is killed while it writes its audit log has lost nothing that it was told was
//! recorded, and the log goes on.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use kzg_advanced::Operation;
use kzg_advanced::audit::{AuditCall, AuditLogger, AuditOptions, verify};

/// Names the log to the process that will be killed.
const LOG: &str = "KZG_TEST_AUDIT_LOG";

fn options() -> AuditOptions {
    // Many rotations, so that some kills hit one.
    AuditOptions::default().with_max_file_bytes(2_000)
}

/// Not a test by itself: the process that is killed.
#[test]
fn writes_until_it_is_killed() {
    let Some(path) = env::var_os(LOG) else {
        return;
    };
    let log = AuditLogger::open(PathBuf::from(path), options()).expect("a log");
    for number in 0.. {
        let call = AuditCall::new(number, Operation::ComputeCells, "blst");
        log.log_success(&call, [1; 32]).expect("written");
        println!("recorded {number}");
    }
}

#[test]
fn nothing_that_was_recorded_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let mut expected = 0;
    for round in 0..5 {
        let mut child = Command::new(env::current_exe().expect("this program"))
            .args(["--exact", "writes_until_it_is_killed", "--nocapture"])
            .env(LOG, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let recorded = lines
            .map_while(Result::ok)
            .filter(|line| line.contains("recorded"))
            .take(50 + 37 * round)
            .count();
        child.kill().expect("it runs");
        child.wait().expect("it ends");

        let report = verify(&path).expect("readable");
        assert_eq!(report.broken, None);
        expected += recorded as u64;
        assert!(
            report.records >= expected,
            "{} < {expected}",
            report.records
        );
        expected = report.records;
    }
    let log = AuditLogger::open(&path, options()).expect("it goes on");
    assert_eq!(log.head().next, expected + 1);
}
