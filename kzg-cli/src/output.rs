//! The one place that prints: results on standard output, messages on standard error.
//!
//! A result that cannot be written is an error, so that the program does not report success. A
//! reader that has closed its pipe, as in `kzg … | head`, is not an error.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU8, Ordering};

use anyhow::Result;
use kzg_advanced::{BackendId, IoAction, KzgAdvancedError, SetupError};
use serde::Serialize;

use crate::errors::setup_error;
use crate::exit::Exit;
use crate::printable::{on_one_line, printable};
use crate::{feature, standard_streams};

/// The amount of notes on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// Errors, notes and progress.
    Normal,
    /// The same with details.
    Verbose,
}

/// The verbosity of this process. The command line sets it once, before anything is printed.
static VERBOSITY: AtomicU8 = AtomicU8::new(Verbosity::Normal as u8);

/// Sets how much the program prints on standard error.
pub(crate) fn set_verbosity(verbosity: Verbosity) {
    VERBOSITY.store(verbosity as u8, Ordering::Relaxed);
}

/// Whether messages of this verbosity are printed.
pub(crate) fn shows(verbosity: Verbosity) -> bool {
    VERBOSITY.load(Ordering::Relaxed) >= verbosity as u8
}

/// Prints a result, as one JSON document or as text.
///
/// # Errors
///
/// [`KzgAdvancedError::Io`] if standard output cannot be written.
pub(crate) fn print(
    json: bool,
    document: &impl Serialize,
    text: impl FnOnce() -> String,
) -> Result<()> {
    let text = if json {
        serde_json::to_string_pretty(document).expect("strings and numbers only")
    } else {
        text()
    };
    print_text(&text)
}

/// Prints a result that is text.
///
/// # Errors
///
/// As [`print()`].
pub(crate) fn print_text(text: &str) -> Result<()> {
    write(|out| writeln!(out, "{}", text.trim_end()))
}

/// Prints a help text or the version, in colours on a terminal.
///
/// # Errors
///
/// As [`print()`].
pub(crate) fn print_help(help: &clap::Error) -> Result<()> {
    write(|_| help.print())
}

/// Writes a result that is bytes.
///
/// # Errors
///
/// As [`print()`].
pub(crate) fn print_bytes(mut bytes: impl io::Read) -> Result<()> {
    write(|out| io::copy(&mut bytes, out).map(drop))
}

fn write(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = standard_streams::check_stdout()
        .and_then(|()| write(&mut stdout))
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            Err(KzgAdvancedError::io(IoAction::Write, "to standard output")(error).into())
        }
        Ok(()) => Ok(()),
    }
}

/// Prints an error as a message, and with `--json` as a document too.
pub(crate) fn print_error(json: bool, error: &anyhow::Error, exit: Exit) {
    let message = message(error);
    message_line(&message);
    if json {
        print_error_document(&message, exit);
    }
}

/// An error in a document.
#[derive(Serialize)]
pub(crate) struct ErrorDocument {
    error: String,
    exit_code: u8,
}

impl ErrorDocument {
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        Self {
            error: message(error),
            exit_code: Exit::of(error).code(),
        }
    }
}

/// Prints the document of an error.
pub(crate) fn print_error_document(message: &str, exit: Exit) {
    let document = ErrorDocument {
        error: message.to_owned(),
        exit_code: exit.code(),
    };
    // The exit code reports a failure in any case.
    let _ = print(true, &document, String::new);
}

/// Prints a note for people, unless the program is quiet.
pub(crate) fn note(message: &str) {
    if shows(Verbosity::Normal) {
        message_line(message);
    }
}

/// Prints a detail for people, where details are asked for.
pub(crate) fn detail(message: &str) {
    if shows(Verbosity::Verbose) {
        message_line(message);
    }
}

/// Prints a message that is part of a verdict: what was found wrong. A quiet program prints it
/// too.
pub(crate) fn finding(message: &str) {
    message_line(message);
}

/// Ends a line on standard error that has no line feed.
pub(crate) fn end_line() {
    let _ = writeln!(io::stderr());
}

/// Names of files in a message may hold characters that control a terminal, or line feeds.
fn message_line(message: &str) {
    // There is no place left to report that standard error cannot be written.
    let _ = writeln!(io::stderr(), "kzg: {}", printable(message));
}

/// Lines of a label and a value, with the values in one column.
pub(crate) fn fields<L: AsRef<str>>(lines: &[(L, String)]) -> String {
    let labels = lines.iter().map(|(label, _)| on_one_line(label.as_ref()));
    let labels: Vec<String> = labels.collect();
    let width = labels.iter().map(|label| label.chars().count()).max();
    let width = width.unwrap_or_default();
    let lines = labels
        .iter()
        .zip(lines)
        .map(|(label, (_, value))| format!("{label:<width$}  {value}", value = on_one_line(value)));
    lines.collect::<Vec<_>>().join("\n")
}

/// A number of things, in words: `1 blob`, `2 blobs`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    counted_as(count, noun, &format!("{noun}s"))
}

/// A number of things, in words, by a noun with a plural of its own: `1 entry`, `2 entries`.
pub(crate) fn counted_as(count: u64, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}

/// The form of a number of bytes that [`size`](crate::config::parse::size) reads.
pub(crate) fn size_text(bytes: u64) -> String {
    const MEGABYTE: u64 = 1_000_000;

    match bytes.checked_rem(MEGABYTE) {
        Some(0) if bytes > 0 => format!("{}MB", bytes / MEGABYTE),
        _ => format!("{bytes}B"),
    }
}

/// The message of an error.
fn message(error: &anyhow::Error) -> String {
    if let Some(setup) = setup_error(error) {
        return unavailable(setup);
    }
    // The least limit is printed in a form that the flag reads.
    if let Some(KzgAdvancedError::MemoryLimit { limit, least }) = error.downcast_ref() {
        let (limit, least) = (size_text(*limit), size_text(*least));
        return format!(
            "a memory limit of {limit} is too low for this job; --memory-limit {least} is the least"
        );
    }
    error.to_string()
}

/// The message of the error of a backend or of a trusted setup. The names of missing functions are
/// shown where details are asked for.
pub(crate) fn unavailable(error: &SetupError) -> String {
    match error {
        SetupError::BackendUnavailable { backend, .. }
            if backend
                .parse()
                .is_ok_and(|backend: BackendId| !backend.is_compiled_in()) =>
        {
            feature::lacks(&format!("backend {backend}"), backend)
        }
        SetupError::MissingSymbols { library, missing } if !shows(Verbosity::Verbose) => {
            let functions = counted(missing.len() as u64, "function");
            format!(
                "library {library} lacks {functions} that the backend needs; --verbose names them"
            )
        }
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_functions_are_counted() {
        let error = SetupError::MissingSymbols {
            library: "lib.so".to_owned(),
            missing: vec!["one".to_owned(), "two".to_owned()],
        };
        let message = unavailable(&error);
        assert!(message.contains("lacks 2 functions") && message.contains("--verbose"));
        assert!(!message.contains("one"), "{message}");
    }

    #[test]
    fn nouns_have_the_number_of_their_count() {
        let entries = |count| counted_as(count, "entry", "entries");
        assert_eq!(
            [0, 1, 2].map(entries),
            ["0 entries", "1 entry", "2 entries"]
        );
        let blobs = |count| counted(count, "blob");
        assert_eq!([0, 1, 2].map(blobs), ["0 blobs", "1 blob", "2 blobs"]);
    }

    #[test]
    fn a_field_is_one_line() {
        let lines = fields(&[("is\nvalid", "x\nvalid  yes".to_owned())]);
        assert_eq!(lines, "is\\nvalid  x\\nvalid  yes");
    }
}
