//! The sources of vectors: a directory, or an archive of one.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// The text of a case.
pub(super) enum Text {
    /// In a file.
    File(PathBuf),
    /// From an archive, which can only be read sequentially.
    Memory(String),
}

impl Text {
    pub(super) fn read(&self) -> io::Result<Cow<'_, str>> {
        match self {
            Self::File(path) => File::open(path).and_then(bounded).map(Cow::Owned),
            Self::Memory(text) => Ok(Cow::Borrowed(text)),
        }
    }
}

/// Bound on the length of a case in bytes: several times the longest of the official cases.
const CASE_LIMIT: u64 = 16 << 20;

/// Reads the text of a case.
fn bounded(reader: impl Read) -> io::Result<String> {
    let mut text = String::new();
    reader.take(CASE_LIMIT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > CASE_LIMIT {
        let reason = format!("a case is longer than {CASE_LIMIT} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    Ok(text)
}

/// A case's handler, name and text.
type Found = (String, String, Text);

const FILE_NAME: &str = "data.yaml";

/// Every case below `path`. The texts of handlers that are not `wanted` are left out.
pub(super) fn find(path: &Path, wanted: &dyn Fn(&str) -> bool) -> io::Result<Vec<Found>> {
    let found = if path.is_dir() {
        in_directory(path)?
    } else if fs::metadata(path)?.is_file() {
        in_archive(File::open(path)?, wanted)?
    } else {
        // Opening a named pipe waits for its other end.
        let reason = "not a regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    };
    if found.is_empty() {
        let reason = "no file tests/kzg/HANDLER/CASE/data.yaml";
        return Err(io::Error::new(io::ErrorKind::NotFound, reason));
    }
    Ok(found)
}

fn in_directory(path: &Path) -> io::Result<Vec<Found>> {
    let nested = path.join("tests").join("kzg");
    let root = if nested.is_dir() { &nested } else { path };
    let mut found = Vec::new();
    for handler in directories(root)? {
        for case in directories(&handler)? {
            let file = case.join(FILE_NAME);
            if file.is_file() {
                found.push((name(&handler), name(&case), Text::File(file)));
            }
        }
    }
    Ok(found)
}

fn directories(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut directories = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            directories.push(path);
        }
    }
    Ok(directories)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn in_archive(file: File, wanted: &dyn Fn(&str) -> bool) -> io::Result<Vec<Found>> {
    let decoder = ruzstd::decoding::StreamingDecoder::new(BufReader::new(file)).map_err(|_| {
        let reason = "neither a folder nor a .tar.zst archive";
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })?;
    let mut found = Vec::new();
    for entry in tar::Archive::new(decoder).entries()? {
        let entry = entry?;
        let path = entry.path()?.into_owned();
        let mut parents = path.ancestors().skip(1).map(name);
        let (Some(case), Some(handler)) = (parents.next(), parents.next()) else {
            continue;
        };
        if path.file_name().is_none_or(|name| name != FILE_NAME) || handler.is_empty() {
            continue;
        }
        let mut text = String::new();
        if wanted(&handler) {
            text = bounded(entry)?;
        }
        found.push((handler, case, Text::Memory(text)));
    }
    Ok(found)
}
