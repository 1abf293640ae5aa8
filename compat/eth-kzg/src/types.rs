//! The names of plain arrays.

use crate::constants::{
    BYTES_PER_BLOB, BYTES_PER_CELL, BYTES_PER_COMMITMENT, BYTES_PER_FIELD_ELEMENT,
};

/// A blob: 4096 field elements of 32 big-endian bytes.
pub type BlobRef<'a> = &'a [u8; BYTES_PER_BLOB];
/// 48 bytes that may be a commitment or a proof.
pub type Bytes48Ref<'a> = &'a [u8; 48];
/// A computed cell, on the heap.
pub type Cell = Box<[u8; BYTES_PER_CELL]>;
/// A cell: 64 field elements of 32 big-endian bytes.
pub type CellRef<'a> = &'a [u8; BYTES_PER_CELL];
/// The position of a cell in its extended blob.
pub type CellIndex = u64;
/// A commitment to a blob: a compressed G1 point.
pub type KZGCommitment = [u8; BYTES_PER_COMMITMENT];
/// A proof of an evaluation, or of a cell: a compressed G1 point.
pub type KZGProof = [u8; BYTES_PER_COMMITMENT];
/// A field element: 32 big-endian bytes.
pub type SerializedScalar = [u8; BYTES_PER_FIELD_ELEMENT];
