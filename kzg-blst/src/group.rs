//! The groups G1 and G2 over blst, in Jacobian coordinates.

use core::fmt;
use core::ops::{Add, AddAssign, Neg, Sub};

use kzg_traits::encoding::{Encoding, check_encoding};
use kzg_traits::{Group, PointError};

use crate::field::Fr;
use crate::msm::affine::G1Affine;
use crate::msm::same_scalar::multiply_all;

/// Bits in a scalar.
const SCALAR_BITS: usize = 255;

macro_rules! group {
    (
        $(#[$doc:meta])* $name:ident, $length:literal, $point:ident, $affine:ident,
        $generator:ident, $double:ident, $add:ident, $neg:ident, $mult:ident, $equal:ident,
        $uncompress:ident, $compress:ident, $in_group:ident, $from_affine:ident, $is_inf:ident,
        $deserialize:ident, $serialize:ident $(, mul_all: $mul_all:path)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $name(pub(crate) blst::$point);

        impl $name {
            pub(crate) fn from_affine(affine: &blst::$affine) -> Self {
                let mut out = blst::$point::default();
                // SAFETY: blst reads one affine point and writes one Jacobian point.
                unsafe { blst::$from_affine(&mut out, affine) };
                Self(out)
            }

            /// A point from its affine coordinates, in blst's uncompressed form: on the curve,
            /// but not checked to be in the subgroup.
            pub(crate) fn from_affine_bytes(bytes: &[u8; 2 * $length]) -> Result<Self, PointError> {
                let mut affine = blst::$affine::default();
                // SAFETY: blst reads as many bytes as an uncompressed point has, which the
                // array has too, and writes one affine point.
                let status = unsafe { blst::$deserialize(&mut affine, bytes.as_ptr()) };
                match status {
                    blst::BLST_ERROR::BLST_SUCCESS => Ok(Self::from_affine(&affine)),
                    blst::BLST_ERROR::BLST_POINT_NOT_ON_CURVE => Err(PointError::Curve),
                    _ => Err(PointError::Encoding),
                }
            }
        }

        impl $name {
            /// Decodes a compressed point, all zeros for infinity: on the curve, but not checked
            /// to be in the subgroup.
            pub(crate) fn uncompress(bytes: &[u8; $length]) -> Result<blst::$affine, PointError> {
                let mut affine = blst::$affine::default();
                if check_encoding(bytes)? == Encoding::Infinity {
                    return Ok(affine);
                }
                // SAFETY: blst reads as many bytes as a compressed point has, which the array
                // has too, and writes one affine point.
                match unsafe { blst::$uncompress(&mut affine, bytes.as_ptr()) } {
                    blst::BLST_ERROR::BLST_SUCCESS => Ok(affine),
                    // blst refuses x = 0 early: it is on the curve, of order three.
                    blst::BLST_ERROR::BLST_POINT_NOT_IN_GROUP => Err(PointError::Subgroup),
                    blst::BLST_ERROR::BLST_POINT_NOT_ON_CURVE => Err(PointError::Curve),
                    _ => Err(PointError::Encoding),
                }
            }

            /// The multiple by a canonical integer.
            pub(crate) fn multiply(&self, k: &blst::blst_scalar) -> Self {
                let mut out = blst::$point::default();
                // SAFETY: blst reads one point and the 255 low bits of 32 bytes, and writes one
                // point.
                unsafe { blst::$mult(&mut out, &self.0, k.b.as_ptr(), SCALAR_BITS) };
                Self(out)
            }

            /// The affine coordinates, big-endian, extension elements with `c1` first; infinity
            /// has the flag `0x40` in its first byte.
            #[must_use]
            pub fn to_affine_bytes(&self) -> [u8; 2 * $length] {
                let mut bytes = [0; 2 * $length];
                // SAFETY: blst reads one point and writes as many bytes as an uncompressed
                // point has, which the array has too.
                unsafe { blst::$serialize(bytes.as_mut_ptr(), &self.0) };
                bytes
            }
        }

        impl Group for $name {
            type Scalar = Fr;
            type Bytes = [u8; $length];

            fn identity() -> Self {
                Self(blst::$point::default())
            }

            fn generator() -> Self {
                // SAFETY: blst returns a pointer to a constant of its own.
                Self(unsafe { *blst::$generator() })
            }

            fn double(&self) -> Self {
                let mut out = blst::$point::default();
                // SAFETY: blst reads one point and writes one.
                unsafe { blst::$double(&mut out, &self.0) };
                Self(out)
            }

            fn mul(&self, k: &Fr) -> Self {
                self.multiply(&k.to_scalar())
            }

            $(fn mul_all(points: &mut [Self], k: &Fr) {
                $mul_all(points, k);
            })?

            fn from_bytes(bytes: &Self::Bytes) -> Result<Self, PointError> {
                let affine = Self::uncompress(bytes)?;
                // SAFETY: blst reads one affine point, which lies on the curve.
                if unsafe { blst::$in_group(&affine) } {
                    Ok(Self::from_affine(&affine))
                } else {
                    Err(PointError::Subgroup)
                }
            }

            fn to_bytes(&self) -> Self::Bytes {
                let mut bytes = [0; $length];
                // SAFETY: blst reads one point and writes as many bytes as a compressed point
                // has, which the array has too.
                unsafe { blst::$compress(bytes.as_mut_ptr(), &self.0) };
                bytes
            }

            fn is_identity(&self) -> bool {
                // SAFETY: blst reads one point.
                unsafe { blst::$is_inf(&self.0) }
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                // SAFETY: blst reads two points.
                unsafe { blst::$equal(&self.0, &other.0) }
            }
        }

        impl Eq for $name {}

        impl Add for $name {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                let mut out = blst::$point::default();
                // SAFETY: blst reads two points and writes one; this addition is complete, so
                // equal and inverse points and infinity are no special cases.
                unsafe { blst::$add(&mut out, &self.0, &other.0) };
                Self(out)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl Neg for $name {
            type Output = Self;

            fn neg(mut self) -> Self {
                // SAFETY: blst reads and writes one point.
                unsafe { blst::$neg(&mut self.0, true) };
                self
            }
        }

        impl Sub for $name {
            type Output = Self;

            fn sub(self, other: Self) -> Self {
                self + -other
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(0x"))?;
                for byte in self.to_bytes() {
                    write!(f, "{byte:02x}")?;
                }
                f.write_str(")")
            }
        }
    };
}

group!(
    /// A point of G1.
    G1, 48, blst_p1, blst_p1_affine, blst_p1_generator, blst_p1_double, blst_p1_add_or_double,
    blst_p1_cneg, blst_p1_mult, blst_p1_is_equal, blst_p1_uncompress, blst_p1_compress,
    blst_p1_affine_in_g1, blst_p1_from_affine, blst_p1_is_inf, blst_p1_deserialize, blst_p1_serialize,
    mul_all: multiply_all
);

group!(
    /// A point of G2.
    G2, 96, blst_p2, blst_p2_affine, blst_p2_generator, blst_p2_double, blst_p2_add_or_double,
    blst_p2_cneg, blst_p2_mult, blst_p2_is_equal, blst_p2_uncompress, blst_p2_compress,
    blst_p2_affine_in_g2, blst_p2_from_affine, blst_p2_is_inf, blst_p2_deserialize, blst_p2_serialize
);

impl kzg_traits::G1 for G1 {}
impl kzg_traits::G2 for G2 {}

impl G1 {
    pub(crate) fn to_affine(self) -> G1Affine {
        let mut out = G1Affine::default();
        // SAFETY: blst reads one point and writes one affine point.
        unsafe { blst::blst_p1_to_affine(&mut out.0, &self.0) };
        out
    }
}

impl G1 {
    /// `k·self`, for an integer that is short or has few bits set.
    pub(crate) fn times(&self, k: u64) -> Self {
        let mut product = Self::identity();
        for bit in (0..u64::BITS - k.leading_zeros()).rev() {
            product = product.double();
            if k >> bit & 1 == 1 {
                product += *self;
            }
        }
        product
    }

    pub(crate) fn is_in_subgroup(&self) -> bool {
        // SAFETY: blst reads one point, which lies on the curve.
        unsafe { blst::blst_p1_in_g1(&self.0) }
    }

    pub(crate) fn is_affine_in_subgroup(point: &blst::blst_p1_affine) -> bool {
        // SAFETY: blst reads one affine point, which lies on the curve.
        unsafe { blst::blst_p1_affine_in_g1(point) }
    }

    /// Adds any affine point, infinity as all zeros included.
    pub(crate) fn add_affine(&mut self, other: &blst::blst_p1_affine) {
        // SAFETY: blst reads two points and writes one, which may be the first; this addition is
        // complete, so equal and inverse points and infinity are no special cases.
        unsafe { blst::blst_p1_add_or_double_affine(&mut self.0, &self.0, other) };
    }
}

impl G2 {
    pub(crate) fn to_affine(self) -> blst::blst_p2_affine {
        let mut out = blst::blst_p2_affine::default();
        // SAFETY: blst reads one point and writes one affine point.
        unsafe { blst::blst_p2_to_affine(&mut out, &self.0) };
        out
    }
}
