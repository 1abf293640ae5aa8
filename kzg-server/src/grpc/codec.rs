//! The codec of the service: messages are refused if their lists would take much more memory than
//! their bytes. An empty item of a list has two bytes in a message, and 32 in memory.

use prost::Message;
use tonic::Status;
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder};
use tonic_prost::{ProstCodec, ProstDecoder, ProstEncoder};

use super::{proto, status};
use crate::problem::{Class, Problem};

/// The most fields and indices of a message of some bytes. Those of a message that is full of cells have
/// 500 bytes each on average.
fn most_entries(length: usize) -> usize {
    (1024 + length / 16).min(1 << 18)
}

/// A message of a request.
pub(super) trait RequestMessage {
    /// The numbers of the fields that are lists of indices.
    const INDICES: &'static [u64] = &[];
}

impl RequestMessage for proto::BlobRequest {}
impl RequestMessage for proto::BlobAndPointRequest {}
impl RequestMessage for proto::BlobAndCommitmentRequest {}
impl RequestMessage for proto::OpeningRequest {}
impl RequestMessage for proto::ProvenBlobRequest {}
impl RequestMessage for proto::ProvenBlobsRequest {}
impl RequestMessage for proto::ProvenCellRequest {}
impl RequestMessage for proto::SomeCellsRequest {
    const INDICES: &'static [u64] = &[1];
}
impl RequestMessage for proto::ProvenCellsRequest {
    const INDICES: &'static [u64] = &[2];
}
impl RequestMessage for proto::CellBatchRequest {
    const INDICES: &'static [u64] = &[2, 3];
}

/// The codec of a method, from answers `T` and requests `U`.
#[derive(Debug)]
pub(super) struct BoundedCodec<T, U>(ProstCodec<T, U>);

impl<T, U> Default for BoundedCodec<T, U> {
    fn default() -> Self {
        Self(ProstCodec::default())
    }
}

impl<T, U> Codec for BoundedCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + RequestMessage + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = ProstEncoder<T>;
    type Decoder = BoundedDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        self.0.encoder()
    }

    fn decoder(&mut self) -> Self::Decoder {
        BoundedDecoder(self.0.decoder())
    }
}

/// The decoder of a request.
#[derive(Debug)]
pub(super) struct BoundedDecoder<U>(ProstDecoder<U>);

impl<U: Message + RequestMessage + Default> Decoder for BoundedDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        use bytes::Buf;

        let most = most_entries(buffer.remaining());
        if entries(buffer.chunk(), U::INDICES) > most {
            let detail = format!("the lists of the message have more than {most} items");
            return Err(status::of(&Problem::new(Class::TooLarge, detail)));
        }
        self.0.decode(buffer).map_err(|error| {
            let detail = format!("not a message of the interface: {}", error.message());
            status::of(&Problem::new(Class::Input, detail))
        })
    }

    fn buffer_settings(&self) -> BufferSettings {
        self.0.buffer_settings()
    }
}

/// The number of fields of a message, with the items of its lists of indices. Where the message is
/// malformed, the fields before.
fn entries(mut message: &[u8], indices: &[u64]) -> usize {
    let mut count = 0;
    while let Some(key) = varint(&mut message) {
        count += 1;
        let length = match key & 7 {
            0 => varint(&mut message).map(|_| 0),
            1 => Some(8),
            2 => varint(&mut message),
            // The fields of a group are counted as if they were the message's.
            3 | 4 => Some(0),
            5 => Some(4),
            _ => None,
        };
        let length = length.and_then(|length| usize::try_from(length).ok());
        let Some(rest) = length.and_then(|length| message.get(length..)) else {
            break;
        };
        if key & 7 == 2 && indices.contains(&(key >> 3)) {
            // An index has one byte at least.
            count += message.len() - rest.len();
        }
        message = rest;
    }
    count
}

/// Takes a number of seven bits in each byte, the least significant ones first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if *first < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn fields_and_indices_are_counted() {
        let message = proto::ProvenCellsRequest {
            commitments: vec![Bytes::new(); 3],
            cell_indices: vec![0, 127, 5],
            cells: vec![Bytes::from_static(&[0x12; 2048]); 2],
            proofs: vec![Bytes::from_static(&[9; 48])],
        };
        let bytes = message.encode_to_vec();
        assert_eq!(entries(&bytes, proto::ProvenCellsRequest::INDICES), 7 + 3);
        assert_eq!(entries(&bytes, &[]), 7);
        assert_eq!(entries(&[], &[]), 0);
        // A group, with a field in it, before a list.
        assert_eq!(entries(&[0x7b, 8, 1, 0x7c, 10, 0, 10, 0], &[]), 5);
        for malformed in [
            &[10, 9, 1][..],
            &[0x80],
            &[0xff; 20],
            &[7],
            &[10, 0xff, 0xff],
        ] {
            assert!(entries(malformed, &[1]) <= 1);
        }
    }

    #[test]
    fn the_fields_of_indices_are_those_of_the_interface() {
        let interface = include_str!("../../proto/kzg/v1/kzg.proto");
        let of = |name: &str| -> Vec<u64> {
            let (_, rest) = interface.split_once(&format!("message {name} {{")).unwrap();
            let (fields, _) = rest.split_once('}').unwrap();
            let lists = fields
                .lines()
                .filter(|line| line.contains("repeated uint64"));
            let numbers = lists.map(|line| line.split(&['=', ';'][..]).nth(1).unwrap());
            numbers
                .map(|number| number.trim().parse().unwrap())
                .collect()
        };
        assert_eq!(of("SomeCellsRequest"), proto::SomeCellsRequest::INDICES);
        assert_eq!(of("ProvenCellsRequest"), proto::ProvenCellsRequest::INDICES);
        assert_eq!(of("CellBatchRequest"), proto::CellBatchRequest::INDICES);
    }
}
