//! Completes the work of an earlier run.
//!
//! The manifest is a log. The lines of the manifest are compared, one by one, with the lines that
//! this run would write, and are kept up to the first line that is torn, damaged or wrong. A blob's
//! line is kept if the blob, encoded again from the input, verifies against the line. The job does
//! the rest of the work again.

use std::io;
use std::path::Path;

use kzg_traits::{Blob, IoAction, KzgSettings};

use crate::folder::stored::StoredBlobs;
use crate::folder::survey::Survey;
use crate::manifest::{
    BlobRecord, EndRecord, Header, InputRecord, Line, MANIFEST, ManifestFault, ManifestReader,
    Record,
};
use crate::options::Artefact;
use crate::stages::check::mismatches;
use crate::stages::convert::{Chunk, Entry};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// The lines of an earlier run's manifest that can be kept; by default none.
#[derive(Debug, Default)]
pub(crate) struct Resume {
    /// `None` after the first line that is not kept.
    reader: Option<ManifestReader>,
    /// The stored blobs of the earlier run; `None` without an earlier run.
    stored: Option<StoredBlobs>,
    /// The damaged line, if there is one; a torn last line does not count as damage.
    pub(crate) damaged: Option<String>,
}

/// The part of a chunk whose lines are kept.
pub(crate) struct Kept {
    /// The kept lines, one for each leading entry of the chunk.
    pub(crate) records: Vec<Record>,
    /// The records of blobs among the kept lines.
    pub(crate) blobs: Vec<BlobRecord>,
}

impl Resume {
    /// Opens the manifest in `dir`, if there is one, and compares its header.
    ///
    /// Returns whether the header is kept.
    pub(crate) fn open(dir: &Path, expected: &Header) -> Result<(Self, bool)> {
        let reader = match ManifestReader::open(dir) {
            Ok(reader) => reader,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((Self::default(), false));
            }
            Err(error) => return Err(KzgAdvancedError::reading(&dir.join(MANIFEST))(error)),
        };
        let mut resume = Self {
            reader: Some(reader),
            stored: Some(StoredBlobs::new(dir, expected.proofs)),
            damaged: None,
        };
        let line = resume.next_line()?;
        if let Some(damaged) = resume.damaged {
            // The file may be a manifest of a later version, or no manifest at all. Overwriting the
            // file could lose data.
            if !Survey::read(dir).is_ok_and(|survey| survey.inputs > 0) {
                return Err(KzgAdvancedError::configuration(format!(
                    "cannot resume: {damaged}; no line of {MANIFEST} shows that a pipeline job \
                     wrote this folder"
                )));
            }
            let damaged = Some(damaged);
            return Ok((
                Self {
                    damaged,
                    ..Self::default()
                },
                false,
            ));
        }
        match line.map(|line| line.record) {
            None => Ok((Self::default(), false)),
            Some(Record::Header(header)) if header == *expected => Ok((resume, true)),
            Some(other) => Err(KzgAdvancedError::configuration(format!(
                "cannot resume with other options: {MANIFEST} says {}, this run {}",
                other.to_line().trim_end(),
                Record::Header(expected.clone()).to_line().trim_end()
            ))),
        }
    }

    /// The part of a chunk that the earlier run has completed without damage.
    pub(crate) fn keep(
        &mut self,
        settings: &dyn KzgSettings,
        header: &Header,
        chunk: &Chunk,
    ) -> Result<Kept> {
        let mut kept = Kept {
            records: Vec::new(),
            blobs: Vec::new(),
        };
        let mut lines = Vec::new();
        for entry in &chunk.entries {
            let Some(line) = self.next_line()? else {
                break;
            };
            match (entry, &line.record) {
                (Entry::Input(expected), Record::Input(found)) if is_same(expected, found) => {}
                (Entry::Blob { input, .. }, Record::Blob(found)) if *input == found.input => {
                    kept.blobs.push(found.clone());
                    lines.push((kept.records.len(), line.number));
                }
                (Entry::InputEnd(expected), Record::InputEnd(found)) => {
                    if expected != found {
                        self.stop(line.number, "not what the input gives");
                        break;
                    }
                }
                _ => return Err(other_inputs(line.number, "")),
            }
            kept.records.push(line.record);
        }

        let blobs = chunk.blob_refs();
        let blobs = &blobs[..kept.blobs.len()];
        let reasons = mismatches(settings, header.proofs, blobs, &kept.blobs, None)?;
        let first_wrong = reasons.iter().position(Option::is_some);
        if let Some(wrong) = first_wrong {
            let (records, number) = lines[wrong];
            let stored = self.stored.as_mut();
            if stored.is_some_and(|stored| {
                is_another_blobs(settings, header, &kept.blobs[wrong], blobs[wrong], stored)
            }) {
                return Err(other_inputs(number, ", and the blob stored for it agrees"));
            }
            let mismatch = reasons.into_iter().nth(wrong).flatten();
            let mismatch = mismatch.map(|mismatch| mismatch.to_string());
            self.stop(number, &mismatch.unwrap_or_default());
            kept.records.truncate(records);
            kept.blobs.truncate(wrong);
        }
        Ok(kept)
    }

    /// Whether the last line is kept.
    pub(crate) fn keep_end(&mut self, expected: &EndRecord) -> Result<bool> {
        let Some(line) = self.next_line()? else {
            return Ok(false);
        };
        match &line.record {
            Record::End(found) if found == expected => Ok(true),
            Record::End(_) => {
                self.stop(line.number, "not the hash of the lines before");
                Ok(false)
            }
            _ => Err(other_inputs(line.number, "")),
        }
    }

    fn next_line(&mut self) -> Result<Option<Line>> {
        let Some(reader) = &mut self.reader else {
            return Ok(None);
        };
        match reader.next_line() {
            Ok(Some(line)) => return Ok(Some(line)),
            Ok(None) => {}
            Err(error) => match error.fault {
                ManifestFault::Io(error) => {
                    return Err(KzgAdvancedError::io(IoAction::Read, MANIFEST)(error));
                }
                ManifestFault::Torn => {}
                _ => self.damaged = Some(error.to_string()),
            },
        }
        self.reader = None;
        Ok(None)
    }

    /// Keeps no line from this line on.
    fn stop(&mut self, line: u64, reason: &str) {
        self.reader = None;
        self.damaged = Some(format!("{MANIFEST} line {line}: {reason}"));
    }
}

/// Whether two records describe the same input. The mode of the file may have changed.
fn is_same(expected: &InputRecord, found: &InputRecord) -> bool {
    let mode = found.mode.clone();
    *found
        == InputRecord {
            mode,
            ..expected.clone()
        }
}

fn other_inputs(line: u64, more: &str) -> KzgAdvancedError {
    KzgAdvancedError::configuration(format!(
        "cannot resume with other inputs: {MANIFEST} line {line} is not about what this run \
         reads{more}"
    ))
}

/// Whether a line that does not match the blob of the input matches the stored blob. In that case
/// the line is intact and the input has changed.
fn is_another_blobs(
    settings: &dyn KzgSettings,
    header: &Header,
    record: &BlobRecord,
    blob: &Blob,
    stored: &mut StoredBlobs,
) -> bool {
    let mut found = stored.buffer();
    header.emit.iter().any(|&artefact: &Artefact| {
        stored.read(artefact, record.blob, &mut found).is_ok()
            && **found != *blob
            && settings
                .blob_to_kzg_commitment(&found)
                .is_ok_and(|commitment| commitment == record.commitment)
    })
}
