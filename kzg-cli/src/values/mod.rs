//! Reading values: from hexadecimal digits on the command line, from files, from standard input.
//!
//! A file may hold the bytes themselves, their hexadecimal digits, another format of [`formats`], or
//! what a command of this program printed, as text or as a JSON document; compressed by gzip or not.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;

use anyhow::Result;
use kzg_advanced::{Blob, Bytes32, Item, KzgCommitment, KzgProof};
use kzg_pipeline::cells::{CELLS_FILE_LENGTH, StoredCells};
use kzg_pipeline::formats::{
    self, BlobCells, Format, FormatError, LONGEST_FILE, SidecarProofs, Sidecars, resembles_hex,
};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;

use crate::errors::{STANDARD_STREAM, bad, name, unreadable, usage};
use crate::files::read_bounded;
use crate::standard_streams;

pub(crate) mod document;
mod fault;
pub(crate) mod given;
mod kind;
mod printed;
pub(crate) mod seen;

use fault::ValueFault;
pub(crate) use given::Given;
use kind::{BLOB, COMMITMENT, EVALUATION, Kind, POINT, PROOF};
use printed::{chosen, from_digits};
use seen::Seen;

/// Bound on the length of a file with values.
const VALUE_LIMIT: usize = LONGEST_FILE as usize;

/// A blob and where it comes from.
#[derive(Debug)]
pub(crate) struct NamedBlob {
    /// The file.
    pub(crate) file: String,
    /// The position of the blob in a file with several.
    pub(crate) index: Option<usize>,
    pub(crate) blob: Box<Blob>,
    /// The commitment that the file claims.
    pub(crate) claimed: Option<KzgCommitment>,
    /// The versioned hash that the file claims.
    pub(crate) claimed_hash: Option<Bytes32>,
}

impl NamedBlob {
    /// The name of the blob in messages.
    pub(crate) fn name(&self) -> String {
        match self.index {
            Some(index) => format!("{}, blob {index}", self.file),
            None => self.file.clone(),
        }
    }

    /// Names the blob in an error about it.
    pub(crate) fn named(&self, error: kzg_advanced::Error) -> anyhow::Error {
        named(&[self.name()], error)
    }
}

/// Names the blob that an error of a call is about, by the names of the call's blobs.
pub(crate) fn named(names: &[String], error: kzg_advanced::Error) -> anyhow::Error {
    match error {
        kzg_advanced::Error::FieldElement {
            item: Item::Blob,
            index,
            element,
        } if index < names.len() => bad(
            names[index].clone(),
            format!("field element {element}: not canonical, at or above the group order"),
        ),
        error => error.into(),
    }
}

/// Reads the values of one command; standard input can be read once only.
#[derive(Debug)]
pub(crate) struct Values {
    given: Given,
}

impl Values {
    pub(crate) fn new(given: Given) -> Self {
        Self { given }
    }

    /// The blobs of a file; the chosen one alone where an index is given.
    pub(crate) fn blobs(&mut self, argument: &OsStr) -> Result<Vec<NamedBlob>> {
        let file = name(argument);
        let Sidecars {
            blobs,
            commitments,
            versioned_hashes,
            ..
        } = self.sidecars(argument)?;
        let several = blobs.len() > 1;
        let named = blobs
            .into_iter()
            .enumerate()
            .map(|(index, blob)| NamedBlob {
                file: file.clone(),
                index: several.then_some(index),
                blob,
                claimed: commitments.get(index).copied(),
                claimed_hash: versioned_hashes.get(index).copied(),
            });
        let chosen = self.given.chosen(&file, named.len())?;
        Ok(named.skip(chosen.start).take(chosen.len()).collect())
    }

    /// The blob of a file, or the chosen one of its blobs.
    pub(crate) fn blob(&mut self, argument: &OsStr) -> Result<NamedBlob> {
        let mut blobs = self.blobs(argument)?;
        match blobs.len() {
            1 => Ok(blobs.remove(0)),
            count => Err(usage(&format!(
                "{} holds {count} blobs, expected one; choose one with --index N, counted from 0",
                name(argument)
            ))),
        }
    }

    /// The blobs of a file, with the commitments and proofs that the file holds.
    pub(crate) fn sidecars(&mut self, argument: &OsStr) -> Result<Sidecars> {
        let file = name(argument);
        let content = match given_digits(argument, &BLOB) {
            Some(text) => text.as_bytes().to_vec(),
            None => self.content(argument, &BLOB)?,
        };
        let sidecars = self.parse_sidecars(&content);
        let sidecars = sidecars.map_err(|fault| BLOB.error(&file, fault))?;
        if sidecars.blobs.is_empty() {
            return Err(bad(file, "there is no blob in it"));
        }
        Ok(sidecars)
    }

    fn parse_sidecars(&self, content: &[u8]) -> Result<Sidecars, ValueFault> {
        let format = self.given.input_format.format();
        if let Some(format) = format.or_else(|| formats::recognize(content)) {
            let sidecars = format.read(content)?;
            sidecars.check_hashes()?;
            return Ok(sidecars.with_blobs()?);
        }
        let bytes = printed::value(content, BLOB.labels, Blob::LENGTH, None);
        let bytes = bytes.map_err(|fault| match fault {
            ValueFault::MissingKey { .. } => ValueFault::Other(Seen::of(content)),
            fault => fault,
        })?;
        Ok(formats::Raw.read(&bytes)?)
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
        let content = self.whole_content(argument)?;
        let bytes = self.parse_cells(content).map_err(|fault| {
            fault.named(name.clone(), |fault| {
                format!(
                    "not the cells of a blob: {fault}; expected the {CELLS_FILE_LENGTH} bytes of \
                     {CELLS_PER_EXT_BLOB} cells, or their {} hexadecimal digits, or what `kzg \
                     cells` prints",
                    2 * CELLS_FILE_LENGTH
                )
            })
        })?;
        StoredCells::from_bytes(&bytes).map_err(|reason| bad(name, reason))
    }

    fn parse_cells(&self, content: Vec<u8>) -> Result<Vec<u8>, ValueFault> {
        let format = self.given.input_format.format();
        if let Some(cells) = blob_cells(&content, format)? {
            let (stored, _) = chosen(cells, self.given.index)?.stored();
            return Ok(stored.cells().iter().flat_map(|cell| cell.0).collect());
        }
        let is_text = resembles_hex(&content);
        match format.map(Format::name) {
            None if content.len() == CELLS_FILE_LENGTH && !is_text => Ok(content),
            None | Some("hex") => printed::cells(&content),
            Some("raw") if content.len() == CELLS_FILE_LENGTH => Ok(content),
            Some("raw") => Err(ValueFault::Other(Seen::of(&content))),
            Some(format) => Err(ValueFault::NoCells { format }),
        }
    }

    /// The proofs of 128 cells, as `kzg cells` prints them with or without the cells, or those of a
    /// blob in a bundle.
    pub(crate) fn cell_proofs(&mut self, argument: &OsStr) -> Result<Vec<KzgProof>> {
        let name = name(argument);
        let content = self.whole_content(argument)?;
        self.parse_cell_proofs(&content).map_err(|fault| {
            fault.named(name, |fault| {
                format!(
                    "not the proofs of cells: {fault}; expected the hexadecimal digits of \
                     {CELLS_PER_EXT_BLOB} proofs, what `kzg cells` prints, or a bundle with proofs \
                     of cells"
                )
            })
        })
    }

    fn parse_cell_proofs(&self, content: &[u8]) -> Result<Vec<KzgProof>, ValueFault> {
        if content.len() == CELLS_PER_EXT_BLOB * KzgProof::LENGTH
            && let Ok(proofs) = KzgProof::many_from_slice(content)
            && !resembles_hex(content)
        {
            return Ok(proofs.to_vec());
        }
        // The format may be named for the cells alone, and the proofs may be in a file of another form.
        let refused = match blob_cells(content, self.given.input_format.format()) {
            Ok(Some(cells)) => return Ok(chosen(cells, self.given.index)?.stored().1),
            Ok(None) => None,
            Err(fault @ ValueFault::Format(FormatError::False { .. })) => return Err(fault),
            Err(fault) => Some(fault),
        };
        if let Some(sidecars) = sidecars_with_proofs(content)?
            && let SidecarProofs::Cells(proofs) = sidecars.proofs
        {
            let of_blobs = proofs.chunks(CELLS_PER_EXT_BLOB).collect();
            return Ok(chosen(of_blobs, self.given.index)?.to_vec());
        }
        printed::cell_proofs(content).map_err(|fault| refused.unwrap_or(fault))
    }

    /// Reads a value: standard input for `-`, otherwise the content of a file of that name, or
    /// hexadecimal digits.
    fn read(&mut self, argument: &OsStr, kind: &Kind) -> Result<Vec<u8>> {
        let shown = name(argument);
        if let Some(text) = given_digits(argument, kind) {
            let value = from_digits(text.as_bytes(), kind.length, None);
            return value.map_err(|fault| kind.error(&shown, fault));
        }
        let content = self.content(argument, kind)?;
        if content.len() == kind.length {
            return Ok(content);
        }
        let index = self.given.index;
        let sidecars = sidecars_with_proofs(&content).map_err(|fault| kind.error(&shown, fault))?;
        if let Some(sidecars) = sidecars {
            let values = (kind.in_sidecars)(&sidecars);
            let value = chosen(values, index).map(<[u8]>::to_vec);
            return value.map_err(|fault| kind.error(&shown, fault));
        }
        printed::value(&content, kind.labels, kind.length, index)
            .map_err(|fault| kind.error(&shown, fault))
    }

    /// The content of a file, or of standard input. The error of a missing file also shows the form
    /// of the expected value, because the argument may be a mistyped value.
    fn content(&mut self, argument: &OsStr, kind: &Kind) -> Result<Vec<u8>> {
        let is_file = argument == STANDARD_STREAM || Path::new(argument).exists();
        if let Some(text) = argument.to_str().filter(|_| !is_file) {
            let fault = if resembles_hex(text.as_bytes()) {
                match from_digits(text.as_bytes(), kind.length, None) {
                    Ok(bytes) => return Ok(bytes),
                    Err(fault) => fault,
                }
            } else {
                ValueFault::NoFile
            };
            return Err(kind.error(&name(argument), fault));
        }
        self.whole_content(argument)
    }

    /// The content of a file, or of standard input.
    pub(crate) fn whole_content(&mut self, argument: &OsStr) -> Result<Vec<u8>> {
        let shown = name(argument);
        if argument == STANDARD_STREAM {
            standard_streams::take_stdin()?;
            let mut stdin = standard_streams::stdin().map_err(unreadable(&shown))?;
            let content = read_bounded(&mut stdin, &shown, VALUE_LIMIT)?;
            return self.decompressed(content, shown);
        }
        let mut file = File::open(Path::new(argument)).map_err(unreadable(&shown))?;
        self.decompressed(read_bounded(&mut file, &shown, VALUE_LIMIT)?, shown)
    }

    /// The content that a file compresses by gzip, or the content itself.
    fn decompressed(&self, content: Vec<u8>, name: String) -> Result<Vec<u8>> {
        let format = self.given.input_format.format();
        if format.is_some_and(Format::is_encoding) || !formats::is_gzip(&content) {
            return Ok(content);
        }
        let plain = formats::decompressed(&content);
        Ok(plain.map_err(|error| bad(name, error))?.into_owned())
    }
}

/// The cells of each blob in a content whose format holds cells. A content that does not have the format
/// that was named is an error; one without the format that it shows may have another form.
fn blob_cells(
    content: &[u8],
    format: Option<&'static dyn Format>,
) -> Result<Option<Vec<BlobCells>>, ValueFault> {
    let is_named = format.is_some();
    let format = format.or_else(|| formats::recognize(content));
    let sidecars = match format.filter(|format| format.holds().cells) {
        None => None,
        Some(format) if is_named => Some(format.read(content)?),
        Some(format) => format.read(content).ok(),
    };
    Ok(checked(sidecars)?.map(|sidecars| sidecars.cells))
}

/// The hexadecimal digits of a value, if the argument is these digits. A file of that name does not
/// take the place of the value that was typed. Another text with a prefix is taken for digits if it
/// is no name of a file.
fn given_digits<'a>(argument: &'a OsStr, kind: &Kind) -> Option<&'a str> {
    let text = argument.to_str()?.trim();
    let after_prefix = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let digits = after_prefix.unwrap_or(text);
    let is_value =
        digits.len() == 2 * kind.length && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_meant = is_value || (after_prefix.is_some() && !Path::new(argument).is_file());
    is_meant.then_some(text)
}

/// The blobs, commitments and proofs of a content in a format that holds more than blobs.
fn sidecars_with_proofs(content: &[u8]) -> Result<Option<Sidecars>, ValueFault> {
    let sidecars = formats::recognize(content).and_then(|format| format.read(content).ok());
    checked(sidecars.filter(|sidecars| !sidecars.commitments.is_empty()))
}

/// Returns the sidecars of a content, or the error of the first false claim among them.
fn checked(sidecars: Option<Sidecars>) -> Result<Option<Sidecars>, ValueFault> {
    sidecars.iter().try_for_each(Sidecars::check_hashes)?;
    Ok(sidecars)
}
