//! Crash-safe changes to the files of an output folder: after the process is killed, each file is
//! complete or absent. Only the last line of the manifest may be torn.

use std::fs::{self, DirEntry, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use kzg_advanced::files::{self, NewFile};

/// Changes files step by step. The process may be killed between any two steps.
///
/// Tests make a step fail as if the process had been killed there. In tests, appending and
/// [`place`](Self::place) panic while the names of files that were written before are not durable.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    #[cfg(test)]
    steps_left: Option<std::cell::Cell<usize>>,
    /// The folders in which files were created since the folder was last synced.
    #[cfg(test)]
    unsynced: std::cell::RefCell<std::collections::BTreeSet<std::path::PathBuf>>,
}

impl Disk {
    /// Creates a folder and its parents, and syncs the folder above each one that was missing, where that
    /// folder can be synced: it may be somebody else's.
    pub(crate) fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        let named = path
            .ancestors()
            .filter(|folder| !folder.as_os_str().is_empty());
        let missing: Vec<&Path> = named.take_while(|folder| !folder.exists()).collect();
        fs::create_dir_all(path)?;
        for folder in missing.into_iter().rev() {
            self.created(folder);
            let above = folder
                .parent()
                .filter(|above| !above.as_os_str().is_empty());
            let above = above.unwrap_or(Path::new("."));
            self.sync_dir_if_possible(above)?;
        }
        Ok(())
    }

    /// Writes a file under a temporary name, syncs the file and renames it. The caller has to sync
    /// the folder afterwards.
    pub(crate) fn write_file(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.step()?;
        let mut file = NewFile::create(&files::temporary_name(path))?;
        let written = self.write(content, |bytes| file.write_all(bytes));
        if let Err(error) = written.and_then(|()| self.step()) {
            self.leave(file);
            return Err(error);
        }
        self.created(path);
        file.rename(path)
    }

    /// Opens a regular file for appending, or creates the file.
    pub(crate) fn open_append(&self, path: &Path) -> io::Result<File> {
        self.step()?;
        self.created(path);
        files::open_regular_with(OpenOptions::new().append(true).create(true), path)
    }

    /// Creates a file for appending.
    pub(crate) fn create_append(&self, path: &Path) -> io::Result<File> {
        self.step()?;
        OpenOptions::new().append(true).create_new(true).open(path)
    }

    /// Appends to a file and syncs the file.
    pub(crate) fn append(&self, file: &mut File, content: &[u8]) -> io::Result<()> {
        self.require_durable_names();
        self.write(content, |bytes| file.write_all(bytes))?;
        file.sync_data()
    }

    /// Truncates a file and syncs the file.
    pub(crate) fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        self.step()?;
        file.set_len(length)?;
        file.sync_all()
    }

    /// Renames a file; a file of the new name is replaced. The caller has to sync the folder afterwards.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        self.created(to);
        fs::rename(from, to)
    }

    /// Gives a new file its name, under which everything before it is found: the names of the other files
    /// must be durable. The caller has to sync the folder afterwards.
    pub(crate) fn place(&self, file: NewFile, path: &Path) -> io::Result<()> {
        if let Err(killed) = self.step() {
            self.leave(file);
            return Err(killed);
        }
        self.require_durable_names();
        self.created(path);
        file.rename(path)
    }

    /// Removes a file.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        fs::remove_file(path)
    }

    /// Removes the temporary files in a folder that became files of names that are `ours`.
    pub(crate) fn remove_temporaries(
        &self,
        dir: &Path,
        ours: impl Fn(&Path) -> bool,
    ) -> io::Result<()> {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            if is_temporary(&entry, &ours)? {
                self.remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Syncs a folder, so that the names in the folder are durable.
    pub(crate) fn sync_dir(&self, path: &Path) -> io::Result<()> {
        files::sync_folder(path)?;
        self.synced(path);
        Ok(())
    }

    /// Syncs a folder, unless this user or its file system cannot.
    pub(crate) fn sync_dir_if_possible(&self, path: &Path) -> io::Result<()> {
        match self.sync_dir(path) {
            Err(error) if files::cannot_sync(&error) => {
                self.synced(path);
                Ok(())
            }
            synced => synced,
        }
    }

    /// Writes the content. Where a test simulates a kill, writes half of the content and fails.
    fn write(
        &self,
        content: &[u8],
        mut write: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        if let Err(killed) = self.step() {
            write(&content[..content.len() / 2])?;
            return Err(killed);
        }
        write(content)
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self)]
    fn leave(&self, file: NewFile) {
        drop(file);
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)]
    fn step(&self) -> io::Result<()> {
        Ok(())
    }

    /// Notes that a file or a folder has got its name.
    #[cfg(not(test))]
    #[allow(clippy::unused_self)]
    pub(crate) fn created(&self, _: &Path) {}

    #[cfg(not(test))]
    #[allow(clippy::unused_self)]
    fn synced(&self, _: &Path) {}

    #[cfg(not(test))]
    #[allow(clippy::unused_self)]
    fn require_durable_names(&self) {}
}

/// Whether an entry of a folder is a temporary file that becomes a file of a name that is `ours`.
pub(crate) fn is_temporary(entry: &DirEntry, ours: impl Fn(&Path) -> bool) -> io::Result<bool> {
    Ok(final_name(&entry.path()).is_some_and(ours) && entry.file_type()?.is_file())
}

/// The name that the file of a temporary name gets when it is whole; `None` for a name that is not
/// temporary. A killed process leaves files of temporary names behind.
fn final_name(temporary: &Path) -> Option<&Path> {
    let name = temporary.file_name()?.to_str()?;
    let stem = match name.rsplit_once('-') {
        Some((stem, digits))
            if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) =>
        {
            stem
        }
        _ => name,
    };
    stem.strip_suffix(".tmp").map(Path::new)
}

#[cfg(test)]
impl Disk {
    /// Fails at every step after the first `steps`. A write that fails writes half of its content.
    pub(crate) fn killed_after(steps: usize) -> Self {
        Self {
            steps_left: Some(std::cell::Cell::new(steps)),
            ..Self::default()
        }
    }

    /// A killed process does not remove its temporary file.
    fn leave(&self, file: NewFile) {
        if self.steps_left.is_some() {
            std::mem::forget(file);
        }
    }

    fn step(&self) -> io::Result<()> {
        let Some(steps_left) = &self.steps_left else {
            return Ok(());
        };
        let left = steps_left.get();
        steps_left.set(left.saturating_sub(1));
        if left == 0 {
            return Err(io::Error::other("killed"));
        }
        Ok(())
    }

    pub(crate) fn created(&self, path: &Path) {
        let folder = path.parent().expect("a file in a folder").to_owned();
        self.unsynced.borrow_mut().insert(folder);
    }

    fn synced(&self, folder: &Path) {
        self.unsynced.borrow_mut().remove(folder);
    }

    /// Whether all names that were created are durable.
    pub(crate) fn is_durable(&self) -> bool {
        self.unsynced.borrow().is_empty()
    }

    /// A line of the manifest must not outlive the files that the line describes.
    fn require_durable_names(&self) {
        let unsynced = self.unsynced.borrow();
        assert!(unsynced.is_empty(), "not synced: {unsynced:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.blob");
        for steps in 0..3 {
            assert!(
                Disk::killed_after(steps)
                    .write_file(&path, b"content")
                    .is_err()
            );
            assert!(!path.exists());
        }
        let temporary = files::temporary_name(&path);
        for temporary in [&*temporary, Path::new("a.blob.tmp-12")] {
            assert_eq!(final_name(temporary), Some(Path::new("a.blob")));
        }
        for other in ["a.blob", "a-12", "a.tmp-", "a.tmp-x", "a.tmp-1-2"] {
            assert_eq!(final_name(Path::new(other)), None);
        }
        Disk::killed_after(3).write_file(&path, b"content").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"content");
        assert!(dir.path().join("a.blob.tmp").exists());
    }

    #[test]
    fn a_torn_append_leaves_half() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let disk = Disk::killed_after(2);
        let mut file = disk.open_append(&path).unwrap();
        disk.sync_dir(dir.path()).unwrap();
        disk.append(&mut file, b"first\n").unwrap();
        assert!(disk.append(&mut file, b"second\n").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first\nsec");
    }

    #[test]
    #[should_panic(expected = "not synced")]
    fn an_append_after_a_file_that_is_not_durable_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::default();
        let mut file = disk.open_append(&dir.path().join("log")).unwrap();
        disk.sync_dir(dir.path()).unwrap();
        disk.write_file(&dir.path().join("a.blob"), b"content")
            .unwrap();
        let _ = disk.append(&mut file, b"line\n");
    }
}
