//! The file or folder for restored inputs.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kzg_advanced::files::NewFile;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

use super::Renamed;
use super::names::place;
use crate::folder::disk::Disk;
use crate::manifest::InputRecord;

/// The number of folders after which they are synced, so that the memory for their names stays bounded.
const MOST_UNSYNCED: usize = 100;

/// The destination of restored inputs.
pub(super) struct Target<'a> {
    disk: &'a Disk,
    out: PathBuf,
    is_folder: bool,
    /// The temporary path of the file that is being restored.
    temporary: PathBuf,
    /// The folders with new names that are not durable yet.
    unsynced: BTreeSet<PathBuf>,
}

impl<'a> Target<'a> {
    /// The file `out` for one file, otherwise the folder `out`, which must be empty or missing.
    pub(super) fn new(out: &Path, is_one_file: bool, disk: &'a Disk) -> Result<Self> {
        if is_one_file {
            return Self::file(out, disk);
        }
        if fs::metadata(out).is_ok_and(|metadata| !metadata.is_dir()) {
            return Err(KzgAdvancedError::configuration(format!(
                "{} is no folder, and the inputs become files in a folder",
                out.display()
            )));
        }
        let occupied = match fs::read_dir(out) {
            Ok(mut entries) => entries.next().is_some(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(KzgAdvancedError::writing(out)(error)),
        };
        if occupied {
            return Err(KzgAdvancedError::configuration(format!(
                "{} is not empty, and the inputs become files in it",
                out.display()
            )));
        }
        let created = disk.create_dir(out);
        created.map_err(KzgAdvancedError::writing(out))?;
        Ok(Self {
            disk,
            out: out.to_owned(),
            is_folder: true,
            // A recorded path is unlikely to equal this name.
            temporary: out.join(format!(".kzg-decoding-{}", std::process::id())),
            unsynced: BTreeSet::new(),
        })
    }

    fn file(out: &Path, disk: &'a Disk) -> Result<Self> {
        if out.is_dir() || is_folder_name(out) {
            return Err(KzgAdvancedError::configuration(format!(
                "{out:?} is the name of a folder, and the job's only input was a file"
            )));
        }
        // As everywhere, a link to a file stays, and the file is replaced. A link that leads nowhere is
        // replaced itself.
        let is_link_to_file =
            out.is_file() && fs::symlink_metadata(out).is_ok_and(|metadata| metadata.is_symlink());
        let target = is_link_to_file
            .then(|| fs::canonicalize(out).ok())
            .flatten();
        let out = target.as_deref().unwrap_or(out);
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            let created = disk.create_dir(folder);
            created.map_err(KzgAdvancedError::writing(folder))?;
        }
        let mut temporary = out.as_os_str().to_owned();
        temporary.push(".decoding");
        Ok(Self {
            disk,
            out: out.to_owned(),
            is_folder: false,
            temporary: temporary.into(),
            unsynced: BTreeSet::new(),
        })
    }

    /// Creates the temporary file for an input. Where a mode was recorded, which may keep others from
    /// reading the file, the file is private until [`settle`](Self::settle) sets this mode.
    pub(super) fn create(&self, input: Option<&InputRecord>) -> Result<NewFile> {
        let path = &self.temporary;
        let created = match recorded_mode(input) {
            Some(_) => NewFile::create_private(path),
            None => NewFile::create(path),
        };
        created.map_err(KzgAdvancedError::writing(path))
    }

    /// Makes the names of the restored files durable, in folders that can be synced. An error of one folder
    /// does not keep the others from being synced.
    pub(super) fn sync(&mut self) -> Result<()> {
        let folders = std::mem::take(&mut self.unsynced);
        let synced = folders.iter().map(|folder| {
            let synced = self.disk.sync_dir_if_possible(folder);
            synced.map_err(KzgAdvancedError::writing(folder))
        });
        synced.fold(Ok(()), Result::and)
    }

    /// Notes that a file has got its name. The first of `folders` is its folder; each of the others, which are
    /// above, may have a new folder in it.
    fn named(&mut self, path: &Path, folders: impl IntoIterator<Item = PathBuf>) -> Result<()> {
        self.disk.created(path);
        for folder in folders {
            if !self.unsynced.insert(folder) {
                break;
            }
        }
        if self.unsynced.len() < MOST_UNSYNCED {
            return Ok(());
        }
        self.sync()
    }

    /// Gives a restored file its name and its mode. Returns the name if it differs from the
    /// recorded name.
    pub(super) fn settle(
        &mut self,
        file: NewFile,
        number: u64,
        input: Option<&InputRecord>,
    ) -> Result<Option<Renamed>> {
        set_mode(file.path(), input).map_err(KzgAdvancedError::writing(file.path()))?;
        if !self.is_folder {
            let out = self.out.clone();
            file.rename(&out).map_err(KzgAdvancedError::writing(&out))?;
            let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
            self.named(&out, [folder.unwrap_or(Path::new(".")).to_owned()])?;
            return Ok(None);
        }
        let place =
            place(&self.out, number, input).map_err(KzgAdvancedError::writing(&self.out))?;
        let path = self.out.join(&place.path);
        file.rename(&path)
            .map_err(KzgAdvancedError::writing(&path))?;
        let out = self.out.clone();
        let folders = place.path.ancestors().skip(1);
        self.named(&path, folders.map(|folder| out.join(folder)))?;
        Ok(place.mapped.then(|| Renamed {
            input: number,
            path: input.map(|input| input.path.clone()),
            restored: place.path.to_string_lossy().into_owned(),
        }))
    }
}

/// Whether a path can only be that of a folder: it ends in a separator, in `.` as a name or in `..`, or is empty.
fn is_folder_name(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    let last = text.strip_suffix(b".").unwrap_or(text).last();
    path.file_name().is_none() || last.is_some_and(|&byte| std::path::is_separator(byte.into()))
}

/// The permission bits that were recorded for an input.
fn recorded_mode(input: Option<&InputRecord>) -> Option<u32> {
    u32::from_str_radix(input?.mode.as_ref()?, 8).ok()
}

/// Gives a file the recorded permission bits.
#[cfg(unix)]
fn set_mode(path: &Path, input: Option<&InputRecord>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    match recorded_mode(input) {
        Some(mode) => fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o777)),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn set_mode(_: &Path, _: Option<&InputRecord>) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Given;

    fn record(path: &str) -> InputRecord {
        InputRecord {
            input: 0,
            path: path.to_owned(),
            path_bytes: None,
            given: Given::InFolder,
            mode: None,
        }
    }

    #[test]
    fn the_names_of_folders_that_wait_have_a_bound() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::default();
        let mut target = Target::new(&dir.path().join("out"), false, &disk).unwrap();
        let mut syncs = 0;
        for number in 0..3 * MOST_UNSYNCED as u64 {
            let file = target.create(None).unwrap();
            let record = record(&format!("{number}/file"));
            target.settle(file, number, Some(&record)).unwrap();
            assert!(target.unsynced.len() < MOST_UNSYNCED);
            syncs += usize::from(target.unsynced.is_empty());
            assert_eq!(target.unsynced.is_empty(), disk.is_durable());
        }
        // The folder of the others is synced with each group.
        assert_eq!(syncs, 3);
    }

    #[test]
    fn each_folder_that_gets_a_name_is_synced() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let disk = Disk::default();
        let mut target = Target::new(&out, false, &disk).unwrap();
        let file = target.create(None).unwrap();
        target.settle(file, 0, Some(&record("a/b/file"))).unwrap();
        let expected = ["a/b", "a", ""].map(|folder| out.join(folder));
        assert_eq!(target.unsynced, BTreeSet::from(expected));
        target.sync().unwrap();
        assert_eq!(target.unsynced, BTreeSet::new());
        assert!(disk.is_durable());
        // A single file in the folder of the process.
        let mut target = Target::new(&dir.path().join("single"), true, &disk).unwrap();
        let file = target.create(None).unwrap();
        target.settle(file, 0, None).unwrap();
        assert_eq!(target.unsynced, BTreeSet::from([dir.path().to_owned()]));
    }
}
