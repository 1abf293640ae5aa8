//! The section on the stages over time.

use super::nothing;
use super::quantity::{bytes, count, figure, time};
use super::table::{Table, numbers, words};
use crate::chart::{Anchor, Chart};
use crate::report::{ProcessingReport, StageReport};

/// The height of a stage's row, and of the part of it that is a bar.
const ROW: f64 = 46.0;
const BAR: [f64; 2] = [20.0, 38.0];
const AXIS: f64 = 22.0;

pub(super) fn section(report: &ProcessingReport) -> String {
    if report.stages.is_empty() {
        return nothing("No stage had anything to do.");
    }
    let ends = report.stages.iter().map(|stage| stage.end_seconds);
    let end = ends.fold(report.seconds, f64::max).max(f64::MIN_POSITIVE);
    let mut content = chart(&report.stages, end);
    content.push_str(&table(&report.stages));
    content
}

fn chart(stages: &[StageReport], end: f64) -> String {
    let bottom = ROW * stages.len() as f64;
    let mut chart = Chart::new((bottom + AXIS) as u32);
    let mut description = String::new();
    for (place, stage) in stages.iter().enumerate() {
        let top = ROW * place as f64;
        let down = BAR.map(|offset| top + offset);
        let (start, span_end) = (stage.start_seconds / end, stage.end_seconds / end);
        let busy_end = start + (stage.seconds / end).min(span_end - start);
        chart.label("name", 0.0, top + 14.0, Anchor::Start, stage.stage.name());
        let note = format!("at work for {}", time(stage.seconds));
        chart.label("note", 1.0, top + 14.0, Anchor::End, &note);
        let words = format!(
            "{}: from {} to {}, at work for {}",
            stage.stage.name(),
            time(stage.start_seconds),
            time(stage.end_seconds),
            time(stage.seconds)
        );
        chart.bar("track", [0.0, 1.0], down, "");
        chart.bar("span", [start, span_end], down, &words);
        chart.bar("busy", [start, busy_end], down, &words);
        description.push_str(&format!("{words}. "));
    }
    for share in [0.0, 0.5, 1.0] {
        let label = time(share * end);
        chart.label("tick", share, bottom + 14.0, Anchor::within(share), &label);
    }
    chart.figure(
        "chart-stages",
        "The faint part of a bar reaches from a stage's first piece of work to its last. The length of \
         the strong part is the total time of the stage's work.",
        &description,
    )
}

fn table(stages: &[StageReport]) -> String {
    let mut table = Table::new(
        "Each stage: its work, and the queue before it in chunks",
        &[
            words("Stage"),
            numbers("At work"),
            numbers("Blobs"),
            numbers("Data"),
            numbers("Rate"),
            numbers("Queue, mean"),
            numbers("Queue, peak"),
        ],
    );
    for stage in stages {
        let rate = stage.bytes as f64 / stage.seconds;
        let (mean, peak) = match &stage.queue {
            None => ("–".to_owned(), "–".to_owned()),
            Some(queue) => (
                figure(queue.mean),
                match queue.capacity {
                    Some(capacity) => format!("{} of {}", count(queue.peak), count(capacity)),
                    None => count(queue.peak),
                },
            ),
        };
        table.row(&[
            stage.stage.name().to_owned(),
            time(stage.seconds),
            count(stage.items),
            bytes(stage.bytes as f64),
            if rate.is_finite() {
                format!("{}/s", bytes(rate))
            } else {
                "–".to_owned()
            },
            mean,
            peak,
        ]);
    }
    table.finish()
}
