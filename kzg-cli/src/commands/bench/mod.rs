//! `kzg bench`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use kzg_advanced::{BackendId, KzgAdvancedError};
use serde::Serialize;

use crate::backend::{report_passed_over, trusted_setup};
use crate::benchmark::{Benchmark, BenchmarkReport};
use crate::config::{self, Flags, Loading, keys, parse};
use crate::errors::usage;
use crate::exit::Exit;
use crate::files::{Overwriting, check_folder};
use crate::output::{self, ErrorDocument};
use crate::progress::Steps;

mod plots;
mod settings;
mod table;

use settings::busy;

const DEFAULT_LIMIT: u64 = 60;
const QUICK_LIMIT: u64 = 10;

#[derive(Args, Debug)]
pub(crate) struct Bench {
    /// Measure this backend alone [default: every one that can run here].
    #[arg(long, value_name = "NAME", value_parser = parse::one_backend)]
    backend: Option<BackendId>,
    /// Measure on up to this number of threads [default: all cores].
    #[arg(long, value_name = "N", value_parser = |text: &str| (keys::THREADS.parse)(text).map(|count| count.map_or(0, usize::from)))]
    threads: Option<usize>,
    /// The time limit; a call that is expected to exceed it is left out.
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_LIMIT, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    limit: u64,
    /// Measure for ten seconds.
    #[arg(long, conflicts_with = "limit")]
    quick: bool,
    /// The memory that the prover's tables may take in total, such as 64MiB [default: a sixteenth
    /// of the machine's, at most 1GB].
    #[arg(long, value_name = "SIZE", value_parser = parse::size)]
    memory_budget: Option<u64>,
    /// Write bench.json and plots to this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write the advised configuration, with the reasons, to this file [default: the user's
    /// configuration file]. A machine that was busy meanwhile is refused, see --allow-busy.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    write_config: Option<Option<PathBuf>>,
    /// Write the advised configuration although other work kept the machine busy.
    #[arg(long, requires = "write_config")]
    allow_busy: bool,
    #[command(flatten)]
    overwriting: Overwriting,
    #[command(flatten)]
    settings: Flags<Loading>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    report: BenchmarkReport,
    /// The files that were written.
    written: Vec<String>,
    /// The reason why a file was not written.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    failure: Option<ErrorDocument>,
}

/// Runs the benchmark. `named` is the configuration file that the command line names.
pub(crate) fn run(arguments: &Bench, named: Option<&Path>) -> Result<Exit> {
    let configuration = arguments.configuration(named)?;
    if let Some(out) = &arguments.out {
        check_folder(out)?;
        fs::create_dir_all(out).map_err(KzgAdvancedError::writing(out))?;
    }
    // A file that must not be written is refused before the benchmark.
    let to_write = configuration
        .iter()
        .cloned()
        .chain(arguments.out.iter().flat_map(|out| {
            let plots = plots::ALL.iter().map(|plot| out.join(plot.file));
            plots.chain([out.join(REPORT)])
        }));
    for path in to_write {
        arguments.overwriting.check(&path)?;
    }
    let report = measure(arguments)?;
    let mut document = Document {
        report,
        written: Vec::new(),
        failure: None,
    };
    let mut save = |path: PathBuf, content: &str| -> Result<()> {
        arguments.overwriting.write(&path, content.as_bytes())?;
        document.written.push(path.display().to_string());
        Ok(())
    };
    let report = &document.report;
    let advised = settings::toml(report);
    let save_all = || -> Result<()> {
        if let Some(out) = &arguments.out {
            let json = serde_json::to_string_pretty(report).expect("strings and numbers only");
            save(out.join(REPORT), &format!("{json}\n"))?;
            for plot in plots::ALL {
                if let Some(svg) = (plot.draw)(report) {
                    save(out.join(plot.file), &svg)?;
                }
            }
        }
        match (configuration, busy(report)) {
            (Some(_), Some(reason)) if !arguments.allow_busy => Err(not_quiet(reason)),
            (Some(path), _) => save(path, &advised),
            (None, _) => Ok(()),
        }
    };
    let saved = save_all();
    document.failure = saved.as_ref().err().map(ErrorDocument::of);
    let printed = output::print(arguments.json, &document, || {
        let written = document.written.iter();
        let written: String = written.map(|path| format!("written: {path}\n")).collect();
        format!("{}\n{advised}\n{written}", table::text(&document.report))
    });
    match saved {
        Ok(()) => printed.map(|()| Exit::Done),
        // The document has the error already.
        Err(error) => {
            let exit = Exit::of(&error);
            output::print_error(false, &error, exit);
            Ok(exit)
        }
    }
}

/// The error of a configuration that is not written because the machine was busy.
fn not_quiet(reason: String) -> anyhow::Error {
    let source = format!("{reason}; measure again on a quiet machine, or give --allow-busy");
    KzgAdvancedError::exhausted("the configuration is not written", source).into()
}

/// The name of the report's file.
const REPORT: &str = "bench.json";

impl Bench {
    /// The configuration file to write, if one is to be written.
    fn configuration(&self, named: Option<&Path>) -> Result<Option<PathBuf>> {
        match &self.write_config {
            None => Ok(None),
            Some(Some(path)) => Ok(Some(path.clone())),
            Some(None) => match named.map(Path::to_owned).or_else(config::default_file) {
                Some(path) => Ok(Some(path)),
                None => Err(usage(
                    "there is no home folder: --write-config needs a FILE",
                )),
            },
        }
    }
}

fn measure(arguments: &Bench) -> Result<BenchmarkReport> {
    let seconds = if arguments.quick {
        QUICK_LIMIT
    } else {
        arguments.limit
    };
    let configuration = arguments.settings.configuration()?;
    let mut benchmark =
        Benchmark::new(Duration::from_secs(seconds), trusted_setup(&configuration)?);
    if let Some(backend) = arguments.backend {
        backend.available()?;
        benchmark = benchmark.with_backend(backend);
    } else {
        report_passed_over(|_| false);
    }
    if let Some(threads @ 1..) = arguments.threads {
        benchmark = benchmark.with_threads(threads);
    }
    if let Some(bytes) = arguments.memory_budget {
        benchmark = benchmark.with_memory_budget(bytes);
    }
    let steps = Steps::new("seconds", seconds);
    let report = benchmark.run(&|step| steps.reach(step.elapsed.as_secs(), &*step.what));
    drop(steps);
    Ok(report?)
}
