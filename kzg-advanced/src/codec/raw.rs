//! Blobs as they are.

use kzg_traits::Blob;
use kzg_traits::execution::BLS_MODULUS;

use super::{BlobCodec, CodecError};

/// The encoding of blobs that exist already: each item is the 131072 bytes of one blob.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawBlobs;

impl BlobCodec for RawBlobs {
    fn name(&self) -> &'static str {
        "raw"
    }

    fn capacity(&self) -> usize {
        Blob::LENGTH
    }

    fn encode(&self, item: &[u8], blob: &mut Blob) -> Result<(), CodecError> {
        let length = item.len() as u64;
        let capacity = Blob::LENGTH;
        match item.len() {
            0 => return Err(CodecError::Empty),
            Blob::LENGTH => blob.0.copy_from_slice(item),
            1..Blob::LENGTH => return Err(CodecError::TooShort { length }),
            _ => return Err(CodecError::TooLong { length, capacity }),
        }
        check_canonical(blob)
    }

    fn decode(&self, blob: &Blob, out: &mut Vec<u8>) -> Result<(), CodecError> {
        check_canonical(blob)?;
        out.extend_from_slice(blob.as_slice());
        Ok(())
    }
}

fn check_canonical(blob: &Blob) -> Result<(), CodecError> {
    let elements = blob.field_elements();
    let found = elements.iter().position(|element| *element >= BLS_MODULUS);
    found.map_or(Ok(()), |element| Err(CodecError::FieldElement { element }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_is_its_own_item() {
        let mut item = vec![0; Blob::LENGTH];
        item[31] = 7;
        item[Blob::LENGTH - 1] = 9;
        let mut blob = Blob::zeroed_on_heap();
        RawBlobs.encode(&item, &mut blob).unwrap();
        let mut out = vec![1];
        RawBlobs.decode(&blob, &mut out).unwrap();
        assert_eq!((out[0], &out[1..]), (1, &item[..]));
    }

    #[test]
    fn another_length_and_a_large_field_element_are_refused() {
        let mut blob = Blob::zeroed_on_heap();
        let mut encode = |item: &[u8]| RawBlobs.encode(item, &mut blob);
        assert_eq!(encode(&[]), Err(CodecError::Empty));
        assert_eq!(encode(&[0; 5]), Err(CodecError::TooShort { length: 5 }));
        let longer = vec![0; Blob::LENGTH + 1];
        assert!(matches!(encode(&longer), Err(CodecError::TooLong { .. })));
        let mut item = vec![0; Blob::LENGTH];
        item[64..96].copy_from_slice(&BLS_MODULUS);
        let error = CodecError::FieldElement { element: 2 };
        assert_eq!(encode(&item), Err(error));
        let mut out = Vec::new();
        let bad = *Blob::from_slice(&item).unwrap();
        assert_eq!(RawBlobs.decode(&bad, &mut out), Err(error));
        assert!(out.is_empty());
        item[95] -= 1;
        assert_eq!(encode(&item), Ok(()));
    }
}
