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

/// The reason why no other file was begun.
pub(super) enum RotationFault {
    /// The current file has its name still.
    Kept(io::Error),
    /// The current file has the name of a full file, and there is no current file.
    Renamed(io::Error),
}

/// A step that fails in tests.
#[cfg(test)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Begin,
    RenameBack,
    SyncNames,
}

/// The steps that fail, and the steps that were made.
#[cfg(test)]
#[derive(Debug, Default)]
pub(super) struct Steps {
    pub(super) failing: Vec<Step>,
    pub(super) made: Vec<Step>,
}

/// The files of one log.
#[derive(Clone, Debug)]
pub(super) struct Files {
    current: PathBuf,
    #[cfg(test)]
    pub(super) steps: std::sync::Arc<std::sync::Mutex<Steps>>,
}

impl Files {
    pub(super) fn of(current: &Path) -> Self {
        Self {
            current: current.to_owned(),
            #[cfg(test)]
            steps: std::sync::Arc::default(),
        }
    }

    pub(super) fn current(&self) -> &Path {
        &self.current
    }

    /// The files that are full, the oldest first: `NAME.000001` and so on.
    pub(super) fn full(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let mut full = Vec::new();
        for entry in fs::read_dir(self.folder())? {
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
        // A file of that name that is no lock keeps its content.
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let file = open_regular_with(&mut options, &self.beside("lock")).map_err(opening())?;
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
        let file = self.begin()?;
        self.sync_names()?;
        Ok(file)
    }

    /// As [`open`](Self::open). The name of the file is not durable yet.
    pub(super) fn begin(&self) -> io::Result<File> {
        #[cfg(test)]
        self.step(Step::Begin)?;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        open_regular_with(&mut options, &self.current)
    }

    /// Makes the names of the files durable.
    pub(super) fn sync_names(&self) -> io::Result<()> {
        #[cfg(test)]
        self.step(Step::SyncNames)?;
        sync_folder(self.folder())
    }

    /// Gives the current file the next number, and begins another. A process that is killed between
    /// the two leaves no current file; the next opening makes one that continues the chain.
    pub(super) fn rotate(&self) -> Result<Rotated, RotationFault> {
        // The folder is opened first: once the file is renamed, only the disk can keep the names from
        // being durable.
        let prepared = || Ok((self.next_numbered()?, self.open_folder()?));
        let (full, folder) = prepared().map_err(RotationFault::Kept)?;
        fs::rename(&self.current, &full).map_err(RotationFault::Kept)?;
        let error = match self.begin() {
            Ok(file) => {
                let named = self.sync_opened(folder.as_ref());
                return Ok(Rotated { file, named });
            }
            Err(error) => error,
        };
        match self.rename_back(&full) {
            Ok(()) => Err(RotationFault::Kept(error)),
            Err(back) => {
                let full = full.display();
                let both = format!("{error}; the full file is named {full} and not back: {back}");
                Err(RotationFault::Renamed(io::Error::new(error.kind(), both)))
            }
        }
    }

    /// The name of the next full file.
    fn next_numbered(&self) -> io::Result<PathBuf> {
        let last = self.full()?.last().map_or(0, |&(number, _)| number);
        // Other programs may have left a file with any number.
        let number = last.checked_add(1).ok_or_else(|| {
            let reason = "the numbers of the full files are used up";
            io::Error::new(io::ErrorKind::AlreadyExists, reason)
        })?;
        Ok(self.numbered(number))
    }

    fn rename_back(&self, full: &Path) -> io::Result<()> {
        #[cfg(test)]
        self.step(Step::RenameBack)?;
        fs::rename(full, &self.current)
    }

    /// Opens the folder; `None` where a rename is durable by itself.
    fn open_folder(&self) -> io::Result<Option<File>> {
        cfg!(unix).then(|| File::open(self.folder())).transpose()
    }

    fn sync_opened(&self, folder: Option<&File>) -> io::Result<()> {
        #[cfg(test)]
        self.step(Step::SyncNames)?;
        folder.map_or(Ok(()), File::sync_all)
    }

    #[cfg(test)]
    fn step(&self, step: Step) -> io::Result<()> {
        let mut steps = crate::sync::lock(&self.steps);
        steps.made.push(step);
        if steps.failing.contains(&step) {
            return Err(io::Error::other(format!("{step:?} fails")));
        }
        Ok(())
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_opened_so_that_renames_can_be_synced() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::of(&dir.path().join("audit.jsonl"));
        let folder = files.open_folder().unwrap().unwrap();
        assert!(folder.metadata().unwrap().is_dir());
        files.sync_opened(Some(&folder)).unwrap();
    }
}
