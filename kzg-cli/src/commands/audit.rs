//! `kzg audit`.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};
use kzg_advanced::KzgAdvancedError;
use kzg_advanced::audit::{self, AuditPublicKey, AuditReport, Checkpoint, Expected, Head};
use serde::Serialize;

use crate::errors::bad;
use crate::exit::Exit;
use crate::output;

#[derive(Args, Debug)]
pub(crate) struct Audit {
    #[command(subcommand)]
    pub(crate) action: AuditAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditAction {
    /// Check the chain of an audit log, and name the first broken record.
    Verify(Box<AuditVerify>),
    /// Print the head of an audit log and its last checkpoint, to be kept elsewhere.
    Head(AuditHead),
}

#[derive(Args, Debug)]
pub(crate) struct AuditVerify {
    /// The log; the earlier files of the log, whose names end in a number, are checked too.
    pub(crate) file: PathBuf,
    /// The public key of the log's checkpoints: 64 hexadecimal digits.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<AuditPublicKey>,
    /// A head that the log had, as `kzg audit head` printed it: no record before it may be
    /// missing.
    #[arg(long, value_name = "NUMBER:HASH")]
    pub(crate) head: Option<Head>,
    /// The number of the first record: 0, unless older files were put away.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) expect_from: Option<u64>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct AuditHead {
    /// The log.
    pub(crate) file: PathBuf,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn verify(arguments: &AuditVerify) -> Result<Exit> {
    #[derive(Serialize)]
    struct Document<'a> {
        file: &'a str,
        passed: bool,
        /// The kinds of change that the verification shows.
        shows: &'static str,
        #[serde(flatten)]
        report: &'a AuditReport,
    }
    let file = arguments.file.display().to_string();
    let mut expected = Expected::default();
    expected.key = arguments.key;
    expected.head = arguments.head;
    expected.from = arguments.expect_from;
    let report = audit::verify_against(&arguments.file, &expected)
        .map_err(|error| unreadable(&arguments.file, error))?;
    let passed = report.passed();
    if report.records == 0 && report.broken.is_none() && report.violations.is_empty() {
        return Err(no_record(&arguments.file));
    }
    let document = Document {
        file: &file,
        passed,
        shows: shows(&expected),
        report: &report,
    };
    output::print(arguments.json, &document, || text(&report, &expected))?;
    Ok(Exit::verdict(passed))
}

pub(crate) fn head(arguments: &AuditHead) -> Result<Exit> {
    #[derive(Serialize)]
    struct Document {
        file: String,
        head: String,
        checkpoint: Option<Checkpoint>,
    }
    let (head, checkpoint) =
        audit::head(&arguments.file).map_err(|error| unreadable(&arguments.file, error))?;
    if head.next == 0 {
        return Err(no_record(&arguments.file));
    }
    let document = Document {
        file: arguments.file.display().to_string(),
        head: head.to_string(),
        checkpoint,
    };
    output::print(arguments.json, &document, || document.head.clone())?;
    Ok(Exit::Done)
}

/// The error of a file without a record: an audit log begins with the record of its opening.
fn no_record(path: &Path) -> anyhow::Error {
    bad(
        path.display().to_string(),
        "not an audit log: there is no record in it",
    )
}

/// The error of a log that cannot be read, or whose records are wrong.
pub(super) fn unreadable(path: &Path, error: io::Error) -> KzgAdvancedError {
    if error.kind() == io::ErrorKind::InvalidData {
        // The error names the file of the log.
        KzgAdvancedError::data("audit log", error)
    } else {
        KzgAdvancedError::reading(path)(error)
    }
}

fn shows(expected: &Expected) -> &'static str {
    match (expected.key.is_some(), expected.head.is_some()) {
        (false, false) => "unsigned: shows accidents, not intent",
        (true, false) => {
            "signed: shows changes before the last checkpoint; without --head, records missing at \
             the end do not show"
        }
        (false, true) => "shows changes before the expected head",
        (true, true) => "signed: shows changes before the last checkpoint and the expected head",
    }
}

fn text(report: &AuditReport, expected: &Expected) -> String {
    let (first, records) = (report.first, report.records);
    let mut text = match &report.broken {
        Some(broken) => format!("BROKEN: {broken}\n{records} records before it are right"),
        // A log that was emptied is not what the caller expected; without an expectation it is an error.
        None if records == 0 => "the log has no records".to_owned(),
        None => format!(
            "{records} records are right, {first} to {}, the last with hash {}",
            first + records - 1,
            report.last_hash
        ),
    };
    for violation in &report.violations {
        text.push_str(&format!("\nNOT AS EXPECTED: {violation}"));
    }
    if first > 0 {
        text.push_str("\nolder records are not here");
    }
    if report.torn_bytes > 0 {
        text.push_str(&format!(
            "\na record of {} after them was cut off while it was written",
            output::counted(report.torn_bytes, "byte")
        ));
    }
    if expected.key.is_some() && report.unsigned > 0 {
        text.push_str(&format!(
            "\n{} records have no checkpoint yet",
            report.unsigned
        ));
    }
    text.push('\n');
    text.push_str(shows(expected));
    text
}
