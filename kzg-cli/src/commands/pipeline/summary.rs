//! The report of a run as tables.

use comfy_table::Table;
use indicatif::{BinaryBytes, HumanCount};
use kzg_pipeline::{JobOutcome, ProcessingReport};

use crate::table::{self, table};

pub(super) fn text(report: &ProcessingReport) -> String {
    format!("{}\n{}", totals(report), table::text(&stages(report)))
}

fn totals(report: &ProcessingReport) -> Table {
    let mut table = table();
    let mut row = |name: &str, value: String| {
        table.add_row([name.to_owned(), value]);
    };
    row("outcome", report.outcome.to_string());
    for decision in &report.backends {
        row(
            &format!("{} on", decision.role),
            decision.backend.to_string(),
        );
    }
    row("inputs", HumanCount(report.inputs).to_string());
    row("bytes", HumanCount(report.bytes).to_string());
    row("blobs", HumanCount(report.blobs).to_string());
    row("proofs", report.proofs.to_string());
    row("time", format!("{:.3} s", report.seconds));
    row(
        "throughput, whole run",
        format!("{}/s", BinaryBytes(report.bytes_per_second)),
    );
    row(
        "memory, at most",
        BinaryBytes(report.memory.peak_resident_bytes).to_string(),
    );
    if report.retries + report.fallbacks > 0 {
        row(
            "recoveries",
            format!("{} retries, {} fallbacks", report.retries, report.fallbacks),
        );
    }
    if report.skipped > 0 {
        row("left out", HumanCount(report.skipped).to_string());
    }
    row("verification", verification(report));
    table
}

fn verification(report: &ProcessingReport) -> String {
    let plural = if report.succeeded == 1 { "" } else { "s" };
    let right = format!("{} blob{plural}", HumanCount(report.succeeded));
    match (report.verification.failed, report.outcome) {
        (0, JobOutcome::Complete) if report.blobs == 0 => "no blob to verify".to_owned(),
        (0, JobOutcome::Complete) => format!("passed, {right}"),
        (0, _) => format!("not finished, {right} right"),
        (failed, _) => format!("FAILED, {failed} times"),
    }
}

fn stages(report: &ProcessingReport) -> Table {
    let mut table = table();
    table.set_header(["stage", "blobs", "at work", "from", "to", "blobs/s at work"]);
    for stage in &report.stages {
        let rate = stage.items as f64 / stage.seconds.max(f64::EPSILON);
        table.add_row([
            stage.stage.name().to_owned(),
            HumanCount(stage.items).to_string(),
            format!("{:.3} s", stage.seconds),
            format!("{:.3} s", stage.start_seconds),
            format!("{:.3} s", stage.end_seconds),
            format!("{rate:.1}"),
        ]);
    }
    table
}
