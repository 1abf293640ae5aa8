//! The points of a trusted setup in compressed form.

use core::fmt;

use sha2::{Digest, Sha256};

use crate::bytes::{
    BYTES_PER_G1_POINT, BYTES_PER_G2_POINT, FIELD_ELEMENTS_PER_BLOB, TRUSTED_SETUP_G2_POINTS,
};
use crate::error::{SetupError, SetupSection};

impl SetupSection {
    /// The number of points in the section.
    #[must_use]
    pub const fn points(self) -> usize {
        match self {
            Self::G1Lagrange | Self::G1Monomial => FIELD_ELEMENTS_PER_BLOB,
            Self::G2Monomial => TRUSTED_SETUP_G2_POINTS,
        }
    }

    pub(super) fn check_count(self, actual: usize) -> Result<(), SetupError> {
        if actual == self.points() {
            Ok(())
        } else {
            Err(SetupError::Count {
                section: self,
                expected: self.points(),
                actual,
            })
        }
    }

    /// Splits the bytes of a section into its points.
    pub(super) fn split<const N: usize>(self, bytes: &[u8]) -> Result<Vec<[u8; N]>, SetupError> {
        let (points, remainder) = bytes.as_chunks::<N>();
        if points.len() < self.points() {
            return Err(SetupError::Truncated {
                section: self,
                expected: self.points(),
                actual: points.len(),
            });
        }
        self.check_count(bytes.len().div_ceil(N))?;
        debug_assert!(remainder.is_empty(), "as many bytes as points take");
        Ok(points.to_vec())
    }
}

/// A compressed point of G1.
pub(super) type G1Bytes = [u8; BYTES_PER_G1_POINT];
/// A compressed point of G2.
pub(super) type G2Bytes = [u8; BYTES_PER_G2_POINT];

/// The compressed points of a setup, in the right numbers. The Lagrange points are in natural
/// order.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct CompressedPoints {
    pub(super) g1_lagrange: Vec<G1Bytes>,
    pub(super) g2_monomial: Vec<G2Bytes>,
    pub(super) g1_monomial: Vec<G1Bytes>,
}

impl CompressedPoints {
    /// The hash of all points, in the order of the text format.
    pub(super) fn sha256(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.g1_lagrange.as_flattened())
            .chain_update(self.g2_monomial.as_flattened())
            .chain_update(self.g1_monomial.as_flattened())
            .finalize()
            .into()
    }
}

impl fmt::Debug for CompressedPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompressedPoints")
            .field("sha256", &hex::encode(&self.sha256()[..]))
            .finish()
    }
}
