//! The manifest of an output folder, as a job writes it.
//!
//! Lines are appended to the file, behind the lines of an earlier run that stay. Other lines of the
//! earlier run may still be in the file then. If there is more than the beginning of one line, the job
//! leaves the file as it is and writes a new file, which begins with the lines that stay. The new file
//! replaces the old one when the job needs no line of the old one any more. A job that ends before,
//! however it ends, leaves the old file as it was.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use kzg_advanced::files;
use kzg_traits::Bytes32;
use sha2::{Digest, Sha256};

use crate::folder::disk::Disk;
use crate::manifest::{MANIFEST, is_cut_short};

/// A manifest that is being written.
#[derive(Debug)]
pub(crate) struct ManifestFile {
    dir: PathBuf,
    file: File,
    /// The path of the new file, until it replaces the old one.
    new: Option<PathBuf>,
    /// The length of the manifest of the earlier run in bytes; 0 without one.
    old_len: u64,
    /// The length of the job's lines in bytes. Behind them, the file may have lines of an earlier run.
    len: u64,
    hash: Sha256,
    /// Whether the file may have lines of an earlier run behind those of the job.
    has_tail: bool,
    /// Whether the lines are in another file than at the last call of `opened`.
    is_moved: bool,
}

impl ManifestFile {
    /// Opens the manifest of a folder, or creates it. Nothing is changed in a manifest that is there.
    pub(crate) fn open(dir: &Path, disk: &Disk) -> io::Result<Self> {
        let file = disk.open_append(&dir.join(MANIFEST))?;
        Ok(Self {
            old_len: file.metadata()?.len(),
            file,
            dir: dir.to_owned(),
            new: None,
            len: 0,
            hash: Sha256::new(),
            has_tail: true,
            is_moved: true,
        })
    }

    /// Whether the job's lines are longer than the manifest of the earlier run.
    pub(crate) fn has_outgrown(&self) -> bool {
        self.len > self.old_len
    }

    /// The length of the job's lines in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The SHA-256 of the job's lines.
    pub(crate) fn sha256(&self) -> Bytes32 {
        Bytes32(self.hash.clone().finalize().into())
    }

    /// The file that has the lines, opened for reading; `None` if it is the one of the last call.
    pub(crate) fn opened(&mut self) -> io::Result<Option<File>> {
        if !std::mem::take(&mut self.is_moved) {
            return Ok(None);
        }
        files::open_regular(&self.path()).map(Some)
    }

    /// Reads the lines of the job.
    pub(crate) fn lines(&self) -> io::Result<impl Read> {
        Ok(files::open_regular(&self.path())?.take(self.len))
    }

    /// Takes the next line of the earlier run as a line of the job.
    pub(crate) fn keep(&mut self, line: &str) {
        self.count(line);
    }

    /// Appends lines and makes them durable.
    pub(crate) fn append(&mut self, disk: &Disk, lines: &str) -> io::Result<()> {
        if std::mem::take(&mut self.has_tail) && self.file.metadata()?.len() > self.len {
            if is_cut_short(&self.path(), self.len)? {
                disk.truncate(&self.file, self.len)?;
            } else {
                self.begin_new(disk)?;
            }
        }
        disk.append(&mut self.file, lines.as_bytes())?;
        self.count(lines);
        Ok(())
    }

    /// Replaces the old file by the new one, if there is a new one.
    pub(crate) fn replace_old(&mut self, disk: &Disk) -> io::Result<()> {
        let Some(new) = &self.new else {
            return Ok(());
        };
        self.file.sync_all()?;
        disk.rename(new, &self.dir.join(MANIFEST))?;
        self.new = None;
        disk.sync_dir(&self.dir)
    }

    /// Ends the manifest of a finished job: the file has the lines of the job and nothing else.
    pub(crate) fn end(&mut self, disk: &Disk) -> io::Result<()> {
        if std::mem::take(&mut self.has_tail) && self.file.metadata()?.len() > self.len {
            disk.truncate(&self.file, self.len)?;
        }
        self.replace_old(disk)
    }

    /// Removes the new file unless it has replaced the old one.
    pub(crate) fn discard_new(&mut self, disk: &Disk) -> io::Result<()> {
        self.new.take().map_or(Ok(()), |new| disk.remove(&new))
    }

    /// Copies the lines of the job to a new file, and continues there.
    fn begin_new(&mut self, disk: &Disk) -> io::Result<()> {
        let path = files::temporary_name(&self.dir.join(MANIFEST));
        let mut file = disk.create_append(&path)?;
        self.new = Some(path);
        let old = files::open_regular(&self.dir.join(MANIFEST))?;
        let copied = io::copy(&mut old.take(self.len), &mut file)?;
        if copied != self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.file = file;
        self.is_moved = true;
        Ok(())
    }

    /// The path of the file that has the lines.
    fn path(&self) -> PathBuf {
        self.new.clone().unwrap_or_else(|| self.dir.join(MANIFEST))
    }

    fn count(&mut self, lines: &str) {
        self.len += lines.len() as u64;
        self.hash.update(lines);
    }
}
