//! A report as a page to look at: one file, without scripts, that needs nothing from elsewhere.
//!
//! The charts are written as SVG by the page itself. A chart library would fix colours and widths
//! when it draws; here colours are the style sheet's, for light and dark and for print, and
//! positions are shares of the width, so that text is as large on a phone as it is on a desk.
//!
//! Everything that comes from outside, such as the names of files, goes through [`Escaped`].

mod backends;
mod failures;
mod latency;
mod quantity;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod throughput;
mod timeline;

use crate::chart::escape::Escaped;

use crate::report::ProcessingReport;

const STYLE: &str = include_str!("style.css");

impl ProcessingReport {
    /// The report as an HTML page of its own, well-formed as XML too. `report.html` holds it.
    #[must_use]
    pub fn to_html(&self) -> String {
        let sections = [
            section("summary", "Summary", &summary::section(self)),
            section("failures", "Failures", &failures::section(self)),
            section("timeline", "Stages", &timeline::section(self)),
            section("throughput", "Throughput", &throughput::section(self)),
            section("latency", "Latency", &latency::section(self)),
            section("backends", "Backends", &backends::section(self)),
        ];
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta name=\"color-scheme\" content=\"light dark\"/>\n\
             <title>KZG pipeline: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             {}<main>\n{}</main>\n<footer><p>kzg {}</p></footer>\n</body>\n</html>\n",
            self.outcome,
            summary::header(self),
            sections.concat(),
            Escaped(&self.version),
        )
    }
}

fn section(id: &str, heading: &str, content: &str) -> String {
    format!(
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{heading}</h2>\n{content}</section>\n"
    )
}

/// A paragraph in the place of a chart that would be empty.
fn nothing(why: &str) -> String {
    format!("<p class=\"nothing\">{}</p>\n", Escaped(why))
}
