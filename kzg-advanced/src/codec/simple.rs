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

use super::packed::{CAPACITY, Header};
use super::{BlobCodec, CodecError};

/// The header of an item: its length as 8 bytes.
const HEADER: Header<9> = Header { version: None };

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
        HEADER.encode(item, blob)
    }

    fn decode(&self, blob: &Blob, out: &mut Vec<u8>) -> Result<(), CodecError> {
        HEADER.decode(blob, out)
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
