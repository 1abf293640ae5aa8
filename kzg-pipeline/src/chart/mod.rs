//! Charts in SVG, for the report's page and for separate files.
//!
//! Horizontal positions are shares of the width, and vertical positions are pixels: a chart fills
//! the width of its container, and its text has the same size on every screen. The code does not
//! measure text. A style sheet sets the colours by the classes of the shapes, so that light, dark
//! and printed pages have different colours. The text of a bar or a dot is its tooltip.
//!
//! ```
//! use kzg_pipeline::chart::{Anchor, Chart};
//!
//! let mut chart = Chart::new(40);
//! chart.label("name", 0.0, 14.0, Anchor::Start, "commitments");
//! chart.bar("busy", [0.0, 0.8], [20.0, 34.0], "4.2 ms");
//! let svg = chart.document(860, "Milliseconds a call", "A commitment takes 4.2 ms.");
//! assert!(svg.starts_with("<svg"));
//! ```

use core::fmt::Write;

use escape::Escaped;

pub(crate) mod escape;
mod lines;

pub use escape::is_misleading;
pub(crate) use lines::round_up;
pub use lines::{Series, lines};

/// The colours and fonts of a chart in a separate file.
const STYLE: &str = include_str!("style.css");

/// A chart that is being drawn.
#[derive(Clone, Debug)]
pub struct Chart {
    height: u32,
    body: String,
}

/// The part of a label's text that is at the label's position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The beginning.
    Start,
    /// The middle.
    Middle,
    /// The end.
    End,
}

impl Anchor {
    /// The anchor for which a label at this share of the width stays inside the chart.
    #[must_use]
    pub fn within(share: f64) -> Self {
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
    /// Creates an empty chart of this height in pixels.
    #[must_use]
    pub fn new(height: u32) -> Self {
        Self {
            height,
            body: String::new(),
        }
    }

    /// Adds a bar from one share of the width to another and from one height to another, with the
    /// text of its tooltip.
    pub fn bar(&mut self, class: &str, across: [f64; 2], down: [f64; 2], hover: &str) {
        let [left, right] = across.map(|share| 100.0 * share.clamp(0.0, 1.0));
        let [top, bottom] = down;
        let _ = write!(
            self.body,
            "<rect class=\"{}\" x=\"{left:.3}%\" y=\"{top:.1}\" width=\"{:.3}%\" \
             height=\"{:.1}\"",
            Escaped(class),
            (right - left).max(0.0),
            (bottom - top).max(0.0),
        );
        self.end_shape("rect", hover);
    }

    /// Adds a dot at a share of the width, with the text of its tooltip.
    pub fn dot(&mut self, class: &str, across: f64, down: f64, hover: &str) {
        let _ = write!(
            self.body,
            "<circle class=\"{}\" cx=\"{:.3}%\" cy=\"{down:.1}\" r=\"4\"",
            Escaped(class),
            100.0 * across.clamp(0.0, 1.0),
        );
        self.end_shape("circle", hover);
    }

    fn end_shape(&mut self, tag: &str, hover: &str) {
        let _ = if hover.is_empty() {
            writeln!(self.body, "/>")
        } else {
            writeln!(self.body, "><title>{}</title></{tag}>", Escaped(hover))
        };
    }

    /// Adds a horizontal line from one share of the width to another.
    pub fn line(&mut self, class: &str, across: [f64; 2], down: f64) {
        let [left, right] = across.map(|share| 100.0 * share.clamp(0.0, 1.0));
        let _ = writeln!(
            self.body,
            "<line class=\"{}\" x1=\"{left:.3}%\" x2=\"{right:.3}%\" y1=\"{down:.1}\" \
             y2=\"{down:.1}\"/>",
            Escaped(class),
        );
    }

    /// Adds a text at a share of the width; `down` is the position of the text's base line.
    pub fn label(&mut self, class: &str, share: f64, down: f64, anchor: Anchor, text: &str) {
        let _ = writeln!(
            self.body,
            "<text class=\"{}\" x=\"{:.3}%\" y=\"{down:.1}\" text-anchor=\"{}\">{}</text>",
            Escaped(class),
            100.0 * share.clamp(0.0, 1.0),
            anchor.name(),
            Escaped(text),
        );
    }

    /// Adds a curve through points. The coordinates of a point are a share of the width, and a
    /// share of the height between `bottom` and `top`, measured from `bottom`.
    pub fn curve(&mut self, class: &str, points: &[(f64, f64)], top: f64, bottom: f64) {
        let path = path(points);
        let class = Escaped(class);
        let shape = format!("<path class=\"curve {class}\" d=\"{path}\"/>");
        self.stretched(&shape, top, bottom);
    }

    /// As [`curve`](Self::curve), with the area below the curve.
    pub fn area(&mut self, points: &[(f64, f64)], top: f64, bottom: f64) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        let path = path(points);
        let [left, right] = [first, last].map(|point| 1000.0 * point.0.clamp(0.0, 1.0));
        let shapes = format!(
            "<path class=\"area\" d=\"{path}L{right:.1} 1000L{left:.1} 1000Z\"/>\
             <path class=\"curve\" d=\"{path}\"/>",
        );
        self.stretched(&shapes, top, bottom);
    }

    /// Adds shapes and stretches the shapes to the width of the chart and the height between `top`
    /// and `bottom`.
    fn stretched(&mut self, shapes: &str, top: f64, bottom: f64) {
        let _ = writeln!(
            self.body,
            "<svg x=\"0\" y=\"{top:.1}\" width=\"100%\" height=\"{:.1}\" \
             viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">{shapes}</svg>",
            bottom - top,
        );
    }

    /// The chart as a figure of a page. `title` names the chart, and `description` describes the
    /// chart in words.
    #[must_use]
    pub fn figure(self, id: &str, title: &str, description: &str) -> String {
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

    /// The chart as an SVG file of this width in pixels, with its title above it.
    #[must_use]
    pub fn document(self, width: u32, title: &str, description: &str) -> String {
        const MARGIN: u32 = 16;
        const HEAD: u32 = 44;
        let height = self.height + HEAD + MARGIN;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" \
             width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
             <style>\n{STYLE}</style>\n<title>{}</title>\n<desc>{}</desc>\n\
             <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n\
             <text class=\"title\" x=\"{MARGIN}\" y=\"28\">{}</text>\n\
             <svg x=\"{MARGIN}\" y=\"{HEAD}\" width=\"{}\" height=\"{}\" \
             overflow=\"visible\">\n{}</svg>\n</svg>\n",
            Escaped(title),
            Escaped(description),
            Escaped(title),
            width.saturating_sub(2 * MARGIN),
            self.height,
            self.body,
        )
    }
}

/// A path through points. The coordinates are shares of the width and of the height, from the
/// bottom.
fn path(points: &[(f64, f64)]) -> String {
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
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_its_own_is_well_formed_and_harmless() {
        let mut chart = Chart::new(100);
        chart.bar("series-0", [-1.0, 2.0], [10.0, 5.0], "<script>");
        chart.dot("series-1", f64::NAN, 3.0, "");
        chart.line("grid", [0.0, 1.0], 50.0);
        chart.label("tick", 0.5, 90.0, Anchor::within(0.5), "a & b");
        chart.area(&[(0.0, 0.5), (1.0, 2.0)], 0.0, 80.0);
        chart.curve("series-2", &[(0.0, 0.0), (1.0, 1.0)], 0.0, 80.0);
        let svg = chart.document(860, "a <title>", "words");
        let document = roxmltree::Document::parse(&svg).expect(&svg);
        let tags: Vec<&str> = document
            .descendants()
            .filter(roxmltree::Node::is_element)
            .map(|node| node.tag_name().name())
            .collect();
        assert!(!tags.contains(&"script"), "{svg}");
        let count = |tag| tags.iter().filter(|found| **found == tag).count();
        assert_eq!((count("rect"), count("circle"), count("path")), (2, 1, 3));
        assert_eq!(count("title"), 2);
        assert!(svg.contains("&lt;script&gt;"));
    }
}
