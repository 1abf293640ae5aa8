//! Writes the artefacts and the manifest of an output folder so that a crash loses nothing.
//!
//! A blob's artefacts are durable before the blob's line is appended to the manifest, so all blobs
//! that the manifest names are stored.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use kzg_advanced::files;
use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32, Cell, MemoryPool};

use crate::folder::bundle::{self, BLOBS_PER_BUNDLE};
use crate::folder::disk::Disk;
use crate::folder::layout::{
    REPORT, artefact_file, blob_file, bundle_file, cells_file, folder, is_job_file, number_in,
};
use crate::folder::manifest_file::ManifestFile;
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
    manifest: ManifestFile,
    /// The last bundle, if it may get more blobs.
    open_bundle: OpenBundle,
    /// The pool of buffers for the blobs of the last bundle.
    pool: MemoryPool<Box<Blob>>,
    /// The number after that of the last blob of this run so far.
    next_blob: u64,
    /// The number of written bytes, including the manifest.
    written: u64,
    /// Damaged artefacts that were written again.
    pub(crate) mended: Listed<String>,
}

/// The blobs of a bundle that may get more blobs. The file has these blobs already, so that each blob
/// with a line is stored.
#[derive(Debug, Default)]
struct OpenBundle {
    records: Vec<BlobRecord>,
    blobs: Vec<Pooled<Box<Blob>>>,
    /// Whether an earlier run has recorded each of the blobs.
    recorded: Vec<bool>,
}

impl Store {
    /// Creates the folder, or opens one in which an earlier run `has_begun`.
    pub(crate) fn open(
        dir: &Path,
        emit: &[Artefact],
        has_begun: bool,
        disk: Disk,
        pool: MemoryPool<Box<Blob>>,
    ) -> Result<Self> {
        let path = dir.join(MANIFEST);
        let opened = disk.create_dir(dir).and_then(|()| {
            for &artefact in emit {
                let folder = dir.join(folder(artefact));
                disk.create_dir(&folder)?;
                disk.remove_temporaries(&folder, |name| number_in(artefact, name).is_some())?;
            }
            disk.remove_temporaries(dir, is_job_file)?;
            let pages = dir.join(PAGES);
            if pages.is_dir() {
                disk.remove_temporaries(&pages, is_page)?;
            }
            let manifest = ManifestFile::open(dir, &disk)?;
            disk.sync_dir(dir)?;
            Ok(manifest)
        });
        Ok(Self {
            manifest: opened.map_err(KzgAdvancedError::writing(&path))?,
            dir: dir.to_owned(),
            emit: emit.to_owned(),
            disk,
            resuming: has_begun,
            open_bundle: OpenBundle::default(),
            pool,
            next_blob: 0,
            written: 0,
            mended: Listed::default(),
        })
    }

    /// The number of bytes that this run has written so far.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// The length of the manifest's lines in bytes, as far as they are kept or written.
    pub(crate) fn manifest_len(&self) -> u64 {
        self.manifest.len()
    }

    /// The SHA-256 of these lines.
    pub(crate) fn manifest_sha256(&self) -> Bytes32 {
        self.manifest.sha256()
    }

    /// The file that has these lines, opened for reading; `None` if it is the one of the last call.
    pub(crate) fn opened_manifest(&mut self) -> Result<Option<File>> {
        let opened = self.manifest.opened();
        opened.map_err(KzgAdvancedError::reading(&self.dir.join(MANIFEST)))
    }

    /// Keeps the next line of the manifest.
    pub(crate) fn keep(&mut self, record: &Record) {
        self.manifest.keep(&record.to_line());
    }

    /// Appends lines to the manifest, behind the lines that are kept.
    pub(crate) fn append<'a>(
        &mut self,
        records: impl IntoIterator<Item = &'a Record>,
    ) -> Result<()> {
        let text: String = records.into_iter().map(Record::to_line).collect();
        if text.is_empty() {
            return Ok(());
        }
        let appended = self.manifest.append(&self.disk, &text);
        appended.map_err(KzgAdvancedError::writing(&self.dir.join(MANIFEST)))?;
        self.written += text.len() as u64;
        Ok(())
    }

    /// Replaces the manifest of the earlier run, which has no line any more that the job needs. One that
    /// ends in damage may be that of a finished job, and stays until the lines of this job are longer.
    pub(crate) fn replace_manifest(&mut self, ends_in_damage: bool) -> Result<()> {
        if ends_in_damage && !self.manifest.has_outgrown() {
            return Ok(());
        }
        let replaced = self.manifest.replace_old(&self.disk);
        replaced.map_err(KzgAdvancedError::writing(&self.dir.join(MANIFEST)))
    }

    /// Ends the manifest after its last line.
    pub(crate) fn end_manifest(&mut self) -> Result<()> {
        let ended = self.manifest.end(&self.disk);
        ended.map_err(KzgAdvancedError::writing(&self.dir.join(MANIFEST)))
    }

    /// Writes the artefacts of consecutive blobs, which follow those of the call before. Artefacts
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
        if let Some(last) = records.last() {
            self.next_blob = last.blob + 1;
        }
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
                Artefact::Bundles => self.write_bundles(records, blobs, recorded)?,
            }
            self.sync_artefacts(artefact)?;
        }
        Ok(())
    }

    /// Writes the bundles of consecutive blobs. The last one may get more blobs.
    fn write_bundles(
        &mut self,
        records: &[BlobRecord],
        blobs: &[&Blob],
        recorded: &[bool],
    ) -> Result<()> {
        let mut next = 0;
        while next < records.len() {
            let mut bundle = std::mem::take(&mut self.open_bundle);
            let missing = BLOBS_PER_BUNDLE - bundle.records.len();
            let part = next..records.len().min(next + missing);
            next = part.end;
            bundle.records.extend_from_slice(&records[part.clone()]);
            bundle.recorded.extend_from_slice(&recorded[part.clone()]);
            let is_whole = bundle.records.len() == BLOBS_PER_BUNDLE;
            let added = &blobs[part];
            let all = bundle.blobs.iter().map(|blob| &***blob);
            let text = bundle::to_json(&bundle.records, all.chain(added.iter().copied()));
            let name = bundle.name();
            // An earlier run may have stored more blobs of the bundle, which have lines.
            if is_whole || !self.has_longer(&name, &text) {
                self.write(name, text.as_bytes(), bundle.is_recorded())?;
            }
            if !is_whole {
                bundle.blobs.extend(added.iter().map(|blob| {
                    let mut copy = self.pool.get();
                    copy.0.copy_from_slice(&blob.0);
                    copy
                }));
                self.open_bundle = bundle;
            }
        }
        Ok(())
    }

    fn has_longer(&self, name: &str, text: &str) -> bool {
        let length = fs::metadata(self.dir.join(name)).map(|metadata| metadata.len());
        self.resuming && length.is_ok_and(|length| length > text.len() as u64)
    }

    /// Whether the last bundle may get more blobs. The file in the folder may then have other blobs than
    /// the bundle has so far.
    pub(crate) fn has_open_bundle(&self) -> bool {
        !self.open_bundle.records.is_empty()
    }

    /// Checks, behind the last blob of this run, that no artefact shows a later blob of an earlier run.
    pub(crate) fn check_last_blob(&self) -> Result<()> {
        let found = self.later_artefacts();
        let found = found.map_err(KzgAdvancedError::reading(&self.dir))?;
        if found.is_empty() {
            return Ok(());
        }
        Err(KzgAdvancedError::configuration(format!(
            "cannot resume with other inputs: behind the last blob of the inputs that this run reads, the \
             folder has {}, and the end of {MANIFEST} is missing; if the inputs are the right ones, move what \
             is behind elsewhere",
            found.join(", ")
        )))
    }

    /// The names of the artefacts with blobs behind the last blob of this run: the first and the last one of
    /// each kind.
    fn later_artefacts(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        if !self.resuming {
            return Ok(found);
        }
        for &artefact in &self.emit {
            let in_each = match artefact {
                Artefact::Bundles => BLOBS_PER_BUNDLE as u64,
                Artefact::Blobs | Artefact::Cells => 1,
            };
            let files = self.next_blob.div_ceil(in_each);
            let mut later = None;
            for entry in fs::read_dir(self.dir.join(folder(artefact)))? {
                let number = number_in(artefact, Path::new(&entry?.file_name()));
                if let Some(number) = number.filter(|number| *number >= files) {
                    let (first, last, count) = later.unwrap_or((number, number, 0_u64));
                    later = Some((first.min(number), last.max(number), count + 1));
                }
            }
            let name = |number| artefact_file(artefact, number);
            found.extend(later.map(|(first, last, count)| match count {
                1 => name(first),
                _ => format!("{count} files from {} to {}", name(first), name(last)),
            }));
        }
        found.extend(self.open_bundle.longer_file(&self.dir));
        Ok(found)
    }

    /// Ends the last bundle: its file gets exactly its blobs.
    pub(crate) fn end_bundle(&mut self) -> Result<()> {
        let bundle = std::mem::take(&mut self.open_bundle);
        if bundle.records.is_empty() || !self.resuming {
            return Ok(());
        }
        let text = bundle::to_json(&bundle.records, bundle.blobs.iter().map(|blob| &***blob));
        self.write(bundle.name(), text.as_bytes(), bundle.is_recorded())?;
        self.sync_artefacts(Artefact::Bundles)
    }

    fn sync_artefacts(&self, artefact: Artefact) -> Result<()> {
        let folder = self.dir.join(folder(artefact));
        let synced = self.disk.sync_dir(&folder);
        synced.map_err(KzgAdvancedError::writing(&folder))
    }

    /// Writes the report as HTML pages and as JSON.
    pub(crate) fn write_report(&self, report: &ProcessingReport) -> Result<()> {
        let manifest = || self.manifest.lines().ok().map(ManifestReader::new);
        write_pages(report, manifest, |name, text| self.write_text(name, text))?;
        self.write_json_report(report)
    }

    /// Writes the report as JSON.
    pub(crate) fn write_json_report(&self, report: &ProcessingReport) -> Result<()> {
        self.write_text(REPORT, &report.to_json())?;
        self.disk
            .sync_dir(&self.dir)
            .map_err(KzgAdvancedError::writing(&self.dir))
    }

    fn write_text(&self, name: &str, text: &str) -> Result<()> {
        let path = self.dir.join(name);
        let folder = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder)
            .and_then(|()| self.disk.write_file(&path, text.as_bytes()))
            .map_err(KzgAdvancedError::writing(&path))
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
}

impl Drop for Store {
    fn drop(&mut self) {
        // The next run removes what is left.
        let _ = self.manifest.discard_new(&self.disk);
    }
}

impl OpenBundle {
    fn name(&self) -> String {
        bundle_file(self.records[0].blob / BLOBS_PER_BUNDLE as u64)
    }

    /// The name of the bundle if its file in `dir` has the length of a bundle with more blobs.
    fn longer_file(&self, dir: &Path) -> Option<String> {
        let proofs = bundle::proofs(self.records.first()?).len().max(1);
        let length = fs::metadata(dir.join(self.name())).ok()?.len();
        let mut more = self.records.len() + 1..=BLOBS_PER_BUNDLE;
        more.any(|blobs| bundle::json_len(blobs, proofs) as u64 == length)
            .then(|| self.name())
    }

    fn is_recorded(&self) -> bool {
        self.recorded.iter().all(|recorded| *recorded)
    }
}

/// Whether a file can be read and holds exactly these bytes.
pub(crate) fn holds(path: &Path, content: &[u8]) -> bool {
    let length = content.len() as u64;
    let same_length = fs::metadata(path).is_ok_and(|metadata| metadata.len() == length);
    same_length && files::read_bounded(path, length).is_ok_and(|found| found == content)
}
