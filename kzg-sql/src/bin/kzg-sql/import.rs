//! `kzg-sql import`.

use kzg_datafusion::Kzg;
use kzg_datafusion::import::{self, Finding, ImportError};

use crate::args::Import;
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) fn run(kzg: &Kzg, arguments: &Import) -> Result<Exit, Failure> {
    let report = import::import(kzg, &arguments.paths, &arguments.out)?;
    let out = arguments.out.display().to_string();
    let text = if arguments.json {
        let findings = |findings: &[Finding]| -> Vec<serde_json::Value> {
            let findings = findings.iter();
            findings
                .map(
                    |finding| serde_json::json!({"place": finding.place, "reason": finding.reason}),
                )
                .collect()
        };
        let document = serde_json::json!({
            "out": out,
            "rows": report.rows,
            "files": report.files,
            "skipped": report.skipped,
            "false_claims": findings(&report.false_claims),
            "unreadable": findings(&report.unreadable),
        });
        document.to_string()
    } else {
        let (rows, files, skipped) = (report.rows, report.files, report.skipped);
        let written = format!("{out}: {rows} rows in {files} files");
        if skipped > 0 {
            format!("{written}\n{skipped} files in no known format were left out")
        } else {
            written
        }
    };
    let printed = output::print(&text);
    // The findings go to standard error even if the summary could not be printed.
    for finding in report.false_claims.iter().chain(&report.unreadable) {
        output::message(format_args!("{}: {}", finding.place, finding.reason));
    }
    printed?;
    Ok(if !report.unreadable.is_empty() {
        Exit::BadInput
    } else if !report.false_claims.is_empty() {
        Exit::NegativeVerdict
    } else {
        Exit::Done
    })
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let exit = match error {
            ImportError::NotEmpty(_) => Exit::Usage,
            ImportError::Read { .. } => Exit::BadInput,
            _ => Exit::Fault,
        };
        Self::new(exit, error.to_string())
    }
}
