//! Sizes of blobs, cells and points.

pub use kzg_backends::kzg_traits::bytes::{
    BYTES_PER_BLOB, BYTES_PER_CELL, BYTES_PER_FIELD_ELEMENT, CELLS_PER_EXT_BLOB,
    FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL, FIELD_ELEMENTS_PER_EXT_BLOB,
};

/// Bytes in a commitment or a proof.
pub const BYTES_PER_COMMITMENT: usize = kzg_backends::kzg_traits::bytes::BYTES_PER_G1_POINT;
/// The ratio of the lengths of an extended blob and a blob.
pub const EXPANSION_FACTOR: usize = FIELD_ELEMENTS_PER_EXT_BLOB / FIELD_ELEMENTS_PER_BLOB;
/// Proofs of an extended blob, one for each cell.
pub const NUM_PROOFS: usize = CELLS_PER_EXT_BLOB;
/// The width that the original recommends for [`UsePrecomp::Yes`](crate::UsePrecomp::Yes).
pub const RECOMMENDED_PRECOMP_WIDTH: usize = 8;
