//! The last stage, and a command of its own: everything is read back from the output folder and
//! verified as a stranger would.

use std::io;
use std::path::{Path, PathBuf};

use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32, KzgSettings, MemoryPool};
use sha2::{Digest, Sha256};

use super::DataProcessingPipeline;
use super::bundle::{self, BLOBS_PER_BUNDLE};
use super::cells::StoredCells;
use super::manifest::{
    BlobRecord, EndRecord, Header, InputEndRecord, Line, MANIFEST, ManifestFault, ManifestReader,
    Record,
};
use super::options::Artefact;
use super::progress::{Phase, Progress};
use super::prove::{cells_of, mismatches};
use super::report::Verification;
use super::store::bundle_file;
use super::stored::StoredBlobs;
use crate::codec::{self, BlobCodec};
use crate::error::{KzgAdvancedError, Result};

/// Verifies an output folder; `total_bytes` is for the progress only.
pub(crate) fn verify_output(
    pipeline: &DataProcessingPipeline,
    dir: &Path,
    total_bytes: Option<u64>,
) -> Result<Verification> {
    let settings = &*pipeline.settings;
    let progress = &*pipeline.progress;
    let chunk_len = pipeline.options.chunk_len();
    let mut reader =
        ManifestReader::open(dir).map_err(KzgAdvancedError::reading(&dir.join(MANIFEST)))?;
    progress.begin(Phase::Verify, total_bytes);
    let mut verifier: Option<Verifier<'_>> = None;
    let mut found = Verification::default();
    loop {
        match reader.next_line() {
            Ok(Some(Line {
                number,
                record: Record::Header(header),
            })) => match codec::by_name(&header.encoding) {
                Some(codec) => {
                    verifier = Some(Verifier {
                        dir: dir.to_owned(),
                        settings,
                        progress,
                        stored: StoredBlobs::new(dir, header.proofs),
                        header,
                        codec,
                        pool: MemoryPool::new(chunk_len, Blob::zeroed_on_heap),
                        input: OpenInput::default(),
                        chunk: Vec::new(),
                        text: Vec::new(),
                        found: Verification::default(),
                    });
                }
                None => {
                    found.fail(format!("{MANIFEST} line {number}"), "an unknown encoding");
                    return Ok(found);
                }
            },
            Ok(Some(line)) => {
                let verifier = verifier.as_mut().expect("the reader sees to the header");
                verifier.admit(&line, &reader.sha256())?;
                if verifier.chunk.len() == chunk_len {
                    pipeline.cancel.check()?;
                    verifier.check_chunk()?;
                }
            }
            Ok(None) => break,
            Err(error) => {
                if let ManifestFault::Io(_) = error.fault {
                    return Err(KzgAdvancedError::data(MANIFEST, error));
                }
                found.fail(
                    format!("{MANIFEST} line {}", error.line),
                    error.fault.to_string(),
                );
                break;
            }
        }
    }
    if !reader.is_complete() && found.passed() {
        found.fail(MANIFEST, "there is no end line: the job was not finished");
    }
    if let Some(mut verifier) = verifier {
        verifier.check_chunk()?;
        for failure in found.failures {
            verifier.found.fail(failure.item, failure.reason);
        }
        found = verifier.found;
    }
    Ok(found)
}

struct Verifier<'a> {
    dir: PathBuf,
    settings: &'a dyn KzgSettings,
    progress: &'a dyn Progress,
    header: Header,
    codec: &'static dyn BlobCodec,
    stored: StoredBlobs,
    pool: MemoryPool<Box<Blob>>,
    input: OpenInput,
    /// Blobs that wait to be verified together, the first at a bundle's start; those that
    /// could not be read are not there.
    chunk: Vec<(BlobRecord, Option<Pooled<Box<Blob>>>)>,
    text: Vec<u8>,
    found: Verification,
}

#[derive(Default)]
struct OpenInput {
    hash: Sha256,
    bytes: u64,
    path: String,
    /// Whether a blob of it is missing, so that its hash says nothing more.
    broken: bool,
}

impl Verifier<'_> {
    fn admit(&mut self, line: &Line, sha256_before: &Bytes32) -> Result<()> {
        match &line.record {
            Record::Header(_) => {}
            Record::Input(input) => {
                self.input = OpenInput {
                    path: input.path.clone(),
                    ..OpenInput::default()
                };
            }
            Record::Blob(record) => self.read_blob(record),
            Record::InputEnd(end) => self.check_input(end, line.number),
            Record::End(end) => self.check_end(end, sha256_before, line.number),
        }
        Ok(())
    }

    fn read_blob(&mut self, record: &BlobRecord) {
        let artefact = self.header.emit[0];
        let mut blob = self.pool.get();
        let name = blob_item(artefact, record.blob);
        self.text.clear();
        let read = self.stored.read(artefact, record.blob, &mut blob);
        let readable = read.is_ok();
        let decoded = read.and_then(|()| {
            self.codec
                .decode(&blob, &mut self.text)
                .map_err(|error| error.to_string())
        });
        match decoded {
            Ok(()) => {
                self.input.hash.update(&self.text);
                self.input.bytes += self.text.len() as u64;
            }
            Err(reason) => {
                self.found.fail(name, reason);
                self.input.broken = true;
            }
        }
        self.chunk.push((record.clone(), readable.then_some(blob)));
        self.progress.advance(1, self.text.len() as u64);
    }

    fn check_input(&mut self, end: &InputEndRecord, line: u64) {
        self.found.inputs += 1;
        let input = std::mem::take(&mut self.input);
        if input.broken {
            return;
        }
        let sha256 = Bytes32(input.hash.finalize().into());
        if (input.bytes, &sha256) != (end.bytes, &end.sha256) {
            self.found.fail(
                format!("input {} ({})", end.input, input.path),
                format!(
                    "its blobs hold {} bytes of SHA-256 {sha256}, {MANIFEST} line {line} says {} \
                     bytes of SHA-256 {}",
                    input.bytes, end.bytes, end.sha256
                ),
            );
        }
    }

    fn check_end(&mut self, end: &EndRecord, sha256_before: &Bytes32, line: u64) {
        if end.manifest_sha256 != *sha256_before {
            self.found.fail(
                MANIFEST,
                format!("its lines are not those that line {line} hashes"),
            );
        }
    }

    fn check_chunk(&mut self) -> Result<()> {
        let chunk = std::mem::take(&mut self.chunk);
        let (mut records, mut blobs) = (Vec::new(), Vec::new());
        let mut stored_cells = Vec::new();
        let emits_cells = self.header.emit.contains(&Artefact::Cells);
        for (record, blob) in &chunk {
            let Some(blob) = blob else { continue };
            if emits_cells {
                match self.stored.read_cells(record.blob) {
                    Ok(cells) => stored_cells.push(cells),
                    Err(reason) => {
                        self.found.blobs += 1;
                        self.found
                            .fail(blob_item(Artefact::Cells, record.blob), reason);
                        continue;
                    }
                }
            }
            records.push(record.clone());
            blobs.push(&***blob);
        }
        let (settings, proofs) = (self.settings, self.header.proofs);
        let cells = emits_cells.then_some(stored_cells.as_slice());
        let reasons = mismatches(settings, proofs, &blobs, &records, cells)?;
        let right: Vec<bool> = reasons.iter().map(Option::is_none).collect();
        for (reason, record) in reasons.into_iter().zip(&records) {
            self.found.blobs += 1;
            if let Some(reason) = reason {
                let of_cells = emits_cells && reason.starts_with("cell ");
                let artefact = if of_cells {
                    Artefact::Cells
                } else {
                    self.header.emit[0]
                };
                self.found.fail(blob_item(artefact, record.blob), reason);
            }
        }
        let stored = stored_cells.iter().zip(&blobs).zip(&records);
        for (((cells, blob), record), right) in stored.zip(right) {
            if right {
                self.check_cells(cells, blob, record)?;
            }
        }
        if self.header.emit.contains(&Artefact::Bundles) {
            for group in chunk.chunks(BLOBS_PER_BUNDLE) {
                self.check_bundle(group);
            }
        }
        Ok(())
    }

    /// Whether stored cells are the blob's.
    fn check_cells(&mut self, cells: &StoredCells, blob: &Blob, record: &BlobRecord) -> Result<()> {
        let made = cells_of(self.settings, blob, record.blob)?;
        let mut pairs = cells.cells().iter().zip(made.cells());
        if let Some(index) = pairs.position(|(stored, made)| stored != made) {
            let reason = format!("cell {index} is not the blob's");
            self.found
                .fail(blob_item(Artefact::Cells, record.blob), reason);
        }
        Ok(())
    }

    fn check_bundle(&mut self, group: &[(BlobRecord, Option<Pooled<Box<Blob>>>)]) {
        let (records, blobs): (Vec<BlobRecord>, Vec<&Blob>) = group
            .iter()
            .filter_map(|(record, blob)| Some((record.clone(), &***blob.as_ref()?)))
            .unzip();
        if records.len() < group.len() {
            return; // reported where the blob could not be read
        }
        let name = bundle_file(records[0].blob / BLOBS_PER_BUNDLE as u64);
        let expected = bundle::to_json(&records, blobs);
        let path = self.dir.join(&name);
        let differs = || "it does not say what the manifest and the blobs say".to_owned();
        let reason = match std::fs::metadata(&path) {
            Ok(metadata) if metadata.len() != expected.len() as u64 => Some(differs()),
            Ok(_) => match std::fs::read(&path) {
                Ok(text) => (text != expected.as_bytes()).then(differs),
                Err(error) => Some(error.to_string()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some("missing".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = reason {
            self.found.fail(name, reason);
        }
    }
}

/// The name of a blob and of the file that it was read from.
fn blob_item(artefact: Artefact, blob: u64) -> String {
    format!("blob {blob} ({})", StoredBlobs::file_name(artefact, blob))
}
