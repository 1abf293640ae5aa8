//! Computed points: `KzgCommitment` and `KzgProof`.

#![allow(
    missing_debug_implementations,
    reason = "the derives of zerocopy generate types without Debug"
)]

use std::ops::Deref;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::error::{Error, expected_length};
use crate::{BYTES_PER_COMMITMENT, BYTES_PER_PROOF, Bytes48, kzg_traits};

macro_rules! point_type {
    ($(#[$attribute:meta])* $name:ident, $length:expr, $invalid:ident) => {
        $(#[$attribute])*
        #[derive(
            Clone, Copy, Debug,
            FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
        )]
        #[repr(C)]
        pub struct $name {
            bytes: [u8; $length],
        }

        impl $name {
            /// Copies bytes, without checking that they are a point.
            ///
            /// # Errors
            ///
            #[doc = concat!("[`Error::", stringify!($invalid), "`] unless there are 48 bytes.")]
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
                Self::read_from_bytes(bytes)
                    .map_err(|_| Error::$invalid(expected_length($length, bytes.len())))
            }

            /// The bytes, as the operations take them.
            #[must_use]
            pub fn to_bytes(&self) -> Bytes48 {
                Bytes48::new(self.bytes)
            }

            /// The bytes as lower-case hexadecimal digits, without `0x`.
            #[must_use]
            pub fn as_hex_string(&self) -> String {
                hex::encode(self.bytes)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self { bytes: [0; $length] }
            }
        }

        impl From<[u8; $length]> for $name {
            fn from(bytes: [u8; $length]) -> Self {
                Self { bytes }
            }
        }

        impl From<kzg_traits::$name> for $name {
            fn from(point: kzg_traits::$name) -> Self {
                Self { bytes: point.0 }
            }
        }

        impl Deref for $name {
            type Target = [u8; $length];

            fn deref(&self) -> &Self::Target {
                &self.bytes
            }
        }
    };
}

point_type!(
    /// A commitment to a blob: a compressed G1 point.
    KzgCommitment,
    BYTES_PER_COMMITMENT,
    InvalidKzgCommitment
);
point_type!(
    /// A proof of an evaluation, or of a cell: a compressed G1 point.
    KzgProof,
    BYTES_PER_PROOF,
    InvalidKzgProof
);
