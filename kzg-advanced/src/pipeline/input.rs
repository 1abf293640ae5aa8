//! What a job reads.

use core::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;

use crate::error::{KzgAdvancedError, Result};

/// Bytes to turn into blobs, under a name. They are read once, from front to end.
pub struct Input {
    name: String,
    source: Source,
}

enum Source {
    File(PathBuf),
    Reader(Box<dyn Read + Send>),
}

impl Input {
    /// A file, named by its path.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            name: path.to_string_lossy().into_owned(),
            source: Source::File(path),
        }
    }

    /// Anything that can be read, under a name of the caller's.
    pub fn reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self {
            name: name.into(),
            source: Source::Reader(Box::new(reader)),
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of bytes to read, where it is known before reading them.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::DataValidation`] for a file that is missing or is a folder.
    pub fn len_hint(&self) -> Result<Option<u64>> {
        match &self.source {
            Source::Reader(_) => Ok(None),
            Source::File(path) => {
                let metadata = fs::metadata(path).map_err(KzgAdvancedError::reading(path))?;
                if metadata.is_dir() {
                    let error = io::Error::from(io::ErrorKind::IsADirectory);
                    return Err(KzgAdvancedError::reading(path)(error));
                }
                Ok(metadata.is_file().then_some(metadata.len()))
            }
        }
    }

    pub(crate) fn open(self) -> Result<(String, Box<dyn Read + Send>)> {
        let reader = match self.source {
            Source::Reader(reader) => reader,
            Source::File(path) => {
                Box::new(File::open(&path).map_err(KzgAdvancedError::reading(&path))?)
            }
        };
        Ok((self.name, reader))
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Input").field(&self.name).finish()
    }
}
