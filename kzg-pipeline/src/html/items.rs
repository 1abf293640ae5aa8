//! The inputs and blobs of a job as tables, page by page.

use core::fmt::Write;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use super::quantity::count;
use super::rows::Row;
use super::table::{Column, Table, numbers, text, words};
use crate::chart::escape::Escaped;
use crate::report::ProcessingReport;

/// The folder of the pages beside the report.
pub(crate) const PAGES: &str = "report";

/// The number of rows of a page. A page is in memory as a whole, so that a small number keeps the peak
/// memory of a long job at that of a short one.
const ROWS: u64 = 100;

/// The kind of the rows of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Inputs,
    Blobs,
}

const INPUTS: [Column; 6] = [
    text("Input"),
    words("Status"),
    numbers("Size"),
    numbers("Blobs"),
    numbers("First blob"),
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
        match self {
            Self::Inputs => &INPUTS,
            Self::Blobs => &BLOBS,
        }
    }
}

/// The name of a page beside the report. `number` counts from 1, and page 1 is part of the report
/// itself.
pub(super) fn page_name(kind: Kind, number: u64) -> String {
    format!("{PAGES}/{}-{number:05}.html", kind.name())
}

/// Whether a name, without the folder, is that of a page.
pub(crate) fn is_page(name: &Path) -> bool {
    let kinds = [Kind::Inputs, Kind::Blobs];
    let stem = name.file_stem().and_then(OsStr::to_str);
    let number = stem.and_then(|stem| stem.rsplit_once('-')?.1.parse().ok());
    number.is_some_and(|number| {
        let mut pages = kinds.into_iter().map(|kind| page_name(kind, number));
        pages.any(|page| Path::new(&page).file_name() == Some(name.as_os_str()))
    })
}

/// The rows of a kind, collected into pages.
pub(super) struct Pages<'a> {
    report: &'a ProcessingReport,
    kind: Kind,
    /// The number of rows of all pages.
    total: u64,
    number: u64,
    rows: u64,
    table: Table,
}

impl<'a> Pages<'a> {
    pub(super) fn new(report: &'a ProcessingReport, kind: Kind, total: u64) -> Self {
        Self {
            report,
            kind,
            total,
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
        let cells = row.cells(&self.report.emit, self.up());
        self.table.item(row.status().name(), &cells);
        self.rows += 1;
        full
    }

    /// Ends the current page, and returns its number and content.
    pub(super) fn take(&mut self) -> (u64, String) {
        let next = Table::new(self.kind.heading(), self.kind.columns()).sortable();
        let table = core::mem::replace(&mut self.table, next);
        let content = if self.rows == 0 {
            super::nothing(&format!("The manifest has no {}.", self.kind.name()))
        } else {
            let navigation = self.navigation();
            let filter = self.filter();
            format!("{filter}{navigation}{}{navigation}", table.finish())
        };
        let number = self.number;
        self.number += 1;
        self.rows = 0;
        (number, content)
    }

    fn pages(&self) -> u64 {
        self.total.div_ceil(ROWS).max(1)
    }

    /// The pages that this one links to, with this one: the first and the last, and those whose distance is
    /// a power of ten, so that few steps lead to each page. A job with few pages has them all.
    fn linked(&self) -> BTreeSet<u64> {
        /// Most pages that are all listed.
        const FEW: u64 = 20;

        let (number, pages) = (self.number, self.pages());
        if pages <= FEW {
            return (1..=pages).collect();
        }
        let distances = core::iter::successors(Some(1_u64), |distance| distance.checked_mul(10));
        let distances = distances.take_while(|distance| *distance < pages);
        let both = distances.flat_map(|distance| {
            [
                number.saturating_sub(distance),
                number.saturating_add(distance),
            ]
        });
        let near = both.filter(|to| (1..=pages).contains(to));
        near.chain([1, number, pages]).collect()
    }

    /// Links to other pages; empty if there are none.
    fn navigation(&self) -> String {
        let (number, pages) = (self.number, self.pages());
        if pages == 1 {
            return String::new();
        }
        let name = self.kind.name();
        let link = |to: u64, words: &str| {
            let up = self.up();
            let file = match to {
                1 => format!("report.html#{name}"),
                to => page_name(self.kind, to),
            };
            format!(" <a href=\"{up}{file}\">{words}</a>")
        };
        let mut text = format!(
            "<nav class=\"pages\" aria-label=\"Pages of {name}\">\n<p>Page {} of {}, {} of {} {name} \
             on each, those with failures first.",
            count(number),
            count(pages),
            count(ROWS),
            count(self.total),
        );
        if number > 1 {
            text.push_str(&link(1, "First"));
            text.push_str(&link(number - 1, "Previous"));
        }
        if number < pages {
            text.push_str(&link(number + 1, "Next"));
            text.push_str(&link(pages, "Last"));
        }
        text.push_str("</p>\n<details><summary>More pages</summary>");
        for to in self.linked() {
            if to == number {
                let _ = write!(text, " <strong>{}</strong>", count(to));
            } else {
                text.push_str(&link(to, &count(to)));
            }
        }
        text.push_str("</details>\n</nav>\n");
        text
    }

    /// Fields that filter and sort the table; shown only where scripts run.
    fn filter(&self) -> String {
        let name = self.kind.name();
        let mut text = format!(
            "<p class=\"filter\"><label>Filter <input type=\"search\" id=\"filter-{name}\"/></label> \
             <label>Status <select id=\"status-{name}\"><option value=\"\">all</option>\
             <option>failed</option><option>verified</option><option>not verified</option></select>\
             </label> <label class=\"order\">Order <select id=\"order-{name}\">\
             <option value=\"\">failures first</option>"
        );
        for (place, column) in self.kind.columns().iter().enumerate() {
            let heading = Escaped(column.heading);
            let _ = write!(text, "<option value=\"{place}\">{heading}</option>");
        }
        let _ = write!(
            text,
            "</select></label> <output id=\"shown-{name}\">{} shown</output>",
            count(self.rows)
        );
        if self.pages() > 1 {
            text.push_str(" <span>Filter and order apply to this page.</span>");
        }
        text.push_str("</p>\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::tests::samples;

    /// The navigation of a page of a job with this number of blobs, and the pages that it links to.
    fn navigation(total: u64, number: u64) -> (String, Vec<u64>) {
        let report = samples::busy();
        let mut pages = Pages::new(&report, Kind::Blobs, total);
        pages.number = number;
        pages.rows = ROWS;
        let (_, content) = pages.take();
        let links = content.split("blobs-").skip(1);
        let linked = links.filter_map(|rest| rest.split_once(".html")?.0.parse().ok());
        let mut linked: Vec<u64> = linked.collect();
        linked.sort_unstable();
        linked.dedup();
        (content, linked)
    }

    #[test]
    fn a_page_of_a_large_job_links_to_some_of_the_others() {
        let last = 10_000_000 / ROWS;
        for number in [1, 2, 777, last] {
            let (content, linked) = navigation(10_000_000, number);
            assert!(content.len() < 1 << 20, "{}", content.len());
            assert!(linked.len() < 40, "{linked:?}");
            let near = [number.saturating_sub(1), number + 1, last];
            for to in near.into_iter().filter(|to| (2..=last).contains(to)) {
                assert!(
                    to == number || linked.contains(&to),
                    "{number} to {to}: {linked:?}"
                );
            }
            assert!(linked.iter().all(|to| (2..=last).contains(to)));
        }
    }

    #[test]
    fn a_page_of_a_small_job_links_to_all_others() {
        let (content, linked) = navigation(5 * ROWS, 3);
        assert_eq!(linked, [2, 4, 5]);
        assert!(content.contains("<strong>3</strong>"), "{content}");
    }
}
