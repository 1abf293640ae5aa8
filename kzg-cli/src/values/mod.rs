//! Reading values: from hexadecimal digits on the command line, from files, from standard input.
//!
//! A file may hold the bytes themselves, their hexadecimal digits, or what a command of this
//! program printed, as text or as a JSON document.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::Result;
use kzg_advanced::{Blob, Bytes32, IoAction, Item, KzgAdvancedError, KzgCommitment, KzgProof};
use kzg_pipeline::cells::{CELLS_FILE_LENGTH, StoredCells};

use crate::files::read_bounded;

mod digits;
mod printed;

/// The argument that stands for standard input, or standard output.
pub(crate) const STANDARD_STREAM: &str = "-";

/// Bound on the length of a file with a value: more than twice the digits of 128 cells.
const VALUE_LIMIT: usize = 2 << 20;

/// A kind of value.
#[derive(Debug)]
struct Kind {
    /// The word for it in messages.
    what: &'static str,
    /// The length in bytes.
    length: usize,
    /// The keys and labels under which commands print it.
    labels: &'static [&'static str],
    /// What to do about bytes of another length.
    advice: &'static str,
}

const BLOB: Kind = Kind {
    what: "blob",
    length: Blob::LENGTH,
    labels: &["blob"],
    advice: "; `kzg pipeline` turns files of any size into blobs",
};
const COMMITMENT: Kind = Kind {
    what: "commitment",
    length: KzgCommitment::LENGTH,
    labels: &["commitment", "commitments"],
    advice: "",
};
const PROOF: Kind = Kind {
    what: "proof",
    length: KzgProof::LENGTH,
    labels: &["proof"],
    advice: "",
};
const POINT: Kind = Kind {
    what: "point",
    length: Bytes32::LENGTH,
    labels: &["z"],
    advice: ", big-endian",
};
const EVALUATION: Kind = Kind {
    what: "value",
    length: Bytes32::LENGTH,
    labels: &["y"],
    advice: ", big-endian",
};

impl Kind {
    /// The forms that a value of this kind has.
    fn expected(&self) -> String {
        let (what, length) = (self.what, self.length);
        format!(
            "a {what} is {length} bytes, or 0x and their {} hexadecimal digits{}",
            2 * length,
            self.advice
        )
    }

    /// The error about a value under a name.
    fn error(&self, name: &str, reason: &str) -> anyhow::Error {
        let what = self.what;
        let reason = format!("not a {what}: {reason}; {}", self.expected());
        bad(name.to_owned(), reason)
    }
}

/// A blob and the name that it was given by.
#[derive(Debug)]
pub(crate) struct NamedBlob {
    pub(crate) name: String,
    pub(crate) blob: Box<Blob>,
}

impl NamedBlob {
    /// Names the blob in an error about it.
    pub(crate) fn named(&self, error: kzg_advanced::Error) -> anyhow::Error {
        named(&[&self.name], error)
    }
}

/// Names the blob that an error of a call is about, by the names of the call's blobs.
pub(crate) fn named(names: &[&str], error: kzg_advanced::Error) -> anyhow::Error {
    match error {
        kzg_advanced::Error::FieldElement {
            item: Item::Blob,
            index,
            element,
        } if index < names.len() => bad(
            names[index].to_owned(),
            format!("field element {element}: not canonical, at or above the group order"),
        ),
        error => error.into(),
    }
}

/// Reads the values of one command; standard input can be read once only.
#[derive(Debug, Default)]
pub(crate) struct Values {
    stdin_taken: bool,
}

impl Values {
    pub(crate) fn blob(&mut self, argument: &OsStr) -> Result<NamedBlob> {
        let bytes = self.read(argument, &BLOB)?;
        let mut blob = Blob::zeroed_on_heap();
        blob.0.copy_from_slice(&bytes);
        Ok(NamedBlob {
            name: name(argument),
            blob,
        })
    }

    pub(crate) fn commitment(&mut self, argument: &OsStr) -> Result<KzgCommitment> {
        let bytes = self.read(argument, &COMMITMENT)?;
        Ok(*KzgCommitment::from_slice(&bytes)?)
    }

    pub(crate) fn proof(&mut self, argument: &OsStr) -> Result<KzgProof> {
        let bytes = self.read(argument, &PROOF)?;
        Ok(*KzgProof::from_slice(&bytes)?)
    }

    /// The point of an evaluation.
    pub(crate) fn point(&mut self, argument: &OsStr) -> Result<Bytes32> {
        let bytes = self.read(argument, &POINT)?;
        Ok(*Bytes32::from_slice(&bytes)?)
    }

    /// The value of an evaluation.
    pub(crate) fn evaluation(&mut self, argument: &OsStr) -> Result<Bytes32> {
        let bytes = self.read(argument, &EVALUATION)?;
        Ok(*Bytes32::from_slice(&bytes)?)
    }

    /// The 128 cells of an extended blob, lost ones included.
    pub(crate) fn cells(&mut self, argument: &OsStr) -> Result<StoredCells> {
        let name = name(argument);
        let bytes = self.content(argument)?;
        let bytes = if bytes.len() == CELLS_FILE_LENGTH {
            bytes
        } else {
            let found = core::str::from_utf8(&bytes).ok().and_then(printed::cells);
            found.ok_or_else(|| {
                let reason = format!(
                    "not the cells of a blob: {} bytes, expected the {CELLS_FILE_LENGTH} bytes of \
                     128 cells, or what `kzg cells` prints",
                    bytes.len()
                );
                bad(name.clone(), reason)
            })?
        };
        StoredCells::from_bytes(&bytes).map_err(|reason| bad(name, reason))
    }

    /// The proofs of 128 cells, as `kzg cells` prints them with or without the cells.
    pub(crate) fn cell_proofs(&mut self, argument: &OsStr) -> Result<Vec<KzgProof>> {
        let name = name(argument);
        let bytes = self.content(argument)?;
        let text = core::str::from_utf8(&bytes)
            .map_err(|_| bad(name.clone(), "not the proofs of cells: not text"))?;
        printed::cell_proofs(text).map_err(|reason| bad(name, reason))
    }

    /// Reads a value: standard input for `-`, otherwise the content of a file of that name, or
    /// hexadecimal digits.
    fn read(&mut self, argument: &OsStr, kind: &Kind) -> Result<Vec<u8>> {
        let shown = name(argument);
        let text = argument.to_str().map(str::trim);
        let given = text.filter(|text| {
            let prefixed = text.starts_with("0x") || text.starts_with("0X");
            prefixed || (digits::are_hexadecimal(text) && text.len() == 2 * kind.length)
        });
        if let Some(text) = given {
            return digits::decode(text, kind.length).map_err(|reason| kind.error(&shown, &reason));
        }
        let is_file = argument == STANDARD_STREAM || Path::new(argument).exists();
        if let Some(text) = text.filter(|_| !is_file) {
            let reason = match digits::decode(text, kind.length) {
                Ok(bytes) => return Ok(bytes),
                Err(reason) if digits::resemble_digits(text) => reason,
                Err(_) => "no such file".to_owned(),
            };
            return Err(kind.error(&shown, &reason));
        }
        let bytes = self.content(argument)?;
        if bytes.len() == kind.length {
            return Ok(bytes);
        }
        printed::value(&bytes, kind.labels, kind.length)
            .map_err(|reason| kind.error(&shown, &reason))
    }

    /// The content of a file, or of standard input.
    fn content(&mut self, argument: &OsStr) -> Result<Vec<u8>> {
        let shown = name(argument);
        if argument == STANDARD_STREAM {
            if std::mem::replace(&mut self.stdin_taken, true) {
                return Err(usage("standard input can be read for one value only"));
            }
            return read_bounded(&mut io::stdin().lock(), &shown, VALUE_LIMIT);
        }
        let mut file = File::open(Path::new(argument)).map_err(unreadable(&shown))?;
        read_bounded(&mut file, &shown, VALUE_LIMIT)
    }
}

/// An argument in messages: shortened, since it may be the digits of a blob.
pub(crate) fn name(argument: &OsStr) -> String {
    /// Most characters of an argument in a message.
    const SHOWN: usize = 120;

    if argument == STANDARD_STREAM {
        return "standard input".to_owned();
    }
    let text = argument.to_string_lossy();
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The error of malformed input.
pub(crate) fn bad(
    item: String,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> anyhow::Error {
    KzgAdvancedError::DataValidation {
        item,
        source: source.into(),
    }
    .into()
}

/// A function that makes the error of reading the file `name`.
pub(crate) fn unreadable(name: &str) -> impl FnOnce(io::Error) -> anyhow::Error {
    let error = KzgAdvancedError::io(IoAction::Read, name.to_owned());
    move |source: io::Error| error(source).into()
}

/// The error of wrong usage.
pub(crate) fn usage(reason: &str) -> anyhow::Error {
    KzgAdvancedError::Configuration {
        reason: reason.to_owned(),
    }
    .into()
}
