//! The encoding of alloy's `SimpleCoder`, with one item per blob.
//!
//! Field element 0 is the header: a zero byte, the length of the item as 8 big-endian bytes, zeros.
//! Each following field element is a zero byte, which keeps the element canonical, and 31 bytes of
//! the item. The rest of the blob is zero.
//!
//! alloy writes consecutive items across blob boundaries. Here an item that fills a blob ends at
//! the boundary, and alloy reads the zeros after a shorter item as the end of all items.
//! Therefore alloy's `decode_all` over the blobs of one input gives items whose concatenation is
//! the input.
//!
//! Source: `SimpleCoder` of alloy-eips, `src/eip4844/builder.rs`.

use kzg_traits::Blob;
use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, FIELD_ELEMENTS_PER_BLOB};

use super::{BlobCodec, CodecError};

/// The number of bytes of a field element that carry data.
const DATA_BYTES: usize = BYTES_PER_FIELD_ELEMENT - 1;
/// The number of bytes that one blob holds: every field element except the header carries data.
const CAPACITY: usize = (FIELD_ELEMENTS_PER_BLOB - 1) * DATA_BYTES;

/// The encoding of alloy's `SimpleCoder` with one item per blob, of 126,945 bytes at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SimpleCoder;

impl BlobCodec for SimpleCoder {
    fn name(&self) -> &'static str {
        "simple"
    }

    fn capacity(&self) -> usize {
        CAPACITY
    }

    fn encode(&self, item: &[u8], blob: &mut Blob) -> Result<(), CodecError> {
        check_length(item.len() as u64)?;
        let (elements, _) = blob.0.as_chunks_mut::<BYTES_PER_FIELD_ELEMENT>();
        elements[0].fill(0);
        elements[0][1..9].copy_from_slice(&(item.len() as u64).to_be_bytes());
        let mut pieces = item.chunks(DATA_BYTES);
        for element in &mut elements[1..] {
            let piece = pieces.next().unwrap_or_default();
            element[0] = 0;
            element[1..=piece.len()].copy_from_slice(piece);
            element[1 + piece.len()..].fill(0);
        }
        Ok(())
    }

    fn decode(&self, blob: &Blob, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let elements = blob.field_elements();
        let (prefix, padding) = elements[0]
            .split_first_chunk::<9>()
            .expect("a field element is longer");
        let length = u64::from_be_bytes(
            *prefix
                .last_chunk::<8>()
                .expect("nine bytes end with eight of them"),
        );
        check_zero(&prefix[..1], 0)?;
        check_zero(padding, prefix.len())?;
        check_length(length)?;
        let length = length as usize;

        let start = out.len();
        out.reserve(length);
        for (index, element) in elements.iter().enumerate().skip(1) {
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
fn check_zero(bytes: &[u8], position: usize) -> Result<(), CodecError> {
    match bytes.iter().position(|&byte| byte != 0) {
        None => Ok(()),
        Some(offset) => Err(CodecError::Padding {
            position: position + offset,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_as_documented() {
        let item: Vec<u8> = (1..=40).collect();
        let mut blob = Blob::zeroed_on_heap();
        blob.0.fill(0xff); // a reused buffer
        SimpleCoder.encode(&item, &mut blob).unwrap();
        let elements = blob.field_elements();
        assert_eq!(elements[0][..9], [0, 0, 0, 0, 0, 0, 0, 0, 40]);
        assert_eq!(elements[1][0], 0);
        assert_eq!(elements[1][1..], item[..31]);
        assert_eq!(elements[2][1..10], item[31..]);
        assert!(blob.0[2 * 32 + 10..].iter().all(|&byte| byte == 0));
        assert_eq!(SimpleCoder.capacity(), 126_945);
    }

    #[test]
    fn an_empty_item_and_one_that_is_too_long_have_no_blob() {
        let mut blob = Blob::zeroed_on_heap();
        assert_eq!(SimpleCoder.encode(&[], &mut blob), Err(CodecError::Empty));
        assert_eq!(
            SimpleCoder.encode(&vec![1; CAPACITY + 1], &mut blob),
            Err(CodecError::TooLong {
                length: 126_946,
                capacity: 126_945
            })
        );
    }

    #[test]
    fn malformed_blobs_name_the_byte_and_leave_the_output_alone() {
        let mut blob = Blob::zeroed_on_heap();
        SimpleCoder.encode(&[7; 100], &mut blob).unwrap();
        let mut out = vec![1, 2, 3];
        // Bytes without data: those of the header around the length, the first byte of each field
        // element, and all bytes after the last one of the item, which is byte 4·32 + 7.
        for position in [0, 9, 31, 32, 64, 4 * 32 + 8, 5 * 32, 5 * 32 + 1, 131_071] {
            let mut bad = blob.clone();
            bad.0[position] ^= 0x10;
            assert_eq!(
                SimpleCoder.decode(&bad, &mut out),
                Err(CodecError::Padding { position })
            );
            assert_eq!(out, [1, 2, 3]);
        }
        for (length, expected) in [
            (0, CodecError::Empty),
            (
                126_946,
                CodecError::TooLong {
                    length: 126_946,
                    capacity: CAPACITY,
                },
            ),
            (
                u64::MAX,
                CodecError::TooLong {
                    length: u64::MAX,
                    capacity: CAPACITY,
                },
            ),
        ] {
            let mut bad = blob.clone();
            bad.0[1..9].copy_from_slice(&u64::to_be_bytes(length));
            assert_eq!(SimpleCoder.decode(&bad, &mut out), Err(expected));
        }
    }
}
