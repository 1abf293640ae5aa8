//! Pages of reports of every kind are well-formed, escaped, complete and accessible.

use roxmltree::{Document, Node, ParsingOptions};

use crate::report::{JobOutcome, ProcessingReport};
use samples::{HOSTILE, busy, empty, failed, interrupted};

pub(super) mod samples;

fn reports() -> [ProcessingReport; 4] {
    [busy(), empty(), interrupted(), failed()]
}

/// Calls `check` with the page of each report, parsed.
fn each(check: impl Fn(&ProcessingReport, &str, &Document<'_>)) {
    for report in reports() {
        let page = report.to_html();
        let options = ParsingOptions {
            allow_dtd: true,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(&page, options)
            .unwrap_or_else(|error| panic!("{}: {error}", report.outcome));
        check(&report, &page, &document);
    }
}

fn elements<'a>(within: Node<'a, 'a>, tag: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    within
        .descendants()
        .filter(move |node| node.has_tag_name(tag))
}

fn text_of(node: Node<'_, '_>) -> String {
    let parts = node.descendants().filter(Node::is_text);
    parts.filter_map(|part| part.text()).collect()
}

#[test]
fn a_page_is_whole_and_needs_nothing_from_elsewhere() {
    each(|_, page, document| {
        assert!(page.starts_with("<!DOCTYPE html>"));
        for word in ["http", "url(", "@import", "javascript:"] {
            assert!(!page.contains(word), "{word}");
        }
        for node in document.root().descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            for outside in ["link", "img", "iframe", "object", "form"] {
                assert_ne!(tag, outside);
            }
            if tag == "script" {
                assert_eq!(text_of(node), format!("\n{}", super::SCRIPT));
            }
            for attribute in node.attributes() {
                let name = attribute.name();
                assert!(!name.starts_with("on"), "{tag} {name}");
                assert!(!["src", "style"].contains(&name), "{tag} {name}");
                if name == "href" {
                    let leads = attribute.value().strip_prefix("../");
                    let leads = leads.unwrap_or(attribute.value());
                    let known = ["manifest.jsonl", "report", "blobs/", "cells/", "bundles/"];
                    assert!(
                        known.iter().any(|known| leads.starts_with(known)),
                        "{leads}"
                    );
                }
            }
        }
    });
}

#[test]
fn every_failure_is_shown_as_it_is_called() {
    each(|report, _, document| {
        let cells: Vec<String> = ["th", "td"]
            .into_iter()
            .flat_map(|tag| elements(document.root(), tag).map(text_of))
            .collect();
        for failure in &report.failures {
            for text in [&failure.item, &failure.reason] {
                assert!(cells.contains(text), "{text}");
            }
        }
        for skipped in &report.skipped_items {
            assert!(cells.contains(&skipped.item.replace('\u{1b}', "\\u{1b}")));
            assert!(cells.contains(&skipped.reason));
        }
        if let Some(resumed) = &report.resumed {
            let mended = resumed.mended_items.iter();
            mended.for_each(|item| assert!(cells.contains(item), "{item}"));
        }
        let page = text_of(document.root_element());
        if report.outcome == JobOutcome::Failed {
            assert!(page.contains(HOSTILE));
        }
        let more = report.failed > report.failures.len() as u64;
        assert_eq!(page.contains("The first 3 of 250 failures"), more);
    });
}

#[test]
fn every_chart_has_its_words_and_every_table_its_headings() {
    each(|_, _, document| {
        let root = document.root();
        assert_eq!(elements(root, "h1").count(), 1);
        let ids: Vec<&str> = root
            .descendants()
            .filter_map(|n| n.attribute("id"))
            .collect();
        for section in elements(root, "section") {
            let heading = elements(section, "h2").next().expect("a heading");
            assert_eq!(
                heading.attribute("id"),
                section.attribute("aria-labelledby")
            );
        }
        for chart in elements(root, "svg").filter(|svg| svg.attribute("role") == Some("img")) {
            for tag in ["title", "desc"] {
                let words = elements(chart, tag).next().expect(tag);
                assert!(!text_of(words).trim().is_empty());
            }
            let labels = chart.attribute("aria-labelledby").expect("labels");
            assert!(labels.split(' ').all(|label| ids.contains(&label)));
        }
        for table in elements(root, "table") {
            assert_eq!(elements(table, "caption").count(), 1);
            let headings: Vec<String> = elements(table, "th")
                .filter(|th| th.attribute("scope") == Some("col"))
                .map(text_of)
                .collect();
            for row in elements(table, "tbody").flat_map(|body| elements(body, "tr")) {
                let labels: Vec<&str> = row
                    .children()
                    .filter_map(|cell| cell.attribute("data-label"))
                    .collect();
                assert_eq!(labels, headings);
            }
        }
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "an id is there twice");
    });
}

#[test]
fn nothing_is_drawn_outside_its_chart() {
    each(|_, page, document| {
        assert!(!page.contains("NaN") && !page.contains("inf"));
        for bar in elements(document.root(), "rect") {
            let share = |name| -> f64 {
                let value = bar.attribute(name).expect(name);
                value.strip_suffix('%').expect(name).parse().expect(name)
            };
            let (left, width) = (share("x"), share("width"));
            assert!(
                left >= 0.0 && width >= 0.0 && left + width <= 100.01,
                "{left} {width}"
            );
        }
        for svg in elements(document.root(), "path") {
            let path = svg.attribute("d").expect("a path");
            let numbers = path.split(|c: char| c.is_alphabetic() || c == ' ');
            for number in numbers.filter(|number| !number.is_empty()) {
                let number: f64 = number.parse().expect(path);
                assert!((0.0..=1000.0).contains(&number), "{path}");
            }
        }
    });
}

#[test]
fn a_page_says_how_the_run_ended() {
    for (report, words) in reports().into_iter().zip([
        "Complete, with 3 failures",
        "Complete: the inputs are empty, so there is no blob",
        "Interrupted after 49 blobs",
        "Failed after",
    ]) {
        let page = report.to_html();
        assert!(page.contains(words), "{words}");
        let resume = page.contains("--resume");
        assert_eq!(resume, report.outcome != JobOutcome::Complete, "{words}");
    }
    let page = empty().to_html();
    for words in [
        "Nothing failed.",
        "No stage had anything to do.",
        "No blob was finished",
        "No piece of work was timed.",
        "No backend was asked",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

/// The relative luminance of a colour, as the Web Content Accessibility Guidelines define it.
fn luminance(colour: &str) -> f64 {
    let part = |place: usize| {
        let digits = &colour[1 + 2 * place..3 + 2 * place];
        let value = f64::from(u8::from_str_radix(digits, 16).expect("two digits")) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(0) + 0.7152 * part(1) + 0.0722 * part(2)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_and_bars_stand_out_in_light_and_in_dark() {
    let palettes: Vec<&str> = super::STYLE.split(":root {").skip(1).take(2).collect();
    assert_eq!(palettes.len(), 2);
    for palette in palettes {
        let colour = |name: &str| {
            let (_, rest) = palette.split_once(&format!("--{name}: ")).expect(name);
            &rest[..7]
        };
        for (front, back, least) in [
            ("text", "page", 7.0),
            ("text", "card", 7.0),
            ("quiet", "page", 4.5),
            ("quiet", "card", 4.5),
            ("quiet", "span", 3.0),
            ("good", "good-card", 4.5),
            ("bad", "bad-card", 4.5),
            ("open", "open-card", 4.5),
            ("busy", "card", 3.0),
            ("busy", "track", 3.0),
            ("busy", "span", 3.0),
        ] {
            let found = contrast(colour(front), colour(back));
            assert!(found >= least, "{front} on {back}: {found:.2}");
        }
    }
}
