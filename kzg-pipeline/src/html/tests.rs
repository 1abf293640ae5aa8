//! Pages of reports of every kind: whole, harmless, complete, readable by those who cannot see.

use roxmltree::{Document, Node, ParsingOptions};

use crate::report::{
    BackendDecision, BackendUse, BlobRange, Candidate, FigureSource, MemoryUse, Outcome,
    ProcessingReport, QueueDepth, Resumed, Role, RunInfo, Stage, StageFailure, StageReport,
    ThroughputSample, Verification,
};
use crate::{Artefact, Failure, Proofs};
use kzg_advanced::monitor::{Latency, LatencyClass};

const HOSTILE: &str = "<script>alert(\"&amp;\")</script>' onload='x";

fn latency(count: u64) -> Latency {
    Latency {
        count,
        min_seconds: 0.001,
        mean_seconds: 0.05,
        p50_seconds: 0.04,
        p90_seconds: 0.2,
        p99_seconds: 0.25,
        max_seconds: 0.26,
        classes: vec![
            LatencyClass {
                up_to_seconds: 0.016,
                count: 1,
            },
            LatencyClass {
                up_to_seconds: 0.064,
                count: 0,
            },
            LatencyClass {
                up_to_seconds: 0.256,
                count: count - 1,
            },
        ],
    }
}

fn stage(stage: Stage, start_seconds: f64, end_seconds: f64) -> StageReport {
    StageReport {
        stage,
        // More than the span: stages may be at work on several threads.
        seconds: 1.5 * (end_seconds - start_seconds),
        start_seconds,
        end_seconds,
        items: 48,
        bytes: 48 * 131_072,
        queue: Some(QueueDepth {
            capacity: Some(2),
            peak: 2,
            mean: 1.4,
        }),
        latency: latency(9),
    }
}

/// A run with a bit of everything.
fn busy() -> ProcessingReport {
    ProcessingReport {
        version: "0.1.0".to_owned(),
        run: RunInfo {
            started: "2026-11-28T16:00:00Z".to_owned(),
            command: vec!["kzg".to_owned(), HOSTILE.to_owned()],
            processor: "A <processor>".to_owned(),
            cores: 2,
            system: "linux x86_64".to_owned(),
        },
        outcome: Outcome::Complete,
        error: None,
        backend: "blst".to_owned(),
        encoding: "simple".to_owned(),
        proofs: Proofs::Both,
        emit: vec![Artefact::Blobs, Artefact::Bundles],
        inputs: 3,
        blobs: 48,
        bytes: 6_000_000,
        bytes_written: 14_000_000,
        seconds: 12.5,
        bytes_per_second: 480_000,
        succeeded: 45,
        failed: 3,
        failures: vec![
            StageFailure {
                stage: Stage::Convert,
                item: HOSTILE.to_owned(),
                reason: "permission denied".to_owned(),
            },
            StageFailure {
                stage: Stage::Verify,
                item: "blob 7".to_owned(),
                reason: "the proof <is> wrong & so on".to_owned(),
            },
            StageFailure {
                stage: Stage::Verify,
                item: "blob 9".to_owned(),
                reason: "missing".to_owned(),
            },
        ],
        skipped: 1,
        skipped_items: vec![Failure {
            item: "a pipe\u{1b}[31m".to_owned(),
            reason: "neither file nor folder".to_owned(),
        }],
        stages: vec![
            stage(Stage::Convert, 0.0, 8.0),
            stage(Stage::Commit, 0.1, 11.0),
            stage(Stage::Prove, 0.4, 12.0),
            stage(Stage::Write, 1.0, 12.3),
            stage(Stage::Verify, 2.0, 12.5),
        ],
        throughput: (1..=10)
            .map(|sample| ThroughputSample {
                seconds: 1.2 * sample as f64,
                blobs: sample * 5 - sample % 3,
                bytes: sample * 600_000,
            })
            .collect(),
        backends: vec![
            BackendDecision {
                role: Role::Prove,
                backend: "blst".to_owned(),
                reason: "the fastest as measured".to_owned(),
                fallbacks: vec!["arkworks".to_owned()],
                candidates: vec![Candidate {
                    name: "blst".to_owned(),
                    seconds_per_item: Some(0.02),
                    source: Some(FigureSource::Measured),
                    memory_bytes: 0,
                }],
                used: vec![BackendUse {
                    backend: "blst".to_owned(),
                    calls: 12,
                    failed_calls: 1,
                    items: 96,
                    seconds: 2.0,
                }],
            },
            BackendDecision {
                role: Role::Verify,
                backend: "arkworks".to_owned(),
                reason: "independent of the prover".to_owned(),
                fallbacks: Vec::new(),
                candidates: Vec::new(),
                used: vec![BackendUse {
                    backend: "arkworks".to_owned(),
                    calls: 2,
                    failed_calls: 0,
                    items: 48,
                    seconds: 0.5,
                }],
            },
        ],
        retries: 1,
        fallbacks: 0,
        memory: MemoryUse {
            limit_bytes: Some(1 << 28),
            peak_resident_bytes: 60 << 20,
            resident_bytes: 50 << 20,
            planned_buffer_bytes: 1 << 23,
            peak_blob_bytes: 6 << 20,
            table_budget_bytes: Some(13_000_000),
            chunk_blobs: 24,
            queued_chunks: 2,
        },
        verification: Verification {
            inputs: 3,
            blobs: 48,
            right_blobs: 46,
            failed: 2,
            failures: Vec::new(),
            failed_blobs: vec![
                BlobRange { first: 7, last: 7 },
                BlobRange { first: 9, last: 9 },
            ],
        },
        resumed: Some(Resumed {
            seconds: 0.4,
            kept_blobs: 12,
            mended: 1,
            mended_items: vec!["blobs/00000003.blob".to_owned()],
        }),
    }
}

/// A run over empty inputs, in no time.
fn empty() -> ProcessingReport {
    ProcessingReport {
        blobs: 0,
        bytes: 0,
        seconds: 0.0,
        bytes_per_second: 0,
        succeeded: 0,
        failed: 0,
        failures: Vec::new(),
        skipped: 0,
        skipped_items: Vec::new(),
        stages: Vec::new(),
        throughput: Vec::new(),
        backends: Vec::new(),
        retries: 0,
        memory: MemoryUse::default(),
        verification: Verification::default(),
        resumed: None,
        ..busy()
    }
}

fn interrupted() -> ProcessingReport {
    ProcessingReport {
        outcome: Outcome::Interrupted,
        error: Some("cancelled".to_owned()),
        failed: 0,
        failures: Vec::new(),
        ..busy()
    }
}

/// A run that failed, with figures as bad as they can be.
fn failed() -> ProcessingReport {
    let mut report = ProcessingReport {
        outcome: Outcome::Failed,
        error: Some(HOSTILE.to_owned()),
        seconds: f64::MAX,
        bytes: u64::MAX,
        blobs: u64::MAX,
        failed: 250,
        ..busy()
    };
    report.stages[0].seconds = 0.0;
    report.stages[1].end_seconds = 0.0;
    report.throughput.truncate(1);
    report
}

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
        if report.outcome == Outcome::Failed {
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
        assert_eq!(resume, report.outcome != Outcome::Complete, "{words}");
    }
    let page = empty().to_html();
    for words in [
        "Nothing failed.",
        "No stage had anything to do.",
        "No blob was done",
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
