//! The appearance of a content, for messages about content that is not as expected.

use std::fmt;

use serde_json::Value;

use super::document;
use crate::output;

/// Most keys of a JSON document that a message names.
const NAMED_KEYS: usize = 5;

/// The first bytes of formats that are given by mistake.
const SIGNATURES: [(&[u8], &str); 9] = [
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a file compressed by gzip"),
    (b"\x28\xb5\x2f\xfd", "a file compressed by Zstandard"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x7fELF", "a program"),
    (b"<!DOCTYPE html", "a web page"),
    (b"PAR1", "a Parquet file"),
];

/// The appearance of a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Empty,
    /// A file of a well-known format.
    Known {
        what: &'static str,
        length: usize,
    },
    /// A JSON document with these keys.
    Json {
        keys: Vec<String>,
    },
    /// A JSON document that is refused, with the reason.
    Refused {
        reason: String,
    },
    Text {
        length: usize,
    },
    Bytes {
        length: usize,
    },
}

impl Seen {
    pub(crate) fn of(content: &[u8]) -> Self {
        let length = content.len();
        if content.is_empty() {
            return Self::Empty;
        }
        let mut signatures = SIGNATURES.iter();
        if let Some((_, what)) = signatures.find(|(start, _)| content.starts_with(start)) {
            return Self::Known { what, length };
        }
        let Ok(text) = core::str::from_utf8(content) else {
            return Self::Bytes { length };
        };
        match document::read(content) {
            Ok(Value::Object(document)) => {
                let keys = document.keys().cloned().collect();
                return Self::Json { keys };
            }
            Ok(_) => {}
            Err(error) => {
                if let Some(reason) = document::refusal(&error) {
                    let reason = reason.to_string();
                    return Self::Refused { reason };
                }
            }
        }
        let is_text = |character: char| !character.is_control() || character.is_whitespace();
        if text.chars().all(is_text) {
            Self::Text { length }
        } else {
            Self::Bytes { length }
        }
    }
}

fn bytes(count: usize) -> String {
    output::counted(count as u64, "byte")
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("0 bytes"),
            Self::Known { what, length } => write!(f, "{what} of {}", bytes(*length)),
            Self::Text { length } => write!(f, "a text of {}", bytes(*length)),
            Self::Bytes { length } => f.write_str(&bytes(*length)),
            Self::Refused { reason } => write!(f, "a JSON document that is refused: {reason}"),
            Self::Json { keys } if keys.is_empty() => f.write_str("an empty JSON document"),
            Self::Json { keys } => {
                let named: Vec<String> = keys
                    .iter()
                    .take(NAMED_KEYS)
                    .map(|key| key.chars().take(40).collect())
                    .collect();
                let plural = if keys.len() == 1 { "" } else { "s" };
                write!(
                    f,
                    "a JSON document with the key{plural} {}",
                    named.join(", ")
                )?;
                match keys.len() - named.len() {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_is_described() {
        for (content, expected) in [
            (&b""[..], "0 bytes"),
            (b"%PDF-1.7 ...", "a PDF document of 12 bytes"),
            (b"a letter\n", "a text of 9 bytes"),
            (b"\0\0\xff", "3 bytes"),
            (b"\xff", "1 byte"),
            (b"{}", "an empty JSON document"),
            (b"[1]", "a text of 3 bytes"),
            (b"{\"a\":", "a text of 5 bytes"),
            (
                b"{\"a\":1,\"a\":2}",
                "a JSON document that is refused: duplicate key \"a\" at line 1 column 10",
            ),
            (b"{\"a\":1}", "a JSON document with the key a"),
            (
                b"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1}",
                "a JSON document with the keys a, b, c, d, e and 2 more",
            ),
        ] {
            assert_eq!(Seen::of(content).to_string(), expected);
        }
    }
}
