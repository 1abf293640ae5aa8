//! The measurements as SVG plots.

use crate::benchmark::{BenchmarkReport, Measurement};
use kzg_advanced::BackendId;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::table::DEFAULT_TABLES;

/// A plot, and the name of its file.
pub(super) struct Plot {
    pub(super) file: &'static str,
    /// Draws it; `None` where nothing was measured that it shows.
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
const HEIGHT: u32 = 480;
const FONT: &str = "Helvetica, Arial, sans-serif";
const INK: RGBColor = RGBColor(31, 41, 55);
const FAINT: RGBColor = RGBColor(229, 231, 235);
const COLOURS: [RGBColor; 3] = [
    RGBColor(37, 99, 235),
    RGBColor(22, 163, 74),
    RGBColor(234, 88, 12),
];

/// What the pipeline does with each blob.
const PER_BLOB: [&str; 3] = [
    "blobs_to_kzg_commitments",
    "compute_blob_kzg_proofs",
    "verify_blob_kzg_proof_batch",
];

/// A list of one blob is no news beside one blob.
const LISTS_OF_ONE: [&str; 5] = [
    "blobs_to_kzg_commitments",
    "compute_blob_kzg_proofs",
    "verify_blob_kzg_proof_batch",
    "verify_blob_kzg_proof_each",
    "compute_many_cells_and_kzg_proofs",
];

type Points = Vec<(f64, f64)>;

fn colour(backend: BackendId) -> RGBColor {
    let position = BackendId::ALL.iter().position(|known| *known == backend);
    COLOURS[position.unwrap_or_default() % COLOURS.len()]
}

fn font(size: i32) -> TextStyle<'static> {
    TextStyle::from((FONT, size).into_font()).color(&INK)
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
    const BAR: i32 = 13;
    const GAP: i32 = 9;
    const TOP: i32 = 74;
    const LEFT: i32 = 270;
    const RIGHT: i32 = 90;
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
    let row = BAR * backends.len() as i32 + GAP;
    let height = TOP + row * names.len() as i32 + 16;
    // Logarithmic, from half of the shortest time, so that the shortest has a bar too.
    let low = (least / 2.0).ln();
    let scale = f64::from(WIDTH as i32 - LEFT - RIGHT) / (most.ln() - low);
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height as u32)).into_drawing_area();
        root.fill(&WHITE).ok()?;
        let right = Pos::new(HPos::Right, VPos::Center);
        let left = Pos::new(HPos::Left, VPos::Center);
        let text =
            |text: String, at, style: TextStyle<'static>| root.draw(&Text::new(text, at, style));
        text(
            "Milliseconds a call, the shortest: one blob, one thread".to_owned(),
            (16, 24),
            font(20).pos(left),
        )
        .ok()?;
        let mut x = 16;
        for &backend in &backends {
            root.draw(&Rectangle::new(
                [(x, 44), (x + 12, 56)],
                colour(backend).filled(),
            ))
            .ok()?;
            text(backend.to_string(), (x + 18, 50), font(14).pos(left)).ok()?;
            x += 120;
        }
        text(
            "logarithmic scale".to_owned(),
            (WIDTH as i32 - 16, 50),
            font(13).pos(right),
        )
        .ok()?;
        for (number, name) in names.iter().enumerate() {
            let top = TOP + row * number as i32;
            let middle = top + (row - GAP) / 2;
            text((*name).to_owned(), (LEFT - 10, middle), font(14).pos(right)).ok()?;
            for (place, &backend) in backends.iter().enumerate() {
                let mut all = shown.iter();
                let found =
                    all.find(|one| one.operation == *name && one.candidate.backend == backend);
                let Some(found) = found else { continue };
                let milliseconds = found.min_seconds * 1e3;
                let end = LEFT + ((milliseconds.ln() - low) * scale) as i32;
                let y = top + BAR * place as i32;
                let bar = Rectangle::new([(LEFT, y), (end, y + BAR - 2)], colour(backend).filled());
                root.draw(&bar).ok()?;
                let value = (end + 6, y + BAR / 2 - 1);
                text(format!("{milliseconds:.2}"), value, font(12).pos(left)).ok()?;
            }
        }
        root.present().ok()?;
    }
    Some(svg)
}

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
        let points: Points = counts.iter().filter_map(point).collect();
        (!points.is_empty()).then(|| (backend.to_string(), colour(backend), points))
    });
    lines_plot(
        "Blobs a second: committed, proved and verified",
        ("threads", "blobs a second"),
        &lines.collect::<Vec<_>>(),
    )
}

/// Lines: what more memory for tables buys.
fn tables(report: &BenchmarkReport) -> Option<String> {
    let line = |name: &str, operation: &str, colour| {
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
        let points: Points = report.tables.iter().filter_map(point).collect();
        (name.to_owned(), colour, points)
    };
    let backend = report.tables.first()?.backend;
    let lines = [
        line(
            "cells and their proofs",
            "compute_cells_and_kzg_proofs",
            COLOURS[0],
        ),
        line("a commitment", "blob_to_kzg_commitment", COLOURS[1]),
    ];
    let lines: Vec<_> = lines
        .into_iter()
        .filter(|(_, _, points)| !points.is_empty())
        .collect();
    lines_plot(
        &format!("What memory for tables buys: {backend}, one thread"),
        ("megabytes of tables", "milliseconds a call"),
        &lines,
    )
}

/// A line: the time for a blob by how many are worked on at once.
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
    let points: Points = sizes.iter().filter_map(point).collect();
    let line = (backend.to_string(), colour(backend), points);
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

fn lines_plot(
    title: &str,
    (x_name, y_name): (&str, &str),
    lines: &[(String, RGBColor, Points)],
) -> Option<String> {
    let all = || lines.iter().flat_map(|(_, _, points)| points);
    let right = all().map(|point| point.0).reduce(f64::max)?;
    let top = all().map(|point| point.1).reduce(f64::max)?;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        root.fill(&WHITE).ok()?;
        let mut chart = ChartBuilder::on(&root)
            .caption(title, font(20))
            .margin(16)
            .x_label_area_size(48)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..right * 1.06, 0.0..top * 1.3)
            .ok()?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .x_label_formatter(&|value| whole(*value))
            .y_label_formatter(&|value| whole(*value))
            .bold_line_style(FAINT)
            .axis_style(FAINT)
            .x_desc(x_name)
            .y_desc(y_name)
            .label_style(font(13))
            .axis_desc_style(font(14))
            .draw()
            .ok()?;
        for (name, colour, points) in lines {
            let colour = *colour;
            chart
                .draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))
                .ok()?
                .label(name.as_str())
                .legend(move |(x, y)| {
                    Rectangle::new([(x, y - 5), (x + 12, y + 6)], colour.filled())
                });
            let dots = points.iter().map(|&at| Circle::new(at, 4, colour.filled()));
            chart.draw_series(dots).ok()?;
        }
        if lines.len() > 1 {
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::UpperRight)
                .background_style(WHITE.mix(0.85))
                .border_style(FAINT)
                .label_font(font(14))
                .legend_area_size(20)
                .draw()
                .ok()?;
        }
        root.present().ok()?;
    }
    Some(svg)
}

/// A whole number; nothing between two.
fn whole(value: f64) -> String {
    if (value - value.round()).abs() < 1e-9 {
        format!("{value:.0}")
    } else {
        String::new()
    }
}
