//! Compares our backends with other libraries: `cargo run --release -p benches --bin compare`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;

use benches::libraries::{C_KZG, Candidate, Library, candidates};
use benches::{Group, Inputs, Operation, check, measure, memory, report};
use clap::Parser;
use kzg_traits::{Precompute, SettingsOptions, SubgroupCheck};
use memory::Memory;
use report::{MemoryRow, Row};
use tempfile::NamedTempFile;

/// Compares speed and memory of our backends with c-kzg and rust_eth_kzg, on the same inputs.
#[derive(Debug, Parser)]
struct Arguments {
    /// Number of threads of our backends: 2, or 1,2 to measure both. Other libraries use one.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1")]
    threads: Vec<usize>,
    /// Keep each thread of our pools on a processor of its own.
    #[arg(long)]
    pin: bool,
    /// Print only one array of JSON objects, one for each row, to standard output.
    #[arg(long)]
    json: bool,
    /// Measure only the operations whose name contains this; `memory` counts as an operation.
    #[arg(long, value_name = "SUBSTRING", default_value = "")]
    only: String,
    /// Measure only c-kzg and the libraries whose name contains this, such as `blst/`.
    #[arg(long, value_name = "SUBSTRING", default_value = "")]
    library: String,
    /// Run each operation at most three times, for rough figures.
    #[arg(long)]
    quick: bool,
    /// Size of our tables: small, large, none or a number of bytes [default: small and large].
    #[arg(long, value_name = "SIZE")]
    precompute: Option<Precompute>,
    /// Make our backends check the points of a batch together, with `SubgroupCheck::Batched`.
    #[arg(long)]
    batched_subgroup_check: bool,
    /// Number of rounds [default: 15, with --quick 3].
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Only run the operation with one library N times, for a program that counts instructions.
    #[arg(long, hide = true, num_args = 2, value_names = ["OPERATION", "N"])]
    repeat: Option<Vec<String>>,
    /// Only measure the memory of each role with one library.
    #[arg(long, hide = true)]
    roles: bool,
    /// Only measure the memory of verifying batches with one library and the proofs in this file.
    #[arg(long, hide = true, value_name = "PROOFS")]
    batches: Option<PathBuf>,
}

/// Setups, blocks and batches of false items are measured in this many times fewer rounds, because a single run
/// takes seconds.
const ROUNDS_PER_SETUP: usize = 5;

impl Arguments {
    fn sizes(&self) -> Vec<Precompute> {
        match self.precompute {
            Some(size) => vec![size],
            None => vec![Precompute::SMALL, Precompute::LARGE],
        }
    }

    fn options(&self) -> SettingsOptions {
        SettingsOptions::default().with_subgroup_check(if self.batched_subgroup_check {
            SubgroupCheck::Batched
        } else {
            SubgroupCheck::Individual
        })
    }

    fn rounds(&self) -> usize {
        self.rounds
            .unwrap_or(if self.quick { 3 } else { 15 })
            .max(1)
    }

    fn operations(&self) -> Vec<Operation> {
        Operation::all()
            .filter(|operation| operation.name().contains(&self.only))
            .collect()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut candidates = candidates(
        &arguments.options(),
        &arguments.sizes(),
        &arguments.threads,
        arguments.pin,
    );
    if arguments.roles || arguments.batches.is_some() || arguments.repeat.is_some() {
        let name = &arguments.library;
        let chosen = candidates.iter().find(|one| one.to_string() == *name);
        let chosen = chosen.ok_or_else(|| format!("no library is named {name:?}"))?;
        return run_single(&arguments, chosen);
    }
    candidates.retain(|one| one.library == C_KZG || one.to_string().contains(&arguments.library));
    compare(&arguments, &candidates)
}

/// Runs a single library in this process, for other programs that measure the process.
fn run_single(arguments: &Arguments, candidate: &Candidate) -> Result<(), Box<dyn Error>> {
    if let Some([operation, times]) = arguments.repeat.as_deref() {
        let (operation, times): (Operation, usize) = (operation.parse()?, times.parse()?);
        let (inputs, library) = (Inputs::new(), candidate.load());
        let run = library
            .prepare(operation, &inputs)
            .ok_or_else(|| format!("{candidate} has no {operation}"))?;
        for _ in 0..times {
            drop(run());
        }
    } else if let Some(proofs) = &arguments.batches {
        let batches = memory::verify_batches(candidate, proofs)?;
        println!("{}", serde_json::to_string(&batches)?);
    } else {
        let resident = memory::measure_roles(candidate);
        println!("{}", serde_json::to_string(&resident)?);
    }
    Ok(())
}

fn compare(arguments: &Arguments, candidates: &[Candidate]) -> Result<(), Box<dyn Error>> {
    // With `--json`, standard output has only the JSON document, and the tables show the progress.
    let mut tables: Box<dyn Write> = if arguments.json {
        Box::new(io::stderr())
    } else {
        Box::new(io::stdout())
    };
    let tables = &mut *tables;
    report::write_header(tables, &arguments.sizes(), arguments.rounds())?;
    if arguments.batched_subgroup_check {
        writeln!(
            tables,
            "our backends check the points of a batch together\n"
        )?;
    }

    let memory = if "memory".contains(&arguments.only) {
        measure_memory(arguments, candidates)?
    } else {
        Vec::new()
    };
    let operations = arguments.operations();
    let mut rows: Vec<Row> = Vec::new();
    if !operations.is_empty() {
        report::write_columns(tables)?;
        let libraries: Vec<_> = candidates.iter().map(|one| (one, one.load())).collect();
        let inputs = Inputs::new();
        for operation in operations {
            let measured = measure_operation(arguments, operation, &inputs, &libraries);
            report::write_rows(tables, &measured)?;
            rows.extend(measured);
        }
        report::write_summary(tables, &rows)?;
        report::write_tables(tables, &rows)?;
    }
    if !memory.is_empty() {
        report::write_memory(tables, &memory)?;
    }
    if arguments.json {
        report::write_json(&mut io::stdout(), &rows, &memory)?;
    }
    Ok(())
}

fn measure_operation(
    arguments: &Arguments,
    operation: Operation,
    inputs: &Inputs,
    libraries: &[(&Candidate, Box<dyn Library>)],
) -> Vec<Row> {
    let wrong_inputs = inputs.with_wrong_proofs();
    let mut competitors = Vec::new();
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for (candidate, library) in libraries {
        let prepare = |inputs| Some((candidate.to_string(), library.prepare(operation, inputs)?));
        if candidate.competes_in(operation)
            && let Some(entry) = prepare(inputs)
        {
            competitors.push((*candidate, &**library));
            right.push(entry);
            wrong.extend(prepare(&wrong_inputs));
        }
    }
    check::assert_all_agree(operation, &right, &wrong);

    let runs: Vec<_> = right.iter().map(|(_, run)| run).collect();
    let rounds = match operation.group() {
        Group::Setup | Group::FalseItems | Group::Block => {
            arguments.rounds().div_ceil(ROUNDS_PER_SETUP)
        }
        _ => arguments.rounds(),
    };
    let timings = measure::time_in_rounds(&runs, rounds, arguments.quick);
    let reference = competitors
        .iter()
        .position(|(candidate, _)| candidate.library == C_KZG)
        .map(|position| &timings[position]);
    competitors
        .iter()
        .zip(&timings)
        .map(|((candidate, library), timing)| {
            Row::new(operation, candidate, *library, (timing, reference))
        })
        .collect()
}

fn measure_memory(
    arguments: &Arguments,
    candidates: &[Candidate],
) -> Result<Vec<MemoryRow>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    Inputs::new().write_proofs(&mut bytes)?;
    let mut proofs = NamedTempFile::new()?;
    proofs.write_all(&bytes)?;
    let mut measured = Vec::new();
    for candidate in candidates {
        let chosen = memory::arguments(candidate, arguments.batched_subgroup_check, arguments.pin);
        let roles = [&["--roles".to_owned()], &*chosen].concat();
        let batches = [
            &[format!("--batches={}", proofs.path().display())],
            &*chosen,
        ]
        .concat();
        let memory = Memory {
            roles: memory::in_subprocess(&roles)?,
            batches: memory::in_subprocess(&batches)?,
        };
        measured.push(MemoryRow::new(candidate, memory));
    }
    Ok(measured)
}
