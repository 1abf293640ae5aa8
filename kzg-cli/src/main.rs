//! `kzg`: files to verified blobs and back, and one KZG operation at a time.
//!
//! This program parses and prints; kzg-pipeline and kzg-advanced do the work.

// Not `forbid`: `standard_streams` registers a function by the crate `ctor`, whose macro allows
// itself an unsafe attribute. There is no unsafe code in this crate.
#![deny(unsafe_code)]

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

mod args;
mod backend;
mod benchmark;
mod commands;
mod config;
mod errors;
mod exit;
mod feature;
mod files;
mod interrupt;
mod interruptible;
mod metrics;
mod output;
mod printable;
mod progress;
mod serve;
mod standard_streams;
mod table;
mod values;

use args::{Arguments, Command};
use commands::audit::AuditAction;
use commands::config::ConfigAction;
use commands::setup::SetupAction;
use exit::Exit;
use output::Verbosity;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => return print_parser_message(&message).into(),
    };
    output::set_verbosity(match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    });
    // The service and the program for SQL have handlers of their own.
    if !matches!(arguments.command, Command::Serve(_) | Command::Sql(_)) {
        interrupt::keep_ignored();
    }
    let (json, outcome) = run(&arguments);
    let exit = outcome.unwrap_or_else(|error| {
        let exit = Exit::of(&error);
        output::print_error(json, &error, exit);
        exit
    });
    let exit = match metrics::write() {
        Ok(()) => exit,
        Err(error) => {
            // The command has printed its document already.
            output::print_error(false, &error, Exit::Fault);
            exit.or_fault()
        }
    };
    exit.into()
}

/// Runs the command; returns whether it prints JSON, and its exit code.
fn run(arguments: &Arguments) -> (bool, Result<Exit>) {
    match &arguments.command {
        Command::Pipeline(options) => (options.json, commands::pipeline::run(options)),
        Command::Merge(options) => (options.json, commands::merge::run(options)),
        Command::Decode(options) => (options.json, commands::decode::run(options)),
        Command::Commit(options) => (options.json, commands::commit::run(options)),
        Command::Prove(options) => (options.json, commands::prove::run(options)),
        Command::Verify(options) => (options.json, commands::verify::run(options)),
        Command::Cells(options) => (options.extension.json, commands::cells::run(options)),
        Command::Recover(options) => (options.extension.json, commands::recover::run(options)),
        Command::VerifyCells(options) => (options.json, commands::verify_cells::run(options)),
        Command::Backends(options) => (options.json, commands::backends::run(options)),
        Command::Bench(options) => (
            options.json,
            commands::bench::run(options, arguments.config.as_deref()),
        ),
        Command::Serve(options) => (false, serve::run(options)),
        Command::Sql(options) => (false, commands::sql::run(options)),
        Command::Selftest(options) => (options.json, commands::selftest::run(options)),
        Command::Inspect(options) => (options.json, commands::inspect::run(options)),
        Command::Convert(options) => (options.json, commands::convert::run(options)),
        Command::Explain(options) => (options.json, commands::explain::run(options)),
        Command::Setup(options) => match &options.action {
            SetupAction::Inspect(options) => (options.json, commands::setup::inspect(options)),
            SetupAction::Verify(options) => (options.json, commands::setup::verify(options)),
            SetupAction::Convert(options) => (options.json, commands::setup::convert(options)),
        },
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
    }
}

/// Prints a help text on standard output, or the message about wrong usage on standard error, and
/// with `--json` as a document too.
fn print_parser_message(message: &clap::Error) -> Exit {
    if message.use_stderr() {
        // There is no place left to report that standard error cannot be written.
        let _ = message.print();
        let mut arguments = std::env::args_os().take_while(|argument| argument != "--");
        if arguments.any(|argument| argument == "--json") {
            let text = message.render().to_string();
            // The usage and the hint to the help come after an empty line.
            let reason = text.split("\n\n").next().unwrap_or_default().trim();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            output::print_error_document(reason, Exit::Usage);
        }
        return Exit::Usage;
    }
    match output::print_help(message) {
        Ok(()) => Exit::Done,
        Err(error) => {
            let exit = Exit::of(&error);
            output::print_error(false, &error, exit);
            exit
        }
    }
}
