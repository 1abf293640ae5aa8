//! What a job reads.

use core::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::iter;
use std::path::{Path, PathBuf};

use kzg_traits::IoAction;

use super::tree::{Entry, Walk};
use crate::error::{KzgAdvancedError, Result};

/// Bytes to turn into blobs, under a name. They are read once, from front to end, and opened
/// only when it is their turn.
pub struct Input {
    name: String,
    source: Source,
}

enum Source {
    File(PathBuf),
    Folder(PathBuf),
    Reader(Box<dyn Read + Send>),
    Sequence(Box<dyn Iterator<Item = Input> + Send>),
}

/// What comes of an input when it is its turn.
pub(crate) enum Opening<'a> {
    /// It can be read.
    Opened(Opened<'a>),
    /// It is left out.
    Skipped { name: String, reason: &'static str },
    /// It cannot be opened.
    Failed {
        name: String,
        error: KzgAdvancedError,
    },
}

/// An input that is open.
pub(crate) struct Opened<'a> {
    pub(crate) name: String,
    pub(crate) reader: Box<dyn Read + Send + 'a>,
}

/// Inputs, opened one after the other.
pub(crate) type Openings<'a> = Box<dyn Iterator<Item = Opening<'a>> + Send + 'a>;

impl Input {
    /// A file, named by its path.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            name: path.to_string_lossy().into_owned(),
            source: Source::File(path),
        }
    }

    /// Every file in a folder and in those below it, in the order of their names. Each is an
    /// input of its own, named by its path from the folder's own name on.
    ///
    /// Symbolic links are not followed, and what is no regular file is left out; the report
    /// says so. So is the job's own output folder. The folder is listed while the job goes on.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            name: path.to_string_lossy().into_owned(),
            source: Source::Folder(path),
        }
    }

    /// Anything that can be read, under a name of the caller's.
    pub fn reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self {
            name: name.into(),
            source: Source::Reader(Box::new(reader)),
        }
    }

    /// Inputs that are made one by one, when it is their turn. The name is only for messages.
    pub fn sequence(
        name: impl Into<String>,
        inputs: impl IntoIterator<Item = Self, IntoIter: Send + 'static>,
    ) -> Self {
        Self {
            name: name.into(),
            source: Source::Sequence(Box::new(inputs.into_iter())),
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of bytes to read, where it is known before reading them. A folder is listed.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] for a file that is missing or is a folder, and for a
    /// folder that cannot be read or has no files.
    pub fn len_hint(&self) -> Result<Option<u64>> {
        self.len_hint_without(None)
    }

    /// The same without the folder `except`.
    pub(crate) fn len_hint_without(&self, except: Option<&Path>) -> Result<Option<u64>> {
        match &self.source {
            Source::Reader(_) | Source::Sequence(_) => Ok(None),
            Source::Folder(path) => folder_len(path, except).map(Some),
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

    /// The inputs that this one stands for; the folder `except` is left out.
    pub(crate) fn open<'a>(self, except: Option<PathBuf>) -> Openings<'a> {
        let name = self.name;
        match self.source {
            Source::Reader(reader) => {
                Box::new(iter::once(Opening::Opened(Opened { name, reader })))
            }
            Source::File(path) => Box::new(iter::once_with(move || open_file(&path, name))),
            Source::Folder(path) => {
                let mut walk = Walk::new(&path, except.as_deref());
                let mut is_empty = true;
                Box::new(iter::from_fn(move || {
                    let Some(entry) = walk.next() else {
                        let name = name.clone();
                        let error = no_files(&path);
                        return std::mem::take(&mut is_empty)
                            .then_some(Opening::Failed { name, error });
                    };
                    is_empty &= matches!(entry, Entry::Skipped { .. });
                    Some(match entry {
                        Entry::File { path, name } => open_file(&path, name),
                        Entry::Skipped { name, reason } => Opening::Skipped { name, reason },
                        Entry::Unreadable { name, error } => Opening::Failed {
                            error: KzgAdvancedError::io(IoAction::Read, &*name)(error),
                            name,
                        },
                    })
                }))
            }
            Source::Sequence(inputs) => {
                Box::new(inputs.flat_map(move |input| input.open(except.clone())))
            }
        }
    }
}

fn open_file<'a>(path: &Path, name: String) -> Opening<'a> {
    // A folder can be opened, and only reading it fails.
    let opened = File::open(path).and_then(|file| {
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(file)
    });
    match opened {
        Ok(file) => Opening::Opened(Opened {
            name,
            reader: Box::new(file),
        }),
        Err(error) => Opening::Failed {
            name,
            error: KzgAdvancedError::reading(path)(error),
        },
    }
}

/// The length of all files of a folder without the folder `except`; those that cannot be looked
/// at are none.
fn folder_len(path: &Path, except: Option<&Path>) -> Result<u64> {
    fs::read_dir(path).map_err(KzgAdvancedError::reading(path))?;
    let mut total = None;
    for entry in Walk::new(path, except) {
        if let Entry::File { path, .. } = entry {
            let length = fs::metadata(path).map_or(0, |metadata| metadata.len());
            *total.get_or_insert(0) += length;
        }
    }
    total.ok_or_else(|| no_files(path))
}

fn no_files(path: &Path) -> KzgAdvancedError {
    KzgAdvancedError::data(path.display().to_string(), "there are no files in it")
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Input").field(&self.name).finish()
    }
}
