//! The last stage, and a command of its own: reads everything back from the output folder and
//! verifies it by the manifest alone.

use std::io::Read;
use std::path::Path;

use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32, KzgSettings, MemoryPool};

use crate::folder::durable::Durable;
use crate::folder::stored::StoredBlobs;
use crate::formats::cells::{CELLS_FILE_LENGTH, StoredCells};
use crate::manifest::{
    BlobRecord, EndRecord, Header, Line, MANIFEST, ManifestError, ManifestFault, ManifestReader,
    Record,
};
use crate::options::Artefact;
use crate::progress::{Phase, Reporter};
use crate::report::{Meter, Stage, Verification};
use crate::stages::check::{Mismatch, cells_of, mismatches};
use crate::stages::convert::MANY_ENTRIES;
use crate::stages::input_check::InputCheck;
use kzg_advanced::CancellationToken;
use kzg_advanced::codec::{self, BlobCodec};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

mod bundles;

/// A verification of an output folder.
pub(crate) struct FolderCheck<'a> {
    pub(crate) dir: &'a Path,
    /// The header of the manifest.
    pub(crate) header: &'a Header,
    /// Whether the encoding in the header is a guess. In that case, no blob is decoded.
    pub(crate) encoding_is_lost: bool,
    pub(crate) settings: &'a dyn KzgSettings,
    pub(crate) progress: &'a Reporter<'a>,
    pub(crate) cancel: &'a CancellationToken,
    pub(crate) meter: &'a Meter,
    pub(crate) pool: &'a MemoryPool<Box<Blob>>,
    /// The number of blobs that are verified together.
    pub(crate) chunk_len: usize,
    /// The durable part of the manifest, if the folder is still being written.
    pub(crate) durable: Option<&'a Durable>,
}

impl FolderCheck<'_> {
    /// Verifies the artefacts that the manifest names, and adds the findings to `found`. Returns
    /// whether the job was finished; always `true` for a damaged manifest.
    pub(crate) fn run(
        &self,
        mut reader: ManifestReader<impl Read>,
        found: &mut Verification,
    ) -> Result<bool> {
        let Some(codec) = codec::by_name(&self.header.encoding) else {
            let reason = format!("unknown encoding {:?}", self.header.encoding);
            found.fail(MANIFEST, reason);
            return Ok(true);
        };
        let codec = (!self.encoding_is_lost).then_some(codec);
        let mut verifier = Verifier::new(self, codec, found);
        loop {
            match reader.next_line() {
                Ok(Some(line)) => {
                    let end = matches!(line.record, Record::End(_)).then(|| reader.sha256());
                    verifier.admit(line, end)?;
                }
                Ok(None) => {
                    verifier.check_lines()?;
                    verifier.check_last_bundle(reader.is_complete());
                    if self.encoding_is_lost && verifier.found.blobs > 0 {
                        let reason = "the encoding is lost with the header line, and no input shows \
                                      it, so the bytes of the inputs are not checked";
                        verifier.found.fail(MANIFEST, reason);
                    }
                    return Ok(verifier.is_damaged || reader.is_complete());
                }
                Err(error) => verifier.damaged(error)?,
            }
        }
    }
}

/// A line of the manifest, or the fault of a line that cannot be read.
enum Waiting {
    Line(Line),
    Damage(ManifestError),
}

struct Verifier<'a> {
    check: &'a FolderCheck<'a>,
    /// The codec, unless the encoding is lost.
    codec: Option<&'static dyn BlobCodec>,
    stored: StoredBlobs,
    input: InputCheck,
    /// Lines that wait to be verified together.
    lines: Vec<Waiting>,
    /// The number of these lines that describe blobs.
    blobs: usize,
    /// Whether a line of the manifest cannot be read.
    is_damaged: bool,
    /// The hash of the lines before the last one.
    end: Option<Bytes32>,
    /// The blobs that have been read and wait to be verified.
    chunk: Vec<ReadBlob>,
    /// Blobs that have been verified and wait for the other blobs of their bundle.
    bundle: Vec<ReadBlob>,
    verified: u64,
    bytes_read: u64,
    found: &'a mut Verification,
}

impl<'a> Verifier<'a> {
    fn new(
        check: &'a FolderCheck<'a>,
        codec: Option<&'static dyn BlobCodec>,
        found: &'a mut Verification,
    ) -> Self {
        Self {
            check,
            stored: StoredBlobs::new(check.dir, check.header.proofs),
            codec,
            input: InputCheck::default(),
            lines: Vec::new(),
            blobs: 0,
            is_damaged: false,
            end: None,
            chunk: Vec::new(),
            bundle: Vec::new(),
            verified: 0,
            bytes_read: 0,
            found,
        }
    }

    /// Takes the next line. For the last line, `end` is the hash of the lines before.
    fn admit(&mut self, line: Line, end: Option<Bytes32>) -> Result<()> {
        self.blobs += usize::from(matches!(line.record, Record::Blob(_)));
        self.end = end;
        self.wait(Waiting::Line(line))
    }

    /// Takes the fault of a line. The blob or input that the line described is not verified.
    fn damaged(&mut self, error: ManifestError) -> Result<()> {
        if let ManifestFault::Io(error) = error.fault {
            return Err(KzgAdvancedError::reading(&self.check.dir.join(MANIFEST))(
                error,
            ));
        }
        self.is_damaged = true;
        self.wait(Waiting::Damage(error))
    }

    /// Adds a line to those that wait, and verifies these when they are many.
    fn wait(&mut self, line: Waiting) -> Result<()> {
        self.lines.push(line);
        if self.blobs >= self.check.chunk_len || self.lines.len() >= MANY_ENTRIES {
            self.check_lines()?;
        }
        Ok(())
    }

    /// Verifies the lines that wait.
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
                match line {
                    Waiting::Line(line) => bytes += self.check_line(line),
                    Waiting::Damage(error) => {
                        self.found.fail_line(&error, self.input.open());
                        self.input.lost();
                    }
                }
            }
            self.check_chunk()
        })?;
        self.verified += blobs;
        let read = std::mem::take(&mut self.bytes_read);
        self.check.meter.count(Stage::Verify, blobs, read);
        self.check.progress.advance(Phase::Verify, blobs, bytes);
        Ok(())
    }

    /// Checks a line; a blob is read and waits for its chunk. Returns the number of input bytes
    /// that the blob holds.
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
        let artefact = self.check.header.emit[0];
        let mut blob = self.check.pool.get();
        let read = self.stored.read(artefact, record.blob, &mut blob);
        self.bytes_read += Blob::LENGTH as u64;
        let readable = read.is_ok();
        if !readable {
            self.input.lost();
        }
        let decoded = match (read, self.codec) {
            (Ok(()), Some(codec)) => {
                let decoded = self.input.blob(codec, &blob);
                decoded.map_err(|error| error.to_string())
            }
            (Ok(()), None) => {
                self.input.lost();
                Ok(0)
            }
            (Err(fault), _) => Err(fault.to_string()),
        };
        let is_decoded = decoded.is_ok();
        let bytes = decoded.unwrap_or_else(|reason| {
            self.found
                .fail_blob(record.blob, blob_item(artefact, record.blob), reason);
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
        if !self.is_damaged && Some(end.manifest_sha256) != self.end {
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
        let emits_cells = self.check.header.emit.contains(&Artefact::Cells);
        for read in &chunk {
            let record = &read.record;
            let Some(blob) = &read.blob else { continue };
            if emits_cells {
                self.bytes_read += CELLS_FILE_LENGTH as u64;
                match self.stored.read_cells(record.blob) {
                    Ok(cells) => stored_cells.push(cells),
                    Err(reason) => {
                        self.found.fail_blob(
                            record.blob,
                            blob_item(Artefact::Cells, record.blob),
                            reason,
                        );
                        continue;
                    }
                }
            }
            records.push(record.clone());
            blobs.push(&***blob);
            right.push(read.is_decoded);
        }
        let (settings, proofs) = (self.check.settings, self.check.header.proofs);
        let cells = emits_cells.then_some(stored_cells.as_slice());
        let reasons = mismatches(settings, proofs, &blobs, &records, cells)?;
        for ((reason, record), right) in reasons.into_iter().zip(&records).zip(&mut right) {
            if let Some(mismatch) = reason {
                *right = false;
                let artefact = match mismatch {
                    Mismatch::Cells(_) if emits_cells => Artefact::Cells,
                    _ => self.check.header.emit[0],
                };
                self.found
                    .fail_blob(record.blob, blob_item(artefact, record.blob), mismatch);
            }
        }
        let stored = stored_cells.iter().zip(&blobs).zip(&records);
        for (((cells, blob), record), right) in stored.zip(&mut right) {
            if *right {
                *right = self.check_cells(cells, blob, record)?;
            }
        }
        self.found.right_blobs += right.iter().filter(|right| **right).count() as u64;
        if self.check.header.emit.contains(&Artefact::Bundles) {
            chunk.into_iter().for_each(|read| self.add_to_bundle(read));
        }
        Ok(())
    }

    /// Whether stored cells are the cells of the blob.
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
                .fail_blob(record.blob, blob_item(Artefact::Cells, record.blob), reason);
        }
        Ok(different.is_none())
    }
}

/// A blob that was read back.
struct ReadBlob {
    record: BlobRecord,
    /// `None` if it could not be read.
    blob: Option<Pooled<Box<Blob>>>,
    /// Whether the blob could be decoded to input bytes.
    is_decoded: bool,
}

/// The name of a blob and of the file that it was read from.
fn blob_item(artefact: Artefact, blob: u64) -> String {
    format!("blob {blob} ({})", StoredBlobs::file_name(artefact, blob))
}
