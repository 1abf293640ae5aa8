//! The encoding of payloads in EigenDA, version 0, in a blob of Ethereum.
//!
//! Field element 0 is the header: a zero byte, the version 0, the length of the item as 4 big-endian
//! bytes, zeros. Each following field element is a zero byte and 31 bytes of the item. The rest of
//! the blob is zero. EigenDA's own blobs have other lengths and belong to another curve; its packing
//! of bytes is the same.
//!
//! Source: "Encode Payload" of EigenDA's integration specification.

use kzg_traits::Blob;

use super::packed::{CAPACITY, Header};
use super::{BlobCodec, CodecError};

/// The encoding of payloads in EigenDA, version 0, with one item of at most 126,945 bytes per blob.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EigenDa;

const HEADER: Header<6> = Header { version: Some(0) };

impl BlobCodec for EigenDa {
    fn name(&self) -> &'static str {
        "eigenda"
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
        blob.0.fill(0xff);
        EigenDa.encode(&item, &mut blob).unwrap();
        let elements = blob.field_elements();
        assert_eq!(elements[0][..6], [0, 0, 0, 0, 0, 40]);
        assert!(elements[0][6..].iter().all(|&byte| byte == 0));
        assert_eq!((elements[1][0], &elements[1][1..]), (0, &item[..31]));
        assert_eq!(elements[2][..10], [0, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
        assert!(blob.0[2 * 32 + 10..].iter().all(|&byte| byte == 0));
        let mut out = vec![9];
        EigenDa.decode(&blob, &mut out).unwrap();
        assert_eq!((out[0], &out[1..]), (9, &item[..]));
    }

    #[test]
    fn wrong_blobs_are_named() {
        let mut blob = Blob::zeroed_on_heap();
        EigenDa.encode(&[7; 100], &mut blob).unwrap();
        let decode = |change: fn(&mut Blob)| {
            let mut bad = blob.clone();
            change(&mut bad);
            EigenDa.decode(&bad, &mut Vec::new()).unwrap_err()
        };
        let version = CodecError::Version { version: 1 };
        assert_eq!(decode(|blob| blob.0[1] = 1), version);
        let padding = |position| CodecError::Padding { position };
        assert_eq!(decode(|blob| blob.0[6] = 1), padding(6));
        assert_eq!(decode(|blob| blob.0[131_071] = 1), padding(131_071));
        assert_eq!(decode(|blob| blob.0[5] = 0), CodecError::Empty);
        assert!(matches!(
            decode(|blob| blob.0[2] = 1),
            CodecError::TooLong { .. }
        ));
    }
}
