//! Files that the program reads and writes: reading is bounded, and one rule guards existing files.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::Result;
use clap::Args;
use kzg_advanced::KzgAdvancedError;
use kzg_advanced::files::replace;

use crate::errors::{STANDARD_STREAM, bad, unreadable, usage};

/// The rule for existing files: they stay as they are, unless `--force` is given.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Overwriting {
    /// Overwrite files that exist.
    #[arg(long)]
    pub(crate) force: bool,
}

impl Overwriting {
    /// Refuses a path that must not be written, before anything is computed.
    ///
    /// # Errors
    ///
    /// Wrong usage: `-`, a folder, or a file that exists without `--force`.
    pub(crate) fn check(self, path: &Path) -> Result<()> {
        if path.as_os_str() == OsStr::new(STANDARD_STREAM) {
            return Err(usage(
                "- is standard output, which cannot be used here; ./- is a file named -",
            ));
        }
        let shown = path.display();
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Err(usage(&format!(
                "{shown} is a folder; the path of a file is expected"
            ))),
            Ok(metadata) if metadata.is_file() && !self.force => {
                Err(usage(&format!("{shown} exists; --force overwrites it")))
            }
            // Whether the file can be written is found out by writing it.
            _ => Ok(()),
        }
    }

    /// Writes a file as a whole, or not at all, and the folders above it.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), and [`KzgAdvancedError::Io`] if the file cannot be written.
    pub(crate) fn write(self, path: &Path, content: &[u8]) -> Result<()> {
        self.check(path)?;
        Ok(write_whole(path, content).map_err(KzgAdvancedError::writing(path))?)
    }
}

fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    // A device or a pipe is written, not replaced.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return File::options().write(true).open(path)?.write_all(content);
    }
    // A symbolic link to a file stays, and the file is replaced. A link that leads nowhere is replaced itself.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    replace(&path, content)
}

/// Whether a command writes its result to standard output instead of the file `out`.
///
/// # Errors
///
/// Wrong usage if it does, and prints a document there too.
pub(crate) fn is_stdout(out: &Path, json: bool) -> Result<bool> {
    let is_stdout = out.as_os_str() == OsStr::new(STANDARD_STREAM);
    if is_stdout && json {
        return Err(usage(
            "--json prints a document on standard output, so --out - cannot be used with it",
        ));
    }
    Ok(is_stdout)
}

/// Refuses the path of a folder to write to, if something else has that name.
///
/// # Errors
///
/// Wrong usage.
pub(crate) fn check_folder(path: &Path) -> Result<()> {
    if path.as_os_str() == OsStr::new(STANDARD_STREAM) {
        return Err(usage("--out is a folder; ./- is a folder named -"));
    }
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => Err(usage(&format!(
            "{} exists and is no folder; --out is a folder",
            path.display()
        ))),
        // Whether the folder can be written is found out by writing it.
        _ => Ok(()),
    }
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
///
/// Bad input: the file cannot be read, or is longer.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>> {
    let name = path.display().to_string();
    let mut file = File::open(path).map_err(unreadable(&name))?;
    read_bounded(&mut file, &name, limit)
}

/// Reads everything that a reader has, of at most `limit` bytes.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_bounded(reader: &mut dyn Read, name: &str, limit: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable(name))?;
    if bytes.len() > limit {
        let reason = format!("longer than {limit} bytes, the most that is read here");
        return Err(bad(name.to_owned(), reason));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_only_by_force() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sub/file");
        let careful = Overwriting::default();
        careful.write(&path, b"first").unwrap();
        assert!(careful.write(&path, b"second").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        Overwriting { force: true }.write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(dir.path().join("sub")).unwrap().count(), 1);
        for refused in [dir.path(), Path::new("-")] {
            assert!(Overwriting { force: true }.write(refused, b"x").is_err());
        }
    }

    #[test]
    fn reading_stops_at_the_limit_and_reports_it() {
        let read = |limit| read_bounded(&mut &b"four"[..], "name", limit);
        assert_eq!(read(4).unwrap(), b"four");
        let error = read(3).unwrap_err().to_string();
        assert!(error.contains("name: longer than 3 bytes"), "{error}");
        assert!(read_bounded(&mut io::repeat(0), "endless", 1 << 16).is_err());
    }
}
