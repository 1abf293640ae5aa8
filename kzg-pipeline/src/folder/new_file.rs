//! A file that appears under its name only once it is whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Other names that are tried where one is taken, as by what a killed run has left.
const ATTEMPTS: usize = 1000;

/// A file under a temporary name, never one that was there before. Dropped without
/// [`rename`](Self::rename), it is removed.
#[derive(Debug)]
pub(crate) struct NewFile {
    file: BufWriter<File>,
    temporary: Temporary,
}

/// Removes the file, unless it has another name now.
#[derive(Debug)]
struct Temporary {
    path: PathBuf,
    renamed: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // That it is dropped is due to an error, which is the one to report.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl NewFile {
    /// Makes a file named `temporary`, or so with a number if that is taken.
    pub(crate) fn create(temporary: &Path) -> io::Result<Self> {
        let mut path = temporary.to_owned();
        for attempt in 1.. {
            match File::create_new(&path) {
                Ok(file) => {
                    return Ok(Self {
                        file: BufWriter::new(file),
                        temporary: Temporary {
                            path,
                            renamed: false,
                        },
                    });
                }
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
            let mut name = temporary.as_os_str().to_owned();
            name.push(format!("-{attempt}"));
            path = name.into();
        }
        unreachable!("the last attempt returns")
    }

    /// The temporary name.
    pub(crate) fn path(&self) -> &Path {
        &self.temporary.path
    }

    /// Appends.
    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Syncs the content, then gives the file its name, making the folders above it.
    pub(crate) fn rename(mut self, path: &Path) -> io::Result<()> {
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_data()?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::rename(&self.temporary.path, path)?;
        self.temporary.renamed = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_there_is_touched_and_nothing_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let (temporary, path) = (dir.path().join("a.new"), dir.path().join("sub/a"));
        fs::write(&temporary, "a user's").unwrap();
        let mut file = NewFile::create(&temporary).unwrap();
        assert_eq!(file.path(), dir.path().join("a.new-1"));
        file.write_all(b"content").unwrap();
        assert!(!path.exists());
        file.rename(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"content");
        drop(NewFile::create(&temporary).unwrap());
        let blocked = NewFile::create(&temporary).unwrap();
        assert!(blocked.rename(&temporary.join("below a file")).is_err());
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 2, "{left:?}");
        assert_eq!(fs::read(&temporary).unwrap(), b"a user's");
    }
}
