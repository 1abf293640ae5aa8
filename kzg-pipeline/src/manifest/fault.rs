//! The faults of the lines of a manifest.

use std::io;

use super::order::OrderFault;

/// The maximum length of a line in bytes: an end line with a hundred paths of maximum length, with
/// every byte escaped.
pub(super) const LONGEST_LINE: u64 = 4 << 20;

/// The fault of a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestFault {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The line has no line feed, for example after a crash.
    #[error("cut short")]
    Torn,
    /// The line is longer than any line that a job writes.
    #[error("longer than {LONGEST_LINE} bytes")]
    TooLong,
    /// The line is not a record.
    #[error("not a record: {0}")]
    Syntax(#[from] serde_json::Error),
    /// The line has no checksum at its end.
    #[error("no checksum at the end of the line")]
    NoChecksum,
    /// The line does not match its checksum.
    #[error("damaged: the checksum is not that of the line")]
    Checksum,
    /// The record is not allowed at its position.
    #[error(transparent)]
    Order(#[from] OrderFault),
}
