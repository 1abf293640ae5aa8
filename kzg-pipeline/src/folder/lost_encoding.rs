//! Finds the encoding of a job whose header line is damaged.
//!
//! The end line of an input has the hash of the input's bytes. The encoding in which the stored blobs
//! of the input hold bytes of this hash is that of the job.

use std::path::Path;

use kzg_advanced::{CancellationToken, KzgAdvancedError, KzgAdvancedResult as Result};
use kzg_traits::memory_pool::Pooled;
use kzg_traits::{Blob, Bytes32};
use sha2::{Digest, Sha256};

use super::stored::StoredBlobs;
use crate::manifest::{Header, InputEndRecord, MANIFEST, ManifestFault, ManifestReader, Record};
use crate::options::{Artefact, Encoding};

/// The encoding that the first input shows whose blobs and lines are intact; `None` if there is no such
/// input. Of the header, the proofs and the artefacts are used.
pub(super) fn find_encoding(
    dir: &Path,
    header: &Header,
    cancel: &CancellationToken,
) -> Result<Option<Encoding>> {
    let reading = |error| KzgAdvancedError::reading(&dir.join(MANIFEST))(error);
    let mut reader = ManifestReader::open(dir).map_err(reading)?;
    let stored = StoredBlobs::new(dir, header.proofs);
    let mut search = Search {
        blob: stored.buffer(),
        stored,
        emit: &header.emit,
        input: None,
        next_blob: 0,
        has_blobs: false,
        candidates: Vec::new(),
        bytes: Vec::new(),
    };
    loop {
        cancel.check()?;
        let record = match reader.next_line() {
            Ok(None) => return Ok(None),
            Ok(Some(line)) => line.record,
            Err(error) => match error.fault {
                ManifestFault::Io(error) => return Err(reading(error)),
                _ => continue,
            },
        };
        match record {
            Record::Header(_) | Record::End(_) => {}
            Record::Input(input) => search.begin(input.input),
            Record::Blob(blob) => search.blob(blob.input, blob.blob),
            Record::InputEnd(end) => {
                let proven = search.end(&end);
                if proven.is_some() {
                    return Ok(proven);
                }
            }
        }
    }
}

struct Search<'a> {
    stored: StoredBlobs,
    emit: &'a [Artefact],
    blob: Pooled<Box<Blob>>,
    /// The number of the open input.
    input: Option<u64>,
    /// The number after that of the last blob.
    next_blob: u64,
    /// Whether the open input has blobs.
    has_blobs: bool,
    /// The encodings that all blobs of the open input have so far.
    candidates: Vec<Candidate>,
    bytes: Vec<u8>,
}

/// The bytes that the blobs of the open input hold in one encoding.
struct Candidate {
    encoding: Encoding,
    bytes: u64,
    hash: Sha256,
}

impl Search<'_> {
    fn begin(&mut self, input: u64) {
        self.input = Some(input);
        self.has_blobs = false;
        let all = Encoding::ALL.into_iter();
        let candidates = all.map(|encoding| Candidate {
            encoding,
            bytes: 0,
            hash: Sha256::new(),
        });
        self.candidates = candidates.collect();
    }

    fn blob(&mut self, input: u64, number: u64) {
        if self.input != Some(input) {
            self.begin(input);
        }
        // The blobs of an input have consecutive numbers, so damaged lines between two of them are known.
        let first = if self.has_blobs {
            self.next_blob
        } else {
            number
        };
        for number in first..=number {
            if self.candidates.is_empty() {
                break;
            }
            self.decode(number);
        }
        self.has_blobs = true;
        self.next_blob = number + 1;
    }

    /// Decodes a blob by every candidate. Candidates that fail to decode the blob are removed.
    fn decode(&mut self, number: u64) {
        let (stored, blob) = (&mut self.stored, &mut self.blob);
        let mut emit = self.emit.iter();
        if !emit.any(|&artefact| stored.read(artefact, number, blob).is_ok()) {
            self.candidates.clear();
        }
        let bytes = &mut self.bytes;
        self.candidates.retain_mut(|candidate| {
            bytes.clear();
            let decoded = candidate.encoding.codec().decode(blob, bytes);
            candidate.bytes += bytes.len() as u64;
            candidate.hash.update(&bytes);
            decoded.is_ok()
        });
    }

    /// Ends an input. Returns its encoding if one candidate alone gives its bytes.
    fn end(&mut self, end: &InputEndRecord) -> Option<Encoding> {
        let is_open = self.input.take() == Some(end.input);
        let candidates = std::mem::take(&mut self.candidates);
        if !is_open || !self.has_blobs {
            return None;
        }
        let mut proven = candidates.into_iter().filter(|candidate| {
            let sha256 = Bytes32(candidate.hash.clone().finalize().into());
            (candidate.bytes, sha256) == (end.bytes, end.sha256)
        });
        let first = proven.next()?;
        proven.next().is_none().then_some(first.encoding)
    }
}
