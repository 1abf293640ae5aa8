//! `kzg audit`.

use anyhow::Result;
use kzg_advanced::audit::{self, AuditReport};
use kzg_advanced::{IoAction, KzgAdvancedError};
use serde::Serialize;

use crate::args::AuditVerify;
use crate::exit::Exit;
use crate::output;

pub(crate) fn verify(arguments: &AuditVerify) -> Result<Exit> {
    #[derive(Serialize)]
    struct Document<'a> {
        passed: bool,
        #[serde(flatten)]
        report: &'a AuditReport,
    }
    let report = audit::verify(&arguments.file).map_err(|source| KzgAdvancedError::Io {
        action: IoAction::Read,
        item: arguments.file.display().to_string(),
        source: Box::new(source),
    })?;
    let passed = report.broken.is_none();
    let document = Document {
        passed,
        report: &report,
    };
    output::print(arguments.json, &document, || text(&report));
    Ok(Exit::verdict(passed))
}

fn text(report: &AuditReport) -> String {
    let (first, records) = (report.first, report.records);
    let mut text = match &report.broken {
        Some(broken) => format!("BROKEN: {broken}\n{records} records before it are right"),
        None if records == 0 => "no records".to_owned(),
        None => format!(
            "{records} records are right, {first} to {}, the last with hash {}",
            first + records - 1,
            report.last_hash
        ),
    };
    if first > 0 {
        text.push_str("\nolder records are not here");
    }
    if report.torn_bytes > 0 {
        text.push_str(&format!(
            "\na record of {} bytes after them was cut off while it was written",
            report.torn_bytes
        ));
    }
    text
}
