//! Tables that become lists of cards on narrow screens.
//!
//! The style for narrow screens hides a table's structure from screen readers. The `role`
//! attributes restore the structure.

use crate::chart::escape::Escaped;

pub(super) struct Table {
    columns: Vec<Column>,
    head: String,
    body: String,
}

/// The heading and the kind of a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    heading: &'static str,
    class: &'static str,
}

/// A column of texts of any length.
pub(super) const fn text(heading: &'static str) -> Column {
    Column {
        heading,
        class: "text",
    }
}

/// A column of single words, which must not be broken.
pub(super) const fn words(heading: &'static str) -> Column {
    Column {
        heading,
        class: "word",
    }
}

/// A column of numbers.
pub(super) const fn numbers(heading: &'static str) -> Column {
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

    /// The same table, with headings that sort the table where scripts run.
    pub(super) fn sortable(mut self) -> Self {
        for column in &self.columns {
            let heading = Escaped(column.heading);
            self.head = self.head.replace(
                &format!(">{heading}</th>"),
                &format!("><button type=\"button\" class=\"sort\">{heading}</button></th>"),
            );
        }
        self
    }

    /// Adds a row with one cell for each column; the first cell is the heading of the row.
    pub(super) fn row(&mut self, cells: &[String]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.body.push_str("<tr role=\"row\">");
        for (place, column) in self.columns.clone().into_iter().enumerate() {
            self.cell(place, column, &Escaped(&cells[place]).to_string());
        }
        self.body.push_str("</tr>\n");
    }

    /// Adds a row of cells that are markup already, with the status for the filter.
    pub(super) fn row_of_markup(&mut self, status: &str, cells: &[String]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        let status = Escaped(status);
        self.body
            .push_str(&format!("<tr role=\"row\" data-status=\"{status}\">"));
        for (place, column) in self.columns.clone().into_iter().enumerate() {
            self.cell(place, column, &cells[place]);
        }
        self.body.push_str("</tr>\n");
    }

    fn cell(&mut self, place: usize, column: Column, markup: &str) {
        let (tag, role) = match place {
            0 => ("th", " role=\"rowheader\" scope=\"row\""),
            _ => ("td", " role=\"cell\""),
        };
        self.body.push_str(&format!(
            "<{tag}{role} class=\"{}\" data-label=\"{}\"><span>{markup}</span></{tag}>",
            column.class,
            Escaped(column.heading),
        ));
    }

    pub(super) fn finish(self) -> String {
        format!("{}{}</tbody>\n</table>\n", self.head, self.body)
    }
}
