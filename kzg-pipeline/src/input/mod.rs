//! The inputs of a job.

pub(crate) mod blobs;
mod file;
mod name;
pub(crate) mod tree;

use core::fmt;
use std::fs;
use std::io::{self, Read};
use std::iter;
use std::path::{Path, PathBuf};

use kzg_traits::IoAction;

use self::blobs::{Claims, Content};
pub(crate) use self::name::InputName;
use self::tree::{Entry, Walk};
use crate::Shard;
use crate::formats::{Format, FormatError, Raw};
use crate::manifest::Given;
use kzg_advanced::{CancellationToken, KzgAdvancedError, KzgAdvancedResult as Result};

/// Named bytes to turn into blobs, or named blobs. A job opens an input only when the input's turn comes, and reads
/// the bytes once, in order.
pub struct Input {
    name: InputName,
    source: Source,
    content: Content,
}

enum Source {
    File(PathBuf),
    Folder(PathBuf),
    Reader(Box<dyn Read + Send>),
    Sequence(Box<dyn Iterator<Item = Input> + Send>),
}

/// The outcome of opening an input.
pub(crate) enum Opening<'a> {
    /// The input can be read.
    Opened(Opened<'a>),
    /// The input belongs to another shard. It has this number of blobs.
    Elsewhere { blobs: u64 },
    /// The input is left out.
    Skipped { name: String, reason: &'static str },
    /// The input cannot be opened.
    Failed {
        name: String,
        error: KzgAdvancedError,
    },
}

/// An open input.
pub(crate) struct Opened<'a> {
    pub(crate) name: InputName,
    pub(crate) given: Given,
    /// The permission bits of a file as octal digits.
    pub(crate) mode: Option<String>,
    pub(crate) reader: Box<dyn Read + Send + 'a>,
    /// The claims of the input about its blobs.
    pub(crate) claims: Claims,
}

/// Options for opening inputs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opener {
    /// A folder to leave out.
    pub(crate) except: Option<PathBuf>,
    /// The token that ends a wait for an input.
    pub(crate) cancel: CancellationToken,
    /// The shard whose inputs are opened; `None` for all inputs.
    pub(crate) shard: Option<Sharding>,
}

/// A shard, and how the blobs of the inputs of other shards are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sharding {
    pub(crate) shard: Shard,
    /// The largest number of bytes in one blob.
    pub(crate) capacity: u64,
}

/// Inputs that are opened one after the other.
pub(crate) type Openings<'a> = Box<dyn Iterator<Item = Opening<'a>> + Send + 'a>;

impl Input {
    /// A file, named by its path. A regular file that changes while it is read is an error of
    /// kind `Io`. A named pipe or a device is read to its end.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            name: InputName::from(&*path),
            source: Source::File(path),
            content: Content::Bytes,
        }
    }

    /// Every file in a folder and in its subfolders, in the order of the names. Each file is a
    /// separate input, whose name is the file's path beginning with the folder's own name.
    ///
    /// Symbolic links are not followed. Entries that are not regular files, empty folders and the
    /// job's own output folder are left out; the report and the manifest list them. The folder is
    /// listed while the job runs.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            name: InputName::from(&*path),
            source: Source::Folder(path),
            content: Content::Bytes,
        }
    }

    /// Any reader, under a name that the caller chooses.
    pub fn reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self {
            name: InputName::from(name.into()),
            source: Source::Reader(Box::new(reader)),
            content: Content::Bytes,
        }
    }

    /// A sequence of inputs; each is created when its turn comes. The name is only for messages.
    pub fn sequence(
        name: impl Into<String>,
        inputs: impl IntoIterator<Item = Self, IntoIter: Send + 'static>,
    ) -> Self {
        Self {
            name: InputName::from(name.into()),
            source: Source::Sequence(Box::new(inputs.into_iter())),
            content: Content::Bytes,
        }
    }

    /// The same input, whose content is not bytes to encode but blobs in a format; `None` for the
    /// format that each content shows ([`formats::recognize`](crate::formats::recognize)). Each
    /// file of a folder holds blobs. A sequence decides for its inputs itself.
    ///
    /// Such an input belongs to a job with [`Encoding::Raw`](crate::Encoding::Raw). The length and
    /// the hash of the input are those of the bytes of its blobs. Commitments and proofs that the
    /// input holds are compared with those that the job makes, and cells are verified by their
    /// proofs. Raw blobs are read as a stream;
    /// content in another format is read whole, up to
    /// [`LONGEST_FILE`](crate::formats::LONGEST_FILE) bytes.
    #[must_use]
    pub fn holding_blobs(mut self, format: Option<&'static dyn Format>) -> Self {
        self.content = Content::Blobs(format);
        self
    }

    /// The name of the input.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name.text
    }

    /// The number of bytes to read; `None` if the number is not known in advance. Lists a folder to
    /// add up the lengths of its files.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] for a file that is missing or is a folder, and for a
    /// folder that cannot be read or has no files.
    pub fn len_hint(&self) -> Result<Option<u64>> {
        self.len_hint_without(None)
    }

    /// Whether the number of blobs follows from the length of each file, as the other shards of a job
    /// count them.
    pub(crate) fn is_counted_by_length(&self) -> bool {
        let by_length = match self.content {
            Content::Bytes => true,
            Content::Blobs(format) => format.is_some_and(|format| format.name() == Raw.name()),
        };
        by_length
            && match &self.source {
                // A missing file is reported when its turn comes; a pipe has no length.
                Source::File(path) => {
                    fs::metadata(path).map_or(true, |metadata| metadata.is_file())
                }
                Source::Folder(_) => true,
                Source::Reader(_) | Source::Sequence(_) => false,
            }
    }

    /// As [`len_hint`](Self::len_hint), without the folder `except`.
    pub(crate) fn len_hint_without(&self, except: Option<&Path>) -> Result<Option<u64>> {
        let length = match &self.source {
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
        };
        // The length of a file in a format is not the length of its blobs.
        length.map(|length| length.filter(|_| matches!(self.content, Content::Bytes)))
    }

    /// Opens the inputs that this value stands for.
    pub(crate) fn open<'a>(self, opener: &Opener) -> Openings<'a> {
        let (name, content) = (self.name, self.content);
        match self.source {
            Source::Reader(reader) => Box::new(iter::once_with(move || {
                opened(name, Given::Stream, None, reader, content)
            })),
            Source::File(path) => {
                let opener = opener.clone();
                Box::new(iter::once_with(move || {
                    let relative = path.file_name().unwrap_or_default().as_encoded_bytes();
                    open_file(&path, relative, name, Given::File, content, &opener)
                }))
            }
            Source::Folder(path) => open_folder(path, name.text, content, opener.clone()),
            Source::Sequence(inputs) => {
                let opener = opener.clone();
                Box::new(inputs.flat_map(move |input| input.open(&opener)))
            }
        }
    }
}

fn open_folder<'a>(path: PathBuf, name: String, content: Content, opener: Opener) -> Openings<'a> {
    let mut walk = Walk::new(&path, opener.except.as_deref());
    let mut is_empty = true;
    Box::new(iter::from_fn(move || {
        let Some(entry) = walk.next() else {
            let name = name.clone();
            let error = no_files(&path);
            return std::mem::take(&mut is_empty).then_some(Opening::Failed { name, error });
        };
        is_empty &= matches!(entry, Entry::Skipped { .. });
        Some(match entry {
            Entry::File { path, name } => {
                let relative = path.strip_prefix(walk.root()).unwrap_or(&path);
                let relative = relative.as_os_str().as_encoded_bytes();
                open_file(&path, relative, name, Given::InFolder, content, &opener)
            }
            Entry::Skipped { name, reason } => Opening::Skipped { name, reason },
            Entry::Unreadable { name, error } => Opening::Failed {
                error: KzgAdvancedError::io(IoAction::Read, &*name)(error),
                name,
            },
        })
    }))
}

/// Opens a file, unless it belongs to another shard. `relative` is the path relative to the argument
/// that led to the file.
fn open_file<'a>(
    path: &Path,
    relative: &[u8],
    name: InputName,
    given: Given,
    content: Content,
    opener: &Opener,
) -> Opening<'a> {
    if let Some(sharding) = opener
        .shard
        .filter(|sharding| !sharding.shard.has(relative))
    {
        return match fs::metadata(path) {
            Ok(metadata) => Opening::Elsewhere {
                blobs: metadata.len().div_ceil(sharding.capacity),
            },
            Err(error) => Opening::Failed {
                name: name.text,
                error: KzgAdvancedError::reading(path)(error),
            },
        };
    }
    match file::open(path, &opener.cancel) {
        Ok(file) => opened(name, given, file.mode, file.reader, content),
        Err(error) => Opening::Failed {
            name: name.text,
            error: KzgAdvancedError::reading(path)(error),
        },
    }
}

/// An input that was opened. Content in a format is read here.
fn opened<'a>(
    name: InputName,
    given: Given,
    mode: Option<String>,
    reader: Box<dyn Read + Send>,
    content: Content,
) -> Opening<'a> {
    let read = match content {
        Content::Bytes => Ok((reader, Claims::default())),
        Content::Blobs(format) => blobs::read(reader, format),
    };
    match read {
        Ok((reader, claims)) => Opening::Opened(Opened {
            name,
            given,
            mode,
            reader,
            claims,
        }),
        Err(error) => Opening::Failed {
            error: match error {
                FormatError::Io(error) => KzgAdvancedError::io(IoAction::Read, &*name.text)(error),
                error => KzgAdvancedError::data(name.text.clone(), error),
            },
            name: name.text,
        },
    }
}

/// The length of all files of a folder without the folder `except`. Unreadable entries count as
/// empty.
fn folder_len(path: &Path, except: Option<&Path>) -> Result<u64> {
    fs::read_dir(path).map_err(KzgAdvancedError::reading(path))?;
    let mut total: Option<u64> = None;
    for entry in Walk::new(path, except) {
        if let Entry::File { path, .. } = entry {
            let length = fs::metadata(path).map_or(0, |metadata| metadata.len());
            // The lengths of sparse files may add up to more than 64 bits hold.
            total = Some(total.unwrap_or(0_u64).saturating_add(length));
        }
    }
    total.ok_or_else(|| no_files(path))
}

fn no_files(path: &Path) -> KzgAdvancedError {
    KzgAdvancedError::data(path.display().to_string(), "there are no files in it")
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Input").field(&self.name.text).finish()
    }
}
