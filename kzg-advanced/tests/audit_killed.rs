//! A process that is killed while it writes its audit log loses no record that was acknowledged,
//! and the log can be continued. `KZG_AUDIT_KILLS=N` sets the number of kills (5).
//!
//! The test program starts itself a second time, with [`LOG`] set, as the process that is killed.
//! The second process runs [`write_until_killed`] instead of the tests and never ends by itself.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use kzg_advanced::Operation;
use kzg_advanced::audit::{AuditCall, AuditLogger, AuditOptions, verify};
use kzg_testing::Seeded;
use libtest_mimic::{Arguments, Trial};

/// The environment variable that names the log of the process that is killed.
const LOG: &str = "KZG_TEST_AUDIT_LOG";

fn main() -> ExitCode {
    if let Some(path) = env::var_os(LOG) {
        write_until_killed(&PathBuf::from(path));
    }
    let test = Trial::test("no_acknowledged_record_is_lost", || {
        no_acknowledged_record_is_lost();
        Ok(())
    });
    libtest_mimic::run(&Arguments::from_args(), vec![test]).exit_code()
}

fn options() -> AuditOptions {
    // Small files: the log rotates often, so that some kills interrupt a rotation.
    AuditOptions::default().with_max_file_bytes(2_000)
}

/// Writes records and prints a line for each that the log has acknowledged.
fn write_until_killed(path: &Path) -> ! {
    let log = AuditLogger::open(path, options()).expect("a log");
    let mut number = 0;
    loop {
        let call = AuditCall::new(number, Operation::ComputeCells, "blst");
        log.log_success(&call, [1; 32]).expect("written");
        println!("recorded {number}");
        number += 1;
    }
}

fn no_acknowledged_record_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let kills = env::var("KZG_AUDIT_KILLS").map_or(5, |kills| kills.parse().expect("a number"));
    let mut expected = 0;
    let mut seeded = Seeded::new(0);
    for _ in 0..kills {
        let mut child = Command::new(env::current_exe().expect("this program"))
            .env(LOG, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let wanted = 1 + (seeded.next_u64() % 200) as usize;
        let mut lines = BufReader::new(child.stdout.take().expect("piped"))
            .lines()
            .map_while(Result::ok)
            .filter(|line| line.starts_with("recorded "));
        let recorded = lines.by_ref().take(wanted).count();
        // About the time of a few records, so that the moment is not that after a record.
        thread::sleep(Duration::from_micros(seeded.next_u64() % 2000));
        child.kill().expect("the process runs");
        child.wait().expect("the process ends");
        assert_eq!(recorded, wanted, "the process ended before it was killed");
        // The records that the process acknowledged before it was killed.
        let recorded = recorded + lines.count();

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
    let log = AuditLogger::open(&path, options()).expect("the log can be continued");
    assert_eq!(log.head().next, expected + 1);
    println!("{kills} kills, {expected} records: no acknowledged record is lost");
}
