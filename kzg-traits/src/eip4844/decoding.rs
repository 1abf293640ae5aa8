//! Decoding of blobs and field elements, with errors that name the item.

use crate::algebra::Fr;
use crate::backend::Backend;
use crate::bytes::{BYTES_PER_FIELD_ELEMENT, Blob, Bytes32, FIELD_ELEMENTS_PER_BLOB};
use crate::error::{Error, Item, Result};

/// Decodes a blob's field elements. `index` is the blob's position in the call, for errors.
pub(crate) fn blob_to_polynomial<B: Backend>(
    blob: &Blob,
    index: usize,
    values: &mut Vec<B::Fr>,
) -> Result<()> {
    values.clear();
    values.resize(FIELD_ELEMENTS_PER_BLOB, B::Fr::ZERO);
    B::fr_from_bytes_many(blob.field_elements(), values).map_err(|element| Error::FieldElement {
        item: Item::Blob,
        index,
        element,
    })
}

/// As [`blob_to_polynomial`], but decodes to raw elements, for linear maps.
pub(crate) fn blob_to_raw_polynomial<B: Backend>(
    blob: &Blob,
    index: usize,
    values: &mut Vec<B::Fr>,
) -> Result<()> {
    values.clear();
    values.resize(FIELD_ELEMENTS_PER_BLOB, B::Fr::ZERO);
    raw_from_bytes_many(blob.field_elements(), values).map_err(|element| Error::FieldElement {
        item: Item::Blob,
        index,
        element,
    })
}

/// Decodes raw field elements, or gives the position of the first that is not canonical.
pub(crate) fn raw_from_bytes_many<F: Fr>(
    encodings: &[[u8; BYTES_PER_FIELD_ELEMENT]],
    out: &mut [F],
) -> Result<(), usize> {
    for (index, (element, encoding)) in out.iter_mut().zip(encodings).enumerate() {
        *element = F::from_bytes_raw(encoding).ok_or(index)?;
    }
    Ok(())
}

/// Decodes a field element that is an argument of the call by itself.
pub(super) fn field_element<B: Backend>(bytes: &Bytes32, item: Item) -> Result<B::Fr> {
    B::Fr::from_bytes(&bytes.0).ok_or(Error::FieldElement {
        item,
        index: 0,
        element: 0,
    })
}
