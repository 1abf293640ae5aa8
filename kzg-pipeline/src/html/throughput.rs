//! The section on the throughput over time.

use super::nothing;
use super::quantity::{counted, figure, time};
use crate::chart::round_up;
use crate::chart::{Anchor, Chart};
use crate::report::{ProcessingReport, ThroughputSample};

const TOP: f64 = 36.0;
const BOTTOM: f64 = 196.0;
const HEIGHT: u32 = 218;
/// The distance from a grid line up to the base line of its label, and the height of the label.
const SCALE_UP: f64 = 4.0;
const SCALE_HEIGHT: f64 = 14.0;
/// The share of the width that the label of a grid line takes at most, on a phone.
const SCALE_SHARE: f64 = 0.35;
/// The shortest interval of a rate is the whole time divided by this number.
const LEAST_SHARE: f64 = 60.0;

/// Blobs per second in an interval of time.
struct Rate {
    from: f64,
    to: f64,
    blobs: f64,
}

pub(super) fn section(report: &ProcessingReport) -> String {
    let rates = rates(&report.throughput);
    let (Some(last), true) = (rates.last(), report.blobs > 0) else {
        return nothing("No blob was finished, so there is no throughput.");
    };
    let end = last.to;
    let done = report.throughput.last().map_or(0, |sample| sample.blobs);
    let mean = done as f64 / end;
    let fastest = rates.iter().map(|rate| rate.blobs).fold(0.0, f64::max);
    let most = round_up(fastest);

    let mut chart = Chart::new(HEIGHT);
    let grid = [0.0, 0.5, 1.0].map(|share| (share, BOTTOM - share * (BOTTOM - TOP)));
    for (_, down) in grid {
        chart.line("grid", [0.0, 1.0], down);
    }
    // Steps, because a rate belongs to the interval between two samples.
    let steps: Vec<(f64, f64)> = rates
        .iter()
        .flat_map(|rate| [rate.from, rate.to].map(|moment| (moment / end, rate.blobs / most)))
        .collect();
    chart.area(&steps, TOP, BOTTOM);
    for (share, down) in &grid[1..] {
        let label = format!("{} blobs/s", figure(share * most));
        chart.label("scale", 0.0, down - SCALE_UP, Anchor::Start, &label);
    }
    let mean_down = BOTTOM - mean / most * (BOTTOM - TOP);
    let scales = grid[1..].iter().map(|(_, down)| down - SCALE_UP);
    let left = mean_start(mean_down, scales);
    chart.line("mean", [left, 1.0], mean_down);
    // The text stands above the chart, where no line crosses it.
    let label = format!(
        "– – mean {} blobs/s until the last blob was finished",
        figure(mean)
    );
    chart.label("mean-label", 1.0, 12.0, Anchor::End, &label);
    for rate in &rates {
        let hover = format!(
            "{} blobs/s from {} to {}",
            figure(rate.blobs),
            time(rate.from),
            time(rate.to)
        );
        chart.bar(
            "hover",
            [rate.from / end, rate.to / end],
            [TOP, BOTTOM],
            &hover,
        );
    }
    for share in [0.0, 0.5, 1.0] {
        let label = time(share * end);
        chart.label("tick", share, BOTTOM + 16.0, Anchor::within(share), &label);
    }
    let slowest = rates
        .iter()
        .map(|rate| rate.blobs)
        .fold(f64::INFINITY, f64::min);
    chart.figure(
        "chart-throughput",
        "Finished blobs per second between two samples.",
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

/// The left end of the mean line, to the right of the labels if the line would cross one of them.
/// `scales` are the base lines of the labels.
fn mean_start(mean_down: f64, mut scales: impl Iterator<Item = f64>) -> f64 {
    let crosses = |base: f64| (base - SCALE_HEIGHT..=base + SCALE_UP - 1.0).contains(&mean_down);
    if scales.any(crosses) {
        SCALE_SHARE
    } else {
        0.0
    }
}

/// The rates between samples. Samples that are close together count as one, because a rate over a
/// very short interval would be misleadingly high.
fn rates(samples: &[ThroughputSample]) -> Vec<Rate> {
    let end = samples.last().map_or(0.0, |last| last.seconds);
    let shortest = end / LEAST_SHARE;
    let mut rates = Vec::with_capacity(samples.len());
    let (mut from, mut before) = (0.0, 0);
    for sample in samples {
        let length = sample.seconds - from;
        let too_short_a_rest = end - sample.seconds < shortest && sample.seconds < end;
        if length <= 0.0 || length < shortest || too_short_a_rest {
            continue;
        }
        rates.push(Rate {
            from,
            to: sample.seconds,
            blobs: sample.blobs.saturating_sub(before) as f64 / length,
        });
        (from, before) = (sample.seconds, sample.blobs);
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_line_crosses_no_label() {
        let scales = [112.0, 32.0];
        for (mean_down, left) in [
            (196.0, 0.0),
            (116.0, 0.0),
            (114.0, SCALE_SHARE),
            (100.0, SCALE_SHARE),
            (97.0, 0.0),
            (36.0, 0.0),
            (30.0, SCALE_SHARE),
        ] {
            let found = mean_start(mean_down, scales.into_iter());
            assert!((found - left).abs() < 1e-9, "{mean_down}: {found}");
        }
    }

    #[test]
    fn every_blob_counts_once_and_no_moment_is_too_short() {
        let sample = |seconds, blobs| ThroughputSample {
            seconds,
            blobs,
            bytes: 0,
        };
        for samples in [
            vec![],
            vec![sample(0.0, 0)],
            vec![sample(0.5, 12)],
            vec![sample(1.0, 10), sample(2.0, 20), sample(2.001, 32)],
            vec![sample(0.001, 12), sample(1.0, 13), sample(3.0, 40)],
        ] {
            let rates = rates(&samples);
            let blobs: f64 = rates.iter().map(|r| r.blobs * (r.to - r.from)).sum();
            let all = samples.last().map_or(0, |sample| sample.blobs);
            assert!((blobs - all as f64).abs() < 1e-6);
            let fastest = rates.iter().map(|rate| rate.blobs).fold(0.0, f64::max);
            assert!(fastest < 30.0, "{fastest}");
        }
    }
}
