//! Tables that become lists of cards where the screen is narrow.
//!
//! A style that does so takes a table's meaning away from those who have it read aloud; the roles
//! give it back.

use crate::chart::escape::Escaped;

pub(super) struct Table {
    columns: Vec<Column>,
    head: String,
    body: String,
}

/// A column's heading and what it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    heading: &'static str,
    class: &'static str,
}

/// A column of texts of any length.
pub(super) fn text(heading: &'static str) -> Column {
    Column {
        heading,
        class: "text",
    }
}

/// A column of single words, which are not to be broken.
pub(super) fn words(heading: &'static str) -> Column {
    Column {
        heading,
        class: "word",
    }
}

/// A column of numbers.
pub(super) fn numbers(heading: &'static str) -> Column {
    Column {
        heading,
        class: "number",
    }
}

impl Table {
    pub(super) fn new(caption: &str, columns: &[Column]) -> Self {
        let headings: String = columns
            .iter()
            .map(|column| {
                format!(
                    "<th role=\"columnheader\" scope=\"col\" class=\"{}\">{}</th>",
                    column.class,
                    Escaped(column.heading)
                )
            })
            .collect();
        Self {
            columns: columns.to_vec(),
            head: format!(
                "<table role=\"table\">\n<caption>{}</caption>\n<thead role=\"rowgroup\">\
                 <tr role=\"row\">{headings}</tr></thead>\n<tbody role=\"rowgroup\">\n",
                Escaped(caption)
            ),
            body: String::new(),
        }
    }

    /// A row of as many cells as there are columns; the first is its heading.
    pub(super) fn row(&mut self, cells: &[String]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.body.push_str("<tr role=\"row\">");
        for (place, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let (tag, role) = match place {
                0 => ("th", " role=\"rowheader\" scope=\"row\""),
                _ => ("td", " role=\"cell\""),
            };
            self.body.push_str(&format!(
                "<{tag}{role} class=\"{}\" data-label=\"{}\"><span>{}</span></{tag}>",
                column.class,
                Escaped(column.heading),
                Escaped(cell)
            ));
        }
        self.body.push_str("</tr>\n");
    }

    pub(super) fn finish(self) -> String {
        format!("{}{}</tbody>\n</table>\n", self.head, self.body)
    }
}
