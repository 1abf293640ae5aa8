//! Reading values: from hexadecimal digits on the command line, from files, from standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Result;
use kzg_advanced::pipeline::cells::{CELLS_FILE_LENGTH, StoredCells};
use kzg_advanced::{Blob, Bytes32, IoAction, KzgAdvancedError, KzgCommitment, KzgProof};

/// What stands for standard input.
pub(crate) const STDIN: &str = "-";
/// Room for `0x` and white space around the digits in a file.
const AROUND_DIGITS: usize = 64;

/// Far more than the text of 128 proofs.
const CELL_PROOFS_LIMIT: u64 = 64 * 1024;

/// Reads values of one command; standard input can be read once only.
#[derive(Debug, Default)]
pub(crate) struct Values {
    stdin_taken: bool,
}

impl Values {
    pub(crate) fn blob(&mut self, argument: &str) -> Result<Box<Blob>> {
        let bytes = self.read(argument, Blob::LENGTH, "blob")?;
        let mut blob = Blob::zeroed_on_heap();
        blob.0.copy_from_slice(&bytes);
        Ok(blob)
    }

    pub(crate) fn commitment(&mut self, argument: &str) -> Result<KzgCommitment> {
        let bytes = self.read(argument, KzgCommitment::LENGTH, "commitment")?;
        Ok(*KzgCommitment::from_slice(&bytes)?)
    }

    pub(crate) fn proof(&mut self, argument: &str) -> Result<KzgProof> {
        let bytes = self.read(argument, KzgProof::LENGTH, "proof")?;
        Ok(*KzgProof::from_slice(&bytes)?)
    }

    pub(crate) fn field_element(&mut self, argument: &str, what: &str) -> Result<Bytes32> {
        let bytes = self.read(argument, Bytes32::LENGTH, what)?;
        Ok(*Bytes32::from_slice(&bytes)?)
    }

    /// The 128 cells of a blob's extension, lost ones included.
    pub(crate) fn cells(&mut self, argument: &str) -> Result<StoredCells> {
        let bytes = self.read(argument, CELLS_FILE_LENGTH, "blob's cells")?;
        StoredCells::from_bytes(&bytes).map_err(|reason| bad(argument.to_owned(), reason))
    }

    /// The proofs of 128 cells, in hexadecimal with white space between.
    pub(crate) fn cell_proofs(&mut self, argument: &str) -> Result<Vec<KzgProof>> {
        let mut text = String::new();
        let read = if argument == STDIN {
            self.take_stdin()?;
            io::stdin()
                .lock()
                .take(CELL_PROOFS_LIMIT)
                .read_to_string(&mut text)
        } else {
            let file = File::open(Path::new(argument));
            file.and_then(|file| file.take(CELL_PROOFS_LIMIT).read_to_string(&mut text))
        };
        read.map_err(unreadable(argument))?;
        let proofs = text.split_whitespace().enumerate().map(|(index, digits)| {
            let proof: kzg_advanced::Result<_, kzg_advanced::Error> = digits.parse();
            Ok(proof.map_err(|error| error.with_index(index))?)
        });
        proofs.collect()
    }

    /// Reads `length` bytes: hexadecimal digits as they are, anything else as a file's name,
    /// whose content is the bytes or their hexadecimal digits.
    fn read(&mut self, argument: &str, length: usize, what: &str) -> Result<Vec<u8>> {
        if argument == STDIN {
            self.take_stdin()?;
            return content(&mut io::stdin().lock(), "standard input", length, what);
        }
        let digits = argument.strip_prefix("0x");
        if digits.is_some() || is_digits(argument, length) {
            return decode(argument, argument, length, what);
        }
        let mut file = File::open(Path::new(argument)).map_err(unreadable(argument))?;
        content(&mut file, argument, length, what)
    }
}

impl Values {
    fn take_stdin(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.stdin_taken, true) {
            return Err(usage("standard input can be read for one value only"));
        }
        Ok(())
    }
}

fn content(reader: &mut dyn Read, name: &str, length: usize, what: &str) -> Result<Vec<u8>> {
    let most = 2 * length + AROUND_DIGITS;
    let mut bytes = Vec::new();
    reader
        .take(most as u64)
        .read_to_end(&mut bytes)
        .map_err(unreadable(name))?;
    if bytes.len() == length {
        return Ok(bytes);
    }
    let read = bytes.len();
    match std::str::from_utf8(&bytes) {
        // More than that is not read.
        _ if read == most => Err(wrong_length(name, length, what, &format!("{read} or more"))),
        Ok(text) => decode(text.trim(), name, length, what),
        Err(_) => Err(wrong_length(name, length, what, &read.to_string())),
    }
}

fn decode(text: &str, name: &str, length: usize, what: &str) -> Result<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if is_digits(digits, length) {
        Ok(hex::decode(digits).expect("digits, two for each byte"))
    } else {
        Err(wrong_length(name, length, what, &text.len().to_string()))
    }
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == 2 * length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn wrong_length(name: &str, length: usize, what: &str, actual: &str) -> anyhow::Error {
    let shown: String = name.chars().take(120).collect();
    bad(
        shown,
        format!(
            "not a {what}: {actual} bytes, expected {length} bytes or their {} hexadecimal digits",
            2 * length
        ),
    )
}

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
    let item = name.to_owned();
    move |source| {
        KzgAdvancedError::Io {
            action: IoAction::Read,
            item,
            source: source.into(),
        }
        .into()
    }
}

/// An error of wrong usage.
pub(crate) fn usage(reason: &str) -> anyhow::Error {
    KzgAdvancedError::Configuration {
        reason: reason.to_owned(),
    }
    .into()
}
