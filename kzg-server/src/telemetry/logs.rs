//! Logs on standard error: lines for people, or JSON.

use std::io;

use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

/// The form of logs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogForm {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON document on each line.
    Json,
}

/// Writes the events of this process from now on, unless the program has a subscriber already.
pub fn install(form: LogForm, level: Level) {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_span_events(FmtSpan::NONE);
    // A program that embeds the server may have installed another one.
    let _ = match form {
        LogForm::Text => subscriber.with_ansi(false).try_init(),
        LogForm::Json => subscriber.json().flatten_event(true).try_init(),
    };
}
