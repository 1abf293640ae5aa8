//! Locks of output folders, so that one process at a time writes to a folder.

use core::fmt::Display;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use kzg_advanced::files;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

use crate::Shard;
use crate::folder::layout::{JOB_LOCK, shard_lock};

/// Locks the folder of a whole job against other processes, as long as the file is open.
///
/// # Errors
///
/// As [`lock_shard`].
pub(crate) fn lock_job(dir: &Path) -> Result<File> {
    lock(dir, JOB_LOCK, "the job")
}

/// Locks a shard in an output folder against other processes, as long as the file is open.
///
/// # Errors
///
/// [`KzgAdvancedError::Configuration`] if another process holds the lock;
/// [`KzgAdvancedError::Io`].
pub(crate) fn lock_shard(dir: &Path, shard: Shard) -> Result<File> {
    lock(dir, &shard_lock(shard), format_args!("shard {shard}"))
}

/// Locks a file in `dir`, and creates the file if there is none. The operating system ends the lock
/// with the process, and the file stays. Where the file system has no locks, the file is returned
/// without one.
fn lock(dir: &Path, name: &str, work: impl Display) -> Result<File> {
    let path = dir.join(name);
    let writing = |error| KzgAdvancedError::writing(&path)(error);
    // Windows does not lock a file that is open for appending only.
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    let file = files::open_regular_with(&mut options, &path).map_err(writing)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(KzgAdvancedError::configuration(format!(
            "another process works on {work} in {}",
            dir.display()
        ))),
        Err(TryLockError::Error(error)) if has_no_locks(&error) => Ok(file),
        Err(TryLockError::Error(error)) => Err(writing(error)),
    }
}

/// Whether the error of a lock says that the file system has no locks. That of NFS without a lock service
/// has a kind of its own.
fn has_no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    if let Some(number) = error.raw_os_error() {
        use nix::errno::Errno;

        let errno = Errno::from_raw(number);
        if matches!(errno, Errno::ENOLCK | Errno::EOPNOTSUPP | Errno::ENOSYS) {
            return true;
        }
    }
    error.kind() == io::ErrorKind::Unsupported
}

#[cfg(all(test, unix))]
mod tests {
    use nix::errno::Errno;

    use super::*;

    #[test]
    fn a_file_system_without_locks_is_told_from_a_failure() {
        let of = |errno: Errno| io::Error::from_raw_os_error(errno as i32);
        for errno in [Errno::ENOLCK, Errno::EOPNOTSUPP, Errno::ENOSYS] {
            assert!(has_no_locks(&of(errno)), "{errno}");
        }
        assert!(has_no_locks(&io::ErrorKind::Unsupported.into()));
        for errno in [Errno::EIO, Errno::EBADF, Errno::EWOULDBLOCK] {
            assert!(!has_no_locks(&of(errno)), "{errno}");
        }
    }
}
