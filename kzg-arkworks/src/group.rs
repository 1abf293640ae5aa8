//! The two groups.

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::AdditiveGroup;
use ark_serialize::CanonicalSerialize;
use kzg_traits::PointError;

use crate::decoding::{decompress, from_coordinates};
use crate::field::Fr;
use crate::operators::forward_operators;

/// Defines a newtype of a group and the algebra on it.
macro_rules! group {
    ($(#[$doc:meta])* $name:ident, $projective:ty, $affine:ty, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub(crate) $projective);

        forward_operators!(
            $name: Add::add / AddAssign::add_assign, Sub::sub / SubAssign::sub_assign
        );

        impl kzg_traits::Group for $name {
            type Scalar = Fr;
            type Bytes = [u8; $length];

            fn identity() -> Self {
                Self(<$projective>::ZERO)
            }

            fn generator() -> Self {
                Self(<$affine>::generator().into())
            }

            fn double(&self) -> Self {
                Self(self.0.double())
            }

            fn mul(&self, k: &Fr) -> Self {
                Self(self.0 * k.0)
            }

            fn from_bytes(bytes: &[u8; $length]) -> Result<Self, PointError> {
                decompress(*bytes).map(|point| Self(point.into()))
            }

            fn to_bytes(&self) -> [u8; $length] {
                let mut bytes = [0; $length];
                self.0
                    .into_affine()
                    .serialize_compressed(bytes.as_mut_slice())
                    .expect("the buffer is as long as the encoding");
                bytes
            }

            fn is_identity(&self) -> bool {
                self.0 == <$projective>::ZERO
            }
        }

        impl $name {
            /// The point with the affine coordinates `x` and `y`, big-endian. The subgroup is not
            /// checked.
            pub(crate) fn from_trusted_affine(
                affine: &[u8; 2 * $length],
            ) -> Result<Self, PointError> {
                from_coordinates(affine).map(|point| Self(point.into()))
            }
        }
    };
}

group!(
    /// A point of G1 in arkworks' Jacobian coordinates.
    G1,
    ark_bls12_381::G1Projective,
    ark_bls12_381::G1Affine,
    48
);
group!(
    /// A point of G2 in arkworks' Jacobian coordinates.
    G2,
    ark_bls12_381::G2Projective,
    ark_bls12_381::G2Affine,
    96
);

impl kzg_traits::G1 for G1 {}
impl kzg_traits::G2 for G2 {}
