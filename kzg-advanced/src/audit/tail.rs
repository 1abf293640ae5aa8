//! The end of a file, read from behind.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// A line of a log is shorter than this; a file whose last line is not is no log.
pub(super) const MAX_LINE: u64 = 1 << 20;

/// The last complete line of a file, without its end, and where the complete lines end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    pub(super) last_line: Option<Vec<u8>>,
    /// The length up to and with the last line end.
    pub(super) complete: u64,
    /// The length of what comes after: a line that was torn while it was written.
    pub(super) torn: u64,
}

impl Tail {
    pub(super) fn read(file: &mut File) -> io::Result<Self> {
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
        })
    }
}
