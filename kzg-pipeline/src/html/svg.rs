//! Charts: positions across are shares of the width, positions down are pixels.

use core::fmt::Write;

use super::escape::Escaped;

/// A chart under way.
pub(super) struct Chart {
    height: u32,
    body: String,
}

/// Where a label is in relation to its position.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// The one that keeps a label at this share of the width inside the chart.
    pub(super) fn within(share: f64) -> Self {
        match share {
            _ if share < 0.05 => Self::Start,
            _ if share > 0.95 => Self::End,
            _ => Self::Middle,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

impl Chart {
    pub(super) fn new(height: u32) -> Self {
        Self {
            height,
            body: String::new(),
        }
    }

    /// A bar from one share of the width to another.
    pub(super) fn bar(&mut self, class: &str, across: [f64; 2], down: [f64; 2]) {
        let [left, right] = across.map(|share| 100.0 * share.clamp(0.0, 1.0));
        let [top, bottom] = down;
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{left:.3}%\" y=\"{top:.1}\" width=\"{:.3}%\" \
             height=\"{:.1}\"/>",
            (right - left).max(0.0),
            (bottom - top).max(0.0),
        );
    }

    /// A line across the whole width.
    pub(super) fn line_across(&mut self, class: &str, down: f64) {
        let _ = writeln!(
            self.body,
            "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{down:.1}\" y2=\"{down:.1}\"/>"
        );
    }

    pub(super) fn label(&mut self, class: &str, share: f64, down: f64, anchor: Anchor, text: &str) {
        let _ = writeln!(
            self.body,
            "<text class=\"{class}\" x=\"{:.3}%\" y=\"{down:.1}\" text-anchor=\"{}\">{}</text>",
            100.0 * share.clamp(0.0, 1.0),
            anchor.name(),
            Escaped(text),
        );
    }

    /// A curve with the area under it, through points whose parts are shares of the width and of
    /// the height between `top` and `bottom`, from below.
    pub(super) fn area(&mut self, points: &[(f64, f64)], top: f64, bottom: f64) {
        let mut path = String::new();
        for (place, (across, up)) in points.iter().enumerate() {
            let command = if place == 0 { 'M' } else { 'L' };
            let _ = write!(
                path,
                "{command}{:.1} {:.1}",
                1000.0 * across.clamp(0.0, 1.0),
                1000.0 * (1.0 - up.clamp(0.0, 1.0)),
            );
        }
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        let _ = writeln!(
            self.body,
            "<svg x=\"0\" y=\"{top:.1}\" width=\"100%\" height=\"{:.1}\" \
             viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">\
             <path class=\"area\" d=\"{path}L{:.1} 1000L{:.1} 1000Z\"/>\
             <path class=\"curve\" d=\"{path}\"/></svg>",
            bottom - top,
            1000.0 * last.0.clamp(0.0, 1.0),
            1000.0 * first.0.clamp(0.0, 1.0),
        );
    }

    /// The chart in a figure. `title` names it, and `description` says in words what it shows.
    pub(super) fn finish(self, id: &str, title: &str, description: &str) -> String {
        format!(
            "<figure>\n<svg class=\"chart\" role=\"img\" width=\"100%\" height=\"{}\" \
             aria-labelledby=\"{id}-title {id}-description\">\n<title id=\"{id}-title\">{}</title>\n\
             <desc id=\"{id}-description\">{}</desc>\n{}</svg>\n<figcaption>{}</figcaption>\n\
             </figure>\n",
            self.height,
            Escaped(title),
            Escaped(description),
            self.body,
            Escaped(title),
        )
    }
}
