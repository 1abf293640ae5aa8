//! What an output folder says of its job, read once through before its blobs are.

use std::io;
use std::path::Path;

use kzg_advanced::codec::{BlobCodec, SimpleCoder};
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};

use super::layout;
use crate::manifest::{
    EndRecord, FORMAT, Given, Header, InputRecord, MANIFEST, ManifestFault, ManifestReader,
    OrderFault, Record,
};
use crate::options::{Artefact, Proofs};

/// The state of a manifest, and what it says.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The header, or what the folder shows where the header's line is damaged.
    pub(crate) header: Header,
    /// The last line; `None` where it is not there or damaged.
    pub(crate) end: Option<EndRecord>,
    /// The number of inputs, as far as it can be known.
    pub(crate) inputs: u64,
    /// The first input.
    pub(crate) first: Option<InputRecord>,
    /// Whether any line is damaged or missing.
    pub(crate) damaged: bool,
    /// Whether the manifest ends in lines that can be read and are no end line: the job was not
    /// finished.
    pub(crate) unfinished: bool,
}

impl Survey {
    /// Reads a manifest once through.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(MANIFEST);
        let mut reader = ManifestReader::open(dir).map_err(|error| no_manifest(dir, error))?;
        let (mut header, mut end, mut first, mut proofs) = (None, None, None, None);
        let (mut inputs, mut damaged, mut fault_last) = (0, false, false);
        let mut records = 0_u64;
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
                        // A line without its end is where a killed run stopped.
                        fault_last = !matches!(fault, ManifestFault::Torn);
                        continue;
                    }
                },
            };
            fault_last = false;
            records += 1;
            match record {
                Record::Header(found) => header = Some(found),
                Record::Input(input) => {
                    inputs = input.input + 1;
                    first.get_or_insert(input);
                }
                Record::Blob(blob) => {
                    inputs = blob.input + 1;
                    proofs.get_or_insert(match (&blob.proof, &blob.cell_proofs) {
                        (Some(_), None) => Proofs::Blob,
                        (None, Some(_)) => Proofs::Cells,
                        (Some(_), Some(_)) => Proofs::Both,
                        (None, None) => Proofs::None,
                    });
                }
                Record::InputEnd(input) => inputs = input.input + 1,
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
        Ok(Self {
            header: header.unwrap_or_else(|| inferred_header(dir, proofs)),
            unfinished: end.is_none() && !fault_last,
            end,
            inputs,
            first,
            damaged,
        })
    }

    /// The length of all inputs in bytes, where the last line says it.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.end.as_ref().map(|end| end.bytes)
    }

    /// Whether the job had one input which was not given as a folder.
    pub(crate) fn is_one_file(&self) -> bool {
        let given = self.first.as_ref().map_or(Given::File, |input| input.given);
        self.inputs == 1 && given != Given::InFolder
    }
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

/// A header in the place of one that is damaged: the proofs are those of the first blob's line,
/// the artefacts those that have a folder.
fn inferred_header(dir: &Path, proofs: Option<Proofs>) -> Header {
    let every = [Artefact::Blobs, Artefact::Cells, Artefact::Bundles];
    let mut emit: Vec<Artefact> = every
        .into_iter()
        .filter(|artefact| dir.join(layout::folder(*artefact)).is_dir())
        .collect();
    if emit.is_empty() {
        emit.push(Artefact::Blobs);
    }
    Header {
        format: FORMAT,
        backend: String::new(),
        encoding: SimpleCoder.name().to_owned(),
        proofs: proofs.unwrap_or_default(),
        emit,
    }
}
