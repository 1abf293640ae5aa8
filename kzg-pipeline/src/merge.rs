//! Joins the shards of a job to the output folder of a whole job.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kzg_advanced::files::{self, NewFile};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};
use kzg_traits::Bytes32;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Shard;
use crate::folder::disk::Disk;
use crate::folder::layout::{folder, shard_lock};
use crate::folder::lock::{lock_job, lock_shard};
use crate::folder::shards::{list, missing, shards_in};
use crate::manifest::{
    EndRecord, Header, InputRecord, MANIFEST, ManifestReader, OrderFault, Record,
};
use artefacts::{KINDS, check_move, move_artefacts};
use manifests::{Merged, Part, damaged};

mod artefacts;
mod manifests;

/// The result of a merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MergeReport {
    /// The number of shards.
    pub shards: u32,
    /// The number of inputs.
    pub inputs: u64,
    /// The number of blobs.
    pub blobs: u64,
    /// The number of bytes of the inputs.
    pub bytes: u64,
}

/// Joins the finished shards in `dir`: moves their artefacts to `dir` and writes one manifest, which
/// is that of a job without shards. The reports of the shards stay in their folders.
///
/// No artefact is changed unless every shard is finished, they belong together, no process works on one
/// of them, and no other file is in the place of an artefact. Of an artefact that the shard has no more, as
/// after a merge that was killed, only the length is compared. A merge that was killed is completed by
/// another one. Blobs are not verified; [`verify`](crate::DataProcessingPipeline::verify) does that.
///
/// # Errors
///
/// [`KzgAdvancedError::Configuration`] if there are no shards, one is missing or unfinished, or they
/// are not of one job, or another process works on one of them or merges them, or another file is in the
/// place of an artefact; [`KzgAdvancedError::DataValidation`] if a line of a manifest is damaged;
/// [`KzgAdvancedError::Io`].
pub fn merge(dir: &Path) -> Result<MergeReport> {
    merge_on(dir, &Disk::default())
}

/// As [`merge`], with the steps of a disk.
pub(crate) fn merge_on(dir: &Path, disk: &Disk) -> Result<MergeReport> {
    let shards = || shards_in(dir).map_err(KzgAdvancedError::reading(dir));
    // A folder without shards stays as it is.
    let lock = (!shards()?.is_empty()).then(|| lock_job(dir));
    let _lock = lock.transpose()?;
    let shards = shards()?;
    let Some(first) = shards.first() else {
        let reason = if dir.join(MANIFEST).exists() {
            "there is nothing to merge: the folder has the manifest of a whole job"
        } else {
            "there is no shard of a job in the folder"
        };
        return Err(refused(dir, reason));
    };
    if dir.join(MANIFEST).exists() {
        return complete(dir, &shards, disk);
    }
    let missing = missing(&shards);
    if !missing.is_empty() {
        return Err(refused(dir, format!("missing shards: {}", list(&missing))));
    }
    if shards.len() > first.count() as usize {
        let reason = "the folder has shards of several jobs, with different numbers of shards";
        return Err(refused(dir, reason));
    }
    for &shard in &shards {
        // The lock is not kept: a process that begins now finds its shard finished.
        drop(lock_shard(dir, shard)?);
    }
    remove_unfinished(dir, disk)?;
    let path = dir.join(MANIFEST);
    let writing = |error| KzgAdvancedError::writing(&path)(error);
    let mut merged = Merged {
        file: NewFile::create(&files::temporary_name(&path)).map_err(writing)?,
        path: path.clone(),
        hash: Sha256::new(),
        text: String::new(),
    };
    let report = Merger::open(dir, &shards)?.run(&mut merged)?;
    // From here on, another merge can complete what is left of this one.
    for &shard in &shards {
        move_artefacts(dir, shard, disk)?;
    }
    // The manifest must not outlive the artefacts, nor their folders, which a killed merge may have created.
    let folders = KINDS.map(|kind| dir.join(folder(kind)));
    let folders = folders.iter().map(|folder| &**folder).chain([dir]);
    for folder in folders.filter(|folder| folder.exists()) {
        let synced = disk.sync_dir(folder);
        synced.map_err(KzgAdvancedError::writing(folder))?;
    }
    disk.place(merged.file, &path).map_err(writing)?;
    disk.sync_dir(dir).map_err(writing)?;
    clean_up(dir, &shards);
    Ok(report)
}

/// Completes a merge that was killed after it had written the manifest. What is left of the shards
/// then has no artefacts.
fn complete(dir: &Path, shards: &[Shard], disk: &Disk) -> Result<MergeReport> {
    let foreign = || {
        let reason =
            "the folder has the manifest of a whole job beside shards that are not part of it";
        refused(dir, reason)
    };
    let path = dir.join(MANIFEST);
    let mut manifest = ManifestReader::open(dir).map_err(KzgAdvancedError::reading(&path))?;
    let (mut whole, mut last) = (None, None);
    while let Some(line) = manifest
        .next_line()
        .map_err(|error| damaged(&path, error, ""))?
    {
        match line.record {
            Record::Header(header) => whole = Some(header),
            Record::End(end) => last = Some(end),
            _ => {}
        }
    }
    let end = last.ok_or_else(foreign)?;
    for &shard in shards {
        let shard_dir = dir.join(shard.folder());
        let mut part = Part::open(dir, shard)?;
        let Some(Record::Header(header)) = part.line()? else {
            return Err(foreign());
        };
        let header = Header {
            shard: None,
            ..header
        };
        let is_empty = |kind| {
            fs::read_dir(shard_dir.join(folder(kind)))
                .map_or(true, |mut entries| entries.next().is_none())
        };
        if Some(header) != whole || !KINDS.into_iter().all(is_empty) {
            return Err(foreign());
        }
    }
    remove_unfinished(dir, disk)?;
    clean_up(dir, shards);
    Ok(MergeReport {
        shards: shards.first().map_or(0, |shard| shard.count()),
        inputs: end.inputs,
        blobs: end.blobs,
        bytes: end.bytes,
    })
}

/// Removes the manifests that killed merges were writing.
fn remove_unfinished(dir: &Path, disk: &Disk) -> Result<()> {
    let removed = disk.remove_temporaries(dir, |name| name == Path::new(MANIFEST));
    removed.map_err(KzgAdvancedError::writing(dir))
}

/// Removes the manifests, artefact folders and locks of the merged shards. Errors are ignored:
/// leftovers do not affect the merged folder.
fn clean_up(dir: &Path, shards: &[Shard]) {
    for shard in shards {
        let shard_dir = dir.join(shard.folder());
        let _ = fs::remove_file(shard_dir.join(MANIFEST));
        for kind in KINDS {
            let _ = fs::remove_dir(shard_dir.join(folder(kind)));
        }
        let _ = fs::remove_file(dir.join(shard_lock(*shard)));
    }
}

fn refused(dir: &Path, reason: impl core::fmt::Display) -> KzgAdvancedError {
    KzgAdvancedError::configuration(format!("{}: {reason}", dir.display()))
}

struct Merger<'a> {
    dir: &'a Path,
    header: Header,
    parts: Vec<Part>,
    /// The next input of each part, by its number.
    next: BTreeMap<u64, (usize, InputRecord)>,
    /// The last line of the first part.
    end: Option<EndRecord>,
    report: MergeReport,
}

impl<'a> Merger<'a> {
    /// Opens the manifests of all shards and compares their headers.
    fn open(dir: &'a Path, shards: &[Shard]) -> Result<Self> {
        let mut parts = Vec::new();
        let mut common: Option<Header> = None;
        for &shard in shards {
            let mut part = Part::open(dir, shard)?;
            let Some(Record::Header(header)) = part.line()? else {
                return Err(refused(dir, format!("shard {shard} is not finished")));
            };
            if header.shard != Some(shard) {
                let reason = format!("the manifest in {} is of another job", shard.folder());
                return Err(refused(dir, reason));
            }
            let header = Header {
                shard: None,
                ..header
            };
            let first = common.get_or_insert_with(|| header.clone());
            if *first != header {
                let reason = format!(
                    "shard {shard} was made with other options than the first: {}",
                    first.differences(&header)
                );
                return Err(refused(dir, reason));
            }
            parts.push(part);
        }
        Ok(Self {
            dir,
            header: common.expect("at least one shard"),
            report: MergeReport {
                shards: parts.len() as u32,
                ..MergeReport::default()
            },
            parts,
            next: BTreeMap::new(),
            end: None,
        })
    }

    /// Writes the lines of all inputs in the order of their numbers, and checks that their artefacts can be
    /// moved.
    fn run(mut self, merged: &mut Merged) -> Result<MergeReport> {
        merged.push(&Record::Header(self.header.clone()))?;
        for part in 0..self.parts.len() {
            self.advance(part)?;
        }
        while let Some((number, (part, input))) = self.next.pop_first() {
            if number != self.report.inputs {
                return Err(self.not_together(self.parts[part].shard));
            }
            self.report.inputs += 1;
            merged.push(&Record::Input(input))?;
            self.copy_input(part, merged)?;
            self.advance(part)?;
        }
        let end = self.end.take().expect("every part has ended");
        merged.push(&Record::End(EndRecord {
            inputs: self.report.inputs,
            blobs: self.report.blobs,
            bytes: self.report.bytes,
            manifest_sha256: Bytes32(merged.hash.clone().finalize().into()),
            ..end
        }))?;
        merged.flush()?;
        Ok(self.report)
    }

    /// Copies the lines of an input that has begun.
    fn copy_input(&mut self, part: usize, merged: &mut Merged) -> Result<()> {
        loop {
            let shard = self.parts[part].shard;
            let Some(record) = self.parts[part].line()? else {
                return Err(refused(self.dir, format!("shard {shard} is not finished")));
            };
            merged.push(&record)?;
            match record {
                Record::Blob(blob) => {
                    if blob.blob != self.report.blobs {
                        return Err(self.not_together(shard));
                    }
                    self.report.blobs += 1;
                    for &artefact in &self.header.emit {
                        check_move(self.dir, shard, artefact, blob.blob)?;
                    }
                }
                Record::InputEnd(end) => {
                    // The reader of a manifest checks the sum of its own inputs.
                    let bytes = self.report.bytes.checked_add(end.bytes);
                    let bytes = bytes.ok_or_else(|| refused(self.dir, OrderFault::Bytes))?;
                    self.report.bytes = bytes;
                    return Ok(());
                }
                // The reader checks the order of lines.
                Record::Header(_) | Record::Input(_) | Record::End(_) => {
                    return Err(self.not_together(shard));
                }
            }
        }
    }

    /// Reads the next input of a part, or its last line.
    fn advance(&mut self, part: usize) -> Result<()> {
        let shard = self.parts[part].shard;
        match self.parts[part].line()? {
            Some(Record::Input(input)) => {
                let taken = self.next.insert(input.input, (part, input));
                taken.map_or(Ok(()), |_| Err(self.not_together(shard)))
            }
            Some(Record::End(end)) => {
                self.end.get_or_insert(end);
                Ok(())
            }
            _ => Err(refused(self.dir, format!("shard {shard} is not finished"))),
        }
    }

    fn not_together(&self, shard: Shard) -> KzgAdvancedError {
        let reason = format!(
            "shard {shard} does not fit to the others: they were made of other inputs, or an input has \
             changed its length"
        );
        refused(self.dir, reason)
    }
}
