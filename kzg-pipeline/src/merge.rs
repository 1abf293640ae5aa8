//! Joins the shards of a job to the output folder of a whole job.

use std::collections::BTreeMap;
use std::fs;
use std::io;
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
use crate::folder::stored::StoredBlobs;
use crate::manifest::{
    EndRecord, Header, InputRecord, MANIFEST, ManifestReader, OrderFault, Record,
};
use crate::options::Artefact;
use crate::stages::store::holds;
use manifests::{Merged, Part, damaged};

mod manifests;

/// The artefacts that a shard can have.
const KINDS: [Artefact; 2] = [Artefact::Blobs, Artefact::Cells];

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
/// of them, and no other file is in the place of an artefact. A merge that was killed is completed by
/// another one. Blobs are not verified; [`verify`](crate::DataProcessingPipeline::verify) does that.
///
/// # Errors
///
/// [`KzgAdvancedError::Configuration`] if there are no shards, one is missing or unfinished, or they
/// are not of one job, or another process works on one of them or merges them, or another file is in the
/// place of an artefact; [`KzgAdvancedError::DataValidation`] if a line of a manifest is damaged;
/// [`KzgAdvancedError::Io`].
pub fn merge(dir: &Path) -> Result<MergeReport> {
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
        return complete(dir, &shards);
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
    remove_unfinished(dir)?;
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
        move_artefacts(dir, shard)?;
    }
    for artefact in KINDS.map(|kind| dir.join(folder(kind))) {
        if artefact.exists() {
            files::sync_folder(&artefact).map_err(KzgAdvancedError::writing(&artefact))?;
        }
    }
    merged.file.rename(&path).map_err(writing)?;
    files::sync_folder(dir).map_err(writing)?;
    clean_up(dir, &shards);
    Ok(report)
}

/// Moves the artefacts of a shard that the lines of its manifest name.
fn move_artefacts(dir: &Path, shard: Shard) -> Result<()> {
    let mut part = Part::open(dir, shard)?;
    let mut emit = Vec::new();
    while let Some(record) = part.line()? {
        match record {
            Record::Header(header) => emit = header.emit,
            Record::Blob(blob) => {
                for &artefact in &emit {
                    let name = StoredBlobs::file_name(artefact, blob.blob);
                    let to = dir.join(&name);
                    let moved = rename_into(&dir.join(shard.folder()).join(&name), &to);
                    moved.map_err(KzgAdvancedError::writing(&to))?;
                }
            }
            Record::Input(_) | Record::InputEnd(_) | Record::End(_) => {}
        }
    }
    Ok(())
}

/// Renames a file, and creates the folder if it is missing. A file that a killed merge has renamed stays.
fn rename_into(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if to.exists() {
                return Ok(());
            }
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::rename(from, to)
        }
        renamed => renamed,
    }
}

/// Completes a merge that was killed after it had written the manifest. What is left of the shards
/// then has no artefacts.
fn complete(dir: &Path, shards: &[Shard]) -> Result<MergeReport> {
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
    remove_unfinished(dir)?;
    clean_up(dir, shards);
    Ok(MergeReport {
        shards: shards.first().map_or(0, |shard| shard.count()),
        inputs: end.inputs,
        blobs: end.blobs,
        bytes: end.bytes,
    })
}

/// Removes the manifests that killed merges were writing.
fn remove_unfinished(dir: &Path) -> Result<()> {
    let removed = Disk::default().remove_temporaries(dir, |name| name == Path::new(MANIFEST));
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

/// Whether two files have the same bytes. A merge that was killed and a shard that was run again leave the
/// same artefact in both folders.
fn are_equal(from: &Path, to: &Path) -> Result<bool> {
    let reading = |error| KzgAdvancedError::reading(from)(error);
    let length = fs::metadata(from).map_err(reading)?.len();
    if fs::metadata(to)
        .map_err(KzgAdvancedError::reading(to))?
        .len()
        != length
    {
        return Ok(false);
    }
    let content = files::read_bounded(from, length).map_err(reading)?;
    Ok(holds(to, &content))
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
                        debug_assert!(KINDS.contains(&artefact));
                        let name = StoredBlobs::file_name(artefact, blob.blob);
                        self.check_move(shard, &name)?;
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

    /// Checks that an artefact of a shard is there, or was moved by a merge that was killed, and that no
    /// other file is in its place.
    fn check_move(&self, shard: Shard, name: &str) -> Result<()> {
        let from = self.dir.join(shard.folder()).join(name);
        let to = self.dir.join(name);
        // A symbolic link that leads nowhere is in the way, too.
        let is_there = to.symlink_metadata().is_ok();
        if !from.exists() && !is_there {
            let reason = format!("{name} is missing: run shard {shard} again");
            return Err(refused(self.dir, reason));
        }
        if from.exists() && is_there && !are_equal(&from, &to)? {
            let reason = format!(
                "{name} is there already and differs from that of shard {shard}; move it elsewhere"
            );
            return Err(refused(self.dir, reason));
        }
        Ok(())
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
