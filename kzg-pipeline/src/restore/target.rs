//! The file or folder for restored inputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kzg_advanced::files::NewFile;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

use super::Renamed;
use super::names::place;
use crate::manifest::InputRecord;

/// The destination of restored inputs.
pub(super) struct Target {
    out: PathBuf,
    is_folder: bool,
    /// The temporary path of the file that is being restored.
    temporary: PathBuf,
}

impl Target {
    /// The file `out` for one file, otherwise the folder `out`, which must be empty or missing.
    pub(super) fn new(out: &Path, is_one_file: bool) -> Result<Self> {
        if is_one_file {
            return Self::file(out);
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
        fs::create_dir_all(out).map_err(KzgAdvancedError::writing(out))?;
        Ok(Self {
            out: out.to_owned(),
            is_folder: true,
            // A recorded path is unlikely to equal this name.
            temporary: out.join(format!(".kzg-decoding-{}", std::process::id())),
        })
    }

    fn file(out: &Path) -> Result<Self> {
        if out.is_dir() {
            return Err(KzgAdvancedError::configuration(format!(
                "{} is a folder, and the job's only input was a file",
                out.display()
            )));
        }
        if let Some(folder) = out.parent() {
            fs::create_dir_all(folder).map_err(KzgAdvancedError::writing(folder))?;
        }
        let mut temporary = out.as_os_str().to_owned();
        temporary.push(".decoding");
        Ok(Self {
            out: out.to_owned(),
            is_folder: false,
            temporary: temporary.into(),
        })
    }

    /// Creates the temporary file for an input.
    pub(super) fn create(&self) -> Result<NewFile> {
        let path = &self.temporary;
        NewFile::create(path).map_err(KzgAdvancedError::writing(path))
    }

    /// Gives a restored file its name and its mode. Returns the name if it differs from the
    /// recorded name.
    pub(super) fn settle(
        &self,
        file: NewFile,
        number: u64,
        input: Option<&InputRecord>,
    ) -> Result<Option<Renamed>> {
        set_mode(file.path(), input).map_err(KzgAdvancedError::writing(file.path()))?;
        if !self.is_folder {
            file.rename(&self.out)
                .map_err(KzgAdvancedError::writing(&self.out))?;
            return Ok(None);
        }
        let place =
            place(&self.out, number, input).map_err(KzgAdvancedError::writing(&self.out))?;
        let path = self.out.join(&place.path);
        file.rename(&path)
            .map_err(KzgAdvancedError::writing(&path))?;
        Ok(place.mapped.then(|| Renamed {
            input: number,
            path: input.map(|input| input.path.clone()),
            restored: place.path.to_string_lossy().into_owned(),
        }))
    }
}

/// Gives a file the recorded permission bits.
#[cfg(unix)]
fn set_mode(path: &Path, input: Option<&InputRecord>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let mode = input.and_then(|input| u32::from_str_radix(input.mode.as_ref()?, 8).ok());
    match mode {
        Some(mode) => fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o777)),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn set_mode(_: &Path, _: Option<&InputRecord>) -> io::Result<()> {
    Ok(())
}
