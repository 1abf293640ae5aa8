//! Crash-safe changes to files. What has a final name is whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Ends the name of a file that is being written.
const TEMPORARY: &str = "tmp";

/// Changes files step by step. Between any two steps the process may be killed.
///
/// Tests make it fail at a given step, as if it had been killed there.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    #[cfg(test)]
    steps_left: Option<std::cell::Cell<usize>>,
}

impl Disk {
    /// Makes a folder, and those above it.
    pub(crate) fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        fs::create_dir_all(path)
    }

    /// Writes a file under a temporary name, syncs it and renames it. The folder has to be
    /// synced afterwards.
    pub(crate) fn write_file(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let temporary = temporary_path(path);
        self.step()?;
        let mut file = File::create(&temporary)?;
        self.write(&mut file, content)?;
        file.sync_data()?;
        self.step()?;
        fs::rename(&temporary, path)
    }

    /// Opens a file for appending, making it if there is none.
    pub(crate) fn open_append(&self, path: &Path) -> io::Result<File> {
        self.step()?;
        OpenOptions::new().append(true).create(true).open(path)
    }

    /// Appends to a file and syncs it.
    pub(crate) fn append(&self, file: &mut File, content: &[u8]) -> io::Result<()> {
        self.write(file, content)?;
        file.sync_data()
    }

    /// Cuts a file and syncs it.
    pub(crate) fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        self.step()?;
        file.set_len(length)?;
        file.sync_all()
    }

    /// Removes a file.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        fs::remove_file(path)
    }

    /// Makes the names in a folder durable.
    pub(crate) fn sync_dir(&self, path: &Path) -> io::Result<()> {
        // Elsewhere a folder cannot be opened, and renames are durable by themselves.
        if cfg!(unix) {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }

    fn write(&self, file: &mut File, content: &[u8]) -> io::Result<()> {
        if let Err(killed) = self.step() {
            file.write_all(&content[..content.len() / 2])?;
            return Err(killed);
        }
        file.write_all(content)
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)]
    fn step(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The name under which a file is written.
fn temporary_path(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".");
    name.push(TEMPORARY);
    name.into()
}

/// Whether a file was being written when a process died.
pub(crate) fn is_temporary(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == TEMPORARY)
}

#[cfg(test)]
impl Disk {
    /// Fails at every step after the first `steps`; a write that fails is torn in half.
    pub(crate) fn killed_after(steps: usize) -> Self {
        Self {
            steps_left: Some(std::cell::Cell::new(steps)),
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
        assert!(is_temporary(&temporary_path(&path)));
        Disk::killed_after(3).write_file(&path, b"content").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"content");
        assert!(!temporary_path(&path).exists());
    }

    #[test]
    fn a_torn_append_leaves_half() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let disk = Disk::killed_after(2);
        let mut file = disk.open_append(&path).unwrap();
        disk.append(&mut file, b"first\n").unwrap();
        assert!(disk.append(&mut file, b"second\n").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first\nsec");
    }
}
