//! The measurements as tables.

use comfy_table::{CellAlignment, Table};
use kzg_advanced::BackendId;

use crate::benchmark::{BenchmarkReport, Candidate};
use crate::commands::hardware;
use crate::table;

/// A call: the operation and the number of blobs.
type Call = (String, usize);

pub(super) fn text(report: &BenchmarkReport) -> String {
    let hardware = hardware::lines(&report.hardware);
    let mut text = format!("{}\n", table::labelled(hardware, table::width()));
    let mut backends: Vec<BackendId> = Vec::new();
    for measurement in &report.measurements {
        if !backends.contains(&measurement.candidate.backend) {
            backends.push(measurement.candidate.backend);
        }
    }
    for backend in backends {
        text.push_str(&format!(
            "\n{backend}, {DEFAULT_TABLES} tables: milliseconds for each call, the median (and the shortest)\n{}\n",
            table::text(&rows(report, backend))
        ));
    }
    let skipped = report.skipped.len();
    if skipped > 0 {
        text.push_str(&format!(
            "\n~ estimated, not measured: {skipped} calls did not fit into the time limit, see --limit\n"
        ));
    }
    text
}

/// The size of the tables in the comparison of backends.
pub(super) const DEFAULT_TABLES: &str = "small";

/// A row for each call, a column for each number of threads.
fn rows(report: &BenchmarkReport, backend: BackendId) -> Table {
    let ours = |candidate: &Candidate| {
        candidate.backend == backend && candidate.precompute == DEFAULT_TABLES
    };
    let mut cells: Vec<(Call, usize, String)> = Vec::new();
    for found in report
        .measurements
        .iter()
        .filter(|found| ours(&found.candidate))
    {
        let (median, least) = (found.median_seconds * 1e3, found.min_seconds * 1e3);
        let call = (found.operation.clone(), found.blobs);
        cells.push((
            call,
            found.candidate.threads,
            format!("{median:.2} ({least:.2})"),
        ));
    }
    for skipped in report
        .skipped
        .iter()
        .filter(|skipped| ours(&skipped.candidate))
    {
        if let Some(seconds) = skipped.expected_seconds {
            let call = (skipped.operation.clone(), skipped.blobs);
            cells.push((
                call,
                skipped.candidate.threads,
                format!("~{:.0}", seconds * 1e3),
            ));
        }
    }
    let mut threads: Vec<usize> = cells.iter().map(|(_, threads, _)| *threads).collect();
    threads.sort_unstable();
    threads.dedup();
    let mut calls: Vec<&Call> = Vec::new();
    for (call, _, _) in &cells {
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
    calls.sort_by_key(|(_, blobs)| *blobs);

    let mut table = table::table();
    let head = threads
        .iter()
        .map(|count| format!("{count} thread{}", if *count == 1 { "" } else { "s" }));
    let head = ["operation".to_owned(), "blobs".to_owned()]
        .into_iter()
        .chain(head);
    table.set_header(head);
    for call in calls {
        let of = |count: &usize| {
            let mut all = cells.iter();
            all.find(|(other, threads, _)| other == call && threads == count)
                .map_or(String::new(), |(_, _, text)| text.clone())
        };
        let row = [call.0.clone(), call.1.to_string()].into_iter();
        table.add_row(row.chain(threads.iter().map(of)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
