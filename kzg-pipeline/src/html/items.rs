//! The inputs and blobs of a job, page by page, with failures first.

use core::fmt::Write;

use kzg_traits::Bytes32;

use super::quantity::{bytes, count};
use super::table::{Column, Table, numbers, text, words};
use crate::chart::escape::Escaped;
use crate::folder::layout::{blob_file, bundle_file, cells_file};
use crate::formats::bundle::BLOBS_PER_BUNDLE;
use crate::manifest::{BlobRecord, Record};
use crate::options::Artefact;
use crate::report::{ProcessingReport, Verification};

/// The number of rows of a page.
const ROWS: u64 = 500;

/// The kind of the rows of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Inputs,
    Blobs,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Inputs => "inputs",
            Self::Blobs => "blobs",
        }
    }

    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Inputs => "Inputs",
            Self::Blobs => "Blobs",
        }
    }

    fn columns(self) -> &'static [Column] {
        const INPUTS: [Column; 6] = [
            text("Input"),
            words("Status"),
            numbers("Size"),
            numbers("Blobs"),
            words("First blob"),
            text("SHA-256"),
        ];
        const BLOBS: [Column; 7] = [
            words("Blob"),
            words("Status"),
            text("Input"),
            text("Commitment"),
            text("Versioned hash"),
            text("Proof"),
            words("Files"),
        ];
        match self {
            Self::Inputs => &INPUTS,
            Self::Blobs => &BLOBS,
        }
    }

    /// The number of rows of a job.
    pub(super) fn total(self, report: &ProcessingReport) -> u64 {
        match self {
            Self::Inputs => report.inputs,
            Self::Blobs => report.blobs,
        }
    }
}

/// The name of a page beside the report. `number` counts from 1, and page 1 is part of the report
/// itself.
pub(super) fn page_name(kind: Kind, number: u64) -> String {
    format!("report/{}-{number:05}.html", kind.name())
}

/// The rows of a kind, collected into pages.
pub(super) struct Pages<'a> {
    report: &'a ProcessingReport,
    kind: Kind,
    number: u64,
    rows: u64,
    table: Table,
}

impl<'a> Pages<'a> {
    pub(super) fn new(report: &'a ProcessingReport, kind: Kind) -> Self {
        Self {
            report,
            kind,
            number: 1,
            rows: 0,
            table: Table::new(kind.heading(), kind.columns()).sortable(),
        }
    }

    /// The prefix of the page's links to the output folder.
    fn up(&self) -> &'static str {
        if self.number == 1 { "" } else { "../" }
    }

    /// Adds a row. If the page was full, returns the number and content of that page.
    pub(super) fn add(&mut self, row: &Row<'_>) -> Option<(u64, String)> {
        let full = (self.rows == ROWS).then(|| self.take());
        let status = row.status(&self.report.verification);
        let cells = row.cells(self.report, status, self.up());
        self.table.row_of_markup(status, &cells);
        self.rows += 1;
        full
    }

    /// Ends the current page, and returns its number and content.
    pub(super) fn take(&mut self) -> (u64, String) {
        let next = Table::new(self.kind.heading(), self.kind.columns()).sortable();
        let table = core::mem::replace(&mut self.table, next);
        let mut content = filter(self.kind);
        content.push_str(&table.finish());
        content.push_str(&self.navigation());
        let number = self.number;
        self.number += 1;
        self.rows = 0;
        (number, content)
    }

    fn navigation(&self) -> String {
        let total = self.kind.total(self.report);
        let pages = total.div_ceil(ROWS).max(1);
        let mut text = String::new();
        if pages > 1 {
            let number = self.number;
            let _ = write!(
                text,
                "<p class=\"pages\">Page {} of {} of {} {}, those with failures first.",
                count(number),
                count(pages),
                count(total),
                self.kind.name()
            );
            let up = self.up();
            let mut link = |to: u64, words: &str| {
                let to = match to {
                    1 => "report.html".to_owned(),
                    to => page_name(self.kind, to),
                };
                let _ = write!(text, " <a href=\"{up}{to}\">{words}</a>");
            };
            if number > 1 {
                link(1, "First");
                link(number - 1, "Previous");
            }
            if number < pages {
                link(number + 1, "Next");
                link(pages, "Last");
            }
            text.push_str("</p>\n");
        }
        text
    }
}

/// Input fields that filter a table; shown only where scripts run.
fn filter(kind: Kind) -> String {
    let name = kind.name();
    format!(
        "<p class=\"filter\"><label>Filter <input type=\"search\" id=\"filter-{name}\"/></label> \
         <label>Status <select id=\"status-{name}\"><option value=\"\">all</option>\
         <option>failed</option><option>verified</option><option>not verified</option></select>\
         </label></p>\n"
    )
}

/// An input with the facts of its manifest lines.
#[derive(Clone, Debug, Default)]
pub(super) struct InputItem {
    number: u64,
    path: String,
    first_blob: Option<u64>,
    blobs: u64,
    failed: bool,
    verified: bool,
    end: Option<(u64, Bytes32)>,
}

/// A row of a table.
pub(super) enum Row<'a> {
    Input(&'a InputItem),
    Blob(&'a BlobRecord, &'a str),
}

impl Row<'_> {
    pub(super) fn status(&self, verification: &Verification) -> &'static str {
        match self {
            Self::Input(input) if input.failed => "failed",
            Self::Input(input) if input.verified => "verified",
            Self::Blob(blob, _) if verification.has_failed(blob.blob) => "failed",
            // Verification goes through the blobs in order.
            Self::Blob(blob, _) if blob.blob < verification.blobs => "verified",
            _ => "not verified",
        }
    }

    fn cells(&self, report: &ProcessingReport, status: &str, up: &str) -> Vec<String> {
        match self {
            Self::Input(input) => vec![
                Escaped(&input.path).to_string(),
                status.to_owned(),
                input
                    .end
                    .as_ref()
                    .map_or("–".to_owned(), |(length, _)| bytes(*length as f64)),
                count(input.blobs),
                input.first_blob.map_or("–".to_owned(), count),
                input
                    .end
                    .as_ref()
                    .map_or("–".to_owned(), |(_, sha256)| hex(&sha256.to_string())),
            ],
            Self::Blob(blob, input) => vec![
                count(blob.blob),
                status.to_owned(),
                Escaped(input).to_string(),
                hex(&blob.commitment.to_string()),
                hex(&blob.versioned_hash.to_string()),
                match (&blob.proof, &blob.cell_proofs) {
                    (Some(proof), _) => hex(&proof.to_string()),
                    (None, Some(proofs)) => format!("{} cell proofs", proofs.len()),
                    (None, None) => "–".to_owned(),
                },
                files(report, blob.blob, up),
            ],
        }
    }
}

/// Shortened hexadecimal digits that can be unfolded, with a button to copy all digits.
fn hex(digits: &str) -> String {
    let (head, tail) = (&digits[..8], &digits[digits.len() - 4..]);
    format!(
        "<details><summary>{head}…{tail}</summary><code>{digits}</code></details>\
         <button type=\"button\" class=\"copy\">Copy</button>"
    )
}

fn files(report: &ProcessingReport, blob: u64, up: &str) -> String {
    let links = report.emit.iter().map(|artefact| {
        let (file, words) = match artefact {
            Artefact::Blobs => (blob_file(blob), "blob"),
            Artefact::Cells => (cells_file(blob), "cells"),
            Artefact::Bundles => (bundle_file(blob / BLOBS_PER_BUNDLE as u64), "bundle"),
        };
        format!("<a href=\"{up}{file}\">{words}</a>")
    });
    links.collect::<Vec<_>>().join(" ")
}

/// Turns the records of a manifest into one row for each blob and for each finished input.
#[derive(Default)]
pub(super) struct Follower {
    input: InputItem,
}

impl Follower {
    /// Takes a record, and calls `each` with the record's row, if there is one.
    pub(super) fn record(
        &mut self,
        record: &Record,
        verification: &Verification,
        mut each: impl FnMut(&Row<'_>),
    ) {
        match record {
            Record::Input(input) => {
                self.input = InputItem {
                    number: input.input,
                    path: input.path.clone(),
                    verified: true,
                    ..InputItem::default()
                };
            }
            Record::Blob(blob) => {
                self.input.first_blob.get_or_insert(blob.blob);
                self.input.blobs += 1;
                let row = Row::Blob(blob, &self.input.path);
                let status = row.status(verification);
                each(&row);
                self.input.failed |= status == "failed";
                self.input.verified &= status == "verified";
            }
            Record::InputEnd(end) => {
                self.input.end = Some((end.bytes, end.sha256));
                self.input.verified &= self.input.number < verification.inputs;
                each(&Row::Input(&self.input));
            }
            Record::Header(_) | Record::End(_) => {}
        }
    }
}
