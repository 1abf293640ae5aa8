//! The pages of a report: the report itself, and the pages of inputs and blobs beside it.

use std::io::Read;

use kzg_advanced::KzgAdvancedResult as Result;

use super::items::{Kind, Pages, page_name};
use super::rows::{Follower, Row, Status};
use super::{document, section};
use crate::folder::layout::REPORT_PAGE;
use crate::manifest::ManifestReader;
use crate::report::{JobOutcome, ProcessingReport};

/// Calls `write` with the name and the text of each page of a report. `manifest` opens the
/// manifest, which is read once for the failures and once for the other rows, and once more for the
/// number of rows if the job is not complete. Without a manifest, the pages list no inputs and no
/// blobs.
pub(crate) fn write_pages<R: Read>(
    report: &ProcessingReport,
    manifest: impl Fn() -> Option<ManifestReader<R>>,
    mut write: impl FnMut(&str, &str) -> Result<()>,
) -> Result<()> {
    let kinds = [Kind::Inputs, Kind::Blobs];
    let totals = totals(report, &manifest);
    let mut pages = [0, 1].map(|place| Pages::new(report, kinds[place], totals[place]));
    let mut first = [String::new(), String::new()];
    let mut written = Ok(());
    for wants_failed in [true, false] {
        let Some(reader) = manifest() else { continue };
        rows(report, reader, |row| {
            let failed = row.status() == Status::Failed;
            if failed != wants_failed || written.is_err() {
                return;
            }
            let place = place(row);
            if let Some((number, content)) = pages[place].add(row) {
                written = put(
                    report,
                    kinds[place],
                    number,
                    content,
                    &mut first[place],
                    &mut write,
                );
            }
        });
    }
    written?;
    for (place, kind) in kinds.into_iter().enumerate() {
        let (number, content) = pages[place].take();
        put(report, kind, number, content, &mut first[place], &mut write)?;
    }
    let lists = kinds.into_iter().zip(first);
    let lists: Vec<_> = lists
        .map(|(kind, content)| (kind.name(), kind.heading(), content))
        .collect();
    write(REPORT_PAGE, &report.page(&lists))
}

/// The place of a row's kind in lists of both kinds.
fn place(row: &Row<'_>) -> usize {
    usize::from(matches!(row, Row::Blob(..)))
}

/// The numbers of inputs and blobs in the manifest.
fn totals<R: Read>(
    report: &ProcessingReport,
    manifest: impl Fn() -> Option<ManifestReader<R>>,
) -> [u64; 2] {
    if report.outcome == JobOutcome::Complete {
        return [report.inputs, report.blobs];
    }
    // The report of an unfinished job counts what was read, which may be more.
    let mut totals = [0; 2];
    if let Some(reader) = manifest() {
        rows(report, reader, |row| totals[place(row)] += 1);
    }
    totals
}

/// Writes a page, except the first page, which becomes a part of the report.
fn put(
    report: &ProcessingReport,
    kind: Kind,
    number: u64,
    content: String,
    first: &mut String,
    write: &mut impl FnMut(&str, &str) -> Result<()>,
) -> Result<()> {
    if number == 1 {
        *first = content;
        return Ok(());
    }
    let list = section(kind.name(), kind.heading(), &content);
    let header = "<header>\n<h1>KZG pipeline report</h1>\n\
                  <p><a href=\"../report.html\">The whole report</a></p>\n</header>\n";
    write(&page_name(kind, number), &document(report, header, &list))
}

/// Calls `each` with the rows of a manifest, as far as it can be read.
fn rows(
    report: &ProcessingReport,
    mut reader: ManifestReader<impl Read>,
    mut each: impl FnMut(&Row<'_>),
) {
    let mut follower = Follower::default();
    while let Ok(Some(line)) = reader.next_line() {
        follower.record(&line.record, &report.verification, &mut each);
    }
    follower.finish(each);
}
