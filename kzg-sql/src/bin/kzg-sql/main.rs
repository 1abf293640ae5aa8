//! `kzg-sql`: SQL with KZG functions, embedded or on a cluster of the same program.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;

mod args;
mod cluster;
mod exit;
mod import;
mod output;
mod query;

use args::{Arguments, Command};
use exit::{Exit, Failure};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_standard_error();
    let exit = run(arguments).unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        failure.exit
    });
    exit.into()
}

fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let kzg = args::load(&arguments.setup)?;
    match arguments.command {
        None => query::run(&kzg, &arguments.query),
        Some(Command::Import(options)) => import::run(&kzg, &options),
        Some(Command::Scheduler(options)) => cluster::scheduler(kzg, options),
        Some(Command::Executor(options)) => cluster::executor(kzg, options),
    }
}

/// Logs go to standard error: warnings, or what RUST_LOG asks for.
fn log_to_standard_error() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
