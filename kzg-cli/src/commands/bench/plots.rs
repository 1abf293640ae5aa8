//! The measurements as SVG plots.

use crate::benchmark::{BenchmarkReport, Measurement};
use kzg_advanced::BackendId;
use kzg_pipeline::chart::{Anchor, Chart, Series, lines};

use super::table::DEFAULT_TABLES;

/// A plot, and the name of its file.
pub(super) struct Plot {
    pub(super) file: &'static str,
    /// Draws the plot; `None` where no measurement belongs to it.
    pub(super) draw: fn(&BenchmarkReport) -> Option<String>,
}

pub(super) const ALL: &[Plot] = &[
    Plot {
        file: "operations.svg",
        draw: operations,
    },
    Plot {
        file: "threads.svg",
        draw: threads,
    },
    Plot {
        file: "tables.svg",
        draw: tables,
    },
    Plot {
        file: "chunks.svg",
        draw: chunks,
    },
];

const WIDTH: u32 = 860;

/// The steps of the pipeline for each blob.
const PER_BLOB: [&str; 3] = [
    "blobs_to_kzg_commitments",
    "compute_blob_kzg_proofs",
    "verify_blob_kzg_proof_batch",
];

/// A list of one blob takes as long as one blob, so it is left out.
const LISTS_OF_ONE: [&str; 5] = [
    "blobs_to_kzg_commitments",
    "compute_blob_kzg_proofs",
    "verify_blob_kzg_proof_batch",
    "verify_blob_kzg_proof_each",
    "compute_many_cells_and_kzg_proofs",
];

/// The class of a backend's shapes, which gives them their colour.
fn class(backend: BackendId) -> String {
    let position = BackendId::ALL.iter().position(|known| *known == backend);
    format!("series-{}", position.unwrap_or_default() % 3)
}

fn backends(report: &BenchmarkReport) -> Vec<BackendId> {
    let known = BackendId::ALL.iter().copied();
    known
        .filter(|id| {
            report
                .measurements
                .iter()
                .any(|one| one.candidate.backend == *id)
        })
        .collect()
}

/// Bars: every operation on one blob, one thread, each backend.
fn operations(report: &BenchmarkReport) -> Option<String> {
    let of_one = |one: &&Measurement| {
        one.blobs == 1 && one.candidate.threads == 1 && one.candidate.precompute == DEFAULT_TABLES
    };
    let shown: Vec<&Measurement> = report.measurements.iter().filter(of_one).collect();
    let times = || shown.iter().map(|one| one.min_seconds * 1e3);
    let (least, most) = (times().reduce(f64::min)?, times().reduce(f64::max)?);
    let mut names: Vec<&str> = Vec::new();
    for one in &shown {
        let name = one.operation.as_str();
        if !names.contains(&name) && !LISTS_OF_ONE.contains(&name) {
            names.push(name);
        }
    }
    let backends = backends(report);
    // Logarithmic, from half of the shortest time, so that the shortest has a bar too. The space to
    // the right of the longest bar is for its value.
    let low = (least / 2.0).ln();
    let share = |milliseconds: f64| 0.9 * (milliseconds.ln() - low) / (most.ln() - low);
    let row = NAME + BAR * backends.len() as f64 + GAP;
    let mut chart = Chart::new((HEAD + row * names.len() as f64) as u32);
    for (place, &backend) in backends.iter().enumerate() {
        let left = 0.14 * place as f64;
        chart.bar(&class(backend), [left, left + 0.014], [0.0, 12.0], "");
        chart.label(
            "note",
            left + 0.022,
            11.0,
            Anchor::Start,
            &backend.to_string(),
        );
    }
    chart.label("note", 1.0, 11.0, Anchor::End, "logarithmic scale");
    let mut description = String::new();
    for (number, name) in names.iter().enumerate() {
        let top = HEAD + row * number as f64;
        chart.label("name", 0.0, top + 11.0, Anchor::Start, name);
        for (place, &backend) in backends.iter().enumerate() {
            let mut all = shown.iter();
            let found = all.find(|one| one.operation == *name && one.candidate.backend == backend);
            let Some(found) = found else { continue };
            let milliseconds = found.min_seconds * 1e3;
            let value = format!("{milliseconds:.2} ms");
            let words = format!("{name} on {backend}: {value}");
            let down = top + NAME + BAR * place as f64;
            let end = share(milliseconds);
            chart.bar(
                &class(backend),
                [0.0, end],
                [down, down + BAR - 2.0],
                &words,
            );
            let middle = down + BAR - 4.0;
            chart.label("tick", end + 0.008, middle, Anchor::Start, &value);
            description.push_str(&format!("{words}. "));
        }
    }
    let title = "Milliseconds a call, the shortest: one blob, one thread";
    Some(chart.document(WIDTH, title, &description))
}

/// The height of the legend above the bars of the operations.
const HEAD: f64 = 30.0;
/// The height of an operation's name, of a bar, and of the gap below the bars.
const NAME: f64 = 17.0;
const BAR: f64 = 15.0;
const GAP: f64 = 9.0;

/// Lines: blobs a second by threads, each backend.
fn threads(report: &BenchmarkReport) -> Option<String> {
    let lines = backends(report).into_iter().filter_map(|backend| {
        let of = |one: &&Measurement| {
            one.candidate.backend == backend && one.candidate.precompute == DEFAULT_TABLES
        };
        let ours: Vec<&Measurement> = report.measurements.iter().filter(of).collect();
        let mut counts: Vec<usize> = ours.iter().map(|one| one.candidate.threads).collect();
        counts.sort_unstable();
        counts.dedup();
        let blobs = report.advice.compared_blobs;
        let point = |&count: &usize| {
            let mine = ours.iter().filter(|one| one.candidate.threads == count);
            let seconds = per_blob(mine.copied(), blobs)?;
            Some((count as f64, 1.0 / seconds))
        };
        let points: Vec<_> = counts.iter().filter_map(point).collect();
        (!points.is_empty()).then(|| Series {
            name: backend.to_string(),
            class: class(backend),
            points,
        })
    });
    lines_plot(
        "Blobs a second: committed, proved and verified",
        ("threads", "blobs a second"),
        &lines.collect::<Vec<_>>(),
    )
}

/// Lines: the gain from more memory for tables.
fn tables(report: &BenchmarkReport) -> Option<String> {
    let line = |name: &str, operation: &str, class: &str| {
        let point = |tables: &crate::benchmark::TableMemory| {
            let mut all = report.measurements.iter();
            let found = all.rfind(|one| {
                one.candidate.backend == tables.backend
                    && one.candidate.precompute == tables.precompute
                    && one.candidate.threads == 1
                    && one.operation == operation
                    && one.blobs == 1
            })?;
            Some((tables.bytes as f64 / 1e6, found.min_seconds * 1e3))
        };
        Series {
            name: name.to_owned(),
            class: class.to_owned(),
            points: report.tables.iter().filter_map(point).collect(),
        }
    };
    let backend = report.tables.first()?.backend;
    let lines = [
        line(
            "cells and their proofs",
            "compute_cells_and_kzg_proofs",
            "series-0",
        ),
        line("a commitment", "blob_to_kzg_commitment", "series-1"),
    ];
    let lines: Vec<_> = lines
        .into_iter()
        .filter(|series| !series.points.is_empty())
        .collect();
    lines_plot(
        &format!("What memory for tables buys: {backend}, one thread"),
        ("megabytes of tables", "milliseconds a call"),
        &lines,
    )
}

/// A line: the time per blob by the number of blobs in a chunk.
fn chunks(report: &BenchmarkReport) -> Option<String> {
    let (backend, threads) = (
        report.advice.backend.as_ref()?.value,
        report.advice.threads.as_ref()?.value,
    );
    let ours = || {
        report.measurements.iter().filter(move |one| {
            one.candidate.backend == backend
                && one.candidate.threads == threads
                && one.candidate.precompute == DEFAULT_TABLES
        })
    };
    let mut sizes: Vec<usize> = ours().map(|one| one.blobs).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let point = |&size: &usize| Some((size as f64, per_blob(ours(), size)? * 1e3));
    let line = Series {
        name: backend.to_string(),
        class: class(backend),
        points: sizes.iter().filter_map(point).collect(),
    };
    lines_plot(
        &format!(
            "Time for a blob, of so many at once: {backend}, {threads} thread{}",
            if threads == 1 { "" } else { "s" }
        ),
        ("blobs at once", "milliseconds a blob"),
        &[line],
    )
}

fn per_blob<'a>(
    measurements: impl Iterator<Item = &'a Measurement> + Clone,
    blobs: usize,
) -> Option<f64> {
    let of = |operation: &&str| {
        let mut all = measurements.clone().filter(|one| one.blobs == blobs);
        all.find(|one| one.operation == **operation)
            .map(|one| one.min_seconds)
    };
    let each: Option<Vec<f64>> = PER_BLOB.iter().map(of).collect();
    Some(each?.iter().sum::<f64>() / blobs as f64)
}

fn lines_plot(title: &str, names: (&str, &str), series: &[Series]) -> Option<String> {
    let description = series.iter().map(|series| {
        let points = series.points.iter();
        let points: Vec<String> = points.map(|(x, y)| format!("{y:.2} at {x:.0}")).collect();
        format!("{}: {}. ", series.name, points.join(", "))
    });
    let description: String = description.collect();
    let description = format!("{} by {}. {description}", names.1, names.0);
    Some(lines(names, series)?.document(WIDTH, title, &description))
}
