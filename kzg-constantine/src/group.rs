//! The two groups, in Jacobian coordinates.

use constantine_sys::status::point;
use constantine_sys::types::{self, Fp, Fp2};
use constantine_sys::{LowLevel, loaded};
use kzg_traits::PointError;
use kzg_traits::encoding::{Encoding, check_encoding};

use crate::field::Fr;
use crate::library::computed;

/// Bytes in an element of the base field.
pub(crate) const COORDINATE_BYTES: usize = 48;

/// An invalid element of the base field, for use before the library is loaded.
const NOTHING: Fp = Fp {
    limbs: [u64::MAX; 6],
};

/// A coordinate of a point: an element of the base field or of its quadratic extension.
pub(crate) trait Coordinate: Copy {
    /// An invalid element, which takes the place of a result before the library is loaded.
    const NOTHING: Self;

    /// Decodes big-endian bytes, of an extension element `c1` first; `None` unless they are
    /// canonical.
    fn from_big_endian(bytes: &[u8]) -> Option<Self>;
}

impl Coordinate for Fp {
    const NOTHING: Self = NOTHING;

    fn from_big_endian(bytes: &[u8]) -> Option<Self> {
        let element = computed(NOTHING, |f, r| {
            // SAFETY: reads so many bytes, which `bytes` has, and writes an element.
            unsafe { (f.fp_unmarshal_be)(r, bytes.as_ptr(), bytes.len()) };
        });
        // The library reduces an integer that is too large, so its bytes then differ.
        (fp_bytes::<COORDINATE_BYTES>(&element) == bytes).then_some(element)
    }
}

impl Coordinate for Fp2 {
    const NOTHING: Self = Self { c: [NOTHING; 2] };

    fn from_big_endian(bytes: &[u8]) -> Option<Self> {
        let (c1, c0) = bytes.split_at(COORDINATE_BYTES);
        Some(Self {
            c: [Fp::from_big_endian(c0)?, Fp::from_big_endian(c1)?],
        })
    }
}

/// The canonical integer as big-endian bytes: 48 or more.
pub(crate) fn fp_bytes<const LENGTH: usize>(element: &Fp) -> [u8; LENGTH] {
    const { assert!(LENGTH >= COORDINATE_BYTES, "room for the element") };
    computed([0xff; LENGTH], |f, bytes| {
        // SAFETY: reads an element and writes as many bytes as there are, which are enough.
        unsafe { (f.fp_marshal_be)(bytes.as_mut_ptr(), LENGTH, element) };
    })
}

/// The verdict on a compressed point.
fn checked(status: u8) -> Result<(), PointError> {
    match status {
        point::SUCCESS | point::INFINITY => Ok(()),
        point::COORDINATE_TOO_LARGE => Err(PointError::Coordinate),
        point::NOT_ON_CURVE => Err(PointError::Curve),
        point::NOT_IN_SUBGROUP => Err(PointError::Subgroup),
        _ => Err(PointError::Encoding),
    }
}

macro_rules! group {
    (
        $(#[$doc:meta])* $name:ident, $length:literal, $coordinate:ident, $affine:ident,
        $jacobian:ident, $sum:ident, $diff:ident, $neg:ident, $double:ident, $mul:ident,
        $is_eq:ident, $to_affine:ident, $from_affine:ident, $is_on_curve:ident, $serialize:ident,
        $deserialize:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        #[repr(transparent)]
        pub struct $name(pub(crate) types::$jacobian);

        impl $name {
            /// An invalid point, which takes the place of a result before the library is loaded.
            pub(crate) const NOTHING: types::$jacobian = types::$jacobian {
                x: $coordinate::NOTHING,
                y: $coordinate::NOTHING,
                z: $coordinate::NOTHING,
            };
            const NO_COORDINATES: types::$affine = types::$affine {
                x: $coordinate::NOTHING,
                y: $coordinate::NOTHING,
            };

            fn computed(write: impl FnOnce(&LowLevel, &mut types::$jacobian)) -> Self {
                Self(computed(Self::NOTHING, write))
            }

            fn from_affine(affine: &types::$affine) -> Self {
                // SAFETY: reads a point and writes one.
                Self::computed(|f, r| unsafe { (f.$from_affine)(r, affine) })
            }

            pub(crate) fn to_affine(self) -> types::$affine {
                computed(Self::NO_COORDINATES, |f, r| {
                    // SAFETY: reads a point and writes one.
                    unsafe { (f.$to_affine)(r, &self.0) }
                })
            }

            /// The point with the affine coordinates `x` and `y`, big-endian; its subgroup is
            /// not checked.
            pub(crate) fn from_trusted_affine(
                affine: &[u8; 2 * $length],
            ) -> Result<Self, PointError> {
                let (x, y) = affine.split_at($length);
                let coordinate =
                    |bytes| $coordinate::from_big_endian(bytes).ok_or(PointError::Coordinate);
                let affine = types::$affine {
                    x: coordinate(x)?,
                    y: coordinate(y)?,
                };
                let on_curve = computed(0, |f, verdict| {
                    // SAFETY: reads two coordinates.
                    *verdict = unsafe { (f.$is_on_curve)(&affine.x, &affine.y) };
                });
                if on_curve == 0 {
                    return Err(PointError::Curve);
                }
                Ok(Self::from_affine(&affine))
            }
        }

        impl kzg_traits::Group for $name {
            type Scalar = Fr;
            type Bytes = [u8; $length];

            fn identity() -> Self {
                Self(types::$jacobian::INFINITY)
            }

            fn generator() -> Self {
                Self(types::$jacobian::GENERATOR)
            }

            fn double(&self) -> Self {
                // SAFETY: reads a point and writes one.
                Self::computed(|f, r| unsafe { (f.$double)(r, &self.0) })
            }

            fn mul(&self, k: &Fr) -> Self {
                Self::computed(|f, r| {
                    *r = self.0;
                    // SAFETY: reads a scalar and a point and writes that point.
                    unsafe { (f.$mul)(r, &k.0) };
                })
            }

            fn from_bytes(bytes: &[u8; $length]) -> Result<Self, PointError> {
                if check_encoding(bytes)? == Encoding::Infinity {
                    return Ok(Self::identity());
                }
                let unread = (point::INVALID_ENCODING, Self::NO_COORDINATES);
                let (status, affine) = computed(unread, |f, (status, affine)| {
                    // SAFETY: reads as many bytes as the array has, and writes a point.
                    *status = unsafe { (f.$deserialize)(affine, bytes.as_ptr()) };
                });
                checked(status)?;
                Ok(Self::from_affine(&affine))
            }

            fn to_bytes(&self) -> [u8; $length] {
                let affine = self.to_affine();
                computed([0xff; $length], |f, bytes| {
                    // SAFETY: reads a point and writes as many bytes as the array has. There is
                    // no point that has no encoding, so the status says nothing.
                    unsafe { (f.$serialize)(bytes.as_mut_ptr(), &affine) };
                })
            }

            fn is_identity(&self) -> bool {
                self.0.z == $coordinate::ZERO
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                match loaded() {
                    // SAFETY: reads two points.
                    Some(library) => unsafe { (library.low_level.$is_eq)(&self.0, &other.0) != 0 },
                    // Without the library there are only constants, which have one form.
                    None => self.0 == other.0,
                }
            }
        }

        impl Eq for $name {}

        impl core::ops::Add for $name {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                // SAFETY: reads two points and writes one.
                Self::computed(|f, r| unsafe { (f.$sum)(r, &self.0, &other.0) })
            }
        }

        impl core::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl core::ops::Sub for $name {
            type Output = Self;

            fn sub(self, other: Self) -> Self {
                // SAFETY: reads two points and writes one.
                Self::computed(|f, r| unsafe { (f.$diff)(r, &self.0, &other.0) })
            }
        }

        impl core::ops::Neg for $name {
            type Output = Self;

            fn neg(self) -> Self {
                // SAFETY: reads a point and writes one.
                Self::computed(|f, r| unsafe { (f.$neg)(r, &self.0) })
            }
        }
    };
}

group!(
    /// A point of G1.
    G1, 48, Fp, G1Affine, G1Jacobian, g1_sum, g1_diff, g1_neg, g1_double, g1_mul, g1_is_eq,
    g1_affine, g1_from_affine, g1_is_on_curve, g1_serialize, g1_deserialize
);
group!(
    /// A point of G2.
    G2, 96, Fp2, G2Affine, G2Jacobian, g2_sum, g2_diff, g2_neg, g2_double, g2_mul, g2_is_eq,
    g2_affine, g2_from_affine, g2_is_on_curve, g2_serialize, g2_deserialize
);

impl kzg_traits::G1 for G1 {}
impl kzg_traits::G2 for G2 {}

/// The affine forms of many points, with one inversion.
pub(crate) fn to_affine(points: &[G1]) -> Vec<types::G1Affine> {
    let mut affine = vec![G1::NO_COORDINATES; points.len()];
    if let (Some(library), false) = (loaded(), points.is_empty()) {
        // SAFETY: reads as many points as there are, `G1` being one in memory, and writes as many
        // to the vector, which has room for them.
        unsafe {
            (library.low_level.g1_batch_affine)(
                affine.as_mut_ptr(),
                points.as_ptr().cast(),
                points.len(),
            );
        }
    }
    affine
}
