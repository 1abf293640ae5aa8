//! The way back: an output folder to the bytes of its inputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::eip7594::CELLS_PER_BLOB;
use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32, ErrorKind, KzgSettings, Operation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::manifest::{
    BlobRecord, EndRecord, Header, InputEndRecord, MANIFEST, ManifestFault, ManifestReader, Record,
};
use super::names::Names;
use super::new_file::NewFile;
use super::options::{Artefact, Proofs};
use super::progress::{Phase, Progress};
use super::prove::mismatches;
use super::report::Verification;
use super::stored::StoredBlobs;
use crate::backend_call::backend_error;
use crate::cancellation::CancellationToken;
use crate::codec::{self, BlobCodec};
use crate::error::{KzgAdvancedError, Result};

/// What decoding an output folder gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DecodeReport {
    /// The files that were written.
    pub files: u64,
    /// Their length in bytes.
    pub bytes: u64,
    /// The inputs that could not be restored, and the blobs that are to blame.
    pub verification: Verification,
}

/// Restores the inputs of a finished job from its output folder and checks each against its
/// recorded hash. Blobs are read from any artefact that holds them; from cells, which are checked
/// by their proofs, any 64 good ones are enough, and `settings` recovers the rest. A single input
/// becomes the file `out`; several become files in the folder `out`, which must be empty or not
/// there, under their recorded paths without whatever would lead out of it.
///
/// An input that cannot be restored is not written, named in the report, and does not keep the
/// others from being restored.
///
/// # Errors
///
/// [`KzgAdvancedError::DataValidation`] if the manifest is damaged or not complete;
/// [`KzgAdvancedError::Configuration`] if `out` is in the way;
/// [`KzgAdvancedError::Io`] where reading or writing fails; [`KzgAdvancedError::Backend`];
/// [`KzgAdvancedError::Cancelled`].
pub fn decode(
    settings: &dyn KzgSettings,
    dir: &Path,
    out: &Path,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<DecodeReport> {
    let (header, totals) = survey(dir)?;
    let codec = codec::by_name(&header.encoding).ok_or_else(|| {
        KzgAdvancedError::data(MANIFEST, format!("unknown encoding {:?}", header.encoding))
    })?;
    let target = Target::new(out, totals.inputs)?;
    progress.begin(Phase::Decode, Some(totals.bytes));
    let stored = StoredBlobs::new(dir, header.proofs);
    let mut decoder = Decoder {
        settings,
        blob: stored.buffer(),
        stored,
        header,
        codec,
        bytes: Vec::with_capacity(codec.capacity()),
        target,
        open: None,
        report: DecodeReport {
            files: 0,
            bytes: 0,
            verification: Verification::default(),
        },
    };
    for_each_record(dir, |record| {
        match record {
            Record::Header(_) | Record::End(_) => {}
            Record::Input(input) => decoder.begin(input.input, &input.path)?,
            Record::Blob(blob) => {
                cancel.check()?;
                let bytes = decoder.append(&blob)?;
                progress.advance(Phase::Decode, 1, bytes);
            }
            Record::InputEnd(end) => decoder.end(&end)?,
        }
        Ok(())
    })?;
    progress.end(Phase::Decode);
    Ok(decoder.report)
}

/// Reads a manifest once through.
pub(crate) fn survey(dir: &Path) -> Result<(Header, EndRecord)> {
    let mut header = None;
    let mut end = None;
    for_each_record(dir, |record| {
        match record {
            Record::Header(found) => header = Some(found),
            Record::End(found) => end = Some(found),
            _ => {}
        }
        Ok(())
    })?;
    header.zip(end).ok_or_else(|| {
        let reason = "there is no end line: the job was not finished; resume it first";
        KzgAdvancedError::data(dir.join(MANIFEST).display().to_string(), reason)
    })
}

fn for_each_record(dir: &Path, mut work: impl FnMut(Record) -> Result<()>) -> Result<()> {
    let path = dir.join(MANIFEST);
    let mut reader = ManifestReader::open(dir).map_err(KzgAdvancedError::reading(&path))?;
    while let Some(line) = reader.next_line().map_err(|error| match error.fault {
        ManifestFault::Io(error) => KzgAdvancedError::reading(&path)(error),
        _ => KzgAdvancedError::data(dir.display().to_string(), error),
    })? {
        work(line.record)?;
    }
    Ok(())
}

const IN_ORDER: &str = "the reader sees to the order";

struct Decoder<'a> {
    settings: &'a dyn KzgSettings,
    header: Header,
    codec: &'static dyn BlobCodec,
    stored: StoredBlobs,
    blob: Pooled<Box<Blob>>,
    bytes: Vec<u8>,
    target: Target,
    open: Option<OpenOutput>,
    report: DecodeReport,
}

struct OpenOutput {
    path: PathBuf,
    name: String,
    file: NewFile,
    hash: Sha256,
    bytes: u64,
    broken: bool,
}

impl Decoder<'_> {
    fn begin(&mut self, number: u64, path: &str) -> Result<()> {
        let temporary = &self.target.temporary;
        let file = NewFile::create(temporary).map_err(KzgAdvancedError::writing(temporary))?;
        self.open = Some(OpenOutput {
            path: self.target.path_for(number, path),
            name: format!("input {number} ({path})"),
            file,
            hash: Sha256::new(),
            bytes: 0,
            broken: false,
        });
        Ok(())
    }

    /// Decodes a blob from the first kind of artefact that holds it, and returns the number of
    /// bytes.
    fn append(&mut self, record: &BlobRecord) -> Result<u64> {
        let mut failure = None;
        for artefact in self.header.emit.clone() {
            self.bytes.clear();
            let decoded = self.read(artefact, record)?.and_then(|()| {
                self.codec
                    .decode(&self.blob, &mut self.bytes)
                    .map_err(|error| error.to_string())
            });
            match decoded {
                Ok(()) => {
                    let open = self.open.as_mut().expect(IN_ORDER);
                    open.hash.update(&self.bytes);
                    open.bytes += self.bytes.len() as u64;
                    open.file
                        .write_all(&self.bytes)
                        .map_err(KzgAdvancedError::writing(open.file.path()))?;
                    return Ok(self.bytes.len() as u64);
                }
                Err(reason) => failure = failure.or(Some((artefact, reason))),
            }
        }
        let (artefact, reason) = failure.expect("there is at least one kind of artefact");
        let file = StoredBlobs::file_name(artefact, record.blob);
        self.report
            .verification
            .fail(format!("blob {} ({file})", record.blob), reason);
        self.open.as_mut().expect(IN_ORDER).broken = true;
        Ok(0)
    }

    /// Reads a blob from one kind of artefact; the inner error says why that does not hold it.
    fn read(&mut self, artefact: Artefact, record: &BlobRecord) -> Result<Result<(), String>> {
        let read = if artefact == Artefact::Cells {
            recover_blob(self.settings, &self.stored, record, &mut self.blob)?
        } else {
            self.stored.read(artefact, record.blob, &mut self.blob)
        };
        // Where another artefact may hold the right one, a damaged blob is not taken; otherwise
        // the input's hash tells.
        if read.is_err() || self.header.emit.len() == 1 {
            return Ok(read);
        }
        let (blobs, records) = ([&**self.blob], core::slice::from_ref(record));
        let proofs = if self.header.proofs.of_blobs() {
            Proofs::Blob
        } else {
            Proofs::None
        };
        let reasons = mismatches(self.settings, proofs, &blobs, records, None)?;
        Ok(reasons.into_iter().flatten().next().map_or(Ok(()), Err))
    }

    fn end(&mut self, end: &InputEndRecord) -> Result<()> {
        let open = self.open.take().expect(IN_ORDER);
        let verification = &mut self.report.verification;
        verification.inputs += 1;
        let sha256 = Bytes32(open.hash.finalize().into());
        if open.broken || (open.bytes, sha256) != (end.bytes, end.sha256) {
            let reason = if open.broken {
                "not restored, a blob of it is lost".to_owned()
            } else {
                format!(
                    "not restored: its blobs hold {} bytes of SHA-256 {sha256}, the manifest says \
                     {} bytes of SHA-256 {}",
                    open.bytes, end.bytes, end.sha256
                )
            };
            verification.fail(open.name, reason);
            return Ok(());
        }
        open.file
            .rename(&open.path)
            .map_err(KzgAdvancedError::writing(&open.path))?;
        self.report.files += 1;
        self.report.bytes += open.bytes;
        Ok(())
    }
}

/// Restores a blob from its stored cells; the inner error says why they do not give it.
///
/// Cells that fail their proof count as lost. Where no cell proofs were made, all that are there
/// are taken, and the commitment decides.
fn recover_blob(
    settings: &dyn KzgSettings,
    stored: &StoredBlobs,
    record: &BlobRecord,
    blob: &mut Blob,
) -> Result<Result<(), String>> {
    let cells = match stored.read_cells(record.blob) {
        Ok(cells) => cells,
        Err(reason) => return Ok(Err(reason)),
    };
    let fault = |error: kzg_traits::Error| match error.kind() {
        ErrorKind::Input => Ok(Err(error.to_string())),
        _ => Err(backend_error(
            settings,
            Operation::RecoverCells,
            record.blob,
        )(error)),
    };
    let (good, bad) = match &record.cell_proofs {
        Some(proofs) => match cells.verify(settings, &record.commitment, proofs) {
            Ok(checked) => (checked.good, checked.bad.len()),
            Err(error) => return fault(error),
        },
        None => (cells.present(), 0),
    };
    if good.len() < CELLS_PER_BLOB {
        let (found, lost) = (good.len(), CELLS_PER_EXT_BLOB - good.len() - bad);
        return Ok(Err(format!(
            "{found} good cells, {CELLS_PER_BLOB} are needed; {lost} are lost, {bad} fail their proof"
        )));
    }
    if let Err(error) = cells.to_blob(settings, &good, blob) {
        return fault(error);
    }
    if record.cell_proofs.is_some() {
        return Ok(Ok(()));
    }
    let reasons = mismatches(
        settings,
        Proofs::None,
        &[&*blob],
        core::slice::from_ref(record),
        None,
    )?;
    Ok(reasons
        .into_iter()
        .flatten()
        .next()
        .map_or(Ok(()), |reason| {
            Err(format!(
                "{reason}, and there are no cell proofs to tell which cells are false"
            ))
        }))
}

/// Where decoded inputs go.
struct Target {
    out: PathBuf,
    /// `None` for a single file.
    names: Option<Names>,
    /// Holds the input that is being decoded.
    temporary: PathBuf,
}

impl Target {
    fn new(out: &Path, inputs: u64) -> Result<Self> {
        if inputs == 1 {
            if out.is_dir() {
                return Err(KzgAdvancedError::configuration(format!(
                    "{} is a folder, and a single input becomes a file",
                    out.display()
                )));
            }
            if let Some(folder) = out.parent() {
                fs::create_dir_all(folder).map_err(KzgAdvancedError::writing(folder))?;
            }
            let mut temporary = out.as_os_str().to_owned();
            temporary.push(Names::TEMPORARY);
            return Ok(Self {
                out: out.to_owned(),
                names: None,
                temporary: temporary.into(),
            });
        }
        let occupied = match fs::read_dir(out) {
            Ok(mut entries) => entries.next().is_some(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(KzgAdvancedError::writing(out)(error)),
        };
        if occupied {
            return Err(KzgAdvancedError::configuration(format!(
                "{} is not empty, and several inputs become files in it",
                out.display()
            )));
        }
        fs::create_dir_all(out).map_err(KzgAdvancedError::writing(out))?;
        Ok(Self {
            out: out.to_owned(),
            names: Some(Names::default()),
            temporary: out.join(Names::TEMPORARY),
        })
    }

    fn path_for(&mut self, number: u64, recorded: &str) -> PathBuf {
        match &mut self.names {
            None => self.out.clone(),
            Some(names) => self.out.join(names.choose(number, recorded)),
        }
    }
}
