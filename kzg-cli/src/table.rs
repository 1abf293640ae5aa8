//! Tables that fit the width of the terminal.

use comfy_table::{ContentArrangement, Table, presets};
use console::Term;

/// Width of a table on something that is not a terminal, in columns.
const WIDTH: u16 = 98;

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
