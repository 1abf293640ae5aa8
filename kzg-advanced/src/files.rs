//! Files that appear under their names only when they are whole, and files that are read within
//! bounds.
//!
//! Every program that stores or reads back a file through these functions gets the same
//! guarantees: a reader never sees a file that is half written, a named pipe or a device in the
//! place of a file never makes a reader wait, and no file is read beyond its expected length.

use core::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Other temporary names that are tried where the first is taken, as by a file that a killed
/// process has left.
const ATTEMPTS: usize = 1000;

/// A file under a temporary name, never one that was there before. Dropping it without
/// [`rename`](Self::rename) removes it.
#[derive(Debug)]
pub struct NewFile {
    file: BufWriter<File>,
    temporary: Temporary,
}

/// Removes the file, unless it has its final name.
#[derive(Debug)]
struct Temporary {
    path: PathBuf,
    renamed: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // The error that caused the removal is the one to report.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl NewFile {
    /// Creates a file named `temporary`, or `temporary-1` and so on where that name is taken.
    ///
    /// # Errors
    ///
    /// The error of the operating system.
    pub fn create(temporary: &Path) -> io::Result<Self> {
        Self::create_with(OpenOptions::new().write(true).create_new(true), temporary)
    }

    /// As [`create`](Self::create), a file that only its owner can read and write, on systems with
    /// permission bits. Its mode can be set once its content is complete.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn create_private(temporary: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Self::create_with(&options, temporary)
    }

    /// Creates a file with options that refuse a file that exists.
    fn create_with(options: &OpenOptions, temporary: &Path) -> io::Result<Self> {
        let mut path = temporary.to_owned();
        let mut attempt = 1;
        loop {
            match options.open(&path) {
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
            attempt += 1;
        }
    }

    /// The temporary name.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.temporary.path
    }

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// The error of the operating system.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Writes the content to the disk, then gives the file its final name. A file of that name
    /// is replaced; missing folders are created. [`sync_folder`] makes the name durable.
    ///
    /// # Errors
    ///
    /// The error of the operating system. The file is removed.
    pub fn rename(mut self, path: &Path) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::rename(&self.temporary.path, path)?;
        self.temporary.renamed = true;
        Ok(())
    }
}

/// Writes a file as a whole, in place of the one that may be there: under a temporary name,
/// written to the disk, renamed, and the name made durable.
///
/// # Errors
///
/// The error of the operating system. An earlier file stays as it is.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = folder_of(path) {
        fs::create_dir_all(folder)?;
    }
    let mut file = NewFile::create(&temporary_name(path))?;
    file.write_all(content)?;
    file.rename(path)?;
    sync_folder(folder_of(path).unwrap_or(Path::new(".")))
}

/// The name under which [`replace`] writes a file: the final name with `.tmp` at its end.
#[must_use]
pub fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    name.into()
}

/// The folder of a file; `None` for the current one.
pub(crate) fn folder_of(path: &Path) -> Option<&Path> {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
}

/// Whether an error of [`sync_folder`] says that this user cannot open the folder, or that its file system
/// cannot sync folders.
#[must_use]
pub fn cannot_sync(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};

    matches!(error.kind(), PermissionDenied | InvalidInput | Unsupported)
}

/// Makes the names in a folder durable.
///
/// # Errors
///
/// The error of the operating system.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and a rename is durable by itself.
    if cfg!(unix) {
        File::open(path)?.sync_all()?;
    }
    Ok(())
}

/// Opens a regular file for reading. A named pipe, a device or a folder is refused, and opening
/// it never waits.
///
/// # Errors
///
/// The error of the operating system; [`io::ErrorKind::InvalidInput`] with [`NotRegular`] for
/// anything but a regular file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    open_regular_with(OpenOptions::new().read(true), path)
}

/// As [`open_regular`], with options of the caller's.
///
/// # Errors
///
/// As [`open_regular`].
pub fn open_regular_with(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use nix::fcntl::OFlag;

        // Without O_NONBLOCK, opening a named pipe waits for its other end.
        options.custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits());
    }
    let opened = options.open(path);
    let file = match opened {
        Ok(file) => file,
        // A named pipe without a reader, or a socket, says something else when it is opened.
        Err(error) => {
            let regular = fs::metadata(path).map_or(true, |metadata| metadata.is_file());
            return Err(if regular { error } else { not_regular() });
        }
    };
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(not_regular())
    }
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, NotRegular)
}

/// Reads a regular file of at most `limit` bytes as a whole.
///
/// # Errors
///
/// As [`open_regular`]; [`io::ErrorKind::FileTooLarge`] with [`TooLong`] for a longer file, of
/// which no more than the limit is read.
pub fn read_bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open_regular(path)?;
    let mut content = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            TooLong { limit },
        ));
    }
    Ok(content)
}

/// Something that is no regular file stands where a file is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotRegular;

impl fmt::Display for NotRegular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a regular file")
    }
}

impl std::error::Error for NotRegular {}

/// A file is longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The most bytes that are read.
    pub limit: u64,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "longer than {} bytes, the most that is read", self.limit)
    }
}

impl std::error::Error for TooLong {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_touches_no_other_file_and_leaves_none_behind() {
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

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;

        let dir = tempfile::tempdir().unwrap();
        let temporary = dir.path().join("a.new");
        fs::write(&temporary, "a user's").unwrap();
        let file = NewFile::create_private(&temporary).unwrap();
        assert_eq!(file.path(), dir.path().join("a.new-1"));
        let mode = fs::metadata(file.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/file");
        for content in ["first", "second, longer"] {
            replace(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert!(replace(&path.join("below"), b"x").is_err());
        let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, [7; 100]).unwrap();
        assert_eq!(read_bounded(&path, 100).unwrap(), [7; 100]);
        let error = read_bounded(&path, 99).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(
            error.to_string(),
            "longer than 99 bytes, the most that is read"
        );
        assert!(read_bounded(&dir.path().join("none"), 1).is_err());
        let folder = open_regular(dir.path()).unwrap_err();
        assert!(
            folder.get_ref().is_some_and(|e| e.is::<NotRegular>()),
            "{folder:?}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_and_a_device_are_refused_at_once() {
        use nix::sys::stat::Mode;

        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        nix::unistd::mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        let mut append = OpenOptions::new();
        append.append(true).create(true);
        for (path, options) in [
            (pipe.as_path(), OpenOptions::new().read(true)),
            (pipe.as_path(), &mut append.clone()),
            (Path::new("/dev/zero"), OpenOptions::new().read(true)),
        ] {
            let error = open_regular_with(options, path).unwrap_err();
            assert_eq!(error.to_string(), "not a regular file", "{path:?}");
        }
        assert!(read_bounded(Path::new("/dev/zero"), 10).is_err());
    }
}
