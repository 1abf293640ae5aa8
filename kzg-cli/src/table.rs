//! Tables that fit the width of the terminal.

use comfy_table::{Cell, ContentArrangement, Row, Table, presets};
use console::{Term, measure_text_width};

/// Width of a table on something that is not a terminal, in columns.
const WIDTH: u16 = 98;
/// The borders and the padding of a column, in columns of the terminal.
const BORDERS: usize = 3;

/// The width of standard output in columns.
pub(crate) fn width() -> u16 {
    let terminal = Term::stdout();
    let columns = terminal.size_checked().map(|(_, columns)| columns);
    columns.filter(|columns| *columns > 0).unwrap_or(WIDTH)
}

/// An empty table that wraps the content of its cells.
pub(crate) fn table() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width());
    table
}

/// The text of a table with a header. Where the table could only fit by breaking words, each row
/// becomes a block of lines, with the header and the value of a column on each line.
pub(crate) fn text(table: &Table) -> String {
    let width = table.width().unwrap_or(WIDTH);
    match table.header() {
        Some(header) if least_width(table, header) > usize::from(width) => {
            let blocks: Vec<String> = table
                .row_iter()
                .map(|row| block(header, row, width))
                .collect();
            blocks.join("\n")
        }
        _ => table.to_string(),
    }
}

/// The width of a table whose columns are as wide as their longest words.
fn least_width(table: &Table, header: &Row) -> usize {
    let mut widths = vec![0; header.cell_count()];
    for row in table.row_iter().chain([header]) {
        for (width, cell) in widths.iter_mut().zip(row.cell_iter()) {
            *width = longest_word(cell).max(*width);
        }
    }
    widths.iter().map(|width| width + BORDERS).sum::<usize>() + 1
}

fn longest_word(cell: &Cell) -> usize {
    let content = cell.content();
    let words = content.split_whitespace().map(measure_text_width);
    words.max().unwrap_or_default()
}

/// The lines of a row. A column without a value has none.
fn block(header: &Row, row: &Row, width: u16) -> String {
    let cells = header.cell_iter().zip(row.cell_iter());
    let lines = cells.map(|(name, value)| (name.content(), value.content()));
    let lines = lines.filter(|(_, value)| !value.is_empty());
    format!("{}\n", labelled(lines, width))
}

/// Lines of a label and a value, wrapped to a width.
pub(crate) fn labelled(
    lines: impl IntoIterator<Item = (impl ToString, String)>,
    width: u16,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    for (label, value) in lines {
        table.add_row([label.to_string(), value]);
    }
    if let Some(labels) = table.column_mut(0) {
        labels.set_padding((0, 1));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(width: u16) -> String {
        let mut table = table();
        table.set_width(width);
        table.set_header(["stage", "at work", "blobs/s at work"]);
        table.add_row(["convert", "0.001 s", "4062.1"]);
        table.add_row(["verify", "0.016 s", ""]);
        text(&table)
    }

    #[test]
    fn a_narrow_terminal_shows_rows_as_blocks_with_whole_words() {
        assert!(stages(50).contains("convert ┆ 0.001 s"), "{}", stages(50));
        // The words fit, on several lines.
        assert!(stages(32).contains('┆'), "{}", stages(32));
        let narrow = stages(24);
        assert!(!narrow.contains('┆'), "{narrow}");
        for word in ["convert", "0.016 s", "4062.1", "at work"] {
            assert!(narrow.contains(word), "{narrow}");
        }
        assert_eq!(narrow.matches("blobs/s").count(), 1, "{narrow}");
        assert!(narrow.lines().all(|line| measure_text_width(line) <= 24));
    }
}
