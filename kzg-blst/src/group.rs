//! The trait [`Group`] for G1 and G2.
//!
//! The implementation stands above the types themselves because [`Group::mul_all`] of G1 runs on
//! the vector engine.

use kzg_traits::{Group, PointError};

use crate::curve::jacobian::{G1, G2};
use crate::field::Fr;
use crate::msm::same_scalar::multiply_all;

macro_rules! group {
    (
        $name:ident, $length:literal, $point:ident, $generator:ident, $double:ident, $mult:ident,
        $compress:ident, $in_group:ident, $is_inf:ident $(, mul_all: $mul_all:path)?
    ) => {
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
                let mut out = blst::$point::default();
                let scalar = k.to_scalar();
                // SAFETY: blst reads one point and the 255 low bits of 32 bytes, and writes one
                // point.
                unsafe { blst::$mult(&mut out, &self.0, scalar.b.as_ptr(), SCALAR_BITS) };
                Self(out)
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
    };
}

/// Number of bits of a scalar.
const SCALAR_BITS: usize = 255;

group!(
    G1, 48, blst_p1, blst_p1_generator, blst_p1_double, blst_p1_mult, blst_p1_compress,
    blst_p1_affine_in_g1, blst_p1_is_inf, mul_all: multiply_all
);
group!(
    G2,
    96,
    blst_p2,
    blst_p2_generator,
    blst_p2_double,
    blst_p2_mult,
    blst_p2_compress,
    blst_p2_affine_in_g2,
    blst_p2_is_inf
);

impl kzg_traits::G1 for G1 {}
impl kzg_traits::G2 for G2 {}
