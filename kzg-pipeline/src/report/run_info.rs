//! When, where and how a run was made.

use core::fmt::Write;
use std::ffi::{OsStr, OsString};
use std::time::{SystemTime, UNIX_EPOCH};

use kzg_advanced::adaptive::Hardware;
use serde::{Deserialize, Serialize};

use crate::chart::is_misleading;

/// When, where and how a run was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RunInfo {
    /// The beginning of the run in UTC, as RFC 3339 writes it.
    pub started: String,
    /// The command line, with U+FFFD in place of bytes that are not Unicode; empty if the program that
    /// ran the job does not set it.
    pub command: Vec<String>,
    /// The bytes of each word of the command line as lower-case hexadecimal digits; empty if all words
    /// are Unicode.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command_bytes: Vec<String>,
    /// The name of the host's processor; empty if the name is unknown.
    pub processor: String,
    /// The number of cores that the process may use.
    pub cores: u64,
    /// The operating system and the architecture.
    pub system: String,
}

impl RunInfo {
    /// A run of this process that begins now.
    pub(crate) fn now(command: &[OsString]) -> Self {
        let hardware = Hardware::detect();
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let is_unicode = command.iter().all(|word| word.to_str().is_some());
        let bytes = command
            .iter()
            .map(|word| hex::encode(word.as_encoded_bytes()));
        let text = command
            .iter()
            .map(|word| word.to_string_lossy().into_owned());
        Self {
            started: rfc3339(since.map_or(0, |since| since.as_secs())),
            command: text.collect(),
            command_bytes: bytes.filter(|_| !is_unicode).collect(),
            processor: hardware.processor,
            cores: hardware.cores as u64,
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }

    /// The command line, as a POSIX shell reads it.
    #[must_use]
    pub fn command_line(&self) -> String {
        let bytes = self.command_bytes.iter().map(hex::decode);
        let words: Vec<String> = match bytes.collect::<Result<Vec<_>, _>>() {
            Ok(words) if words.len() == self.command.len() => {
                words.iter().map(|word| quoted(word)).collect()
            }
            _ => self.command.iter().map(shell_word).collect(),
        };
        words.join(" ")
    }
}

/// A word of a command line, in quotes if a POSIX shell would read it differently without. A word with
/// bytes that are not Unicode, or with characters that do not show, has the form `$'a\xff'`, which shells
/// read since POSIX.1-2024.
#[must_use]
pub fn shell_word(word: impl AsRef<OsStr>) -> String {
    quoted(word.as_ref().as_encoded_bytes())
}

fn quoted(word: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./,:=@%+-".contains(byte);
    if !word.is_empty() && word.iter().all(is_plain) {
        return String::from_utf8_lossy(word).into_owned();
    }
    match str::from_utf8(word) {
        Ok(text) if !text.chars().any(is_hidden) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => format!("$'{}'", escaped(word)),
    }
}

/// Whether a character does not show, or changes how others show.
fn is_hidden(character: char) -> bool {
    character.is_control() || is_misleading(character)
}

/// The content of a word between `$'` and `'`.
fn escaped(word: &[u8]) -> String {
    let mut text = String::new();
    for chunk in word.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\'' | '\\' => text.extend(['\\', character]),
                hidden if is_hidden(hidden) => {
                    push_bytes(&mut text, hidden.encode_utf8(&mut [0; 4]).as_bytes());
                }
                shown => text.push(shown),
            }
        }
        push_bytes(&mut text, chunk.invalid());
    }
    text
}

fn push_bytes(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(text, "\\x{byte:02x}");
    }
}

/// A time in seconds since 1970 as RFC 3339 writes it.
fn rfc3339(seconds: u64) -> String {
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The date that is this number of days after 1 January 1970.
fn date(mut days: u64) -> (u64, u64, u64) {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_what_a_shell_reads() {
        let words = ["kzg", "pipeline", "a b", "it's", "", "--out", "o/ut"];
        let run = RunInfo {
            command: words.map(str::to_owned).to_vec(),
            ..RunInfo::default()
        };
        assert_eq!(
            run.command_line(),
            r"kzg pipeline 'a b' 'it'\''s' '' --out o/ut"
        );
    }

    #[test]
    fn a_word_that_is_hidden_in_part_is_escaped() {
        for (word, expected) in [
            ("-out", "-out"),
            ("\u{e9}", "'\u{e9}'"),
            ("a\nb", r"$'a\x0ab'"),
            ("it's\t\\", r"$'it\'s\x09\\'"),
            ("\u{202e}a", r"$'\xe2\x80\xaea'"),
        ] {
            assert_eq!(shell_word(word), expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_kept() {
        use std::os::unix::ffi::OsStringExt;

        let words = [b"kzg".to_vec(), b"it's \xe9\xffa".to_vec(), Vec::new()];
        let run = RunInfo::now(&words.map(OsString::from_vec));
        assert_eq!(run.command[1], "it's \u{fffd}\u{fffd}a");
        assert_eq!(run.command_line(), r"kzg $'it\'s \xe9\xffa' ''");
        let text = RunInfo::now(&["kzg".into(), "\u{e9}".into()]);
        assert!(text.command_bytes.is_empty());
        assert_eq!(text.command_line(), "kzg '\u{e9}'");
    }

    #[test]
    fn times_are_written_as_dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }
}
