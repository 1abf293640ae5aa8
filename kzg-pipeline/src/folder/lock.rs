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
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(writing(error)),
    }
}
