//! The results, as tables for people and as JSON for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use kzg_traits::Precompute;

use crate::libraries::C_KZG;
use crate::machine;
use crate::measure::Clock;
use crate::memory::Memory;

mod row;

pub use row::{MemoryRow, Row};

/// Writes the machine, the versions and the settings that the figures depend on.
///
/// # Errors
///
/// If the writer fails.
pub fn write_header(out: &mut dyn Write, sizes: &[Precompute], rounds: usize) -> io::Result<()> {
    let sizes: Vec<_> = sizes
        .iter()
        .map(|size| {
            format!(
                "{size} (at most {:.1} MB for each kind)",
                megabytes(size.bytes())
            )
        })
        .collect();
    writeln!(
        out,
        "{}, {} cores; {} {}, engine {}, tables {}; {rounds} rounds",
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
        "times in milliseconds; ratio: c-kzg's fastest run divided by this library's fastest run, \
         by CPU time of the thread, or by wall time for several threads (xN)\n"
    )
}

/// Writes the heading of the rows.
///
/// # Errors
///
/// If the writer fails.
pub fn write_columns(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<42} {:<16} {:>9} {:>9} {:>9} {:>9} {:>7}",
        "operation", "library", "wall min", "median", "CPU min", "median", "ratio"
    )
}

/// Writes the rows of one operation.
///
/// # Errors
///
/// If the writer fails.
pub fn write_rows(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    for (position, row) in rows.iter().enumerate() {
        // Where other threads did part of the work, the CPU time of the calling thread omits them.
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

/// Writes a Markdown table with one line for each operation: the fastest run of each library, and
/// the ratio to c-kzg.
///
/// # Errors
///
/// If the writer fails.
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

/// Writes the memory of our tables, as far as the measured operations have built them.
///
/// # Errors
///
/// If the writer fails.
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
        "memory of our tables, both kinds together: {}\n",
        each.join(", ")
    )
}

/// Writes the memory of the processes of each library.
///
/// # Errors
///
/// If the writer fails.
pub fn write_memory(out: &mut dyn Write, rows: &[MemoryRow]) -> io::Result<()> {
    writeln!(
        out,
        "| resident memory, MB | start | verifier | committer | cell prover | peak | batch inputs alone | batch verifier |"
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

/// Writes all rows and memory rows as one JSON array, with one object on each line.
///
/// # Errors
///
/// If the writer fails.
pub fn write_json(out: &mut dyn Write, rows: &[Row], memory: &[MemoryRow]) -> io::Result<()> {
    let rows = rows.iter().map(serde_json::to_string);
    let objects = rows.chain(memory.iter().map(serde_json::to_string));
    let objects = objects.collect::<Result<Vec<_>, _>>()?;
    writeln!(out, "[\n{}\n]", objects.join(",\n"))
}

/// Converts bytes to megabytes of 10^6 bytes.
#[must_use]
pub fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// The fastest run by the compared clock, and the ratio to c-kzg.
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
        write(&mut out).expect("writing to memory succeeds");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_summary_has_a_line_for_each_operation_and_empty_cells_without_a_measurement() {
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
        // The name of the operation appears once. Rows with several threads show CPU time of the
        // process.
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
        assert_eq!(
            text,
            "memory of our tables, both kinds together: ours 2.5 MB\n\n"
        );
        assert_eq!(written(|out| write_tables(out, &[])), "");
    }
}
