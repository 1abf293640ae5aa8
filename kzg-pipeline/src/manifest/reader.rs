//! Reading a manifest line by line in constant memory, checking each line and their order.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use kzg_advanced::files;
use kzg_traits::Bytes32;
use sha2::{Digest, Sha256};

use super::order::{Order, OrderFault};
use super::{MANIFEST, Record, line};

/// The longest line that is read: an end line with a hundred paths of the longest kind, every
/// byte of them escaped.
const LONGEST_LINE: u64 = 4 << 20;

/// Reads a manifest, and checks the form of each line and that the lines come in order: numbers
/// without gaps, every input ended, totals that add up.
///
/// After a line that is damaged, reading goes on with the next one, which may then skip numbers.
/// What the lines say about the blobs is not checked here, nor the hash in the last line.
#[derive(Debug)]
pub struct ManifestReader<R = File> {
    source: BufReader<R>,
    text: Vec<u8>,
    lines: u64,
    hash: Sha256,
    order: Order,
    /// Records that were found within a damaged line.
    salvaged: VecDeque<Record>,
}

/// A line that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the line in the file, from 1.
    pub number: u64,
    /// The record of the line.
    pub record: Record,
}

/// A fault of a manifest, and where it is.
#[derive(Debug, thiserror::Error)]
#[error("{MANIFEST} line {line}: {fault}")]
#[non_exhaustive]
pub struct ManifestError {
    /// The number of the line, from 1.
    pub line: u64,
    /// The blob or input that the line describes, as far as the damaged line shows it.
    pub subject: Option<Subject>,
    /// The fault of the line.
    #[source]
    pub fault: ManifestFault,
}

/// What a line describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// The input of this number.
    Input(u64),
    /// The blob of this number.
    Blob(u64),
}

impl Subject {
    fn of(record: &Record) -> Option<Self> {
        match record {
            Record::Header(_) | Record::End(_) => None,
            Record::Input(input) => Some(Self::Input(input.input)),
            Record::Blob(blob) => Some(Self::Blob(blob.blob)),
            Record::InputEnd(end) => Some(Self::Input(end.input)),
        }
    }
}

/// The fault of a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestFault {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The line has no end, as after a crash.
    #[error("cut short")]
    Torn,
    /// The line is longer than any that is written.
    #[error("longer than {LONGEST_LINE} bytes")]
    TooLong,
    /// The line is no record.
    #[error("not a record: {0}")]
    Syntax(#[from] serde_json::Error),
    /// The line has no checksum at its end.
    #[error("no checksum at the end of the line")]
    NoChecksum,
    /// The line is not what its checksum was computed of.
    #[error("damaged: the checksum is not that of the line")]
    Checksum,
    /// The record does not belong here.
    #[error(transparent)]
    Order(#[from] OrderFault),
}

impl ManifestReader {
    /// Opens the manifest of an output folder.
    ///
    /// # Errors
    ///
    /// The error of the operating system, and that of a manifest that is no regular file.
    pub fn open(dir: &Path) -> io::Result<Self> {
        Ok(Self::new(files::open_regular(&dir.join(MANIFEST))?))
    }
}

impl<R: Read> ManifestReader<R> {
    /// Reads a manifest from any reader.
    #[must_use]
    pub fn new(source: R) -> Self {
        Self {
            source: BufReader::new(source),
            text: Vec::new(),
            lines: 0,
            hash: Sha256::new(),
            order: Order::default(),
            salvaged: VecDeque::new(),
        }
    }

    /// The next line; `None` at the end of the file.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] with the number of the line. After any fault but
    /// [`ManifestFault::Io`], the next call goes on behind the damage.
    pub fn next_line(&mut self) -> Result<Option<Line>, ManifestError> {
        while let Some(record) = self.salvaged.pop_front() {
            // A record that does not fit behind the damage belongs to the damage.
            if self.order.admit(&record).is_ok() {
                let number = self.lines;
                return Ok(Some(Line { number, record }));
            }
        }
        let number = self.lines + 1;
        let read = self.read_record();
        if !matches!(read, Ok(None)) {
            self.lines = number;
        }
        match read {
            Ok(None) => Ok(None),
            Ok(Some(record)) => Ok(Some(Line { number, record })),
            Err(fault) => {
                self.order.skip();
                let described: Option<Record> = serde_json::from_slice(&self.text).ok();
                Err(ManifestError {
                    line: number,
                    subject: described.as_ref().and_then(Subject::of),
                    fault,
                })
            }
        }
    }

    /// The SHA-256 of all lines read so far, but for the `end` line, which holds it.
    #[must_use]
    pub fn sha256(&self) -> Bytes32 {
        Bytes32(self.hash.clone().finalize().into())
    }

    /// Whether the last line has been read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.order.ended
    }

    fn read_record(&mut self) -> Result<Option<Record>, ManifestFault> {
        self.text.clear();
        let mut limited = (&mut self.source).take(LONGEST_LINE);
        let length = limited.read_until(b'\n', &mut self.text)?;
        if length == 0 {
            return Ok(None);
        }
        if self.text.last() != Some(&b'\n') {
            if length as u64 == LONGEST_LINE {
                self.source.skip_until(b'\n')?;
                return Err(ManifestFault::TooLong);
            }
            self.salvaged.extend(line::salvage(&self.text));
            return Err(ManifestFault::Torn);
        }
        let record = match line::open(&self.text) {
            Ok(record) => record,
            Err(fault) => {
                self.salvaged.extend(line::salvage(&self.text));
                return Err(fault);
            }
        };
        if let Err(fault) = self.order.admit(&record) {
            // Lines before it may be missing.
            self.salvaged.push_back(record);
            return Err(fault.into());
        }
        if !self.order.ended {
            self.hash.update(&self.text);
        }
        Ok(Some(record))
    }
}
