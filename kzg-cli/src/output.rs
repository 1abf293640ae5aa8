//! Printing: results on standard output, messages on standard error.

use std::io::{self, Write};

use serde::Serialize;

use crate::exit::Exit;

/// Prints a result, as one JSON document or as text.
pub(crate) fn print(json: bool, document: &impl Serialize, text: impl FnOnce() -> String) {
    let text = if json {
        serde_json::to_string_pretty(document).expect("strings and numbers only")
    } else {
        text()
    };
    print_text(&text);
}

/// Prints a result that is text as it is.
pub(crate) fn print_text(text: &str) {
    // A reader that has gone away, as with `kzg .. | head`, is no fault.
    let _ = writeln!(io::stdout(), "{}", text.trim_end());
}

/// Prints an error as a message, and with `--json` as a document too.
pub(crate) fn print_error(json: bool, error: &anyhow::Error, exit: Exit) {
    #[derive(Serialize)]
    struct Document<'a> {
        error: &'a str,
        exit_code: u8,
    }
    let message = error.to_string();
    note(&message);
    if json {
        let document = Document {
            error: &message,
            exit_code: exit.code(),
        };
        print(true, &document, String::new);
    }
}

/// Prints a message for people. Names of files in it may hold what commands a terminal.
pub(crate) fn note(message: &str) {
    eprintln!("kzg: {}", printable(message));
}

/// The text with what controls a terminal, line breaks excepted, written out.
fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\n' {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_controls_a_terminal_is_written_out() {
        assert_eq!(printable("a\u{1b}[2Kb\u{7}\né"), "a\\u{1b}[2Kb\\u{7}\né");
    }
}
