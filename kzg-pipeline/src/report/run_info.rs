//! When, where and how a run was made.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use kzg_advanced::adaptive::Hardware;

/// When, where and how a run was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RunInfo {
    /// The beginning of the run in UTC, as RFC 3339 writes it.
    pub started: String,
    /// The command line; empty if the program that ran the job does not set it.
    pub command: Vec<String>,
    /// The name of the host's processor; empty if the name is unknown.
    pub processor: String,
    /// The number of cores that the process may use.
    pub cores: u64,
    /// The operating system and the architecture.
    pub system: String,
}

impl RunInfo {
    /// A run of this process that begins now.
    pub(crate) fn now(command: &[String]) -> Self {
        let hardware = Hardware::detect();
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            started: rfc3339(since.map_or(0, |since| since.as_secs())),
            command: command.to_vec(),
            processor: hardware.processor,
            cores: hardware.cores as u64,
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }
}

impl RunInfo {
    /// The command line, as a POSIX shell reads it.
    #[must_use]
    pub fn command_line(&self) -> String {
        let words = self.command.iter().map(|word| shell_word(word));
        words.collect::<Vec<_>>().join(" ")
    }
}

/// A word of a command line, in quotes if a POSIX shell would read it differently without.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./,:=@%+-".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
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
    use super::{RunInfo, rfc3339};

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
