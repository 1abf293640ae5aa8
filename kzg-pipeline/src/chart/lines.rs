//! Line charts with two axes.

use super::{Anchor, Chart};

const TOP: f64 = 34.0;
const BOTTOM: f64 = 330.0;
const HEIGHT: u32 = 376;
/// The share of the width for the labels of the vertical axis.
const LEFT: f64 = 0.07;
/// The maximum number of labels of the horizontal axis.
const TICKS: usize = 12;

/// A line of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The name of the line.
    pub name: String,
    /// The class of the line's shapes, which sets the colour: `series-0` to `series-2`.
    pub class: String,
    /// The points, in ascending order of the first coordinate, without negative coordinates.
    pub points: Vec<(f64, f64)>,
}

/// Draws lines over axes that begin at zero. `names` are the names of the horizontal and the
/// vertical axis. Returns `None` if there is no point.
#[must_use]
pub fn lines(names: (&str, &str), series: &[Series]) -> Option<Chart> {
    let all = || series.iter().flat_map(|series| &series.points);
    let right = all().map(|point| point.0).reduce(f64::max)?;
    let highest = all().map(|point| point.1).reduce(f64::max)?;
    let (right, top) = (right.max(f64::MIN_POSITIVE) * 1.04, round_up(highest));
    let across = |value: f64| LEFT + (1.0 - LEFT) * value / right;
    let down = |value: f64| BOTTOM - value / top * (BOTTOM - TOP);

    let mut chart = Chart::new(HEIGHT);
    for step in 0..=4 {
        let value = top * f64::from(step) / 4.0;
        chart.line("grid", [LEFT, 1.0], down(value));
        chart.label(
            "tick",
            LEFT - 0.008,
            down(value) + 4.0,
            Anchor::End,
            &short(value),
        );
    }
    chart.label("axis", 0.0, TOP - 18.0, Anchor::Start, names.1);
    let mut ticks: Vec<f64> = all().map(|point| point.0).collect();
    ticks.sort_unstable_by(f64::total_cmp);
    ticks.dedup();
    let every = ticks.len().div_ceil(TICKS).max(1);
    for &tick in ticks.iter().step_by(every) {
        let anchor = Anchor::within(across(tick));
        chart.label("tick", across(tick), BOTTOM + 18.0, anchor, &short(tick));
    }
    chart.label("axis", 1.0, BOTTOM + 38.0, Anchor::End, names.0);
    for Series {
        name,
        class,
        points,
    } in series
    {
        let shares: Vec<(f64, f64)> = points.iter().map(|(x, y)| (across(*x), y / top)).collect();
        chart.curve(class, &shares, TOP, BOTTOM);
        for (x, y) in points {
            let hover = format!(
                "{name}: {} {}, {} {}",
                short(*x),
                names.0,
                short(*y),
                names.1
            );
            chart.dot(class, across(*x), down(*y), &hover);
        }
    }
    if series.len() > 1 {
        legend(
            &mut chart,
            series.iter().map(|series| (&*series.name, &*series.class)),
        );
    }
    Some(chart)
}

/// The names of the series with their colours, at the top of the chart from the right.
fn legend<'a>(chart: &mut Chart, names: impl DoubleEndedIterator<Item = (&'a str, &'a str)>) {
    let mut right = 1.0;
    for (name, class) in names.rev() {
        // An estimate of the text's width. Too large an estimate only leaves a gap.
        let width = 0.011 * name.chars().count() as f64 + 0.03;
        let left = (right - width).max(0.0);
        chart.bar(class, [left, left + 0.014], [TOP - 28.0, TOP - 16.0], "");
        chart.label("name", left + 0.02, TOP - 17.0, Anchor::Start, name);
        right = left;
    }
}

/// A number with about three digits.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 || (value - value.round()).abs() < 1e-9 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        size if size >= 0.9995 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A round number that is at least `most`, as the end of an axis.
pub(crate) fn round_up(most: f64) -> f64 {
    if !(most > 0.0 && most.is_finite()) {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let step = steps.into_iter().find(|step| step * power >= most);
    step.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        for (most, end) in [
            (0.0, 1.0),
            (f64::NAN, 1.0),
            (0.93, 1.0),
            (83.0, 100.0),
            (1000.0, 1000.0),
            (0.0021, 0.003),
        ] {
            assert!((round_up(most) - end).abs() < 1e-9, "{most}");
        }
    }

    #[test]
    fn every_point_has_a_dot_with_its_value() {
        let series = |name: &str, points: &[(f64, f64)]| Series {
            name: name.to_owned(),
            class: "series-0".to_owned(),
            points: points.to_vec(),
        };
        assert!(lines(("a", "b"), &[series("none", &[])]).is_none());
        let all = [
            series("one", &[(1.0, 10.0), (2.0, 19.0)]),
            series("two", &[(1.0, 5.5)]),
        ];
        let svg = lines(("threads", "blobs a second"), &all)
            .unwrap()
            .document(860, "title", "words");
        assert_eq!(svg.matches("<circle").count(), 3);
        assert!(
            svg.contains("<title>two: 1 threads, 5.50 blobs a second</title>"),
            "{svg}"
        );
        roxmltree::Document::parse(&svg).expect("well-formed");
    }
}
