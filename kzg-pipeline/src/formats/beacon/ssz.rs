//! Reading SSZ: fixed parts in order, and lists of variable parts by their offsets.
//!
//! The documents here have two shapes, and ethereum_ssz with its types would bring sixty crates into
//! the default build of the program.

use super::super::{Fault, FormatError};

/// The length of an offset.
pub(super) const OFFSET: usize = 4;

/// Reads a fixed part from its beginning.
#[derive(Debug)]
pub(super) struct Reader<'c> {
    content: &'c [u8],
    /// The position of the content in the file.
    start: usize,
    read: usize,
}

impl<'c> Reader<'c> {
    pub(super) fn new(content: &'c [u8], start: usize) -> Self {
        Self {
            content,
            start,
            read: 0,
        }
    }

    /// The error of a position in the file.
    pub(super) fn fault(start: usize, reason: impl Into<Fault>) -> FormatError {
        FormatError::at(format!("byte {start}"), reason)
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'c [u8], FormatError> {
        let end = self.read.checked_add(length);
        let taken = end.and_then(|end| self.content.get(self.read..end));
        let Some(taken) = taken else {
            let end = self.start + self.content.len();
            return Err(Self::fault(end, Fault::Truncated));
        };
        self.read += length;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let taken = self.take(N)?;
        Ok(*taken.first_chunk().expect("as many bytes were taken"))
    }

    pub(super) fn u64(&mut self) -> Result<u64, FormatError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(super) fn offset(&mut self) -> Result<u32, FormatError> {
        Ok(u32::from_le_bytes(self.array()?))
    }
}

/// The variable parts of a container or of a list, by their offsets from the beginning of `content`.
/// The first part must begin at `fixed`, the length of the fixed part.
pub(super) fn parts<'c>(
    content: &'c [u8],
    start: usize,
    fixed: usize,
    offsets: &[u32],
) -> Result<Vec<(usize, &'c [u8])>, FormatError> {
    let mut expected = Some(fixed);
    let mut parts = Vec::with_capacity(offsets.len());
    for (place, &offset) in offsets.iter().enumerate() {
        let begin = offset as usize;
        let end = offsets
            .get(place + 1)
            .map_or(content.len(), |&next| next as usize);
        let part = content.get(begin..end);
        match part {
            Some(part) if expected.is_none_or(|expected| expected == begin) => {
                parts.push((start + begin, part));
            }
            _ => {
                let begins_well = begin <= content.len() && expected.is_none_or(|at| at == begin);
                let next = offsets.get(place + 1).filter(|_| begins_well);
                let offset = *next.unwrap_or(&offset);
                return Err(Reader::fault(start, Fault::Offset { offset }));
            }
        }
        expected = None;
    }
    Ok(parts)
}

/// Items of `N` bytes each.
pub(super) fn items<const N: usize>(start: usize, part: &[u8]) -> Result<&[[u8; N]], FormatError> {
    let (items, rest) = part.as_chunks();
    if rest.is_empty() {
        return Ok(items);
    }
    let end = start + part.len();
    Err(Reader::fault(end, Fault::Truncated))
}
