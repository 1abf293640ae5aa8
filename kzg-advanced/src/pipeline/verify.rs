//! The last stage, and a command of its own: everything is read back from the output folder and
//! verified as a stranger would.

use std::io::{self, Read};
use std::path::Path;

use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32, IoAction, KzgSettings, MemoryPool};

use super::bundle::{self, BLOBS_PER_BUNDLE};
use super::cells::{CELLS_FILE_LENGTH, StoredCells};
use super::convert::is_long;
use super::input_check::InputCheck;
use super::manifest::durable::Durable;
use super::manifest::{
    BlobRecord, EndRecord, Header, Line, MANIFEST, ManifestError, ManifestFault, ManifestReader,
    Record,
};
use super::options::Artefact;
use super::progress::{Phase, Progress};
use super::prove::{cells_of, mismatches};
use super::report::{Meter, Stage, Verification};
use super::store::bundle_file;
use super::stored::StoredBlobs;
use crate::cancellation::CancellationToken;
use crate::codec::{self, BlobCodec};
use crate::error::{KzgAdvancedError, Result};

/// How an output folder is verified.
pub(crate) struct FolderCheck<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) settings: &'a dyn KzgSettings,
    pub(crate) progress: &'a dyn Progress,
    pub(crate) cancel: &'a CancellationToken,
    pub(crate) meter: &'a Meter,
    pub(crate) pool: &'a MemoryPool<Box<Blob>>,
    /// The blobs that are verified together.
    pub(crate) chunk_len: usize,
    /// How far the folder is written, if it still is.
    pub(crate) durable: Option<&'a Durable>,
}

impl FolderCheck<'_> {
    /// Verifies what the manifest names, and adds what it finds, as far as it comes. Returns
    /// whether the job was finished.
    pub(crate) fn run(
        &self,
        mut reader: ManifestReader<impl Read>,
        found: &mut Verification,
    ) -> Result<bool> {
        let header = match reader.next_line() {
            Ok(Some(Line {
                record: Record::Header(header),
                ..
            })) => header,
            Ok(_) => return Ok(false),
            Err(error) => return fault(error, found),
        };
        let Some(codec) = codec::by_name(&header.encoding) else {
            found.fail(format!("{MANIFEST} line 1"), "an unknown encoding");
            return Ok(true);
        };
        let mut verifier = Verifier::new(self, header, codec, found);
        loop {
            match reader.next_line() {
                Ok(Some(line)) => {
                    let end = matches!(line.record, Record::End(_)).then(|| reader.sha256());
                    verifier.admit(line, end)?;
                }
                Ok(None) => {
                    verifier.check_lines()?;
                    return Ok(reader.is_complete());
                }
                Err(error) => {
                    verifier.check_lines()?;
                    return fault(error, verifier.found);
                }
            }
        }
    }
}

/// Notes that a manifest cannot be read any further. That it has no end is then no news.
fn fault(error: ManifestError, found: &mut Verification) -> Result<bool> {
    if let ManifestFault::Io(error) = error.fault {
        return Err(KzgAdvancedError::io(IoAction::Read, MANIFEST)(error));
    }
    found.fail(
        format!("{MANIFEST} line {}", error.line),
        error.fault.to_string(),
    );
    Ok(true)
}

struct Verifier<'a> {
    check: &'a FolderCheck<'a>,
    header: Header,
    codec: &'static dyn BlobCodec,
    stored: StoredBlobs,
    input: InputCheck,
    /// Lines that wait to be verified together; the first blob is at a bundle's start.
    lines: Vec<Line>,
    /// How many of them are about blobs.
    blobs: usize,
    /// The hash of the lines before the last one.
    end: Option<Bytes32>,
    /// The blobs that have been read and wait to be verified.
    chunk: Vec<ReadBlob>,
    verified: u64,
    bytes_read: u64,
    found: &'a mut Verification,
}

impl<'a> Verifier<'a> {
    fn new(
        check: &'a FolderCheck<'a>,
        header: Header,
        codec: &'static dyn BlobCodec,
        found: &'a mut Verification,
    ) -> Self {
        Self {
            check,
            stored: StoredBlobs::new(check.dir, header.proofs),
            header,
            codec,
            input: InputCheck::default(),
            lines: Vec::new(),
            blobs: 0,
            end: None,
            chunk: Vec::new(),
            verified: 0,
            bytes_read: 0,
            found,
        }
    }

    /// The next line; `end` is the hash of those before it, if it is the last.
    fn admit(&mut self, line: Line, end: Option<Bytes32>) -> Result<()> {
        self.blobs += usize::from(matches!(line.record, Record::Blob(_)));
        self.lines.push(line);
        self.end = end;
        if self.blobs == self.check.chunk_len || self.is_long() {
            self.check_lines()?;
        }
        Ok(())
    }

    fn is_long(&self) -> bool {
        let emits_bundles = self.header.emit.contains(&Artefact::Bundles);
        is_long(self.lines.len(), self.blobs, emits_bundles)
    }

    /// Verifies what the lines say that have come.
    fn check_lines(&mut self) -> Result<()> {
        let blobs = std::mem::take(&mut self.blobs) as u64;
        if self.lines.is_empty() {
            return Ok(());
        }
        self.check.cancel.check()?;
        if let Some(durable) = self.check.durable {
            let waiting = durable.blobs().saturating_sub(self.verified);
            let chunks = waiting.div_ceil(self.check.chunk_len as u64);
            self.check.meter.took(Stage::Verify, None, chunks as usize);
        }
        let mut bytes = 0;
        self.check.meter.time(Stage::Verify, || {
            for line in std::mem::take(&mut self.lines) {
                bytes += self.check_line(line);
            }
            self.check_chunk()
        })?;
        self.verified += blobs;
        let read = std::mem::take(&mut self.bytes_read);
        self.check.meter.count(Stage::Verify, blobs, read);
        self.check.progress.advance(Phase::Verify, blobs, bytes);
        Ok(())
    }

    /// Checks a line; a blob is read and waits. Returns the bytes of the input that it holds.
    fn check_line(&mut self, line: Line) -> u64 {
        match line.record {
            Record::Header(_) => {}
            Record::Input(input) => self.input.begin(&input),
            Record::Blob(record) => return self.read_blob(record),
            Record::InputEnd(end) => {
                self.found.inputs += 1;
                if let Some((item, reason)) = self.input.end(&end) {
                    self.found.fail(item, reason);
                }
            }
            Record::End(end) => self.check_end(&end, line.number),
        }
        0
    }

    fn read_blob(&mut self, record: BlobRecord) -> u64 {
        let artefact = self.header.emit[0];
        let mut blob = self.check.pool.get();
        let read = self.stored.read(artefact, record.blob, &mut blob);
        self.bytes_read += Blob::LENGTH as u64;
        let readable = read.is_ok();
        if !readable {
            self.input.lost();
        }
        let decoded = read.and_then(|()| self.input.blob(self.codec, &blob));
        let is_decoded = decoded.is_ok();
        let bytes = decoded.unwrap_or_else(|reason| {
            self.found.fail(blob_item(artefact, record.blob), reason);
            0
        });
        self.chunk.push(ReadBlob {
            record,
            blob: readable.then_some(blob),
            is_decoded,
        });
        bytes
    }

    fn check_end(&mut self, end: &EndRecord, line: u64) {
        if Some(end.manifest_sha256) != self.end {
            self.found.fail(
                MANIFEST,
                format!("its lines are not those that line {line} hashes"),
            );
        }
    }

    fn check_chunk(&mut self) -> Result<()> {
        let chunk = std::mem::take(&mut self.chunk);
        self.found.blobs += chunk.len() as u64;
        let (mut records, mut blobs, mut right) = (Vec::new(), Vec::new(), Vec::new());
        let mut stored_cells = Vec::new();
        let emits_cells = self.header.emit.contains(&Artefact::Cells);
        for read in &chunk {
            let record = &read.record;
            let Some(blob) = &read.blob else { continue };
            if emits_cells {
                self.bytes_read += CELLS_FILE_LENGTH as u64;
                match self.stored.read_cells(record.blob) {
                    Ok(cells) => stored_cells.push(cells),
                    Err(reason) => {
                        self.found
                            .fail(blob_item(Artefact::Cells, record.blob), reason);
                        continue;
                    }
                }
            }
            records.push(record.clone());
            blobs.push(&***blob);
            right.push(read.is_decoded);
        }
        let (settings, proofs) = (self.check.settings, self.header.proofs);
        let cells = emits_cells.then_some(stored_cells.as_slice());
        let reasons = mismatches(settings, proofs, &blobs, &records, cells)?;
        for ((reason, record), right) in reasons.into_iter().zip(&records).zip(&mut right) {
            if let Some(reason) = reason {
                *right = false;
                let of_cells = emits_cells && reason.starts_with("cell ");
                let artefact = if of_cells {
                    Artefact::Cells
                } else {
                    self.header.emit[0]
                };
                self.found.fail(blob_item(artefact, record.blob), reason);
            }
        }
        let stored = stored_cells.iter().zip(&blobs).zip(&records);
        for (((cells, blob), record), right) in stored.zip(&mut right) {
            if *right {
                *right = self.check_cells(cells, blob, record)?;
            }
        }
        self.found.right_blobs += right.iter().filter(|right| **right).count() as u64;
        if self.header.emit.contains(&Artefact::Bundles) {
            for group in chunk.chunks(BLOBS_PER_BUNDLE) {
                self.check_bundle(group);
            }
        }
        Ok(())
    }

    /// Whether stored cells are the blob's.
    fn check_cells(
        &mut self,
        cells: &StoredCells,
        blob: &Blob,
        record: &BlobRecord,
    ) -> Result<bool> {
        let made = cells_of(self.check.settings, blob, record.blob)?;
        let mut pairs = cells.cells().iter().zip(made.cells());
        let different = pairs.position(|(stored, made)| stored != made);
        if let Some(index) = different {
            let reason = format!("cell {index} is not the blob's");
            self.found
                .fail(blob_item(Artefact::Cells, record.blob), reason);
        }
        Ok(different.is_none())
    }

    fn check_bundle(&mut self, group: &[ReadBlob]) {
        let (records, blobs): (Vec<BlobRecord>, Vec<&Blob>) = group
            .iter()
            .filter_map(|read| Some((read.record.clone(), &***read.blob.as_ref()?)))
            .unzip();
        if records.len() < group.len() {
            return; // reported where the blob could not be read
        }
        let name = bundle_file(records[0].blob / BLOBS_PER_BUNDLE as u64);
        let expected = bundle::to_json(&records, blobs);
        self.bytes_read += expected.len() as u64;
        let path = self.check.dir.join(&name);
        let differs = || "it does not say what the manifest and the blobs say".to_owned();
        let reason = match std::fs::metadata(&path) {
            Ok(metadata) if metadata.len() != expected.len() as u64 => Some(differs()),
            Ok(_) => match std::fs::read(&path) {
                Ok(text) => (text != expected.as_bytes()).then(differs),
                Err(error) => Some(error.to_string()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some("missing".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = reason {
            self.found.fail(name, reason);
        }
    }
}

/// A blob of the manifest as it was found.
struct ReadBlob {
    record: BlobRecord,
    /// `None` if it could not be read.
    blob: Option<Pooled<Box<Blob>>>,
    /// Whether it holds a part of an input.
    is_decoded: bool,
}

/// The name of a blob and of the file that it was read from.
fn blob_item(artefact: Artefact, blob: u64) -> String {
    format!("blob {blob} ({})", StoredBlobs::file_name(artefact, blob))
}
