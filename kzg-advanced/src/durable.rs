//! Files that appear under their name only once their content is whole and on the disk.
//!
//! A [`NewFile`] is written under a temporary name, synced and renamed. A process that is killed
//! at any moment leaves either the old file or the new one under the final name.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The number of other names that are tried where the temporary name is taken.
const ATTEMPTS: usize = 1000;

/// Writes a file in one step: whole or not at all, and on the disk when this returns. Missing
/// folders above it are made. An existing file is replaced.
///
/// # Errors
///
/// The operating system's. The file that was there before, if any, is unchanged then.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("deep/state.json");
/// kzg_advanced::durable::write(&path, b"{}")?;
/// assert_eq!(std::fs::read(&path)?, b"{}");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write(path: impl AsRef<Path>, content: &[u8]) -> io::Result<()> {
    let path = path.as_ref();
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let mut file = NewFile::create(Path::new(&temporary))?;
    file.write_all(content)?;
    file.rename(path)?;
    sync_folder(folder)
}

/// Makes the names in a folder durable.
///
/// # Errors
///
/// The operating system's.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // On other systems a folder cannot be opened, and renames are durable by themselves.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// The folder that holds `path`.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// A file under a temporary name that no other file had. Dropped without
/// [`rename`](Self::rename), the file is removed.
#[derive(Debug)]
pub struct NewFile {
    file: BufWriter<File>,
    temporary: Temporary,
}

/// Removes the temporary file on drop, unless the file has its final name.
#[derive(Debug)]
struct Temporary {
    path: PathBuf,
    renamed: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // An error led to this drop, and that error is the one to report.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl NewFile {
    /// Creates a file named `temporary`. Where that name is taken, a number is appended.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn create(temporary: &Path) -> io::Result<Self> {
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
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.temporary.path
    }

    /// Syncs the content, makes the folders above `path`, and gives the file the name `path`.
    /// The name is durable after [`sync_folder`].
    ///
    /// # Errors
    ///
    /// The operating system's. The temporary file is removed then.
    pub fn rename(mut self, path: &Path) -> io::Result<()> {
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_data()?;
        fs::create_dir_all(folder_of(path))?;
        fs::rename(&self.temporary.path, path)?;
        self.temporary.renamed = true;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn existing_files_are_untouched_and_no_temporary_file_is_left() {
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

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/state");
        write(&path, b"a longer first content").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        assert!(write(path.join("below a file"), b"").is_err());
    }
}
