//! Reads a manifest line by line in constant memory, and checks each line and the order of lines.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use kzg_advanced::files;
use kzg_traits::Bytes32;
use sha2::{Digest, Sha256};

use super::fault::{LONGEST_LINE, ManifestFault};
use super::order::Order;
use super::{MANIFEST, Record, line};

/// Reads a manifest, and checks the form and the order of the lines: numbers have no gaps, every
/// input has an end, and the totals match.
///
/// After a damaged line, the reader continues with the next line, which may then skip numbers. Where
/// the header is lost, the lines may be those of a shard, and every input may skip numbers. The
/// reader does not check what the lines say about the blobs, and does not check the hash in the
/// last line.
#[derive(Debug)]
pub struct ManifestReader<R = File> {
    source: BufReader<R>,
    text: Vec<u8>,
    lines: u64,
    hash: Sha256,
    order: Order,
    /// Intact records from a damaged line.
    salvaged: VecDeque<Record>,
}

/// A line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the line in the file, from 1.
    pub number: u64,
    /// The record of the line.
    pub record: Record,
}

/// A fault of a manifest, with its position.
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

/// The subject of a line.
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

impl ManifestReader {
    /// Opens the manifest of an output folder.
    ///
    /// # Errors
    ///
    /// An error of the operating system; also an error if the manifest is not a regular file.
    pub fn open(dir: &Path) -> io::Result<Self> {
        Ok(Self::new(files::open_regular(&dir.join(MANIFEST))?))
    }
}

/// Whether a manifest has, from a position on, only the beginning of a line, in which no record is intact.
pub(crate) fn is_cut_short(path: &Path, position: u64) -> io::Result<bool> {
    let mut file = files::open_regular(path)?;
    file.seek(SeekFrom::Start(position))?;
    let mut text = Vec::new();
    let mut limited = BufReader::new(file).take(LONGEST_LINE);
    let length = limited.read_until(b'\n', &mut text)? as u64;
    let is_cut = length < LONGEST_LINE && line::is_beginning(&text);
    Ok(is_cut && line::salvage(&text).is_empty())
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
    /// [`ManifestFault::Io`], the next call continues after the damage.
    pub fn next_line(&mut self) -> Result<Option<Line>, ManifestError> {
        while let Some(record) = self.salvaged.pop_front() {
            // A salvaged record that is out of order counts as part of the damage.
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

    /// The SHA-256 of all lines read so far, without the `end` line, which holds this hash.
    #[must_use]
    pub fn sha256(&self) -> Bytes32 {
        Bytes32(self.hash.clone().finalize().into())
    }

    /// Takes the lines for those of a shard, or of a whole job, where the header is lost.
    pub(crate) fn with_shard(mut self, is_shard: bool) -> Self {
        self.order.is_shard = Some(is_shard);
        self
    }

    /// The text of the line that was read last.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether the text of the line that was read last may be one that a killed process was writing.
    pub(crate) fn is_beginning(&self) -> bool {
        line::is_beginning(&self.text)
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
            // Lines before this record may be missing.
            self.salvaged.push_back(record);
            return Err(fault.into());
        }
        if !self.order.ended {
            self.hash.update(&self.text);
        }
        Ok(Some(record))
    }
}
