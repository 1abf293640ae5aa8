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
    pub(super) heading: &'static str,
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

/// The content of a cell.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    markup: String,
    /// The number by which the page sorts the cell, where the text does not sort as the number.
    key: Option<u64>,
}

impl Cell {
    pub(super) fn text(text: &str) -> Self {
        Self::markup(Escaped(text).to_string())
    }

    pub(super) fn markup(markup: String) -> Self {
        Self { markup, key: None }
    }

    /// A number in a readable form.
    pub(super) fn number(number: u64, readable: String) -> Self {
        Self {
            markup: readable,
            key: Some(number),
        }
    }

    /// A dash instead of an unknown value. It sorts before every number.
    pub(super) fn unknown() -> Self {
        Self::markup("–".to_owned())
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
        let cells: Vec<Cell> = cells.iter().map(|text| Cell::text(text)).collect();
        self.add("<tr role=\"row\">", &cells);
    }

    /// Adds a row of an item with this status, by which the page filters.
    pub(super) fn item(&mut self, status: &str, cells: &[Cell]) {
        let status = Escaped(status);
        let start = format!("<tr role=\"row\" data-status=\"{status}\">");
        self.add(&start, cells);
    }

    fn add(&mut self, start: &str, cells: &[Cell]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.body.push_str(start);
        for (place, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let (tag, role) = match place {
                0 => ("th", " role=\"rowheader\" scope=\"row\""),
                _ => ("td", " role=\"cell\""),
            };
            let key = cell
                .key
                .map_or(String::new(), |key| format!(" data-key=\"{key}\""));
            self.body.push_str(&format!(
                "<{tag}{role} class=\"{}\" data-label=\"{}\"{key}><span>{}</span></{tag}>",
                column.class,
                Escaped(column.heading),
                cell.markup,
            ));
        }
        self.body.push_str("</tr>\n");
    }

    pub(super) fn finish(self) -> String {
        format!("{}{}</tbody>\n</table>\n", self.head, self.body)
    }
}
