//! Reading values: from hexadecimal digits on the command line, from files, from standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Result;
use kzg_advanced::{Blob, Bytes32, KzgAdvancedError, KzgCommitment, KzgProof};

/// What stands for standard input.
pub(crate) const STDIN: &str = "-";
/// Room for `0x` and white space around the digits in a file.
const AROUND_DIGITS: usize = 64;

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

    /// Reads `length` bytes: hexadecimal digits as they are, anything else as a file's name,
    /// whose content is the bytes or their hexadecimal digits.
    fn read(&mut self, argument: &str, length: usize, what: &str) -> Result<Vec<u8>> {
        if argument == STDIN {
            if std::mem::replace(&mut self.stdin_taken, true) {
                return Err(usage("standard input can be read for one value only"));
            }
            return content(&mut io::stdin().lock(), "standard input", length, what);
        }
        let digits = argument.strip_prefix("0x");
        if digits.is_some() || is_digits(argument, length) {
            return decode(argument, argument, length, what);
        }
        let mut file =
            File::open(Path::new(argument)).map_err(|error| bad(argument.to_owned(), error))?;
        content(&mut file, argument, length, what)
    }
}

fn content(reader: &mut dyn Read, name: &str, length: usize, what: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader
        .take((2 * length + AROUND_DIGITS) as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| bad(name.to_owned(), error))?;
    if bytes.len() == length {
        return Ok(bytes);
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => decode(text.trim(), name, length, what),
        Err(_) => Err(wrong_length(name, length, what, bytes.len())),
    }
}

fn decode(text: &str, name: &str, length: usize, what: &str) -> Result<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if is_digits(digits, length) {
        Ok(hex::decode(digits).expect("digits, two for each byte"))
    } else {
        Err(wrong_length(name, length, what, text.len()))
    }
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == 2 * length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn wrong_length(name: &str, length: usize, what: &str, actual: usize) -> anyhow::Error {
    let shown: String = name.chars().take(120).collect();
    bad(
        shown,
        format!(
            "not a {what}: {actual} bytes, expected {length} bytes or their {} hexadecimal digits",
            2 * length
        ),
    )
}

fn bad(item: String, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> anyhow::Error {
    KzgAdvancedError::DataValidation {
        item,
        source: source.into(),
    }
    .into()
}

/// An error of wrong usage.
pub(crate) fn usage(reason: &str) -> anyhow::Error {
    KzgAdvancedError::Configuration {
        reason: reason.to_owned(),
    }
    .into()
}
