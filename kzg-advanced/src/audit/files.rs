//! The files of a log: the current one, and those before it with a number.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::fault::{AuditAction, AuditFault};
use crate::files::{folder_of, open_regular_with, sync_folder};

/// The lock of a log, which is released when it is dropped or the process ends.
#[cfg(unix)]
pub(super) type Lock = nix::fcntl::Flock<File>;
/// Elsewhere a log has no lock.
#[cfg(not(unix))]
pub(super) type Lock = ();

/// A file that has taken the place of the current one.
pub(super) struct Rotated {
    pub(super) file: File,
    /// Whether the names of both files are durable.
    pub(super) named: io::Result<()>,
}

fn open_to_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    open_regular_with(&mut options, path)
}

/// The files of one log.
#[derive(Clone, Debug)]
pub(super) struct Files {
    current: PathBuf,
}

impl Files {
    pub(super) fn of(current: &Path) -> Self {
        Self {
            current: current.to_owned(),
        }
    }

    pub(super) fn current(&self) -> &Path {
        &self.current
    }

    /// The files that are full, the oldest first: `NAME.000001` and so on.
    pub(super) fn full(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let mut full = Vec::new();
        let entries = match fs::read_dir(self.folder()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(full),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if let Some(number) = self.number_of(&path) {
                full.push((number, path));
            }
        }
        full.sort();
        Ok(full)
    }

    /// Takes the lock of the log.
    #[cfg(unix)]
    pub(super) fn lock(&self) -> Result<Lock, AuditFault> {
        use nix::errno::Errno;
        use nix::fcntl::{Flock, FlockArg};

        let opening = || AuditFault::io(AuditAction::Open);
        let file = File::create(self.beside("lock")).map_err(opening())?;
        Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, errno)| match errno {
            Errno::EWOULDBLOCK => AuditFault::OpenAlready,
            errno => opening()(errno.into()),
        })
    }

    #[cfg(not(unix))]
    pub(super) fn lock(&self) -> Result<Lock, AuditFault> {
        Ok(())
    }

    /// Opens the current file for appending, making it if there is none.
    pub(super) fn open(&self) -> io::Result<File> {
        let file = open_to_append(&self.current)?;
        sync_folder(self.folder())?;
        Ok(file)
    }

    /// Gives the current file the next number, and begins another. On an error, the current file has
    /// its name still.
    ///
    /// The next file is made under the name `NAME.next`, so that little can fail once the current file
    /// is renamed. A process that is killed before the end leaves this empty file, which the next
    /// rotation uses, and perhaps no current file; the next opening makes one that continues the chain.
    pub(super) fn rotate(&self) -> io::Result<Rotated> {
        let last = self.full()?.last().map_or(0, |&(number, _)| number);
        // Other programs may have left a file with any number.
        let number = last.checked_add(1).ok_or_else(|| {
            let reason = "the numbers of the full files are used up";
            io::Error::new(io::ErrorKind::AlreadyExists, reason)
        })?;
        let (full, next) = (self.numbered(number), self.beside("next"));
        let file = open_to_append(&next)?;
        if file.metadata()?.len() > 0 {
            let reason = format!("{} is not empty", next.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, reason));
        }
        sync_folder(self.folder())?;
        fs::rename(&self.current, &full)?;
        if let Err(error) = fs::rename(&next, &self.current) {
            fs::rename(&full, &self.current)?;
            return Err(error);
        }
        Ok(Rotated {
            file,
            named: sync_folder(self.folder()),
        })
    }

    fn numbered(&self, number: u64) -> PathBuf {
        self.beside(&format!("{number:06}"))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name: OsString = self.current.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        name.into()
    }

    fn number_of(&self, path: &Path) -> Option<u64> {
        let number = path.extension()?.to_str()?.parse().ok()?;
        (path.file_name() == self.numbered(number).file_name()).then_some(number)
    }

    fn folder(&self) -> &Path {
        folder_of(&self.current).unwrap_or(Path::new("."))
    }
}
