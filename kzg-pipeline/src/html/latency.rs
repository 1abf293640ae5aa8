//! The section on the durations of pieces of work.

use core::iter;

use super::nothing;
use super::quantity::{count, counted, time};
use super::table::{Table, numbers, words};
use crate::chart::{Anchor, Chart};
use crate::report::{ProcessingReport, StageReport};
use kzg_advanced::monitor::{Latency, LatencyClass};

/// The height of a stage's row, and the vertical range of the bars in the row.
const ROW: f64 = 84.0;
const BARS: [f64; 2] = [36.0, 76.0];
const AXIS: f64 = 22.0;
/// With more classes, only every other class has a label, so that the labels fit on a phone.
const LABELS: usize = 6;

pub(super) fn section(report: &ProcessingReport) -> String {
    let stages: Vec<&StageReport> = report
        .stages
        .iter()
        .filter(|stage| stage.latency.count > 0)
        .collect();
    if stages.is_empty() {
        return nothing("No piece of work was timed.");
    }
    let mut content = chart(&stages);
    content.push_str(&table(&stages));
    content
}

/// The ends of the classes from the first that any stage has to the last.
fn classes(stages: &[&StageReport]) -> Vec<f64> {
    let all = stages.iter().flat_map(|stage| &stage.latency.classes);
    let ends = all.map(|class| class.up_to_seconds);
    let (first, last) = ends.fold((f64::INFINITY, 0.0), |(first, last), end| {
        (f64::min(first, end), f64::max(last, end))
    });
    // Multiplication by four is exact, so the sequence meets the end of each class exactly.
    let each = iter::successors(Some(first), |end| Some(4.0 * end));
    // A first end of zero would give an endless sequence. No measured report has such an end.
    each.take_while(|&end| 0.0 < end && end <= last).collect()
}

fn chart(stages: &[&StageReport]) -> String {
    let bounds = classes(stages);
    let columns = bounds.len().max(1) as f64;
    let bottom = ROW * stages.len() as f64;
    let mut chart = Chart::new((bottom + AXIS) as u32);
    let mut description = String::new();
    for (place, stage) in stages.iter().enumerate() {
        let top = ROW * place as f64;
        chart.label("name", 0.0, top + 14.0, Anchor::Start, stage.stage.name());
        let middle = match stage.latency.count {
            1 => format!("once, {}", time(stage.latency.max_seconds)),
            _ => format!("half within {}", time(stage.latency.p50_seconds)),
        };
        chart.label("note", 1.0, top + 14.0, Anchor::End, &middle);
        chart.line("grid", [0.0, 1.0], top + BARS[1]);
        for class in &stage.latency.classes {
            let column = bounds.iter().position(|&end| end >= class.up_to_seconds);
            let column = column.unwrap_or_default() as f64;
            let across = [column / columns, (column + 1.0) / columns];
            bar(&mut chart, top, across, class, &stage.latency);
        }
        description.push_str(&format!(
            "{}: {}, half within {}, all within {}. ",
            stage.stage.name(),
            counted(stage.latency.count, "piece"),
            time(stage.latency.p50_seconds),
            time(stage.latency.max_seconds)
        ));
    }
    let every = if bounds.len() > LABELS { 2 } else { 1 };
    for (column, bound) in bounds.iter().enumerate().step_by(every) {
        let label = format!("≤ {}", short_time(*bound));
        let column = column as f64;
        // The labels of the outer columns stay inside the chart.
        let (share, anchor) = match column {
            0.0 => (0.0, Anchor::Start),
            _ if column + 1.0 == columns => (1.0, Anchor::End),
            _ => ((column + 0.5) / columns, Anchor::Middle),
        };
        chart.label("tick", share, bottom + 14.0, anchor, &label);
    }
    chart.figure(
        "chart-latency",
        "The number of pieces of work by duration. The longest duration of a column is four times that \
         of the column before.",
        &description,
    )
}

fn bar(chart: &mut Chart, top: f64, across: [f64; 2], class: &LatencyClass, latency: &Latency) {
    if class.count == 0 {
        return;
    }
    let share = class.count as f64 / latency.count as f64;
    let bar_top = top + BARS[1] - (share * (BARS[1] - BARS[0])).max(1.0);
    let [left, right] = across;
    let gap = 0.08 * (right - left);
    let hover = format!(
        "{} of at most {}",
        counted(class.count, "piece"),
        time(class.up_to_seconds)
    );
    let down = [bar_top, top + BARS[1]];
    chart.bar("busy", [left + gap, right - gap], down, &hover);
    let middle = (left + right) / 2.0;
    chart.label(
        "tick",
        middle,
        bar_top - 3.0,
        Anchor::Middle,
        &count(class.count),
    );
}

/// A duration in as few characters as possible.
fn short_time(seconds: f64) -> String {
    let (number, unit) = match seconds {
        _ if seconds >= 1.0 => (seconds, "s"),
        _ if seconds >= 1e-3 => (seconds * 1e3, "ms"),
        _ => (seconds * 1e6, "µs"),
    };
    if number < 10.0 {
        format!("{number:.1} {unit}")
    } else {
        format!("{number:.0} {unit}")
    }
}

/// A percentile; a dash if there are too few times for the percentile to differ from the maximum.
fn percentile(latency: &Latency, least: u64, seconds: f64) -> String {
    if latency.count < least {
        return "–".to_owned();
    }
    time(seconds)
}

fn table(stages: &[&StageReport]) -> String {
    let mut table = Table::new(
        "The durations of pieces of work",
        &[
            words("Stage"),
            numbers("Pieces"),
            numbers("Shortest"),
            numbers("Mean"),
            numbers("50%"),
            numbers("90%"),
            numbers("99%"),
            numbers("Longest"),
        ],
    );
    for stage in stages {
        let latency = &stage.latency;
        table.row(&[
            stage.stage.name().to_owned(),
            count(latency.count),
            time(latency.min_seconds),
            time(latency.mean_seconds),
            percentile(latency, 2, latency.p50_seconds),
            percentile(latency, 10, latency.p90_seconds),
            percentile(latency, 100, latency.p99_seconds),
            time(latency.max_seconds),
        ]);
    }
    table.finish()
}
