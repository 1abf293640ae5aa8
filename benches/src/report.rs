//! What was measured, as tables for people and as JSON for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use kzg_traits::Precompute;
use serde::Serialize;

use crate::libraries::{C_KZG, Candidate, Library};
use crate::machine;
use crate::measure::{Clock, Timing};
use crate::memory::Memory;
use crate::operation::Operation;

/// One library's times in one operation.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The library's name in tables.
    pub name: String,
    /// The operation's name.
    pub operation: &'static str,
    /// `ours`, or the name of the peer.
    pub library: &'static str,
    /// Which of our backends.
    pub backend: Option<&'static str>,
    /// The size of our tables, as `--precompute` takes it.
    pub precompute: Option<String>,
    /// The memory that our tables took after these runs, in bytes.
    pub tables_bytes: Option<usize>,
    /// The threads that the library was told to use.
    pub threads: usize,
    /// The number of runs.
    pub runs: usize,
    /// Time that passed in the fastest run.
    pub min_ms: f64,
    /// Time that passed in the run in the middle.
    pub median_ms: f64,
    /// CPU time of the calling thread, at least.
    pub thread_cpu_min_ms: f64,
    /// CPU time of the calling thread, in the middle.
    pub thread_cpu_median_ms: f64,
    /// CPU time of the process, at least.
    pub process_cpu_min_ms: f64,
    /// CPU time of the process, in the middle.
    pub process_cpu_median_ms: f64,
    /// The clock that the ratio is taken by.
    pub compared_by: Clock,
    /// The reference's fastest run over this library's, by that clock: above one is faster.
    pub ratio_to_ckzg: Option<f64>,
    /// What a reader of the times has to know.
    pub note: Option<String>,
}

/// One library's memory.
#[derive(Clone, Debug, Serialize)]
pub struct MemoryRow {
    /// The library's name in tables.
    pub name: String,
    /// `memory`.
    pub operation: &'static str,
    /// `ours`, or the name of the peer.
    pub library: &'static str,
    /// Which of our backends.
    pub backend: Option<&'static str>,
    /// The size of our tables, as `--precompute` takes it.
    pub precompute: Option<String>,
    /// The threads that the library was told to use.
    pub threads: usize,
    /// Resident memory of processes with this library, by role.
    pub resident_bytes: Memory,
}

impl MemoryRow {
    /// One library's row.
    #[must_use]
    pub fn new(candidate: &Candidate, memory: Memory) -> Self {
        Self {
            name: candidate.to_string(),
            operation: "memory",
            library: candidate.library,
            backend: candidate.backend,
            precompute: candidate.precompute.map(|size| size.to_string()),
            threads: candidate.threads,
            resident_bytes: memory,
        }
    }
}

impl Row {
    /// One library's row; `reference` are c-kzg's times in the same operation.
    #[must_use]
    pub fn new(
        operation: Operation,
        candidate: &Candidate,
        library: &dyn Library,
        (timing, reference): (&Timing, Option<&Timing>),
    ) -> Self {
        let compared_by = if candidate.threads > 1 {
            Clock::Wall
        } else if timing.used_threads() {
            Clock::ProcessCpu
        } else {
            Clock::ThreadCpu
        };
        let own_threads = (compared_by == Clock::ProcessCpu)
            .then_some("starts threads of its own: compared by process CPU time");
        let notes: Vec<_> = library
            .note(operation)
            .into_iter()
            .chain(own_threads)
            .collect();
        let per_item = |ms: f64| ms / operation.divisor() as f64;
        Self {
            name: candidate.to_string(),
            operation: operation.name(),
            library: candidate.library,
            backend: candidate.backend,
            precompute: candidate.precompute.map(|size| size.to_string()),
            tables_bytes: library.tables_memory(),
            threads: candidate.threads,
            runs: timing.runs(),
            min_ms: per_item(timing.min_ms(Clock::Wall)),
            median_ms: per_item(timing.median_ms(Clock::Wall)),
            thread_cpu_min_ms: per_item(timing.min_ms(Clock::ThreadCpu)),
            thread_cpu_median_ms: per_item(timing.median_ms(Clock::ThreadCpu)),
            process_cpu_min_ms: per_item(timing.min_ms(Clock::ProcessCpu)),
            process_cpu_median_ms: per_item(timing.median_ms(Clock::ProcessCpu)),
            compared_by,
            ratio_to_ckzg: reference
                .map(|reference| reference.min_ms(compared_by) / timing.min_ms(compared_by)),
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }
}

/// What the numbers depend on.
///
/// # Errors
///
/// If nothing can be written.
pub fn write_header(out: &mut dyn Write, sizes: &[Precompute], rounds: usize) -> io::Result<()> {
    let sizes: Vec<_> = sizes
        .iter()
        .map(|size| format!("{size} (at most {:.1} MB a kind)", megabytes(size.bytes())))
        .collect();
    writeln!(
        out,
        "{}, {} cores; {} {}, engine {}, tables {}; {rounds} rounds in turn",
        machine::processor(),
        machine::processors(),
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        kzg_blst::Engine::current(),
        sizes.join(", "),
    )?;
    writeln!(
        out,
        "c-kzg {} (precompute 8), rust_eth_kzg {} (width 8), one thread each; blst {}, arkworks {}",
        machine::version_of(C_KZG),
        machine::version_of("rust_eth_kzg"),
        machine::version_of("blst"),
        machine::version_of("ark-ec"),
    )?;
    writeln!(
        out,
        "times in milliseconds; ratio: c-kzg's fastest run over this one's, by CPU time of the \
         thread, or by wall time for several threads (xN)\n"
    )
}

/// The line over the rows.
///
/// # Errors
///
/// If nothing can be written.
pub fn write_columns(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<42} {:<16} {:>9} {:>9} {:>9} {:>9} {:>7}",
        "operation", "library", "wall min", "median", "CPU min", "median", "ratio"
    )
}

/// The rows of one operation.
///
/// # Errors
///
/// If nothing can be written.
pub fn write_rows(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    for (position, row) in rows.iter().enumerate() {
        // Where threads worked for the caller, its own CPU time says little.
        let (cpu_min, cpu_median) = match row.compared_by {
            Clock::ThreadCpu => (row.thread_cpu_min_ms, row.thread_cpu_median_ms),
            Clock::Wall | Clock::ProcessCpu => (row.process_cpu_min_ms, row.process_cpu_median_ms),
        };
        let ratio = row.ratio_to_ckzg;
        writeln!(
            out,
            "{:<42} {:<16} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>7} {}",
            if position == 0 { row.operation } else { "" },
            row.name,
            row.min_ms,
            row.median_ms,
            cpu_min,
            cpu_median,
            ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}x")),
            row.note.as_deref().unwrap_or_default(),
        )?;
    }
    writeln!(out)
}

/// One line per operation in Markdown: c-kzg's fastest run, and for each other library its own
/// with the ratio.
///
/// # Errors
///
/// If nothing can be written.
pub fn write_summary(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let mut names: Vec<String> = Vec::new();
    for row in rows {
        if !names.contains(&row.name) {
            names.push(row.name.clone());
        }
    }
    writeln!(out, "| operation, ms | {} |", names.join(" | "))?;
    writeln!(out, "|---|{}", "---:|".repeat(names.len()))?;
    for operation in rows.chunk_by(|a, b| a.operation == b.operation) {
        write!(out, "| `{}` |", operation[0].operation)?;
        for name in &names {
            match operation.iter().find(|row| row.name == *name) {
                Some(row) => write!(out, " {} |", summarised(row))?,
                None => write!(out, " |")?,
            }
        }
        writeln!(out)?;
    }
    writeln!(out)
}

/// The memory that our tables take, as far as the operations measured have built them.
///
/// # Errors
///
/// If nothing can be written.
pub fn write_tables(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let mut built = BTreeMap::new();
    for row in rows {
        let bytes = row.tables_bytes.filter(|&bytes| bytes > 0);
        built.extend(bytes.map(|bytes| (&row.name, format!("{:.1} MB", megabytes(bytes)))));
    }
    if built.is_empty() {
        return Ok(());
    }
    let each: Vec<_> = built
        .iter()
        .map(|(name, size)| format!("{name} {size}"))
        .collect();
    writeln!(
        out,
        "tables of ours, both kinds together: {}\n",
        each.join(", ")
    )
}

/// The memory of each library's processes.
///
/// # Errors
///
/// If nothing can be written.
pub fn write_memory(out: &mut dyn Write, rows: &[MemoryRow]) -> io::Result<()> {
    writeln!(
        out,
        "| resident memory, MB | start | verifier | committer | cell prover | peak | inputs of batches | verifier of batches |"
    )?;
    writeln!(out, "|---|{}", "---:|".repeat(7))?;
    for row in rows {
        let Memory { roles, batches } = row.resident_bytes;
        write!(out, "| {} |", row.name)?;
        for bytes in [
            roles.start,
            roles.verifier,
            roles.committer,
            roles.prover,
            roles.peak,
            batches.inputs,
            batches.verifier,
        ] {
            write!(out, " {:.1} |", megabytes(bytes))?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

/// All rows, and those of memory, as one JSON array, an object on each line.
///
/// # Errors
///
/// If nothing can be written.
pub fn write_json(out: &mut dyn Write, rows: &[Row], memory: &[MemoryRow]) -> io::Result<()> {
    let rows = rows.iter().map(serde_json::to_string);
    let objects = rows.chain(memory.iter().map(serde_json::to_string));
    let objects = objects.collect::<Result<Vec<_>, _>>()?;
    writeln!(out, "[\n{}\n]", objects.join(",\n"))
}

/// Bytes in millions.
#[must_use]
pub fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn summarised(row: &Row) -> String {
    let ms = match row.compared_by {
        Clock::Wall => row.min_ms,
        Clock::ThreadCpu => row.thread_cpu_min_ms,
        Clock::ProcessCpu => row.process_cpu_min_ms,
    };
    match row.ratio_to_ckzg {
        Some(ratio) if row.library != C_KZG => format!("{ms:.2} ({ratio:.2}x)"),
        _ => format!("{ms:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{Batches, Resident};

    fn row(operation: &'static str, library: &'static str, min_ms: f64) -> Row {
        Row {
            name: library.to_owned(),
            operation,
            library,
            backend: None,
            precompute: None,
            tables_bytes: (library == "ours").then_some(2_500_000),
            threads: 1,
            runs: 3,
            min_ms,
            median_ms: 2.0 * min_ms,
            thread_cpu_min_ms: min_ms / 2.0,
            thread_cpu_median_ms: min_ms,
            process_cpu_min_ms: 4.0 * min_ms,
            process_cpu_median_ms: 5.0 * min_ms,
            compared_by: Clock::ThreadCpu,
            ratio_to_ckzg: Some(10.0 / min_ms),
            note: None,
        }
    }

    fn memory_row() -> MemoryRow {
        MemoryRow {
            name: "blst/small".to_owned(),
            operation: "memory",
            library: "ours",
            backend: Some("blst"),
            precompute: Some("small".to_owned()),
            threads: 1,
            resident_bytes: Memory {
                roles: Resident {
                    start: 1_000_000,
                    verifier: 2_000_000,
                    committer: 3_000_000,
                    prover: 4_000_000,
                    peak: 5_000_000,
                },
                batches: Batches {
                    inputs: 6_000_000,
                    verifier: 7_000_000,
                },
            },
        }
    }

    fn rows() -> Vec<Row> {
        vec![
            row("commit", C_KZG, 10.0),
            row("commit", "ours", 4.0),
            row("verify", C_KZG, 3.0),
        ]
    }

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("memory takes it");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_summary_has_a_line_for_each_operation_and_gaps_where_nothing_was_measured() {
        let text = written(|out| write_summary(out, &rows()));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "| operation, ms | c-kzg | ours |",
                "|---|---:|---:|",
                "| `commit` | 5.00 | 2.00 (2.50x) |",
                "| `verify` | 1.50 | |",
                "",
            ]
        );
    }

    #[test]
    fn rows_show_the_clock_that_they_are_compared_by() {
        let mut threaded = rows();
        threaded[1].compared_by = Clock::Wall;
        let text = written(|out| write_rows(out, &threaded[..2]));
        let cells: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        let first = [
            "commit", "c-kzg", "10.000", "20.000", "5.000", "10.000", "1.00x",
        ];
        assert_eq!(cells[0], first);
        // The name of the operation stands once; of several threads the process's time is shown.
        assert_eq!(
            cells[1],
            ["ours", "4.000", "8.000", "16.000", "20.000", "2.50x"]
        );
    }

    #[test]
    fn memory_has_a_line_for_each_library() {
        let text = written(|out| write_memory(out, &[memory_row()]));
        let last = text.lines().nth(2);
        assert_eq!(
            last,
            Some("| blst/small | 1.0 | 2.0 | 3.0 | 4.0 | 5.0 | 6.0 | 7.0 |")
        );
    }

    #[test]
    fn json_is_one_array_and_tables_are_named_once() {
        let memory = [memory_row()];
        for (rows, memory) in [
            (vec![], &memory[..0]),
            (rows(), &memory[..0]),
            (vec![], &memory),
            (rows(), &memory),
        ] {
            let text = written(|out| write_json(out, &rows, memory));
            let array: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
            assert_eq!(array.len(), rows.len() + memory.len());
            if !memory.is_empty() {
                let last = &array[rows.len()];
                assert_eq!(last["operation"], "memory");
                assert_eq!(last["library"], "ours");
                assert_eq!(last["resident_bytes"]["roles"]["verifier"], 2_000_000);
                assert_eq!(last["resident_bytes"]["batches"]["verifier"], 7_000_000);
            }
        }
        let mut twice = rows();
        twice.push(row("verify", "ours", 1.0));
        let text = written(|out| write_tables(out, &twice));
        assert_eq!(text, "tables of ours, both kinds together: ours 2.5 MB\n\n");
        assert_eq!(written(|out| write_tables(out, &[])), "");
    }
}
