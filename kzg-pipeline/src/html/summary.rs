//! The head of the page, and the summary.

use core::fmt::Write;

use super::quantity::{bytes, count, counted, figure, time};
use crate::chart::escape::Escaped;
use crate::report::{JobOutcome, ProcessingReport, Role};

/// The head of the page: the end of the run, and the next step. `lists` are the lists of the page,
/// each with its id and its heading.
pub(super) fn header(report: &ProcessingReport, lists: &[(&str, &str)]) -> String {
    let (class, verdict) = verdict(report);
    let mut text = format!(
        "<header>\n<h1>KZG pipeline report</h1>\n<p class=\"outcome {class}\">{}</p>\n",
        Escaped(verdict)
    );
    match (report.outcome, &report.error) {
        (JobOutcome::Complete, _) => {}
        (JobOutcome::Interrupted, _) => text.push_str(
            "<p>All work in progress was finished and is on the disk. The same command with \
             <code>--resume</code> continues the job.</p>\n",
        ),
        (JobOutcome::Failed, error) => {
            let error = error.as_deref().unwrap_or("No reason is known.");
            let _ = writeln!(
                text,
                "<p class=\"error\">{}</p>\n<p>The finished part is on the disk. Remove the cause of \
                 the error, and then continue the job by the same command with \
                 <code>--resume</code>.</p>",
                Escaped(error)
            );
        }
    }
    if !report.emit.is_empty() {
        text.push_str("<p class=\"links\">");
        for (id, heading) in lists {
            let _ = write!(text, "<a href=\"#{id}\">{heading}</a> ");
        }
        text.push_str(
            "<a href=\"manifest.jsonl\">manifest.jsonl</a> \
             <a href=\"report.json\">report.json</a></p>\n",
        );
    }
    text.push_str("</header>\n");
    text
}

fn verdict(report: &ProcessingReport) -> (&'static str, String) {
    let failures = counted(report.failed, "failure");
    match report.outcome {
        JobOutcome::Complete if report.failed > 0 => ("bad", format!("Complete, with {failures}")),
        JobOutcome::Complete if report.blobs == 0 => (
            "good",
            "Complete: the inputs are empty, so there is no blob".to_owned(),
        ),
        JobOutcome::Complete => (
            "good",
            format!("Complete: {} verified", counted(report.succeeded, "blob")),
        ),
        JobOutcome::Interrupted if report.failed > 0 => {
            ("bad", format!("Interrupted, with {failures}"))
        }
        JobOutcome::Interrupted => (
            "open",
            format!("Interrupted after {}", counted(written(report), "blob")),
        ),
        JobOutcome::Failed => (
            "bad",
            format!("Failed after {}", counted(written(report), "blob")),
        ),
    }
}

/// The number of finished blobs, out of the number of blobs that were read.
fn written(report: &ProcessingReport) -> u64 {
    report.throughput.last().map_or(0, |sample| sample.blobs)
}

pub(super) fn section(report: &ProcessingReport) -> String {
    let mut text = String::from("<dl class=\"tiles\">\n");
    for (name, value, note) in tiles(report) {
        let _ = writeln!(
            text,
            "<div><dt>{}</dt><dd><strong>{}</strong> <span>{}</span></dd></div>",
            Escaped(name),
            Escaped(value),
            Escaped(note)
        );
    }
    text.push_str("</dl>\n<dl class=\"details\">\n");
    for (name, value) in details(report) {
        let _ = writeln!(
            text,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            Escaped(name),
            Escaped(value)
        );
    }
    if !report.run.command.is_empty() {
        let _ = writeln!(
            text,
            "<div class=\"wide\"><dt>Command</dt><dd class=\"digits\"><code>{}</code>\
             <button type=\"button\" class=\"copy\" aria-label=\"Copy the command\">Copy</button>\
             </dd></div>",
            Escaped(report.run.command_line())
        );
    }
    text.push_str("</dl>\n");
    text
}

/// The most important figures: a name, a value, and a remark.
fn tiles(report: &ProcessingReport) -> [(&'static str, String, String); 6] {
    let blobs_a_second = report.blobs as f64 / report.seconds;
    let memory = &report.memory;
    [
        (
            "Blobs",
            count(report.blobs),
            format!(
                "{} verified, {}",
                count(report.succeeded),
                counted(report.failed, "failure")
            ),
        ),
        (
            "Input",
            bytes(report.bytes as f64),
            format!("in {}", counted(report.inputs, "input")),
        ),
        (
            "Written",
            bytes(report.bytes_written as f64),
            list(report.emit.iter().map(ToString::to_string)),
        ),
        (
            "Time",
            time(report.seconds),
            match (report.retries, report.fallbacks) {
                (0, 0) => "no retries".to_owned(),
                (retries, fallbacks) => {
                    let retries = match retries {
                        1 => "1 retry".to_owned(),
                        _ => format!("{} retries", count(retries)),
                    };
                    format!("{retries}, {}", counted(fallbacks, "fallback"))
                }
            },
        ),
        (
            "Throughput",
            format!("{}/s", bytes(report.bytes_per_second as f64)),
            if blobs_a_second.is_finite() {
                format!(
                    "{} blobs/s, from the first byte read to the last verified",
                    figure(blobs_a_second)
                )
            } else {
                "no time passed".to_owned()
            },
        ),
        (
            "Memory",
            match memory.peak_resident_bytes {
                0 => "not known".to_owned(),
                peak => bytes(peak as f64),
            },
            match memory.limit_bytes {
                Some(limit) => format!("peak of the process, limit {}", bytes(limit as f64)),
                None => "peak of the process, no limit".to_owned(),
            },
        ),
    ]
}

fn details(report: &ProcessingReport) -> Vec<(&'static str, String)> {
    let memory = &report.memory;
    let verifier = report
        .backends
        .iter()
        .find(|decision| decision.role == Role::Verify);
    let verification = &report.verification;
    let run = &report.run;
    let mut details = Vec::new();
    if !run.started.is_empty() {
        details.push(("Started", run.started.clone()));
        let processor = match &*run.processor {
            "" => "a processor without a name",
            name => name,
        };
        let cores = counted(run.cores, "core");
        details.push(("Host", format!("{processor}, {cores}, {}", run.system)));
        details.push(("Version", report.version.clone()));
    }
    details.extend([
        ("Proved by", report.backend.clone()),
        (
            "Verified by",
            verifier.map_or_else(
                || report.backend.clone(),
                |decision| decision.backend.clone(),
            ),
        ),
        (
            "Read back and verified",
            format!(
                "{} of {}",
                counted(verification.blobs, "blob"),
                counted(verification.inputs, "input")
            ),
        ),
        ("Proofs", report.proofs.to_string()),
        ("Encoding", report.encoding.clone()),
        (
            "Worked on at once",
            match memory.queued_chunks {
                0 => counted(memory.chunk_blobs, "blob"),
                chunks => format!(
                    "{}, and {} between two stages at most",
                    counted(memory.chunk_blobs, "blob"),
                    counted(chunks, "such chunk")
                ),
            },
        ),
        (
            "Buffers of blobs",
            format!(
                "{} at most, {} planned",
                bytes(memory.peak_blob_bytes as f64),
                bytes(memory.planned_buffer_bytes as f64)
            ),
        ),
    ]);
    if !report.trusted_setup.is_mainnet() {
        details.push(("Trusted setup", report.trusted_setup.to_string()));
    }
    if let Some(budget) = memory.table_budget_bytes {
        details.push((
            "Tables",
            format!("at most {} of each kind", bytes(budget as f64)),
        ));
    }
    if let Some(resumed) = &report.resumed {
        details.push((
            "Resumed",
            format!(
                "{} kept; {} damaged or missing, made again; checked in {}",
                counted(resumed.kept_blobs, "blob"),
                counted(resumed.mended, "item"),
                time(resumed.seconds)
            ),
        ));
    }
    details
}

fn list(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        return "nothing: in memory only".to_owned();
    }
    names.join(", ")
}
