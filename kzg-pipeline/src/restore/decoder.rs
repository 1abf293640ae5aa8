//! Restores inputs line by line from a manifest, some of whose lines may be damaged.

use std::collections::BTreeSet;
use std::path::Path;

use kzg_advanced::codec::BlobCodec;
use kzg_advanced::files::NewFile;
use kzg_advanced::{KzgAdvancedError, KzgAdvancedResult as Result};
use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32, KzgSettings};
use sha2::{Digest, Sha256};

use super::DecodeReport;
use super::fault::BlobFault;
use super::stored_cells::recover_blob;
use super::target::Target;
use crate::folder::stored::StoredBlobs;
use crate::folder::survey::Survey;
use crate::manifest::{BlobRecord, InputEndRecord, InputRecord, ManifestError, Record};
use crate::options::{Artefact, Proofs};
use crate::report::Verification;
use crate::stages::check::mismatches;

/// The reason why an input is not restored that would have to be decoded by a guess.
const ENCODING_IS_LOST: &str = "not restored: the encoding is lost with the header line, and no input \
                                shows it";

pub(super) struct Decoder<'a> {
    settings: &'a dyn KzgSettings,
    emit: Vec<Artefact>,
    codec: &'static dyn BlobCodec,
    stored: StoredBlobs,
    blob: Pooled<Box<Blob>>,
    bytes: Vec<u8>,
    target: Target<'a>,
    open: Option<OpenInput>,
    /// Whether a line was damaged since the last `input` line.
    gap: bool,
    /// The inputs without an end line of which every blob has a line.
    whole: BTreeSet<u64>,
    /// Whether other shards may have some of the numbers.
    may_be_shard: bool,
    header_is_lost: bool,
    /// Whether no input shows the encoding of a job whose header is lost, so that `codec` is a guess.
    encoding_is_lost: bool,
    /// Whether to check each blob against its line, and not only each input against its hash.
    checks_blobs: bool,
    /// The number of the next blob.
    next_blob: u64,
    /// The number of restored blobs.
    pub(super) blobs: u64,
    report: DecodeReport,
}

/// An input that is being restored.
struct OpenInput {
    number: u64,
    /// The record of the input; `None` where its line is damaged.
    record: Option<InputRecord>,
    file: NewFile,
    hash: Sha256,
    bytes: u64,
    /// Whether a blob of the input is lost.
    broken: bool,
}

impl OpenInput {
    fn name(&self) -> String {
        match &self.record {
            Some(record) => format!("input {} ({})", self.number, record.path),
            None => format!("input {}", self.number),
        }
    }
}

impl<'a> Decoder<'a> {
    pub(super) fn new(
        settings: &'a dyn KzgSettings,
        dir: &Path,
        survey: Survey,
        codec: &'static dyn BlobCodec,
        encoding_is_lost: bool,
        target: Target<'a>,
    ) -> Self {
        let stored = StoredBlobs::new(dir, survey.header.proofs);
        Self {
            settings,
            blob: stored.buffer(),
            stored,
            // With one artefact and no damaged line, the hash of the input is a sufficient check.
            checks_blobs: survey.damaged || survey.header.emit.len() > 1,
            may_be_shard: survey.may_be_shard(),
            header_is_lost: survey.header_is_lost,
            encoding_is_lost,
            emit: survey.header.emit,
            whole: survey.whole,
            codec,
            bytes: Vec::with_capacity(codec.capacity()),
            target,
            open: None,
            gap: false,
            next_blob: 0,
            blobs: 0,
            report: DecodeReport {
                inputs: 0,
                files: 0,
                bytes: 0,
                renamed: Vec::new(),
                verification: Verification::default(),
            },
        }
    }

    /// Notes a line that cannot be read.
    pub(super) fn fault(&mut self, error: &ManifestError) {
        self.gap = true;
        let open = self.open.as_ref();
        let open = open.and_then(|open| Some((open.number, &*open.record.as_ref()?.path)));
        self.report.verification.fail_line(error, open);
    }

    /// Takes the next line; returns the number of bytes that were restored.
    pub(super) fn admit(&mut self, record: Record) -> Result<u64> {
        match record {
            Record::Header(_) | Record::End(_) => Ok(0),
            Record::Input(input) => {
                self.close_without_end()?;
                // Without the header, the reader takes missing lines for those of other shards.
                self.gap = self.header_is_lost;
                self.begin(input.input, Some(input))?;
                Ok(0)
            }
            Record::Blob(blob) => {
                self.open_or_begin(blob.input)?;
                let mut bytes = 0;
                if self.gap {
                    if self.may_be_shard {
                        self.skip_to_blobs_before(blob.blob);
                    }
                    // The lines of these blobs are damaged.
                    while self.next_blob < blob.blob && !self.is_broken() {
                        bytes += self.append_unrecorded()?;
                    }
                }
                self.next_blob = blob.blob + 1;
                Ok(bytes + self.append(&blob)?)
            }
            Record::InputEnd(end) => {
                self.open_or_begin(end.input)?;
                let mut bytes = 0;
                while self.gap && self.restored() < end.bytes && !self.is_broken() {
                    if self.may_be_shard {
                        self.skip_to_next_blob();
                    }
                    bytes += self.append_unrecorded()?;
                }
                self.end(&end)?;
                Ok(bytes)
            }
        }
    }

    /// Ends the last input after the last line, unless an error came before, makes the files durable in
    /// either case, and returns the report.
    pub(super) fn finish(mut self, restored: Result<()>) -> Result<DecodeReport> {
        let ended = restored.and_then(|()| self.close_without_end());
        let synced = self.target.sync();
        ended.and(synced).map(|()| self.report)
    }

    fn begin(&mut self, number: u64, record: Option<InputRecord>) -> Result<()> {
        self.report.inputs += 1;
        self.open = Some(OpenInput {
            number,
            file: self.target.create(record.as_ref())?,
            record,
            hash: Sha256::new(),
            bytes: 0,
            broken: false,
        });
        Ok(())
    }

    /// Begins an input whose own line is damaged, unless it has begun.
    fn open_or_begin(&mut self, number: u64) -> Result<()> {
        if self.open.as_ref().is_some_and(|open| open.number == number) {
            return Ok(());
        }
        self.close_without_end()?;
        self.gap = true;
        self.begin(number, None)
    }

    /// Skips the numbers of blobs that other shards have, where `end` is a blob of the open input: the
    /// blobs of an input have consecutive numbers, so those before `end` that have files may be its.
    fn skip_to_blobs_before(&mut self, end: u64) {
        let numbers = self.stored.numbers(self.emit[0]);
        let after = numbers.partition_point(|number| *number < end);
        let mut start = end;
        for &number in numbers[..after].iter().rev() {
            if number < self.next_blob || number + 1 != start {
                break;
            }
            start = number;
        }
        self.next_blob = start.max(self.next_blob);
    }

    /// Skips the numbers of blobs that other shards have, up to the next blob that has a file.
    fn skip_to_next_blob(&mut self) {
        let numbers = self.stored.numbers(self.emit[0]);
        let next = numbers.partition_point(|number| *number < self.next_blob);
        self.next_blob = numbers.get(next).copied().unwrap_or(self.next_blob);
    }

    fn is_broken(&self) -> bool {
        self.open.as_ref().is_none_or(|open| open.broken)
    }

    fn restored(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.bytes)
    }

    /// Restores a blob from the first artefact that holds it; returns the number of bytes.
    fn append(&mut self, record: &BlobRecord) -> Result<u64> {
        let mut failure = None;
        for artefact in self.emit.clone() {
            match self.read(artefact, record)? {
                Ok(()) => return self.write(),
                Err(fault) => failure = failure.or(Some((artefact, fault))),
            }
        }
        let (artefact, fault) = failure.expect("a header has at least one artefact");
        self.lose(record.blob, artefact, &fault);
        Ok(0)
    }

    /// Restores the next blob, whose line is damaged. The hash of the input decides whether the
    /// blob is right.
    fn append_unrecorded(&mut self) -> Result<u64> {
        let number = self.next_blob;
        self.next_blob += 1;
        let mut failure = None;
        for artefact in self.emit.clone() {
            let read = self.stored.read(artefact, number, &mut self.blob);
            let decoded = read.map_err(BlobFault::from).and_then(|()| self.decode());
            match decoded {
                Ok(()) => return self.write(),
                Err(fault) => failure = failure.or(Some((artefact, fault))),
            }
        }
        let (artefact, fault) = failure.expect("a header has at least one artefact");
        self.lose(number, artefact, &fault);
        Ok(0)
    }

    fn lose(&mut self, blob: u64, artefact: Artefact, fault: &BlobFault) {
        let file = StoredBlobs::file_name(artefact, blob);
        let item = format!("blob {blob} ({file})");
        // A blob that the guessed encoding cannot decode may be right.
        if !(self.encoding_is_lost && matches!(fault, BlobFault::Codec(_))) {
            self.report.verification.fail_blob(blob, item, fault);
        }
        if let Some(open) = &mut self.open {
            open.broken = true;
        }
    }

    /// Reads and decodes a blob from one artefact. The inner error is the fault of the artefact.
    fn read(&mut self, artefact: Artefact, record: &BlobRecord) -> Result<Result<(), BlobFault>> {
        let read = if artefact == Artefact::Cells {
            recover_blob(self.settings, &self.stored, record, &mut self.blob)?
        } else {
            let read = self.stored.read(artefact, record.blob, &mut self.blob);
            read.map_err(BlobFault::from)
        };
        if let Err(fault) = read.and_then(|()| self.decode()) {
            return Ok(Err(fault));
        }
        if !self.checks_blobs {
            return Ok(Ok(()));
        }
        let proofs = if record.proof.is_some() {
            Proofs::Blob
        } else {
            Proofs::None
        };
        let record = core::slice::from_ref(record);
        let found = mismatches(self.settings, proofs, &[&**self.blob], record, None)?;
        let mismatch = found.into_iter().flatten().next();
        Ok(mismatch.map_or(Ok(()), |mismatch| Err(mismatch.into())))
    }

    fn decode(&mut self) -> Result<(), BlobFault> {
        self.bytes.clear();
        Ok(self.codec.decode(&self.blob, &mut self.bytes)?)
    }

    /// Appends the bytes of the last decoded blob to the open input.
    fn write(&mut self) -> Result<u64> {
        let bytes = self.bytes.len() as u64;
        if let Some(open) = &mut self.open {
            open.hash.update(&self.bytes);
            open.bytes += bytes;
            let written = open.file.write_all(&self.bytes);
            written.map_err(KzgAdvancedError::writing(open.file.path()))?;
        }
        self.blobs += 1;
        self.report.verification.blobs += 1;
        self.report.verification.right_blobs += 1;
        Ok(bytes)
    }

    fn end(&mut self, end: &InputEndRecord) -> Result<()> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let verification = &mut self.report.verification;
        verification.inputs += 1;
        let sha256 = Bytes32(open.hash.clone().finalize().into());
        let is_right = !open.broken && (open.bytes, sha256) == (end.bytes, end.sha256);
        if self.encoding_is_lost && !is_right {
            verification.fail(open.name(), ENCODING_IS_LOST);
            return Ok(());
        }
        if open.broken {
            verification.fail(open.name(), "not restored: a blob of the input is lost");
            return Ok(());
        }
        if !is_right {
            let reason = format!(
                "not restored: the blobs hold {} bytes of SHA-256 {sha256}, the manifest says {} \
                 bytes of SHA-256 {}",
                open.bytes, end.bytes, end.sha256
            );
            verification.fail(open.name(), reason);
            return Ok(());
        }
        self.settle(open)
    }

    /// Ends an input whose end line is damaged. It is restored only if all blobs that may belong to it
    /// have lines, against which they were checked one by one.
    fn close_without_end(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let verification = &mut self.report.verification;
        if self.encoding_is_lost {
            verification.fail(open.name(), ENCODING_IS_LOST);
            return Ok(());
        }
        if open.broken {
            verification.fail(open.name(), "not restored: a blob of the input is lost");
            return Ok(());
        }
        if !self.whole.contains(&open.number) {
            let reason = "not restored: its end line is damaged, and lines of blobs that may belong to \
                          it, so its bytes are not certain";
            verification.fail(open.name(), reason);
            return Ok(());
        }
        let reason = "restored without a check of its length and hash: its end line is damaged; each \
                      of its blobs matches its commitment";
        verification.fail(open.name(), reason);
        self.settle(open)
    }

    fn settle(&mut self, open: OpenInput) -> Result<()> {
        let record = open.record.as_ref();
        let renamed = self.target.settle(open.file, open.number, record)?;
        self.report.renamed.extend(renamed);
        self.report.files += 1;
        self.report.bytes += open.bytes;
        Ok(())
    }
}
