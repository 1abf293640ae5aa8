//! The byte types of the protocol, and its constants.
//!
//! Each type is a transparent wrapper of a byte array, with alignment 1, so a slice of bytes can be
//! viewed as blobs or cells without copying. The types do not check their content: the operation
//! that reads a value checks whether its bytes are canonical field elements or valid points.

#![allow(
    missing_debug_implementations,
    reason = "the derives of zerocopy generate types without Debug"
)]

use core::fmt;
use core::str::FromStr;

use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::error::{Error, Item, Result};

#[macro_use]
mod byte_type;
mod hexadecimal;

#[cfg(feature = "serde")]
pub mod on_heap;

/// Field elements in a blob.
pub const FIELD_ELEMENTS_PER_BLOB: usize = 4096;
/// Bytes in a field element.
pub const BYTES_PER_FIELD_ELEMENT: usize = 32;
/// Bytes in a blob.
pub const BYTES_PER_BLOB: usize = FIELD_ELEMENTS_PER_BLOB * BYTES_PER_FIELD_ELEMENT;
/// Bytes in a compressed G1 point.
pub const BYTES_PER_G1_POINT: usize = 48;
/// Bytes in a compressed G2 point.
pub const BYTES_PER_G2_POINT: usize = 96;
/// Field elements in a cell.
pub const FIELD_ELEMENTS_PER_CELL: usize = 64;
/// Bytes in a cell.
pub const BYTES_PER_CELL: usize = FIELD_ELEMENTS_PER_CELL * BYTES_PER_FIELD_ELEMENT;
/// Field elements in a blob after the extension by a Reed-Solomon code of rate one half.
pub const FIELD_ELEMENTS_PER_EXT_BLOB: usize = 2 * FIELD_ELEMENTS_PER_BLOB;
/// Cells in an extended blob.
pub const CELLS_PER_EXT_BLOB: usize = FIELD_ELEMENTS_PER_EXT_BLOB / FIELD_ELEMENTS_PER_CELL;
/// The order of the scalar field, big-endian, as the point evaluation precompile returns it.
pub const BLS_MODULUS: [u8; 32] = [
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
];
/// Number of cells that determine a blob.
pub const CELLS_PER_BLOB: usize = CELLS_PER_EXT_BLOB / 2;
/// Points of the trusted setup in G2.
pub const TRUSTED_SETUP_G2_POINTS: usize = FIELD_ELEMENTS_PER_CELL + 1;

byte_type!(
    /// 4096 field elements of 32 big-endian bytes: a polynomial's values over the bit-reversed
    /// roots of unity.
    ///
    /// 128 KiB: keep it on the heap, see [`Blob::zeroed_on_heap`].
    ///
    /// Source: `Blob` of the consensus specifications, deneb/polynomial-commitments.
    Blob,
    BYTES_PER_BLOB,
    Item::Blob
);
byte_type!(
    /// 64 field elements of 32 big-endian bytes: one of the 128 cells of an extended blob.
    ///
    /// Source: `Cell` of the consensus specifications, fulu/polynomial-commitments-sampling.
    Cell,
    BYTES_PER_CELL,
    Item::Cell
);
byte_type!(
    /// 32 bytes, most often a field element in big-endian form.
    Bytes32,
    BYTES_PER_FIELD_ELEMENT,
    Item::Bytes32
);
byte_type!(
    /// 48 bytes that may be a compressed G1 point.
    Bytes48,
    BYTES_PER_G1_POINT,
    Item::Bytes48
);
byte_type!(
    /// A commitment to a polynomial: a compressed G1 point.
    KzgCommitment,
    BYTES_PER_G1_POINT,
    Item::Commitment
);
byte_type!(
    /// A proof of evaluations of a polynomial: a compressed G1 point.
    KzgProof,
    BYTES_PER_G1_POINT,
    Item::Proof
);
small_byte_type!(Bytes32, Bytes48, KzgCommitment, KzgProof);
large_byte_type!(Blob, Cell);
deserialize_in_place! {
    Cell, Item::Cell;
    Bytes32, Item::Bytes32;
    Bytes48, Item::Bytes48;
    KzgCommitment, Item::Commitment;
    KzgProof, Item::Proof;
}

/// Reads a blob without a copy on the stack. `Blob` itself does not implement `Deserialize`,
/// because each move of a blob takes 128 KiB of stack. For a list of blobs see [`on_heap`].
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Box<Blob> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> core::result::Result<Self, D::Error> {
        let mut blob = Blob::zeroed_on_heap();
        hexadecimal::deserialize_into(d, &mut blob.0, Item::Blob)?;
        Ok(blob)
    }
}

macro_rules! field_elements {
    ($($name:ident),*) => { $(
        impl $name {
            /// The field elements' encodings, 32 big-endian bytes each.
            #[must_use]
            pub fn field_elements(&self) -> &[[u8; BYTES_PER_FIELD_ELEMENT]] {
                self.0.as_chunks().0
            }
        }
    )* };
}
field_elements!(Blob, Cell);

impl Blob {
    /// Copies the blob from the cells of its extension, of which the first half is the blob. Cells after
    /// the first [`CELLS_PER_BLOB`] are not read.
    ///
    /// # Panics
    ///
    /// If there are fewer than [`CELLS_PER_BLOB`] cells.
    pub fn copy_from_cells(&mut self, cells: &[Cell]) {
        self.0
            .copy_from_slice(Cell::bytes_of_many(&cells[..CELLS_PER_BLOB]));
    }
}

impl From<KzgCommitment> for Bytes48 {
    fn from(commitment: KzgCommitment) -> Self {
        Self(commitment.0)
    }
}

impl From<KzgProof> for Bytes48 {
    fn from(proof: KzgProof) -> Self {
        Self(proof.0)
    }
}

impl From<Bytes48> for KzgCommitment {
    fn from(bytes: Bytes48) -> Self {
        Self(bytes.0)
    }
}

impl From<Bytes48> for KzgProof {
    fn from(bytes: Bytes48) -> Self {
        Self(bytes.0)
    }
}

/// Views commitments or proofs as the arrays that a backend decodes, without copying.
pub(crate) fn as_g1_bytes<T: IntoBytes + Immutable>(points: &[T]) -> &[[u8; BYTES_PER_G1_POINT]] {
    points.as_bytes().as_chunks().0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_half_of_an_extension_is_the_blob() {
        let bytes: Vec<u8> = (0..2 * Blob::LENGTH).map(|i| (i / 7) as u8).collect();
        let cells = Cell::many_from_slice(&bytes).unwrap();
        for cells in [cells, &cells[..CELLS_PER_BLOB]] {
            let mut blob = Blob::zeroed_on_heap();
            blob.copy_from_cells(cells);
            assert!(blob.as_slice() == &bytes[..Blob::LENGTH]);
        }
    }

    #[test]
    fn views_do_not_copy_and_name_the_short_item() {
        let bytes = vec![7_u8; 3 * Cell::LENGTH];
        let cells = Cell::many_from_slice(&bytes).unwrap();
        assert_eq!(cells.len(), 3);
        assert_eq!(Cell::bytes_of_many(cells), bytes);
        assert_eq!(
            cells[2].as_slice().as_ptr(),
            bytes[2 * Cell::LENGTH..].as_ptr()
        );
        assert_eq!(
            Cell::many_from_slice(&bytes[..3 * Cell::LENGTH - 1]),
            Err(Error::Length {
                item: Item::Cell,
                index: 2,
                expected: Cell::LENGTH,
                actual: Cell::LENGTH - 1
            })
        );
        assert!(Blob::from_slice(&bytes).is_err());
    }

    #[test]
    fn hexadecimal_round_trips_and_is_checked() {
        let commitment = KzgCommitment([0xab; 48]);
        assert_eq!(commitment.to_string().parse(), Ok(commitment));
        let digits = commitment.to_string()[2..].to_owned();
        assert_eq!(digits.parse(), Ok(commitment));
        let cell = Cell([7; Cell::LENGTH]);
        assert_eq!(cell.to_string().parse(), Ok(cell));
        let blob = Blob([8; Blob::LENGTH]);
        assert!(blob.to_string().parse() == Ok(blob));
        assert_eq!(
            "0xab".parse::<KzgProof>(),
            Err(Error::Length {
                item: Item::Proof,
                index: 0,
                expected: 48,
                actual: 1
            })
        );
        let stray = format!("0x{}zz", "00".repeat(31));
        assert_eq!(
            stray.parse::<Bytes32>(),
            Err(Error::Hex {
                item: Item::Bytes32,
                index: 0
            })
        );
        let odd = format!("0x{}0", "00".repeat(31));
        assert!(odd.parse::<Bytes32>().is_err());
        let (item, index) = (Item::Blob, 0);
        assert_eq!(Blob::from_hex("0x0"), Err(Error::Hex { item, index }));
        // One digit more than 32 bytes have is no length of 32 bytes.
        let one_more = format!("0x{}0", "00".repeat(32));
        let (item, index) = (Item::Bytes32, 0);
        assert_eq!(one_more.parse::<Bytes32>(), Err(Error::Hex { item, index }));
        let doubled = format!("0x0x{}", "00".repeat(31));
        assert!(doubled.parse::<Bytes32>().is_err());
    }

    #[cfg(feature = "serde")]
    #[test]
    fn serde_uses_prefixed_lower_case_hexadecimal() {
        let proof = KzgProof([0xc0; 48]);
        let json = serde_json::to_string(&proof).unwrap();
        assert_eq!(json, format!("\"0x{}\"", "c0".repeat(48)));
        assert_eq!(serde_json::from_str::<KzgProof>(&json).unwrap(), proof);
        assert!(serde_json::from_str::<KzgProof>("\"0x00\"").is_err());
    }
}
