//! Writes the artefacts and the manifest of an output folder so that a crash loses nothing.
//!
//! A blob's artefacts are durable before the blob's line is appended to the manifest, so all blobs
//! that the manifest names are stored.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use kzg_advanced::files;
use kzg_traits::{Blob, Bytes32, Cell};
use sha2::{Digest, Sha256};

use crate::folder::bundle::{self, BLOBS_PER_BUNDLE};
use crate::folder::disk::{Disk, final_name};
use crate::folder::layout::{
    JOB_LOCK, REPORT, blob_file, bundle_file, cells_file, folder, is_job_file, number_in,
};
use crate::folder::shards::describe_shards;
use crate::formats::cells::StoredCells;
use crate::html::items::{PAGES, is_page};
use crate::html::pages::write_pages;
use crate::manifest::{BlobRecord, MANIFEST, ManifestReader, Record};
use crate::options::Artefact;
use crate::report::{Listed, ProcessingReport};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

/// An output folder that is being written.
#[derive(Debug)]
pub(crate) struct Store {
    dir: PathBuf,
    emit: Vec<Artefact>,
    disk: Disk,
    resuming: bool,
    manifest: File,
    /// The length of the kept lines in bytes; the rest of the file will be cut off.
    manifest_len: u64,
    manifest_hash: Sha256,
    tail_is_cut: bool,
    /// The number of written bytes, including the manifest.
    written: u64,
    /// Damaged artefacts that were written again.
    pub(crate) mended: Listed<String>,
}

impl Store {
    /// Creates the folder, or opens one in which an earlier run `has_begun`.
    pub(crate) fn open(dir: &Path, emit: &[Artefact], has_begun: bool, disk: Disk) -> Result<Self> {
        let path = dir.join(MANIFEST);
        let opened = disk.create_dir(dir).and_then(|()| {
            for &artefact in emit {
                let folder = dir.join(folder(artefact));
                disk.create_dir(&folder)?;
                remove_temporaries(&folder, &disk, |name| number_in(artefact, name).is_some())?;
            }
            remove_temporaries(dir, &disk, is_job_file)?;
            let pages = dir.join(PAGES);
            if pages.is_dir() {
                remove_temporaries(&pages, &disk, is_page)?;
            }
            let manifest = disk.open_append(&path)?;
            disk.sync_dir(dir)?;
            Ok(manifest)
        });
        Ok(Self {
            manifest: opened.map_err(KzgAdvancedError::writing(&path))?,
            dir: dir.to_owned(),
            emit: emit.to_owned(),
            disk,
            resuming: has_begun,
            manifest_len: 0,
            manifest_hash: Sha256::new(),
            tail_is_cut: !has_begun,
            written: 0,
            mended: Listed::default(),
        })
    }

    /// The number of bytes that this run has written so far.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// The length of the lines of the manifest that are kept.
    pub(crate) fn manifest_len(&self) -> u64 {
        self.manifest_len
    }

    /// The SHA-256 of the manifest's lines.
    pub(crate) fn manifest_sha256(&self) -> Bytes32 {
        Bytes32(self.manifest_hash.clone().finalize().into())
    }

    /// Keeps the next line of the manifest.
    pub(crate) fn keep(&mut self, record: &Record) {
        self.count_line(record.to_line().as_bytes());
    }

    /// Appends lines to the manifest, after cutting off the lines that are not kept.
    pub(crate) fn append<'a>(
        &mut self,
        records: impl IntoIterator<Item = &'a Record>,
    ) -> Result<()> {
        let text: String = records.into_iter().map(Record::to_line).collect();
        if text.is_empty() {
            return Ok(());
        }
        self.cut_tail()?;
        self.disk
            .append(&mut self.manifest, text.as_bytes())
            .map_err(KzgAdvancedError::writing(&self.dir.join(MANIFEST)))?;
        self.written += text.len() as u64;
        self.count_line(text.as_bytes());
        Ok(())
    }

    /// Cuts off the lines that are not kept.
    pub(crate) fn cut_tail(&mut self) -> Result<()> {
        if !self.tail_is_cut {
            let longer = self
                .manifest
                .metadata()
                .map(|metadata| metadata.len() > self.manifest_len);
            longer
                .and_then(|longer| {
                    if longer {
                        self.disk.truncate(&self.manifest, self.manifest_len)?;
                    }
                    Ok(())
                })
                .map_err(KzgAdvancedError::writing(&self.dir.join(MANIFEST)))?;
            self.tail_is_cut = true;
        }
        Ok(())
    }

    /// Writes the artefacts of consecutive blobs, the first of which begins a bundle. Artefacts
    /// that are already stored stay unchanged. `recorded` says of each blob whether an earlier run
    /// has recorded it: if an artefact of such a blob has to be written, that artefact counts as
    /// damaged. `cells` has the cells of each blob if the options emit cells.
    pub(crate) fn write_artefacts(
        &mut self,
        records: &[BlobRecord],
        blobs: &[&Blob],
        cells: &[StoredCells],
        recorded: &[bool],
    ) -> Result<()> {
        for artefact in self.emit.clone() {
            match artefact {
                Artefact::Blobs => {
                    for (index, (record, blob)) in records.iter().zip(blobs).enumerate() {
                        self.write(blob_file(record.blob), blob.as_slice(), recorded[index])?;
                    }
                }
                Artefact::Cells => {
                    for (index, (record, cells)) in records.iter().zip(cells).enumerate() {
                        let content = Cell::bytes_of_many(cells.cells());
                        self.write(cells_file(record.blob), content, recorded[index])?;
                    }
                }
                Artefact::Bundles => {
                    let bundles = records
                        .chunks(BLOBS_PER_BUNDLE)
                        .zip(blobs.chunks(BLOBS_PER_BUNDLE))
                        .zip(recorded.chunks(BLOBS_PER_BUNDLE));
                    for ((records, blobs), recorded) in bundles {
                        let number = records[0].blob / BLOBS_PER_BUNDLE as u64;
                        let text = bundle::to_json(records, blobs.iter().copied());
                        let recorded = recorded.iter().all(|recorded| *recorded);
                        self.write(bundle_file(number), text.as_bytes(), recorded)?;
                    }
                }
            }
            let folder = self.dir.join(folder(artefact));
            self.disk
                .sync_dir(&folder)
                .map_err(KzgAdvancedError::writing(&folder))?;
        }
        Ok(())
    }

    /// Writes the report as JSON and as HTML pages.
    pub(crate) fn write_report(&self, report: &ProcessingReport) -> Result<()> {
        let write = |name: &str, text: &str| {
            let path = self.dir.join(name);
            let folder = path.parent().unwrap_or(&self.dir);
            fs::create_dir_all(folder)
                .and_then(|()| self.disk.write_file(&path, text.as_bytes()))
                .map_err(KzgAdvancedError::writing(&path))
        };
        write(REPORT, &report.to_json())?;
        let manifest = || ManifestReader::open(&self.dir).ok();
        write_pages(report, manifest, write)?;
        self.disk
            .sync_dir(&self.dir)
            .map_err(KzgAdvancedError::writing(&self.dir))
    }

    fn write(&mut self, name: String, content: &[u8], recorded: bool) -> Result<()> {
        let path = self.dir.join(&name);
        if self.resuming && holds(&path, content) {
            return Ok(());
        }
        self.disk
            .write_file(&path, content)
            .map_err(KzgAdvancedError::writing(&path))?;
        self.written += content.len() as u64;
        if recorded {
            self.mended.add(name);
        }
        Ok(())
    }

    fn count_line(&mut self, text: &[u8]) {
        self.manifest_len += text.len() as u64;
        self.manifest_hash.update(text);
    }
}

/// Whether a file can be read and holds exactly these bytes.
fn holds(path: &Path, content: &[u8]) -> bool {
    let length = content.len() as u64;
    let same_length = fs::metadata(path).is_ok_and(|metadata| metadata.len() == length);
    same_length && files::read_bounded(path, length).is_ok_and(|found| found == content)
}

/// Whether an earlier run has begun to write to a folder.
///
/// # Errors
///
/// [`KzgAdvancedError::Configuration`] for a folder that is not empty, if that run is not to be
/// resumed or no run wrote there.
pub(crate) fn has_begun(dir: &Path, resume: bool) -> Result<bool> {
    let is_empty = is_empty(dir).map_err(KzgAdvancedError::writing(dir))?;
    if !is_empty && !resume {
        return Err(KzgAdvancedError::configuration(format!(
            "{} is not empty; resume the run that wrote the folder (--resume), or choose another folder",
            dir.display()
        )));
    }
    if !is_empty {
        check_ours(dir)?;
    }
    Ok(!is_empty)
}

/// Whether a folder is missing, or has no entry but the file of the lock.
fn is_empty(dir: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    for entry in entries {
        if entry?.file_name() != JOB_LOCK {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Refuses a folder that no run has written to.
fn check_ours(dir: &Path) -> Result<()> {
    if dir.join(MANIFEST).is_file() {
        return Ok(());
    }
    let [blobs, cells, bundles] = [Artefact::Blobs, Artefact::Cells, Artefact::Bundles].map(folder);
    let ours = [blobs, cells, bundles, JOB_LOCK];
    for entry in fs::read_dir(dir).map_err(KzgAdvancedError::writing(dir))? {
        let entry = entry.map_err(KzgAdvancedError::writing(dir))?;
        if !ours.iter().any(|name| entry.file_name() == *name) {
            let reason = describe_shards(dir).unwrap_or_else(|| {
                format!(
                    "it holds no {MANIFEST} but other files, and is not an earlier run's folder"
                )
            });
            let dir = dir.display();
            return Err(KzgAdvancedError::configuration(format!("{dir}: {reason}")));
        }
    }
    Ok(())
}

/// Removes the temporary files in a folder that became files of names that are `ours`.
fn remove_temporaries(dir: &Path, disk: &Disk, ours: impl Fn(&Path) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if final_name(&path).is_some_and(&ours) && entry.file_type()?.is_file() {
            disk.remove(&path)?;
        }
    }
    Ok(())
}
