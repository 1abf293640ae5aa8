//! A report as self-contained HTML pages.
//!
//! The pages can be read without scripts. One script, the same on every page, filters and sorts
//! lists and copies hexadecimal digits. The style sheet has colours for light, dark and printed
//! pages, and the positions in charts are shares of the width.
//!
//! Every untrusted text, such as the name of a file, goes through [`Escaped`].

mod backends;
mod failures;
pub(crate) mod items;
mod latency;
pub(crate) mod pages;
mod quantity;
mod rows;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod throughput;
mod timeline;

use crate::chart::escape::Escaped;

use crate::report::ProcessingReport;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

impl ProcessingReport {
    /// The report as a complete HTML page, which is also well-formed XML. The page in an output
    /// folder has more: it lists the inputs and blobs of the manifest.
    #[must_use]
    pub fn to_html(&self) -> String {
        self.page(&[])
    }

    /// The page with lists, each with its id, its heading and its content.
    fn page(&self, lists: &[(&str, &str, String)]) -> String {
        let sections = [
            section("summary", "Summary", &summary::section(self)),
            section("failures", "Failures", &failures::section(self)),
            section("timeline", "Stages", &timeline::section(self)),
            section("throughput", "Throughput", &throughput::section(self)),
            section("latency", "Latency", &latency::section(self)),
            section("backends", "Backends", &backends::section(self)),
        ];
        let contents: Vec<(&str, &str)> = lists.iter().map(|list| (list.0, list.1)).collect();
        let lists = lists
            .iter()
            .map(|(id, heading, content)| section(id, heading, content));
        let content: String = sections.into_iter().chain(lists).collect();
        document(self, &summary::header(self, &contents), &content)
    }
}

/// A page around a header and sections.
fn document(report: &ProcessingReport, header: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <title>KZG pipeline: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         {header}<main>\n{content}</main>\n<footer><p>kzg {}</p></footer>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        report.outcome,
        Escaped(&report.version),
    )
}

fn section(id: &str, heading: &str, content: &str) -> String {
    format!(
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{heading}</h2>\n{content}</section>\n"
    )
}

/// A paragraph instead of an empty chart.
fn nothing(why: &str) -> String {
    format!("<p class=\"nothing\">{}</p>\n", Escaped(why))
}
