//! The encoding of the OP stack, version 0, which uses 254 bits of each field element.
//!
//! Four field elements hold 127 bytes: 31 bytes in each, and three further bytes in the lower six
//! bits of the first byte of each. The item begins with the version and its length as 3 big-endian
//! bytes, which are part of the first 31 bytes. The rest of the blob is zero.
//!
//! Source: "Blob encoding" of the OP stack's derivation specification.

use kzg_traits::Blob;
use kzg_traits::bytes::{BYTES_PER_FIELD_ELEMENT, FIELD_ELEMENTS_PER_BLOB};

use super::{BlobCodec, CodecError};

/// The encoding of the OP stack with one item of at most 130,044 bytes per blob.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpStack;

/// The field elements of a round.
const ROUND: usize = 4;
/// The bytes of a round.
const ROUND_BYTES: usize = ROUND * 31 + 3;
/// The version and the length before an item.
const PREFIX: usize = 4;
const CAPACITY: usize = FIELD_ELEMENTS_PER_BLOB / ROUND * ROUND_BYTES - PREFIX;

/// The largest number in the six lower bits of a byte.
const SIX_BITS: u8 = 0x3f;

impl BlobCodec for OpStack {
    fn name(&self) -> &'static str {
        "op-stack"
    }

    fn capacity(&self) -> usize {
        CAPACITY
    }

    fn encode(&self, item: &[u8], blob: &mut Blob) -> Result<(), CodecError> {
        let length = item.len() as u64;
        let capacity = CAPACITY;
        match item.len() {
            0 => return Err(CodecError::Empty),
            1..=CAPACITY => {}
            _ => return Err(CodecError::TooLong { length, capacity }),
        }
        blob.0.fill(0);
        // Byte 0 is the version.
        let mut bytes = vec![0; PREFIX + item.len()];
        bytes[1..PREFIX].copy_from_slice(&(item.len() as u32).to_be_bytes()[1..]);
        bytes[PREFIX..].copy_from_slice(item);
        let (elements, _) = blob.0.as_chunks_mut::<BYTES_PER_FIELD_ELEMENT>();
        for (elements, bytes) in elements.chunks_mut(ROUND).zip(bytes.chunks(ROUND_BYTES)) {
            let mut round = [0; ROUND_BYTES];
            round[..bytes.len()].copy_from_slice(bytes);
            write_round(&round, elements);
        }
        Ok(())
    }

    fn decode(&self, blob: &Blob, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let elements = blob.field_elements();
        let first = &elements[0];
        if first[1] != 0 {
            let version = first[1];
            return Err(CodecError::Version { version });
        }
        let length = u64::from(u32::from_be_bytes([0, first[2], first[3], first[4]]));
        let capacity = CAPACITY;
        match length as usize {
            0 => return Err(CodecError::Empty),
            1..=CAPACITY => {}
            _ => return Err(CodecError::TooLong { length, capacity }),
        }
        let end = PREFIX + length as usize;
        let start = out.len();
        for (number, elements) in elements.chunks(ROUND).enumerate() {
            let read = read_round(number, elements).and_then(|bytes| {
                let begin = number * ROUND_BYTES;
                let used = end.saturating_sub(begin).min(ROUND_BYTES);
                if let Some(place) = bytes[used..].iter().position(|&byte| byte != 0) {
                    let position =
                        number * ROUND * BYTES_PER_FIELD_ELEMENT + place_of(used + place);
                    return Err(CodecError::Padding { position });
                }
                let skipped = if number == 0 { PREFIX } else { 0 };
                out.extend_from_slice(&bytes[skipped..used.max(skipped)]);
                Ok(())
            });
            if let Err(error) = read {
                out.truncate(start);
                return Err(error);
            }
        }
        Ok(())
    }
}

/// The positions in a round of the three bytes that are spread over four first bytes.
const SPREAD: [usize; 3] = [31, 63, 95];

fn write_round(round: &[u8; ROUND_BYTES], elements: &mut [[u8; BYTES_PER_FIELD_ELEMENT]]) {
    let [x, y, z] = SPREAD.map(|place| round[place]);
    let firsts = [
        x & SIX_BITS,
        (y & 0x0f) | (x & 0xc0) >> 2,
        z & SIX_BITS,
        (z & 0xc0) >> 2 | (y & 0xf0) >> 4,
    ];
    for (number, (element, first)) in elements.iter_mut().zip(firsts).enumerate() {
        element[0] = first;
        element[1..].copy_from_slice(&round[32 * number..][..31]);
    }
}

fn read_round(
    number: usize,
    elements: &[[u8; BYTES_PER_FIELD_ELEMENT]],
) -> Result<[u8; ROUND_BYTES], CodecError> {
    let mut round = [0; ROUND_BYTES];
    let mut firsts = [0; ROUND];
    for (place, (element, first)) in elements.iter().zip(&mut firsts).enumerate() {
        if element[0] > SIX_BITS {
            let element = number * ROUND + place;
            return Err(CodecError::FieldElement { element });
        }
        *first = element[0];
        round[32 * place..][..31].copy_from_slice(&element[1..]);
    }
    let [a, b, c, d] = firsts;
    let spread = [
        a | (b & 0x30) << 2,
        (b & 0x0f) | (d & 0x0f) << 4,
        c | (d & 0x30) << 2,
    ];
    for (place, byte) in SPREAD.into_iter().zip(spread) {
        round[place] = byte;
    }
    Ok(round)
}

/// The position in four field elements of a byte of a round; of a byte that is spread, one of its
/// parts.
fn place_of(byte: usize) -> usize {
    match SPREAD.iter().position(|&spread| spread == byte) {
        Some(element) => element * BYTES_PER_FIELD_ELEMENT,
        None => byte / 32 * BYTES_PER_FIELD_ELEMENT + 1 + byte % 32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(item: &[u8]) -> Box<Blob> {
        let mut blob = Blob::zeroed_on_heap();
        blob.0.fill(0xff);
        OpStack.encode(item, &mut blob).unwrap();
        blob
    }

    fn decoded(blob: &Blob) -> Result<Vec<u8>, CodecError> {
        let mut out = Vec::new();
        OpStack.decode(blob, &mut out).map(|()| out)
    }

    /// The encoding of short items by the specification and by the OP stack's own tests.
    #[test]
    fn blobs_are_those_of_the_op_stack() {
        let begins = |item: &[u8], expected: &[u8]| {
            let blob = encoded(item);
            assert_eq!(blob.0[..expected.len()], *expected, "{} bytes", item.len());
            assert!(blob.0[expected.len()..].iter().all(|&byte| byte == 0));
            assert_eq!(decoded(&blob).unwrap(), item);
        };
        begins(&[0], &[0, 0, 0, 0, 1]);
        begins(&vec![0; CAPACITY], &[0, 0, 1, 0xfb, 0xfc]);
        let ones = |count: usize| vec![0xff; count];
        begins(&ones(27), &[&[0, 0, 0, 0, 27][..], &ones(27)].concat());
        // The 28th byte is spread over the first bytes of two field elements.
        begins(
            &ones(28),
            &[&[0x3f, 0, 0, 0, 28][..], &ones(27), &[0x30]].concat(),
        );
        begins(
            &ones(32),
            &[&[0x3f, 0, 0, 0, 32][..], &ones(27), &[0x30], &ones(4)].concat(),
        );
    }

    #[test]
    fn items_of_every_length_come_back() {
        let item: Vec<u8> = (0..CAPACITY as u64)
            .map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8)
            .collect();
        for length in (1..300).chain([CAPACITY - 127, CAPACITY - 1, CAPACITY]) {
            let blob = encoded(&item[..length]);
            assert_eq!(decoded(&blob).unwrap(), item[..length], "{length}");
            let elements = blob.field_elements();
            assert!(elements.iter().all(|element| element[0] <= SIX_BITS));
        }
        let longer = vec![0; CAPACITY + 1];
        let mut blob = Blob::zeroed_on_heap();
        let too_long = OpStack.encode(&longer, &mut blob);
        assert!(matches!(
            too_long,
            Err(CodecError::TooLong {
                length: 130_045,
                ..
            })
        ));
        assert_eq!(OpStack.encode(&[], &mut blob), Err(CodecError::Empty));
    }

    #[test]
    fn wrong_blobs_are_named() {
        let blob = encoded(b"this is an item");
        let decode = |position: usize, byte: u8| {
            let mut bad = blob.clone();
            bad.0[position] = byte;
            decoded(&bad).unwrap_err()
        };
        assert_eq!(decode(1, 1), CodecError::Version { version: 1 });
        assert!(matches!(decode(2, 0xff), CodecError::TooLong { .. }));
        assert_eq!(decode(4, 0), CodecError::Empty);
        assert_eq!(decode(32, 0x40), CodecError::FieldElement { element: 1 });
        assert_eq!(
            decode(4095 * 32, 0x80),
            CodecError::FieldElement { element: 4095 }
        );
        for position in [0, 20, 31, 32, 40, 64, 96, 127, 128, 129, 131_071] {
            let expected = match position {
                // Bits of the last first byte belong to two spread bytes.
                96 => 32,
                position => position,
            };
            let error = decode(position, 1);
            assert_eq!(error, CodecError::Padding { position: expected });
        }
        assert_eq!(decoded(&Blob::zeroed_on_heap()), Err(CodecError::Empty));
    }
}
