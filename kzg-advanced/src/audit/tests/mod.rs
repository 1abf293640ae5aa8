//! Tests of the log with failing disks, crashes and tampering.

use core::time::Duration;
use std::path::{Path, PathBuf};

use kzg_testing::scripted::eventually;
use kzg_traits::Operation;

use super::*;

mod bounds;
mod calls;
mod chain;
mod checkpoints;
mod content;
mod disk;
mod failing_disk;
mod reentrant;
#[cfg(unix)]
mod replaced;
mod replaced_on_disk;
#[cfg(unix)]
mod rotation;
mod signed;
mod withheld;

/// The longest wait for what another thread does.
const LONG: Duration = Duration::from_secs(20);

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
