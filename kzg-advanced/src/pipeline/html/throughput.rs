//! How fast the job was at each moment.

use super::nothing;
use super::quantity::{counted, figure, round_up, time};
use super::svg::{Anchor, Chart};
use crate::pipeline::report::{ProcessingReport, ThroughputSample};

const TOP: f64 = 18.0;
const BOTTOM: f64 = 178.0;
const HEIGHT: u32 = 200;

/// Blobs a second over some time.
struct Rate {
    from: f64,
    to: f64,
    blobs: f64,
}

pub(super) fn section(report: &ProcessingReport) -> String {
    let rates = rates(&report.throughput);
    let (Some(last), true) = (rates.last(), report.blobs > 0) else {
        return nothing("No blob was done, so there is no throughput.");
    };
    let end = last.to;
    let done = report.throughput.last().map_or(0, |sample| sample.blobs);
    let mean = done as f64 / end;
    let fastest = rates.iter().map(|rate| rate.blobs).fold(0.0, f64::max);
    let most = round_up(fastest);

    let mut chart = Chart::new(HEIGHT);
    let grid = [0.0, 0.5, 1.0].map(|share| (share, BOTTOM - share * (BOTTOM - TOP)));
    for (_, down) in grid {
        chart.line_across("grid", down);
    }
    // Steps: the rate is known between two samples, not at one.
    let steps: Vec<(f64, f64)> = rates
        .iter()
        .flat_map(|rate| [rate.from, rate.to].map(|moment| (moment / end, rate.blobs / most)))
        .collect();
    chart.area(&steps, TOP, BOTTOM);
    for (share, down) in &grid[1..] {
        let label = format!("{} blobs/s", figure(share * most));
        chart.label("scale", 0.0, down - 4.0, Anchor::Start, &label);
    }
    let mean_down = BOTTOM - mean / most * (BOTTOM - TOP);
    chart.line_across("mean", mean_down);
    let label = format!("mean {}", figure(mean));
    chart.label("mean-label", 1.0, mean_down - 4.0, Anchor::End, &label);
    for share in [0.0, 0.5, 1.0] {
        let label = time(share * end);
        chart.label("tick", share, BOTTOM + 16.0, Anchor::within(share), &label);
    }
    let slowest = rates
        .iter()
        .map(|rate| rate.blobs)
        .fold(f64::INFINITY, f64::min);
    chart.finish(
        "chart-throughput",
        "Blobs a second, between two moments at which it was noted how many were done.",
        &format!(
            "{} in {}: {} blobs a second on average, {} at the slowest, {} at the fastest.",
            counted(done, "blob"),
            time(end),
            figure(mean),
            figure(slowest),
            figure(fastest)
        ),
    )
}

fn rates(samples: &[ThroughputSample]) -> Vec<Rate> {
    let mut rates = Vec::with_capacity(samples.len());
    let (mut from, mut before) = (0.0, 0);
    for sample in samples {
        let length = sample.seconds - from;
        if length > 0.0 {
            rates.push(Rate {
                from,
                to: sample.seconds,
                blobs: sample.blobs.saturating_sub(before) as f64 / length,
            });
            (from, before) = (sample.seconds, sample.blobs);
        }
    }
    rates
}
