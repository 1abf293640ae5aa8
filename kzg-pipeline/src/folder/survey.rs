//! Surveys the manifest of an output folder before the blobs are read.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use kzg_advanced::{CancellationToken, KzgAdvancedError, KzgAdvancedResult as Result};

use kzg_traits::Blob;

use super::layout;
use super::lost_encoding::find_encoding;
use super::stored::StoredBlobs;
use super::unended::Unended;
use crate::Shard;
use crate::manifest::{
    EndRecord, FORMAT, Given, Header, InputRecord, MANIFEST, ManifestFault, ManifestReader,
    OrderFault, Record, SetupId,
};
use crate::options::{Artefact, Encoding, Proofs};

/// The state and the main facts of a manifest.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The header; inferred from the folder if the header's line is damaged.
    pub(crate) header: Header,
    /// Whether the header's line is damaged.
    pub(crate) header_is_lost: bool,
    /// The end line; `None` if the line is missing or damaged.
    pub(crate) end: Option<EndRecord>,
    /// The number of inputs, as far as the readable lines show it.
    pub(crate) inputs: u64,
    /// The first input.
    pub(crate) first: Option<InputRecord>,
    /// Inputs without an end line whose blobs all have a line.
    pub(crate) whole: BTreeSet<u64>,
    /// Whether any line is damaged or missing.
    pub(crate) damaged: bool,
    /// Whether the job was not finished: the last line is readable and is not an end line.
    pub(crate) unfinished: bool,
}

impl Survey {
    /// Reads a manifest from its beginning to its end.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(MANIFEST);
        let mut reader = ManifestReader::open(dir).map_err(|error| no_manifest(dir, error))?;
        let (mut header, mut end, mut first, mut proofs) = (None, None, None, None);
        let (mut inputs, mut damaged, mut fault_last) = (0, false, false);
        let mut records = 0_u64;
        let (mut blobs, mut encoding) = (0, Encoding::Simple);
        let shard = shard_of(dir);
        let mut unended = Unended::new(shard.is_some().then_some(true));
        loop {
            let record = match reader.next_line() {
                Ok(None) => break,
                Ok(Some(line)) => line.record,
                Err(error) => match error.fault {
                    ManifestFault::Io(error) => {
                        return Err(KzgAdvancedError::reading(&path)(error));
                    }
                    ManifestFault::Order(OrderFault::Format(_)) => {
                        return Err(KzgAdvancedError::data(dir.display().to_string(), error));
                    }
                    fault => {
                        damaged = true;
                        unended.fault(&fault, reader.text().len());
                        // A torn line marks the place where a killed run stopped.
                        fault_last = !matches!(fault, ManifestFault::Torn);
                        continue;
                    }
                },
            };
            fault_last = false;
            records += 1;
            unended.admit(&record);
            match record {
                Record::Header(found) => header = Some(found),
                Record::Input(input) => {
                    inputs = input.input + 1;
                    blobs = 0;
                    first.get_or_insert(input);
                }
                Record::Blob(blob) => {
                    inputs = blob.input + 1;
                    blobs += 1;
                    proofs.get_or_insert(match (&blob.proof, &blob.cell_proofs) {
                        (Some(_), None) => Proofs::Blob,
                        (None, Some(_)) => Proofs::Cells,
                        (Some(_), Some(_)) => Proofs::Both,
                        (None, None) => Proofs::None,
                    });
                }
                Record::InputEnd(input) => {
                    inputs = input.input + 1;
                    // Encoded bytes never fill their blobs.
                    if blobs > 0 && input.bytes == blobs * Blob::LENGTH as u64 {
                        encoding = Encoding::Raw;
                    }
                }
                Record::End(found) => end = Some(found),
            }
        }
        if damaged && records == 0 {
            let reason = format!("no line of {MANIFEST} can be read; it is no manifest");
            return Err(KzgAdvancedError::data(dir.display().to_string(), reason));
        }
        if let Some(end) = &end {
            inputs = end.inputs;
        }
        let header_is_lost = header.is_none();
        let header = header.unwrap_or_else(|| inferred_header(dir, proofs, encoding, shard));
        let mut stored = StoredBlobs::new(dir, header.proofs);
        for &artefact in &header.emit {
            unended.check_files(|numbers| stored.has_file_in(artefact, numbers));
        }
        Ok(Self {
            header_is_lost,
            header,
            unfinished: end.is_none() && !fault_last,
            end,
            inputs,
            first,
            whole: unended.finish(),
            damaged,
        })
    }

    /// Finds the encoding if the header's line is damaged. Returns whether the encoding is certain.
    pub(crate) fn find_encoding(&mut self, dir: &Path, cancel: &CancellationToken) -> Result<bool> {
        if !self.header_is_lost {
            return Ok(true);
        }
        let proven = find_encoding(dir, &self.header, cancel)?;
        if let Some(encoding) = proven {
            encoding
                .codec()
                .name()
                .clone_into(&mut self.header.encoding);
        }
        Ok(proven.is_some())
    }

    /// Whether the lines may be those of a shard.
    pub(crate) fn may_be_shard(&self) -> bool {
        let has_bundles = self.header.emit.contains(&Artefact::Bundles);
        self.header.shard.is_some() || self.header_is_lost && !has_bundles
    }

    /// The length of all inputs in bytes; `None` without an end line.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.end.as_ref().map(|end| end.bytes)
    }

    /// Whether the job had exactly one input, which was not given as a folder.
    pub(crate) fn is_one_file(&self) -> bool {
        let given = self.first.as_ref().map_or(Given::File, |input| input.given);
        self.inputs == 1 && given != Given::InFolder
    }
}

/// Whether the job of an output folder was finished: its manifest has an end line, or the last line
/// is damaged. A last line that is cut short is one that a killed process was writing.
///
/// # Errors
///
/// [`KzgAdvancedError::Io`] if there is no manifest; [`KzgAdvancedError::DataValidation`] if no line
/// of it can be read.
pub fn is_finished(dir: &Path) -> Result<bool> {
    Ok(!Survey::read(dir)?.unfinished)
}

/// The number of inputs of the job of an output folder, as far as the readable lines show it.
///
/// # Errors
///
/// As [`is_finished`].
pub fn input_count(dir: &Path) -> Result<u64> {
    Ok(Survey::read(dir)?.inputs)
}

fn no_manifest(dir: &Path, error: io::Error) -> KzgAdvancedError {
    if error.kind() == io::ErrorKind::NotFound && dir.is_dir() {
        let reason = io::Error::new(
            io::ErrorKind::NotFound,
            format!("no such file; the output folder of a pipeline job has a {MANIFEST}"),
        );
        return KzgAdvancedError::reading(&dir.join(MANIFEST))(reason);
    }
    KzgAdvancedError::reading(&dir.join(MANIFEST))(error)
}

/// Infers a damaged header: the first blob's line shows the kind of proofs, and the existing
/// folders show the artefacts. The encoding is a guess by the lengths of inputs.
fn inferred_header(
    dir: &Path,
    proofs: Option<Proofs>,
    encoding: Encoding,
    shard: Option<Shard>,
) -> Header {
    let mut emit: Vec<Artefact> = Artefact::ALL
        .into_iter()
        .filter(|artefact| dir.join(layout::folder(*artefact)).is_dir())
        .collect();
    if emit.is_empty() {
        emit.push(Artefact::Blobs);
    }
    Header {
        format: FORMAT,
        backend: String::new(),
        encoding: encoding.codec().name().to_owned(),
        proofs: proofs.unwrap_or_default(),
        emit,
        trusted_setup: SetupId::default(),
        shard,
    }
}

/// The shard whose folder has the name of this folder.
fn shard_of(dir: &Path) -> Option<Shard> {
    let dir = fs::canonicalize(dir).ok()?;
    Shard::of_folder(dir.file_name()?.to_str()?)
}
