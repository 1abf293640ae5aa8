//! The section on the backends: the reasons for their choice, and their speed.

use super::nothing;
use super::quantity::{bytes, count, time};
use super::table::{Table, numbers, text, words};
use crate::chart::{Anchor, Chart};
use crate::report::{BackendDecision, FigureSource, ProcessingReport};

const ROW: f64 = 40.0;
const BAR: [f64; 2] = [20.0, 32.0];

pub(super) fn section(report: &ProcessingReport) -> String {
    if report.backends.is_empty() {
        return nothing("No backend was asked for anything.");
    }
    let mut content = decisions(&report.backends);
    content.push_str(&chart(&report.backends));
    content.push_str(&uses(&report.backends));
    content.push_str(&candidates(&report.backends));
    content
}

fn decisions(backends: &[BackendDecision]) -> String {
    let mut table = Table::new(
        "The choice for each role",
        &[
            words("Role"),
            words("Backend"),
            text("Why"),
            text("If it fails"),
        ],
    );
    for decision in backends {
        table.row(&[
            decision.role.to_string(),
            decision.backend.clone(),
            decision.reason.clone(),
            match decision.fallbacks.as_slice() {
                [] => "no other".to_owned(),
                fallbacks => fallbacks.join(", "),
            },
        ]);
    }
    table.finish()
}

/// The measured time for an item of each backend that had calls.
fn chart(backends: &[BackendDecision]) -> String {
    let used = backends.iter().flat_map(|decision| {
        let used = decision.used.iter().filter(|used| used.items > 0);
        used.map(|used| {
            let name = format!("{}: {}", decision.role, used.backend);
            (name, used.seconds / used.items as f64)
        })
    });
    let used: Vec<(String, f64)> = used.collect();
    let longest = used.iter().map(|(_, seconds)| *seconds).fold(0.0, f64::max);
    if longest <= 0.0 {
        return String::new();
    }
    let mut chart = Chart::new((ROW * used.len() as f64) as u32);
    let mut description = String::new();
    for (place, (name, seconds)) in used.iter().enumerate() {
        let top = ROW * place as f64;
        let down = BAR.map(|offset| top + offset);
        chart.label("name", 0.0, top + 14.0, Anchor::Start, name);
        chart.label("note", 1.0, top + 14.0, Anchor::End, &time(*seconds));
        chart.bar("track", [0.0, 1.0], down, "");
        let hover = format!("{name}: {} an item", time(*seconds));
        chart.bar("busy", [0.0, seconds / longest], down, &hover);
        description.push_str(&format!("{name}, {} an item. ", time(*seconds)));
    }
    chart.figure(
        "chart-backends",
        "The measured time for each item in this run. An item is a blob that is committed to, proved or \
         verified.",
        &description,
    )
}

fn uses(backends: &[BackendDecision]) -> String {
    if backends.iter().all(|decision| decision.used.is_empty()) {
        return String::new();
    }
    let mut table = Table::new(
        "The calls of each backend",
        &[
            words("Backend"),
            words("Role"),
            numbers("Calls"),
            numbers("Failed"),
            numbers("Items"),
            numbers("Time"),
        ],
    );
    for decision in backends {
        for used in &decision.used {
            table.row(&[
                used.backend.clone(),
                decision.role.to_string(),
                count(used.calls),
                count(used.failed_calls),
                count(used.items),
                time(used.seconds),
            ]);
        }
    }
    table.finish()
}

fn candidates(backends: &[BackendDecision]) -> String {
    if backends
        .iter()
        .all(|decision| decision.candidates.is_empty())
    {
        return String::new();
    }
    let mut table = Table::new(
        "The candidates at the time of the choice, the best first",
        &[
            words("Candidate"),
            words("Role"),
            numbers("An item"),
            words("Known by"),
            numbers("Tables"),
        ],
    );
    for decision in backends {
        for candidate in &decision.candidates {
            table.row(&[
                candidate.name.clone(),
                decision.role.to_string(),
                candidate
                    .seconds_per_item
                    .map_or("not known".to_owned(), time),
                match candidate.source {
                    None => "–",
                    Some(FigureSource::Measured) => "measurement",
                    Some(FigureSource::Extrapolated) => "extrapolation",
                    Some(FigureSource::Stated) => "statement",
                    Some(FigureSource::General) => "other backends",
                }
                .to_owned(),
                match candidate.memory_bytes {
                    0 => "–".to_owned(),
                    memory => bytes(memory as f64),
                },
            ]);
        }
    }
    table.finish()
}
