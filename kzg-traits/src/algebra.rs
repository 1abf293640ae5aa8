//! The algebra that a backend supplies: the scalar field and the two groups.
//!
//! The code that uses these traits is generic mathematics. All operations may take variable time:
//! every input of the protocol is public (see SECURITY.md).

use core::fmt::Debug;
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::error::PointError;

/// An element of the BLS12-381 scalar field, the integers modulo the group order
/// `r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001`.
pub trait Fr:
    Copy
    + Debug
    + Eq
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    /// The additive identity.
    const ZERO: Self;
    /// The multiplicative identity.
    const ONE: Self;
    /// The factor by which a raw element is multiplied to give the element that it represents; see
    /// [`from_bytes_raw`](Self::from_bytes_raw).
    const RAW_UNIT: Self = Self::ONE;

    /// The field element of a small integer.
    fn from_u64(n: u64) -> Self;

    /// Decodes 32 big-endian bytes; `None` unless they are canonical, that is, below `r`.
    ///
    /// Source: `bytes_to_bls_field` of the consensus specifications.
    fn from_bytes(big_endian: &[u8; 32]) -> Option<Self>;

    /// Decodes 32 big-endian bytes as an integer and reduces it modulo `r`.
    ///
    /// Source: the last step of `hash_to_bls_field` of the consensus specifications.
    fn from_bytes_reduced(big_endian: &[u8; 32]) -> Self;

    /// The canonical 32 big-endian bytes.
    fn to_bytes(&self) -> [u8; 32];

    /// Decodes 32 big-endian bytes as [`from_bytes`](Self::from_bytes) does, but to the element
    /// divided by [`RAW_UNIT`](Self::RAW_UNIT), a *raw* element.
    ///
    /// A field in Montgomery form saves a multiplication, because the decoded integer is stored
    /// unchanged. Linear maps take raw elements to raw elements.
    fn from_bytes_raw(big_endian: &[u8; 32]) -> Option<Self> {
        Self::from_bytes(big_endian)
    }

    /// The canonical 32 big-endian bytes of the element that this raw element represents.
    fn to_bytes_raw(&self) -> [u8; 32] {
        self.to_bytes()
    }

    /// The multiplicative inverse; `None` for zero.
    fn inverse(&self) -> Option<Self>;

    /// The square.
    #[must_use]
    fn square(&self) -> Self {
        *self * *self
    }

    /// Computes `a[0]·b[0] + a[1]·b[1]`. A backend may override this method with one modular
    /// reduction instead of two.
    #[must_use]
    fn sum_of_products(a: [Self; 2], b: [Self; 2]) -> Self {
        a[0] * b[0] + a[1] * b[1]
    }

    /// `self` to the power of `exponent`.
    #[must_use]
    fn pow(&self, exponent: u64) -> Self {
        let mut power = Self::ONE;
        for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
            power = power.square();
            if exponent >> bit & 1 == 1 {
                power *= *self;
            }
        }
        power
    }
}

/// A group of prime order `r` with a compressed encoding.
pub trait Group:
    Copy
    + Debug
    + Eq
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Neg<Output = Self>
    + AddAssign
{
    /// The field of exponents.
    type Scalar: Fr;
    /// The compressed encoding: the ZCash format, big-endian, three flag bits first.
    type Bytes: Copy + Debug + Eq + AsRef<[u8]>;

    /// The neutral element, encoded as `0xc0` followed by zeros.
    fn identity() -> Self;

    /// The standard generator.
    fn generator() -> Self;

    /// The point added to itself.
    #[must_use]
    fn double(&self) -> Self;

    /// The scalar multiple `k·self`.
    #[must_use]
    fn mul(&self, k: &Self::Scalar) -> Self;

    /// Multiplies every point by the same scalar.
    ///
    /// Transforms of points call this method, most often with a fourth root of unity. An override
    /// is useful if multiplication by a fourth root of unity, or multiplication of many points at
    /// once, takes less time than the default.
    fn mul_all(points: &mut [Self], k: &Self::Scalar) {
        for point in points {
            *point = point.mul(k);
        }
    }

    /// Decodes a compressed point and checks it: well encoded, on the curve and in the
    /// subgroup of order `r`. The identity is a valid point.
    ///
    /// # Errors
    ///
    /// The [`PointError`] of the first check that fails, in the order encoding, coordinate range,
    /// curve, subgroup. All backends return the same error.
    fn from_bytes(bytes: &Self::Bytes) -> Result<Self, PointError>;

    /// The compressed encoding.
    fn to_bytes(&self) -> Self::Bytes;

    /// Whether the point is the neutral element.
    fn is_identity(&self) -> bool {
        *self == Self::identity()
    }
}

/// The group G1, which holds commitments and proofs: 48 bytes compressed.
pub trait G1: Group<Bytes = [u8; 48]> {}

/// The group G2, which holds the setup's points for verification: 96 bytes compressed.
pub trait G2: Group<Bytes = [u8; 96]> {}
