//! Reading a manifest line by line, in constant memory, checking its form and order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use kzg_traits::Bytes32;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use sha2::{Digest, Sha256};

use super::{FORMAT, Header, MANIFEST, Record};
use crate::options::{Proofs, check_emit};

/// The longest line that is read: a path of the longest kind, every byte escaped, and the rest.
const LONGEST_LINE: u64 = 64 * 1024;

/// Reads a manifest and checks each line's form, and that the lines come in order: numbers
/// without gaps, every input ended, totals that add up.
///
/// What the lines say about the blobs is not checked here, nor the hash in the last one.
#[derive(Debug)]
pub struct ManifestReader<R = File> {
    source: BufReader<R>,
    text: Vec<u8>,
    lines: u64,
    hash: Sha256,
    order: Order,
}

/// A line that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    /// What it says.
    pub record: Record,
}

/// What is wrong with a manifest, and where.
#[derive(Debug, thiserror::Error)]
#[error("{MANIFEST} line {line}: {fault}")]
pub struct ManifestError {
    /// The number of the line, from 1.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub fault: ManifestFault,
}

/// What can be wrong with a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestFault {
    /// The file could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The line has no end, as after a crash.
    #[error("cut short")]
    Torn,
    /// The line is longer than any that is ever written.
    #[error("too long")]
    TooLong,
    /// The line is no record.
    #[error("not a record: {0}")]
    Syntax(#[from] serde_json::Error),
    /// The line is a record, but written differently from how it is ever written.
    #[error("not in the form in which it was written")]
    Form,
    /// The record does not belong here.
    #[error("{0}")]
    Order(&'static str),
}

impl ManifestReader {
    /// Opens the manifest of an output folder.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn open(dir: &Path) -> io::Result<Self> {
        Ok(Self::new(File::open(dir.join(MANIFEST))?))
    }
}

impl<R: Read> ManifestReader<R> {
    /// Reads a manifest from anything that can be read.
    #[must_use]
    pub fn new(source: R) -> Self {
        Self {
            source: BufReader::new(source),
            text: Vec::new(),
            lines: 0,
            hash: Sha256::new(),
            order: Order::default(),
        }
    }

    /// The next line; `None` at the end of the file.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] with the number of the line. There is no reading on after it.
    pub fn next_line(&mut self) -> Result<Option<Line>, ManifestError> {
        let number = self.lines + 1;
        match self.read_record() {
            Ok(None) => Ok(None),
            Ok(Some(record)) => {
                self.lines = number;
                Ok(Some(Line { number, record }))
            }
            Err(fault) => Err(ManifestError {
                line: number,
                fault,
            }),
        }
    }

    /// The SHA-256 of all lines read so far, the `end` line excepted, which holds it.
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
            return Err(if length as u64 == LONGEST_LINE {
                ManifestFault::TooLong
            } else {
                ManifestFault::Torn
            });
        }
        let record: Record = serde_json::from_slice(&self.text)?;
        if record.to_line().as_bytes() != self.text {
            return Err(ManifestFault::Form);
        }
        self.order.admit(&record).map_err(ManifestFault::Order)?;
        if !self.order.ended {
            self.hash.update(&self.text);
        }
        Ok(Some(record))
    }
}

/// Where in the order of records a manifest stands.
#[derive(Debug, Default)]
struct Order {
    proofs: Option<Proofs>,
    open: Option<u64>,
    inputs: u64,
    blobs: u64,
    bytes: u64,
    ended: bool,
}

impl Order {
    fn admit(&mut self, record: &Record) -> Result<(), &'static str> {
        if self.ended {
            return Err("there is something after the end");
        }
        if let Record::Header(header) = record {
            return self.admit_header(header);
        }
        let Some(proofs) = self.proofs else {
            return Err("the first line is not a header");
        };
        match record {
            Record::Header(_) => Err("a second header"),
            Record::Input(input) => {
                if self.open.is_some() || input.input != self.inputs {
                    return Err("not the next input");
                }
                self.open = Some(input.input);
                self.inputs += 1;
                Ok(())
            }
            Record::Blob(blob) => {
                if self.open != Some(blob.input) || blob.blob != self.blobs {
                    return Err("not the next blob");
                }
                let cell_proofs = blob.cell_proofs.as_ref().map(Vec::len);
                let expected = proofs.of_cells().then_some(CELLS_PER_EXT_BLOB);
                if blob.proof.is_some() != proofs.of_blobs() || cell_proofs != expected {
                    return Err("a proof is missing, or there where the header says none");
                }
                self.blobs += 1;
                Ok(())
            }
            Record::InputEnd(end) => {
                if self.open != Some(end.input) {
                    return Err("not the end of the input that has begun");
                }
                self.open = None;
                self.bytes = self
                    .bytes
                    .checked_add(end.bytes)
                    .ok_or("more bytes than there can be")?;
                Ok(())
            }
            Record::End(end) => {
                if self.open.is_some() {
                    return Err("the end of an input is missing");
                }
                if (end.inputs, end.blobs, end.bytes) != (self.inputs, self.blobs, self.bytes) {
                    return Err("the totals are not those of the lines before");
                }
                self.ended = true;
                Ok(())
            }
        }
    }

    fn admit_header(&mut self, header: &Header) -> Result<(), &'static str> {
        if self.proofs.is_some() {
            return Err("a second header");
        }
        if header.format != FORMAT {
            return Err("a format that this version does not know");
        }
        check_emit(header.proofs, &header.emit)?;
        self.proofs = Some(header.proofs);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{BlobRecord, EndRecord, InputEndRecord, InputRecord};
    use crate::options::Artefact;
    use kzg_traits::{KzgCommitment, KzgProof};

    fn records() -> Vec<Record> {
        vec![
            Record::Header(Header {
                format: FORMAT,
                backend: "blst".to_owned(),
                encoding: "simple".to_owned(),
                proofs: Proofs::Blob,
                emit: vec![Artefact::Blobs],
            }),
            Record::Input(InputRecord {
                input: 0,
                path: "a \"quoted\" näme".to_owned(),
            }),
            Record::Blob(BlobRecord {
                input: 0,
                blob: 0,
                commitment: KzgCommitment([0xab; 48]),
                versioned_hash: Bytes32([1; 32]),
                proof: Some(KzgProof([0xc0; 48])),
                cell_proofs: None,
            }),
            Record::InputEnd(InputEndRecord {
                input: 0,
                bytes: 5,
                sha256: Bytes32([2; 32]),
            }),
            Record::End(EndRecord {
                inputs: 1,
                blobs: 1,
                bytes: 5,
                manifest_sha256: Bytes32([3; 32]),
            }),
        ]
    }

    fn text(records: &[Record]) -> String {
        records.iter().map(Record::to_line).collect()
    }

    fn read(text: &[u8]) -> Result<(Vec<Record>, ManifestReader), ManifestError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(MANIFEST), text).unwrap();
        let mut reader = ManifestReader::open(dir.path()).unwrap();
        let mut records = Vec::new();
        while let Some(line) = reader.next_line()? {
            assert_eq!(line.number, records.len() as u64 + 1);
            records.push(line.record);
        }
        Ok((records, reader))
    }

    #[test]
    fn lines_read_back_as_they_were_written() {
        let text = text(&records());
        let (read_back, reader) = read(text.as_bytes()).unwrap();
        assert_eq!(read_back, records());
        assert!(reader.is_complete());
        let before_end = text.find("{\"type\":\"end\"").unwrap();
        assert_eq!(
            reader.sha256().0,
            <[u8; 32]>::from(Sha256::digest(&text[..before_end]))
        );
        let blob_line = text.lines().nth(2).unwrap();
        assert!(
            blob_line
                .starts_with("{\"type\":\"blob\",\"input\":0,\"blob\":0,\"commitment\":\"0xabab"),
            "{blob_line}"
        );
    }

    #[test]
    fn every_cut_is_noticed_at_its_line() {
        let text = text(&records());
        for cut in 0..text.len() {
            let text = &text.as_bytes()[..cut];
            let lines = text.iter().filter(|&&byte| byte == b'\n').count();
            match read(text) {
                Ok((records, reader)) => {
                    assert!(text.last().is_none_or(|&byte| byte == b'\n'));
                    assert_eq!(records.len(), lines);
                    assert!(!reader.is_complete());
                }
                Err(error) => assert_eq!(error.line, lines as u64 + 1),
            }
        }
    }

    #[test]
    fn every_flipped_bit_that_stays_readable_changes_a_record() {
        let text = text(&records());
        for position in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                if let Ok((changed, _)) = read(&bytes) {
                    assert_ne!(changed, records(), "bit {bit} of byte {position}");
                }
            }
        }
    }

    #[test]
    fn lines_out_of_order_are_refused() {
        for skipped in 0..4 {
            let mut fewer = records();
            fewer.remove(skipped);
            let error = read(text(&fewer).as_bytes()).unwrap_err();
            assert!(matches!(error.fault, ManifestFault::Order(_)), "{error}");
        }
        for doubled in 0..5 {
            let mut more = records();
            more.insert(doubled, more[doubled].clone());
            let error = read(text(&more).as_bytes()).unwrap_err();
            assert!(matches!(error.fault, ManifestFault::Order(_)), "{error}");
            assert_eq!(error.line, doubled as u64 + 2);
        }
        let endless = vec![b'{'; 1 << 20];
        assert!(matches!(
            read(&endless).unwrap_err().fault,
            ManifestFault::TooLong
        ));
    }
}
