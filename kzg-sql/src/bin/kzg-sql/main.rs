//! `kzg-sql`: SQL with KZG functions, embedded or on a cluster of the same program.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;

mod args;
mod cluster;
mod digits;
mod exit;
mod import;
mod output;
mod query;

use args::{Arguments, Command};
use exit::{Exit, Failure};

fn main() -> ExitCode {
    let outcome = match Arguments::try_parse() {
        Ok(arguments) => {
            log_to_standard_error();
            run(arguments)
        }
        Err(message) => output::print_parser_message(&message),
    };
    let exit = outcome.unwrap_or_else(|failure| {
        output::message(format_args!("error: {failure}"));
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
        // A log that cannot be written is no failure: its error would be printed there too, and panic.
        .log_internal_errors(false)
        .init();
}
