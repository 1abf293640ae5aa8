//! Completes the work of an earlier run.
//!
//! The manifest is a log. The lines of the manifest are compared, one by one, with the lines that
//! this run would write. Up to the first line that is torn, damaged or wrong, the lines stay in the
//! file. The job writes the lines behind it again, to a new file where there are any, and takes the
//! intact ones from the old file, so that only what damaged lines describe is computed again. A
//! blob's line is used if the blob, encoded again from the input, verifies against the line.

use std::io;
use std::path::{Path, PathBuf};

use kzg_traits::{Blob, KzgSettings};

use crate::folder::begun::{check_no_artefacts, check_no_others};
use crate::folder::stored::StoredBlobs;
use crate::folder::survey::Survey;
use crate::manifest::{
    BlobRecord, EndRecord, Header, Line, MANIFEST, ManifestFault, ManifestReader, Record,
};
use crate::report::Listed;
use crate::stages::check::mismatches;
use crate::stages::convert::{Chunk, ChunkEntry};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};
use lines::{has_proofs, is_before, is_same, is_torn_header, other_inputs, totals};
use stored::is_another_blobs;

mod lines;
mod stored;

/// The lines of an earlier run's manifest; by default none.
#[derive(Debug, Default)]
pub(crate) struct Resume {
    /// The path of the manifest.
    path: PathBuf,
    /// The first line that this run would write.
    header_line: String,
    is_shard: bool,
    /// `None` after the last line.
    reader: Option<ManifestReader>,
    /// A line that was read and describes a later entry: the lines between are lost.
    ahead: Option<Line>,
    /// Whether all lines so far stay in the file.
    intact: bool,
    /// Whether a line was lost since the last line that was used: the next line may describe a
    /// later entry.
    gap: bool,
    /// Whether one of these lines is damaged, and not only cut short by a kill.
    lost: bool,
    /// Whether the last line that was read is damaged: the earlier run may have finished.
    ends_in_damage: bool,
    /// Whether a blob of the present input has no line that shows that the input is the same.
    unproven: bool,
    /// The stored blobs of the earlier run; `None` without an earlier run.
    stored: Option<StoredBlobs>,
    /// The damaged lines; a torn last line does not count as damage.
    pub(crate) mended: Listed<String>,
}

/// The part of a chunk that an earlier run has completed.
pub(crate) struct Kept {
    /// The lines that stay in the manifest, one for each leading entry of the chunk.
    pub(crate) lines: Vec<Record>,
    /// The record of each blob of the chunk that the earlier run has recorded.
    pub(crate) blobs: Vec<Option<BlobRecord>>,
}

/// What a job finds at the place of its end line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndLine {
    /// The line, which stays in the file.
    Stands,
    /// A line with the same totals, which is written again.
    Again,
    /// No line: nothing says how many inputs the earlier run had.
    Missing,
}

/// A blob's record that has yet to be verified.
struct Unverified {
    /// The position of the blob in the chunk.
    place: usize,
    /// The number of the line.
    line: u64,
    /// The number of entries of the chunk before the blob's.
    entries_before: usize,
    record: BlobRecord,
}

impl Resume {
    /// Opens the manifest in `dir`, if there is one, and compares its header.
    ///
    /// Returns whether the header stays in the file.
    pub(crate) fn open(dir: &Path, expected: &Header) -> Result<(Self, bool)> {
        let reader = match ManifestReader::open(dir) {
            Ok(reader) => reader,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((Self::default(), false));
            }
            Err(error) => return Err(KzgAdvancedError::reading(&dir.join(MANIFEST))(error)),
        };
        let mut resume = Self {
            path: dir.join(MANIFEST),
            header_line: Record::Header(expected.clone()).to_line(),
            is_shard: expected.shard.is_some(),
            reader: Some(reader.with_shard(expected.shard.is_some())),
            intact: true,
            stored: Some(StoredBlobs::new(dir, expected.proofs)),
            ..Self::default()
        };
        let line = resume.next_line()?;
        if let Some(damaged) = resume.mended.first.first() {
            // The file may be a manifest of a later version, or no manifest at all. Overwriting the
            // file could lose data.
            let is_ours = |survey: Survey| survey.inputs > 0 || survey.end.is_some();
            if !Survey::read(dir).is_ok_and(is_ours) {
                return Err(KzgAdvancedError::configuration(format!(
                    "cannot resume: {damaged}; no line of {MANIFEST} shows that a pipeline job \
                     wrote this folder"
                )));
            }
        }
        match line {
            None => {
                check_no_artefacts(dir)?;
                Ok((resume, false))
            }
            Some(Line {
                record: Record::Header(header),
                ..
            }) if header == *expected => {
                resume.gap = false;
                resume.lost = false;
                let stays = resume.intact;
                Ok((resume, stays))
            }
            Some(Line {
                record: header @ Record::Header(_),
                ..
            }) => Err(KzgAdvancedError::configuration(format!(
                "cannot resume with other options: {MANIFEST} says {}, this run {}",
                header.to_line().trim_end(),
                resume.header_line.trim_end()
            ))),
            Some(line) => {
                // The header is lost.
                check_no_others(dir, &expected.emit)?;
                resume.ahead = Some(line);
                Ok((resume, false))
            }
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
            lines: Vec::new(),
            blobs: vec![None; chunk.blobs.len()],
        };
        let blobs = chunk.blob_refs();
        let mut candidates = Vec::new();
        let mut place = 0;
        for (entries_before, entry) in chunk.entries.iter().enumerate() {
            let line = self.line_of(entry, chunk.first_blob + place as u64)?;
            match entry {
                ChunkEntry::Input(_) => self.unproven = false,
                ChunkEntry::Blob { .. } => {
                    place += 1;
                    if line.is_none() {
                        self.unproven = true;
                        if self.lost {
                            let number = chunk.first_blob + place as u64 - 1;
                            let fault = format!("its line in {MANIFEST} is damaged");
                            self.check_stored(header, number, blobs[place - 1], &fault)?;
                        }
                    }
                }
                ChunkEntry::InputEnd(_) => {}
            }
            let Some(Line { number, record }) = line else {
                continue;
            };
            match (entry, &record) {
                (ChunkEntry::Input(expected), Record::Input(found))
                    if !is_same(expected, found) =>
                {
                    let (earlier, now) = (&found.path, &expected.path);
                    let more =
                        format!(": the earlier run read {earlier:?}, this run reads {now:?}");
                    return Err(other_inputs(number, &more));
                }
                (ChunkEntry::InputEnd(expected), Record::InputEnd(found)) if expected != found => {
                    // The line is taken for a wrong one only if all blobs of the input are proven.
                    if self.unproven || found.bytes != expected.bytes {
                        return Err(other_inputs(
                            number,
                            ": the input has another length or hash",
                        ));
                    }
                    self.lose(number, "not what the input gives");
                    continue;
                }
                (ChunkEntry::Blob { .. }, Record::Blob(found)) => {
                    // With a header, the reader would not have taken the line.
                    if !has_proofs(found, header.proofs) {
                        return Err(KzgAdvancedError::configuration(format!(
                            "cannot resume with other options: {MANIFEST} line {number} has other \
                             proofs than this run makes"
                        )));
                    }
                    candidates.push(Unverified {
                        place: place - 1,
                        line: number,
                        entries_before,
                        record: found.clone(),
                    });
                }
                _ => {}
            }
            if self.intact {
                kept.lines.push(record);
            }
        }
        self.verify(settings, header, chunk, candidates, &mut kept)?;
        Ok(kept)
    }

    /// Verifies the records of blobs, and adds those that match their blobs to `kept`.
    fn verify(
        &mut self,
        settings: &dyn KzgSettings,
        header: &Header,
        chunk: &Chunk,
        candidates: Vec<Unverified>,
        kept: &mut Kept,
    ) -> Result<()> {
        let all = chunk.blob_refs();
        let mut reasons = Vec::with_capacity(candidates.len());
        for run in candidates.chunk_by(|found, next| found.place + 1 == next.place) {
            let blobs: Vec<&Blob> = run.iter().map(|found| all[found.place]).collect();
            let records: Vec<_> = run.iter().map(|found| found.record.clone()).collect();
            reasons.extend(mismatches(settings, header.proofs, &blobs, &records, None)?);
        }
        for (found, reason) in candidates.into_iter().zip(reasons) {
            let blob = all[found.place];
            let Some(mismatch) = reason else {
                kept.blobs[found.place] = Some(found.record);
                continue;
            };
            let stored = self.stored.as_mut();
            if stored.is_some_and(|stored| {
                is_another_blobs(settings, header, &found.record, blob, stored)
            }) {
                let more = ", and the blob stored for it agrees";
                return Err(other_inputs(found.line, more));
            }
            let fault = format!("{MANIFEST} line {} does not verify: {mismatch}", found.line);
            self.check_stored(header, found.record.blob, blob, &fault)?;
            self.lose(found.line, &mismatch.to_string());
            kept.lines.truncate(found.entries_before);
        }
        Ok(())
    }

    /// The end line of the earlier run. A line of another item is an error: a part of the earlier run's
    /// inputs would be lost.
    pub(crate) fn keep_end(&mut self, expected: &EndRecord) -> Result<EndLine> {
        let Some(line) = self.take_line()? else {
            return Ok(EndLine::Missing);
        };
        match &line.record {
            Record::End(found) if found == expected && self.intact => Ok(EndLine::Stands),
            Record::End(found) if totals(found) == totals(expected) => {
                let same_hash = found.manifest_sha256 == expected.manifest_sha256;
                if self.intact && !same_hash {
                    self.lose(line.number, "not the hash of the lines before");
                }
                // With the right hash, the entries that are left out have changed, and nothing is damaged.
                self.intact = false;
                Ok(EndLine::Again)
            }
            Record::End(_) => Err(other_inputs(line.number, ": the totals differ")),
            _ => Err(other_inputs(line.number, "")),
        }
    }

    /// If every line of the earlier run has been taken: whether its manifest ends in damage, so that it
    /// may be that of a finished job. No line follows that of a finished job.
    pub(crate) fn is_used_up(&self) -> Option<bool> {
        let is_used_up = self.reader.is_none() && self.ahead.is_none();
        is_used_up.then_some(self.ends_in_damage)
    }

    /// The line of an entry, unless it is lost. `blob` is the number of the next blob.
    fn line_of(&mut self, entry: &ChunkEntry, blob: u64) -> Result<Option<Line>> {
        let Some(line) = self.take_line()? else {
            return Ok(None);
        };
        let is_its_line = match (entry, &line.record) {
            (ChunkEntry::Input(expected), Record::Input(found)) => found.input == expected.input,
            (ChunkEntry::Blob { input, .. }, Record::Blob(found)) => {
                (found.input, found.blob) == (*input, blob)
            }
            (ChunkEntry::InputEnd(expected), Record::InputEnd(found)) => {
                found.input == expected.input
            }
            _ => false,
        };
        if is_its_line {
            self.gap = false;
            self.lost = false;
            return Ok(Some(line));
        }
        if !self.gap || is_before(&line.record, entry, blob, self.is_shard) {
            return Err(other_inputs(line.number, ""));
        }
        self.ahead = Some(line);
        Ok(None)
    }

    fn take_line(&mut self) -> Result<Option<Line>> {
        match self.ahead.take() {
            Some(line) => Ok(Some(line)),
            None => self.next_line(),
        }
    }

    /// The next intact line.
    fn next_line(&mut self) -> Result<Option<Line>> {
        while let Some(reader) = &mut self.reader {
            match reader.next_line() {
                Ok(Some(line)) => {
                    self.ends_in_damage = false;
                    return Ok(Some(line));
                }
                Ok(None) => self.reader = None,
                Err(error) => match error.fault {
                    ManifestFault::Io(error) => {
                        return Err(KzgAdvancedError::reading(&self.path)(error));
                    }
                    // A killed process leaves the beginning of a line, in an empty file that of the header.
                    ManifestFault::Torn
                        if (error.line > 1 && reader.is_beginning())
                            || (error.line == 1
                                && is_torn_header(reader.text(), self.header_line.as_bytes())) =>
                    {
                        // The line may have intact records all the same.
                        self.gap = true;
                        self.ends_in_damage = false;
                    }
                    _ => {
                        self.mended.add(error.to_string());
                        self.gap = true;
                        self.lost = true;
                        self.ends_in_damage = true;
                    }
                },
            }
            self.intact = false;
        }
        Ok(None)
    }

    /// Notes that a line is written again although it is intact.
    fn lose(&mut self, line: u64, reason: &str) {
        self.mended.add(format!("{MANIFEST} line {line}: {reason}"));
        self.intact = false;
    }
}
