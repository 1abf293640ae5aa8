//! `kzg bench`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kzg_advanced::bench::{Benchmark, BenchmarkReport};
use kzg_advanced::{BackendId, IoAction, KzgAdvancedError};
use serde::Serialize;

use crate::config::{self, keys};
use crate::exit::Exit;
use crate::output;
use crate::values::usage;

mod plots;
mod settings;
mod table;

const DEFAULT_LIMIT: u64 = 60;
const QUICK_LIMIT: u64 = 10;

#[derive(Args, Debug)]
pub(crate) struct Bench {
    /// Measure this backend alone [default: every one that can run here].
    #[arg(long, value_name = "NAME")]
    backend: Option<BackendId>,
    /// Measure on up to this number of threads [default: all cores].
    #[arg(long, value_name = "N", value_parser = |text: &str| (keys::THREADS.parse)(text).map(|count| count.map_or(0, usize::from)))]
    threads: Option<usize>,
    /// The time to measure for; nothing is begun that is not expected to end by then.
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_LIMIT, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    limit: u64,
    /// Measure for ten seconds.
    #[arg(long, conflicts_with = "limit")]
    quick: bool,
    /// The memory that the prover's tables may take in all, such as 64MiB [default: a sixteenth
    /// of the machine's, at most 1GB].
    #[arg(long, value_name = "SIZE", value_parser = keys::size)]
    memory_budget: Option<u64>,
    /// Write bench.json and plots to this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write what to configure, with the reasons, to this file [default: the user's
    /// configuration file].
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    write_config: Option<Option<PathBuf>>,
    /// Overwrite files that exist.
    #[arg(long)]
    force: bool,
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
}

/// `named` is the configuration file that the command line names.
pub(crate) fn run(arguments: &Bench, named: Option<&Path>) -> Result<Exit> {
    let configuration = arguments.configuration(named)?;
    if let Some(out) = &arguments.out {
        fs::create_dir_all(out).map_err(not_written(out))?;
    }
    // Found out now rather than when everything is measured.
    let to_write = configuration
        .iter()
        .cloned()
        .chain(arguments.out.iter().flat_map(|out| {
            let plots = plots::ALL.iter().map(|plot| out.join(plot.file));
            plots.chain([out.join(REPORT)])
        }));
    for path in to_write {
        if !arguments.force && path.exists() {
            let path = path.display();
            return Err(usage(&format!("{path} exists; --force overwrites it")));
        }
    }
    let report = measure(arguments)?;
    let mut document = Document {
        report,
        written: Vec::new(),
    };
    let mut save = |path: PathBuf, content: &str| -> Result<()> {
        write(&path, content, arguments.force).map_err(not_written(&path))?;
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
        if let Some(path) = configuration {
            save(path, &advised)?;
        }
        Ok(())
    };
    let saved = save_all();
    output::print(arguments.json, &document, || {
        let written = document.written.iter();
        let written: String = written.map(|path| format!("written: {path}\n")).collect();
        format!("{}\n{advised}\n{written}", table::text(&document.report))
    });
    saved.map(|()| Exit::Done)
}

fn not_written(path: &Path) -> impl Fn(io::Error) -> KzgAdvancedError + '_ {
    |source| KzgAdvancedError::Io {
        action: IoAction::Write,
        item: path.display().to_string(),
        source: Box::new(source),
    }
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
    let mut benchmark = Benchmark::new(Duration::from_secs(seconds));
    if let Some(backend) = arguments.backend {
        backend.available()?;
        benchmark = benchmark.with_backend(backend);
    }
    if let Some(threads @ 1..) = arguments.threads {
        benchmark = benchmark.with_threads(threads);
    }
    if let Some(bytes) = arguments.memory_budget {
        benchmark = benchmark.with_memory_budget(bytes);
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} s\n{msg}")
        .expect("a constant template");
    let bar = ProgressBar::new(seconds).with_style(style);
    let report = benchmark.run(&|step| {
        bar.set_position(step.elapsed.as_secs());
        bar.set_message(step.what.clone());
    });
    bar.finish_and_clear();
    Ok(report?)
}

/// Writes a file as a whole; one that exists only if it may be overwritten.
fn write(path: &Path, content: &str, overwrite: bool) -> io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder)?;
    }
    if !overwrite {
        let mut file = File::create_new(path)?;
        return file.write_all(content.as_bytes());
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".tmp");
    fs::write(&temporary, content)?;
    fs::rename(&temporary, path)
}
