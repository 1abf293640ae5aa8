//! The last line of a file, read without the rest of the file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::record::BEGIN;

/// The length limit of a log line, in bytes. A file with a longer last line is no audit log.
pub(super) const MAX_LINE: u64 = 1 << 20;

/// The last complete line of a file, without its line end, and the length of the complete lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    pub(super) last_line: Option<Vec<u8>>,
    /// The length of all complete lines with their line ends, in bytes.
    pub(super) complete: u64,
    /// The length of the incomplete line at the end, in bytes. An interrupted write leaves such a
    /// line.
    pub(super) torn: u64,
    /// The kind of the file's content if the file has no whole line.
    pub(super) without_line: WithoutLine,
}

/// The content of a file without a whole line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum WithoutLine {
    /// Nothing, or the beginning of a record: an interrupted write has left it.
    #[default]
    Beginning,
    /// Zeros, as a power failure leaves them of records that were not synced.
    Zeros,
    /// Something else: the file is no log.
    Other,
}

impl Tail {
    pub(super) fn read(mut file: &File) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let start = length.saturating_sub(2 * MAX_LINE);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(length - start).read_to_end(&mut bytes)?;
        let Some(end) = bytes.iter().rposition(|&byte| byte == b'\n') else {
            if start > 0 {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the last line is too long for an audit log",
                ));
            }
            return Ok(Self {
                torn: length,
                without_line: WithoutLine::of(&bytes),
                ..Self::default()
            });
        };
        let before = &bytes[..end];
        let begin = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |newline| newline + 1);
        let complete = start + end as u64 + 1;
        Ok(Self {
            last_line: Some(before[begin..].to_vec()),
            complete,
            torn: length - complete,
            without_line: WithoutLine::default(),
        })
    }
}

impl WithoutLine {
    fn of(bytes: &[u8]) -> Self {
        let shared = bytes.len().min(BEGIN.len());
        match () {
            () if bytes[..shared] == BEGIN.as_bytes()[..shared] => Self::Beginning,
            () if bytes.iter().all(|&byte| byte == 0) => Self::Zeros,
            () => Self::Other,
        }
    }
}
