//! Bytes from outside: `Blob`, `Cell`, `Bytes32` and `Bytes48`.
//!
//! Each is one array with alignment 1, so that other crates may reinterpret references, slices and
//! boxes of them. The content is not checked before an operation reads it.

#![allow(
    missing_debug_implementations,
    reason = "the derives of zerocopy generate types without Debug"
)]

use std::ops::{Deref, DerefMut};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::error::{Error, decode_hex, expected_length};
use crate::{BYTES_PER_BLOB, BYTES_PER_CELL};

macro_rules! byte_type {
    ($(#[$attribute:meta])* $name:ident, $length:expr) => {
        $(#[$attribute])*
        #[derive(
            Clone, Debug, Hash, PartialEq, Eq,
            FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
        )]
        #[repr(C)]
        pub struct $name {
            bytes: [u8; $length],
        }

        impl $name {
            /// Wraps an array.
            #[must_use]
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self { bytes }
            }

            /// Copies bytes.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidBytesLength`] for another number of bytes.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
                Self::read_from_bytes(bytes).map_err(|_| {
                    Error::InvalidBytesLength(expected_length($length, bytes.len()))
                })
            }

            /// Reads hexadecimal digits, with or without `0x`.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidHexFormat`] for an odd number of digits or another character;
            /// [`Error::InvalidBytesLength`] for another number of bytes.
            pub fn from_hex(text: &str) -> Result<Self, Error> {
                let bytes = decode_hex(text)?;
                Self::from_bytes(&bytes)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self { bytes: [0; $length] }
            }
        }
    };
}

byte_type!(
    /// A blob: 4096 field elements of 32 big-endian bytes.
    Blob,
    BYTES_PER_BLOB
);
byte_type!(
    /// A cell: 64 field elements of 32 big-endian bytes.
    #[derive(Copy)]
    Cell,
    BYTES_PER_CELL
);
byte_type!(
    /// 32 bytes that may be a field element.
    #[derive(Copy)]
    Bytes32,
    32
);
byte_type!(
    /// 48 bytes that may be a commitment or a proof.
    #[derive(Copy)]
    Bytes48,
    48
);

/// The conversions that c-kzg has for all of these types but `Cell`.
macro_rules! as_array {
    ($($name:ident, $length:expr;)*) => { $(
        impl From<[u8; $length]> for $name {
            fn from(bytes: [u8; $length]) -> Self {
                Self { bytes }
            }
        }

        impl Deref for $name {
            type Target = [u8; $length];

            fn deref(&self) -> &Self::Target {
                &self.bytes
            }
        }
    )* };
}

as_array! {
    Blob, BYTES_PER_BLOB;
    Bytes32, 32;
    Bytes48, 48;
}

/// The conversions that c-kzg has for `Blob` and `Bytes48`.
macro_rules! as_mutable_array {
    ($($name:ident, $length:expr;)*) => { $(
        impl $name {
            /// The array.
            #[must_use]
            pub fn into_inner(self) -> [u8; $length] {
                self.bytes
            }
        }

        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.bytes
            }
        }
    )* };
}

as_mutable_array! {
    Blob, BYTES_PER_BLOB;
    Bytes48, 48;
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsRef<[u8; 32]> for Bytes32 {
    fn as_ref(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl AsRef<[u8; 48]> for Bytes48 {
    fn as_ref(&self) -> &[u8; 48] {
        &self.bytes
    }
}

impl Cell {
    /// The bytes of the cell.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; BYTES_PER_CELL] {
        self.bytes
    }
}
