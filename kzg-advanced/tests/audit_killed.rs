//! A process that is killed while it writes its audit log loses no record that was acknowledged,
//! and the log can be continued. `KZG_AUDIT_KILLS=N` sets the number of kills (5). The log goes on, too,
//! in a process that cannot open another file.
//!
//! The test program starts itself a second time, with [`LOG`] set, as the process that is killed.
//! The second process runs [`write_until_killed`] instead of the tests and never ends by itself. With
//! [`CROWDED`] set, it runs [`write_without_free_files`].

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

/// The environment variable that names the log of the process that has no free files.
const CROWDED: &str = "KZG_TEST_AUDIT_CROWDED";

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(path) = env::var_os(CROWDED) {
        write_without_free_files(&PathBuf::from(path));
        return ExitCode::SUCCESS;
    }
    if let Some(path) = env::var_os(LOG) {
        write_until_killed(&PathBuf::from(path));
    }
    let test = Trial::test("no_acknowledged_record_is_lost", || {
        no_acknowledged_record_is_lost();
        Ok(())
    });
    let mut tests = vec![test];
    if cfg!(unix) {
        tests.push(Trial::test(
            "a_log_rotates_when_there_are_free_files",
            || {
                a_log_rotates_when_there_are_free_files();
                Ok(())
            },
        ));
    }
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

fn a_log_rotates_when_there_are_free_files() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("audit.jsonl");
    let status = Command::new(env::current_exe().expect("this program"))
        .env(CROWDED, &path)
        .status();
    assert!(status.expect("the program starts").success());
    let report = verify(&path).expect("readable");
    // The record of the opening, and those of the calls.
    assert_eq!((report.records, report.broken), (1 + 2 * 40, None));
    assert!(report.files.len() > 1);
}

/// Writes records while only a few more files can be opened, then while more can.
#[cfg(unix)]
fn write_without_free_files(path: &Path) {
    use kzg_advanced::audit::OnReplaced;
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    let options = options().with_on_replaced(OnReplaced::Fail);
    let log = AuditLogger::open(path, options).expect("a log");
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, 64, hard).expect("a lower limit");
    let record = |log: &AuditLogger, number| {
        let call = AuditCall::new(number, Operation::ComputeCells, "blst");
        log.log_success(&call, [1; 32]).expect("written");
    };
    let mut others: Vec<std::fs::File> =
        std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
    // A rotation needs a free file at several moments.
    for number in 0..40 {
        if number % 10 == 0 {
            others.pop();
        }
        record(&log, number);
    }
    let health = log.health();
    assert_eq!((health.failure, health.replaced), (None, 0));
    drop(others);
    for number in 40..80 {
        record(&log, number);
    }
    let health = log.health();
    assert_eq!((health.rotation, health.replaced), (None, 0));
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
