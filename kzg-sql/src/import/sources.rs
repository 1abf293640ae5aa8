//! The files that an import reads.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::ImportError;

/// A file to import.
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// Whether the file itself was given, and not a folder with it.
    pub(super) is_named: bool,
}

/// The given files, and all files in the given folders, in the order of their names.
pub(super) fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, ImportError> {
    let mut sources = Vec::new();
    for path in paths {
        let error = |error| ImportError::Read {
            path: path.clone(),
            error,
        };
        if fs::metadata(path).map_err(error)?.is_dir() {
            let mut files = Vec::new();
            collect(path, &mut files).map_err(error)?;
            files.sort_unstable();
            sources.extend(files.into_iter().map(|path| Source {
                path,
                is_named: false,
            }));
        } else {
            sources.push(Source {
                path: path.clone(),
                is_named: true,
            });
        }
    }
    Ok(sources)
}

/// Collects the regular files in a folder and in its folders. Links are not followed.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}
