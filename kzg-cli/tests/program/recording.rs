//! The recorded session in the README shows what the program prints.

use std::fs;
use std::path::Path;

use crate::{folder_with, line, run};

#[test]
fn the_recording_has_the_commands_and_the_labels_of_today() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("a file of the repository");
    let picture = read("docs/first-minutes.svg");
    let renew = "`just recording` renews the picture";
    for command in read("tools/first-minutes.commands").lines() {
        let shown = command.replace('&', "&amp;").replace('>', "&gt;");
        let is_shown = command.starts_with('#') || picture.contains(&shown);
        assert!(is_shown, "{command:?} is not shown: {renew}");
    }
    let dir = folder_with(b"some bytes");
    let summary = line(&run(dir.path(), &["pipeline", "input", "--out", "out"], 0));
    let rows = summary.lines().filter(|line| line.starts_with('│'));
    // The first cell of each row, and every cell of the table of stages' header.
    let labels = rows.flat_map(|row| {
        let mut cells = row.trim_matches('│').split('┆').map(str::trim);
        let first = cells.next().into_iter();
        let is_header = row.contains("stage");
        first.chain(cells.filter(move |_| is_header))
    });
    let labels: Vec<&str> = labels.filter(|label| *label != "outcome").collect();
    assert!(labels.len() > 15, "{summary}");
    for label in labels {
        assert!(picture.contains(label), "{label:?} is not shown: {renew}");
    }
}
