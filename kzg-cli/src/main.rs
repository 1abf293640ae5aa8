//! `kzg`: files to verified blobs and back, and one KZG operation at a time.
//!
//! This program only parses and prints; the work is done by kzg-advanced.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;

mod args;
mod backend;
mod benchmark;
mod commands;
mod config;
mod exit;
mod interrupt;
mod metrics;
mod output;
mod progress;
mod stdin;
mod values;

use args::{Arguments, AuditAction, Command};
use commands::config::ConfigAction;

fn main() -> ExitCode {
    // clap prints its own messages, and exits with 2 for wrong usage.
    let arguments = Arguments::parse();
    let (json, outcome) = match &arguments.command {
        Command::Pipeline(options) => (options.json, commands::pipeline::run(options)),
        Command::Decode(options) => (options.json, commands::decode::run(options)),
        Command::Commit(options) => (options.json, commands::commit::run(options)),
        Command::Prove(options) => (options.json, commands::prove::run(options)),
        Command::Verify(options) => (options.json, commands::verify::run(options)),
        Command::Cells(options) => (options.extension.json, commands::cells::run(options)),
        Command::Recover(options) => (options.extension.json, commands::cells::recover(options)),
        Command::VerifyCells(options) => (options.json, commands::verify_cells::run(options)),
        Command::Backends(options) => (options.json, commands::backends::run(options)),
        Command::Bench(options) => (
            options.json,
            commands::bench::run(options, arguments.config.as_deref()),
        ),
        Command::Selftest(options) => (options.json, commands::selftest::run(options)),
        Command::Schema(options) => (false, commands::schema::run(options)),
        Command::Completions(options) => (false, commands::completions::run(options)),
        Command::Config(options) => match &options.action {
            ConfigAction::Show(options) => (options.json, commands::config::show(options)),
            ConfigAction::Template => (false, commands::config::template()),
        },
        Command::Audit(options) => match &options.action {
            AuditAction::Verify(options) => (options.json, commands::audit::verify(options)),
            AuditAction::Head(options) => (options.json, commands::audit::head(options)),
        },
    };
    let exit = outcome.unwrap_or_else(|error| {
        let exit = exit::Exit::of(&error);
        output::print_error(json, &error, exit);
        exit
    });
    metrics::write();
    exit.into()
}
