//! The order of a manifest's records.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;

use super::{FORMAT, Header, InputRecord, Record};
use crate::options::{Artefact, EmitError, Proofs, check_emit};

/// The reason why a record is not allowed at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrderFault {
    /// A line follows the end line.
    #[error("a line after the end line")]
    AfterEnd,
    /// The first line is not a header.
    #[error("the first line is not a header")]
    NoHeader,
    /// A header follows the first line.
    #[error("a second header")]
    SecondHeader,
    /// This version does not read the manifest's format.
    #[error("manifest format {0}; this version reads format {FORMAT}")]
    Format(u32),
    /// The artefacts of the header contradict each other.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The header is that of a shard with bundles.
    #[error("a shard has no bundles")]
    ShardBundles,
    /// The record does not describe the next input.
    #[error("not the next input")]
    Input,
    /// The bytes of the path are not those of a path that is not Unicode, or of another path.
    #[error("the bytes of the path are not those of the path")]
    PathBytes,
    /// The record does not describe the next blob.
    #[error("not the next blob")]
    Blob,
    /// The record's proofs are not of the kind that the header names.
    #[error("other proofs than the header says")]
    Proofs,
    /// The record does not end the current input.
    #[error("not the end of the input that has begun last")]
    InputEnd,
    /// The sum of the inputs' lengths exceeds 64 bits.
    #[error("the sum of the lengths exceeds 64 bits")]
    Bytes,
    /// The last input has no end line.
    #[error("the last input has no end line")]
    InputOpen,
    /// The totals do not match the lines before.
    #[error("the totals are not those of the lines before")]
    Totals,
}

/// Whether the path is Unicode and has no bytes beside it, or has the bytes that the path stands for.
fn has_its_bytes(input: &InputRecord) -> bool {
    let Some(text) = &input.path_bytes else {
        return true;
    };
    hex::decode(text).is_ok_and(|bytes| {
        let is_unicode = str::from_utf8(&bytes).is_ok();
        !is_unicode
            && String::from_utf8_lossy(&bytes) == *input.path
            && hex::encode(&bytes) == *text
    })
}

/// The position of a reader in the order of records.
#[derive(Debug, Default)]
pub(super) struct Order {
    proofs: Option<Proofs>,
    open: Option<u64>,
    inputs: u64,
    blobs: u64,
    bytes: u64,
    /// Whether the last line has been read.
    pub(super) ended: bool,
    /// Whether a line was damaged since the last record: the next record may describe a later
    /// input.
    gap: bool,
    /// Whether a line was damaged since the last blob's record: the next record may skip numbers.
    blob_gap: bool,
    /// Whether the lines are those of one shard, which has some of the numbers; `None` where the header
    /// does not say so.
    pub(super) is_shard: Option<bool>,
    /// The number of lines of inputs and of blobs.
    counted: (u64, u64),
    /// Whether any line was damaged, so that the totals so far are lower bounds only.
    incomplete: bool,
}

impl Order {
    /// Notes a damaged line, which may have been a record of any kind.
    pub(super) fn skip(&mut self) {
        self.gap = true;
        self.blob_gap = true;
        self.incomplete = true;
    }

    pub(super) fn admit(&mut self, record: &Record) -> Result<(), OrderFault> {
        if self.ended {
            return Err(OrderFault::AfterEnd);
        }
        self.check(record)?;
        match record {
            Record::Header(header) => {
                self.proofs = Some(header.proofs);
                self.is_shard = Some(header.shard.is_some());
            }
            Record::Input(input) => {
                self.open = Some(input.input);
                self.inputs = input.input + 1;
                self.counted.0 += 1;
                // Blobs of other shards may lie between two inputs.
                self.blob_gap |= self.may_be_shard();
            }
            Record::Blob(blob) => {
                self.open = Some(blob.input);
                self.inputs = blob.input + 1;
                self.blobs = blob.blob + 1;
                self.counted.1 += 1;
                self.blob_gap = false;
            }
            Record::InputEnd(end) => {
                self.bytes = self.bytes.checked_add(end.bytes).ok_or(OrderFault::Bytes)?;
                self.open = None;
                self.inputs = end.input + 1;
            }
            Record::End(_) => self.ended = true,
        }
        self.gap = false;
        Ok(())
    }

    fn check(&self, record: &Record) -> Result<(), OrderFault> {
        let ensure = |holds: bool, fault| if holds { Ok(()) } else { Err(fault) };
        if let Record::Header(header) = record {
            return self.check_header(header);
        }
        if self.proofs.is_none() && !self.incomplete {
            return Err(OrderFault::NoHeader);
        }
        // A number is followed by another, so no input and no blob has the last number.
        match record {
            Record::Header(_) => Err(OrderFault::SecondHeader),
            Record::Input(input) if input.input == u64::MAX => Err(OrderFault::Input),
            Record::Blob(blob) if blob.input.max(blob.blob) == u64::MAX => Err(OrderFault::Blob),
            Record::InputEnd(end) if end.input == u64::MAX => Err(OrderFault::InputEnd),
            Record::Input(input) if !has_its_bytes(input) => Err(OrderFault::PathBytes),
            Record::Input(input) if self.gap => {
                ensure(input.input >= self.inputs, OrderFault::Input)
            }
            Record::Input(input) if self.may_be_shard() => ensure(
                self.open.is_none() && input.input >= self.inputs,
                OrderFault::Input,
            ),
            Record::Input(input) => ensure(
                self.open.is_none() && input.input == self.inputs,
                OrderFault::Input,
            ),
            Record::Blob(blob) => {
                let next_blob = if self.blob_gap {
                    blob.blob >= self.blobs
                } else {
                    blob.blob == self.blobs
                };
                let right_input = if self.gap {
                    blob.input >= self.open.unwrap_or(self.inputs)
                } else {
                    self.open == Some(blob.input)
                };
                ensure(next_blob && right_input, OrderFault::Blob)?;
                let Some(proofs) = self.proofs else {
                    return Ok(());
                };
                let cell_proofs = blob.cell_proofs.as_ref().map(Vec::len);
                let expected = proofs.of_cells().then_some(CELLS_PER_EXT_BLOB);
                ensure(
                    blob.proof.is_some() == proofs.of_blobs() && cell_proofs == expected,
                    OrderFault::Proofs,
                )
            }
            Record::InputEnd(end) => {
                let in_order = if self.gap {
                    end.input >= self.open.unwrap_or(self.inputs)
                } else {
                    self.open == Some(end.input)
                };
                ensure(in_order, OrderFault::InputEnd)
            }
            Record::End(end) => {
                ensure(self.gap || self.open.is_none(), OrderFault::InputOpen)?;
                let found = match self.may_be_shard() {
                    false => (self.inputs, self.blobs, self.bytes),
                    true => (self.counted.0, self.counted.1, self.bytes),
                };
                let fits = if self.incomplete {
                    end.inputs >= found.0 && end.blobs >= found.1 && end.bytes >= found.2
                } else {
                    (end.inputs, end.blobs, end.bytes) == found
                };
                ensure(fits, OrderFault::Totals)
            }
        }
    }

    /// Whether numbers may be those of other shards.
    fn may_be_shard(&self) -> bool {
        self.is_shard != Some(false)
    }

    fn check_header(&self, header: &Header) -> Result<(), OrderFault> {
        if self.proofs.is_some() || self.inputs > 0 {
            return Err(OrderFault::SecondHeader);
        }
        if header.format != FORMAT {
            return Err(OrderFault::Format(header.format));
        }
        if header.shard.is_some() && header.emit.contains(&Artefact::Bundles) {
            return Err(OrderFault::ShardBundles);
        }
        Ok(check_emit(header.proofs, &header.emit)?)
    }
}
