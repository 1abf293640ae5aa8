//! Items in 31 of the 32 bytes of each field element, after a field element with the length.

use kzg_traits::Blob;
use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, FIELD_ELEMENTS_PER_BLOB};

use super::CodecError;

/// The number of bytes of a field element that carry data.
const DATA_BYTES: usize = BYTES_PER_FIELD_ELEMENT - 1;

/// The number of bytes that one blob holds: every field element except the header carries data.
pub(super) const CAPACITY: usize = (FIELD_ELEMENTS_PER_BLOB - 1) * DATA_BYTES;

/// The header of an item: a zero byte, the version if there is one, the length in big-endian bytes
/// up to the byte `END`, zeros.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<const END: usize> {
    pub(super) version: Option<u8>,
}

impl<const END: usize> Header<END> {
    /// The position of the length.
    fn start(self) -> usize {
        1 + usize::from(self.version.is_some())
    }

    /// Encodes an item.
    pub(super) fn encode(self, item: &[u8], blob: &mut Blob) -> Result<(), CodecError> {
        check_length(item.len() as u64)?;
        let (elements, _) = blob.0.as_chunks_mut::<BYTES_PER_FIELD_ELEMENT>();
        elements[0].fill(0);
        if let Some(version) = self.version {
            elements[0][1] = version;
        }
        let length = (item.len() as u64).to_be_bytes();
        let field = &mut elements[0][self.start()..END];
        let field_length = field.len();
        field.copy_from_slice(&length[length.len() - field_length..]);
        let mut pieces = item.chunks(DATA_BYTES);
        for element in &mut elements[1..] {
            let piece = pieces.next().unwrap_or_default();
            element[0] = 0;
            element[1..=piece.len()].copy_from_slice(piece);
            element[1 + piece.len()..].fill(0);
        }
        Ok(())
    }

    /// Appends the item of a blob to `out`.
    pub(super) fn decode(self, blob: &Blob, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let elements = blob.field_elements();
        let header = &elements[0];
        check_zero(&header[..1], 0)?;
        if let Some(version) = self.version
            && header[1] != version
        {
            let version = header[1];
            return Err(CodecError::Version { version });
        }
        check_zero(&header[END..], END)?;
        let field = header[self.start()..END].iter();
        let length = field.fold(0, |length, &byte| length << 8 | u64::from(byte));
        check_length(length)?;
        let length = length as usize;

        let start = out.len();
        out.reserve(length);
        // Elements without padding, until one is malformed.
        let full = elements[1..].iter().take(length / DATA_BYTES);
        let full = full.take_while(|element| element[0] == 0);
        full.for_each(|element| out.extend_from_slice(&element[1..]));
        let read = (out.len() - start) / DATA_BYTES;
        for (index, element) in elements.iter().enumerate().skip(1 + read) {
            let position = index * BYTES_PER_FIELD_ELEMENT;
            let used = DATA_BYTES.min(length - (out.len() - start));
            let (data, padding) = element[1..].split_at(used);
            let checked = check_zero(&element[..1], position)
                .and_then(|()| check_zero(padding, position + 1 + used));
            if let Err(error) = checked {
                out.truncate(start);
                return Err(error);
            }
            out.extend_from_slice(data);
        }
        Ok(())
    }
}

fn check_length(length: u64) -> Result<(), CodecError> {
    match length {
        0 => Err(CodecError::Empty),
        _ if length > CAPACITY as u64 => Err(CodecError::TooLong {
            length,
            capacity: CAPACITY,
        }),
        _ => Ok(()),
    }
}

/// Checks that `bytes`, which are at `position` in the blob, are all zero.
pub(super) fn check_zero(bytes: &[u8], position: usize) -> Result<(), CodecError> {
    match bytes.iter().position(|&byte| byte != 0) {
        None => Ok(()),
        Some(offset) => Err(CodecError::Padding {
            position: position + offset,
        }),
    }
}
