//! The way back: an output folder to the bytes of its inputs.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use kzg_traits::{Blob, Bytes32};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::manifest::{
    BlobRecord, EndRecord, Header, InputEndRecord, MANIFEST, ManifestReader, Record,
};
use super::names::Names;
use super::progress::{CancelToken, Phase, Progress};
use super::report::Verification;
use super::stored::StoredBlobs;
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
/// recorded hash. A single input becomes the file `out`; several become files in the folder
/// `out`, which must be empty or not there, under their recorded paths without whatever would
/// lead out of it.
///
/// An input that cannot be restored is not written, named in the report, and does not keep the
/// others from being restored.
///
/// # Errors
///
/// [`KzgAdvancedError::DataValidation`] if the manifest is missing, damaged or not complete;
/// [`KzgAdvancedError::Configuration`] if `out` is in the way;
/// [`KzgAdvancedError::ResourceExhausted`] where writing fails; [`KzgAdvancedError::Cancelled`].
pub fn decode(
    dir: &Path,
    out: &Path,
    progress: &dyn Progress,
    cancel: &CancelToken,
) -> Result<DecodeReport> {
    let (header, totals) = survey(dir)?;
    let codec = codec::by_name(&header.encoding).ok_or_else(|| {
        KzgAdvancedError::data(MANIFEST, format!("unknown encoding {:?}", header.encoding))
    })?;
    let target = Target::new(out, totals.inputs)?;
    progress.begin(Phase::Decode, Some(totals.bytes));
    let mut decoder = Decoder {
        header,
        codec,
        stored: StoredBlobs::new(dir),
        blob: Blob::zeroed_on_heap(),
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
                progress.advance(1, bytes);
            }
            Record::InputEnd(end) => decoder.end(&end)?,
        }
        Ok(())
    })?;
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
    while let Some(line) = reader
        .next_line()
        .map_err(|error| KzgAdvancedError::data(dir.display().to_string(), error))?
    {
        work(line.record)?;
    }
    Ok(())
}

struct Decoder {
    header: Header,
    codec: &'static dyn BlobCodec,
    stored: StoredBlobs,
    blob: Box<Blob>,
    bytes: Vec<u8>,
    target: Target,
    open: Option<OpenOutput>,
    report: DecodeReport,
}

struct OpenOutput {
    path: PathBuf,
    name: String,
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
    broken: bool,
}

impl Decoder {
    fn begin(&mut self, number: u64, path: &str) -> Result<()> {
        let temporary = &self.target.temporary;
        let file = File::create(temporary).map_err(KzgAdvancedError::writing(temporary))?;
        self.open = Some(OpenOutput {
            path: self.target.path_for(number, path),
            name: format!("input {number} ({path})"),
            file: BufWriter::new(file),
            hash: Sha256::new(),
            bytes: 0,
            broken: false,
        });
        Ok(())
    }

    /// Decodes a blob from the first kind of artefact that holds it, and returns the number of
    /// bytes.
    fn append(&mut self, record: &BlobRecord) -> Result<u64> {
        let open = self.open.as_mut().expect("the reader sees to the order");
        let mut failure = None;
        for &artefact in &self.header.emit {
            self.bytes.clear();
            let decoded = self
                .stored
                .read(artefact, record.blob, &mut self.blob)
                .and_then(|()| {
                    self.codec
                        .decode(&self.blob, &mut self.bytes)
                        .map_err(|error| error.to_string())
                });
            match decoded {
                Ok(()) => {
                    open.hash.update(&self.bytes);
                    open.bytes += self.bytes.len() as u64;
                    open.file
                        .write_all(&self.bytes)
                        .map_err(KzgAdvancedError::writing(&self.target.temporary))?;
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
        open.broken = true;
        Ok(0)
    }

    fn end(&mut self, end: &InputEndRecord) -> Result<()> {
        let open = self.open.take().expect("the reader sees to the order");
        let verification = &mut self.report.verification;
        verification.inputs += 1;
        let temporary = &self.target.temporary;
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
            drop(open.file);
            return fs::remove_file(temporary).map_err(KzgAdvancedError::writing(temporary));
        }
        open.file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_data())
            .and_then(|()| open.path.parent().map_or(Ok(()), fs::create_dir_all))
            .and_then(|()| fs::rename(temporary, &open.path))
            .map_err(KzgAdvancedError::writing(&open.path))?;
        self.report.files += 1;
        self.report.bytes += open.bytes;
        Ok(())
    }
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
