//! The two groups, in Jacobian coordinates.
//!
//! # Safety
//!
//! Every call below satisfies the contract of [`LowLevel`]: each pointer comes from a reference to a value of the
//! declared type, or to an array of the declared length, that lives until the call returns. Results may alias operands.
//! Comments name further conditions of a function where it has some.

use constantine_sys::status::point;
use constantine_sys::types::{self, Fp, Fp2};
use constantine_sys::{LowLevel, loaded};
use kzg_traits::PointError;
use kzg_traits::encoding::{CompressedPoint, check_encoding};

use crate::field::Fr;
use crate::library::computed;

/// Bytes in an element of the base field.
pub(crate) const COORDINATE_BYTES: usize = 48;

/// An invalid element of the base field: the result of operations before the library is loaded.
const INVALID: Fp = Fp {
    limbs: [u64::MAX; 6],
};

/// A coordinate of a point: an element of the base field or of its quadratic extension.
pub(crate) trait Coordinate: Copy {
    /// An invalid element: the result of operations before the library is loaded.
    const INVALID: Self;

    /// Decodes big-endian bytes; for an element of the extension, `c1` comes first. `None` unless
    /// the bytes are canonical.
    fn from_big_endian(bytes: &[u8]) -> Option<Self>;
}

impl Coordinate for Fp {
    const INVALID: Self = INVALID;

    fn from_big_endian(bytes: &[u8]) -> Option<Self> {
        let element = computed(INVALID, |f, r| {
            // SAFETY: the contract at the top of the file. The function reads `bytes.len()` bytes, those of one
            // coordinate, which are at most 48, and writes an element.
            unsafe { (f.fp_unmarshal_be)(r, bytes.as_ptr(), bytes.len()) };
        });
        // The library reduces a non-canonical integer, so its bytes then differ.
        (fp_bytes::<COORDINATE_BYTES>(&element) == bytes).then_some(element)
    }
}

impl Coordinate for Fp2 {
    const INVALID: Self = Self { c: [INVALID; 2] };

    fn from_big_endian(bytes: &[u8]) -> Option<Self> {
        let (c1, c0) = bytes.split_at(COORDINATE_BYTES);
        Some(Self {
            c: [Fp::from_big_endian(c0)?, Fp::from_big_endian(c1)?],
        })
    }
}

/// Encodes the canonical integer as `LENGTH` big-endian bytes, at least 48.
pub(crate) fn fp_bytes<const LENGTH: usize>(element: &Fp) -> [u8; LENGTH] {
    const { assert!(LENGTH >= COORDINATE_BYTES, "room for the element") };
    computed([0xff; LENGTH], |f, bytes| {
        // SAFETY: the contract at the top of the file. The function reads an element and writes `LENGTH` bytes,
        // at least 48.
        unsafe { (f.fp_marshal_be)(bytes.as_mut_ptr(), LENGTH, element) };
    })
}

/// Converts the status of decoding a compressed point to a result.
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
            /// An invalid point: the result of operations before the library is loaded.
            pub(crate) const INVALID: types::$jacobian = types::$jacobian {
                x: $coordinate::INVALID,
                y: $coordinate::INVALID,
                z: $coordinate::INVALID,
            };
            const INVALID_AFFINE: types::$affine = types::$affine {
                x: $coordinate::INVALID,
                y: $coordinate::INVALID,
            };

            fn computed(write: impl FnOnce(&LowLevel, &mut types::$jacobian)) -> Self {
                Self(computed(Self::INVALID, write))
            }

            fn from_affine(affine: &types::$affine) -> Self {
                // SAFETY: the contract at the top of the file. The function reads `affine` and writes `r`.
                Self::computed(|f, r| unsafe { (f.$from_affine)(r, affine) })
            }

            pub(crate) fn to_affine(self) -> types::$affine {
                computed(Self::INVALID_AFFINE, |f, r| {
                    // SAFETY: the contract at the top of the file. The function reads a point and writes `r`.
                    unsafe { (f.$to_affine)(r, &self.0) }
                })
            }

            /// The point with the affine coordinates `x` and `y`, big-endian. The subgroup is not
            /// checked.
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
                    // SAFETY: the contract at the top of the file. The function reads two coordinates.
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
                // SAFETY: the contract at the top of the file. The function reads a point and writes `r`.
                Self::computed(|f, r| unsafe { (f.$double)(r, &self.0) })
            }

            fn mul(&self, k: &Fr) -> Self {
                Self::computed(|f, r| {
                    *r = self.0;
                    // SAFETY: the contract at the top of the file. The function reads a scalar and the point `r`,
                    // and writes that point.
                    unsafe { (f.$mul)(r, &k.0) };
                })
            }

            fn from_bytes(bytes: &[u8; $length]) -> Result<Self, PointError> {
                if check_encoding(bytes)? == CompressedPoint::Infinity {
                    return Ok(Self::identity());
                }
                let unread = (point::INVALID_ENCODING, Self::INVALID_AFFINE);
                let (status, affine) = computed(unread, |f, (status, affine)| {
                    // SAFETY: the contract at the top of the file. The function reads as many bytes as the array
                    // has, and writes a point.
                    *status = unsafe { (f.$deserialize)(affine, bytes.as_ptr()) };
                });
                checked(status)?;
                Ok(Self::from_affine(&affine))
            }

            fn to_bytes(&self) -> [u8; $length] {
                let affine = self.to_affine();
                computed([0xff; $length], |f, bytes| {
                    // SAFETY: the contract at the top of the file. The function reads a point and writes as many
                    // bytes as the array has. Every point has an encoding, so the status is ignored.
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
                    // SAFETY: the contract at the top of the file. The function reads two points.
                    Some(library) => unsafe { (library.low_level.$is_eq)(&self.0, &other.0) != 0 },
                    // Before the library is loaded, only constants are valid, and each has one
                    // form.
                    None => self.0 == other.0,
                }
            }
        }

        impl Eq for $name {}

        impl core::ops::Add for $name {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                // SAFETY: the contract at the top of the file. The function reads two points and writes `r`.
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
                // SAFETY: the contract at the top of the file. The function reads two points and writes `r`.
                Self::computed(|f, r| unsafe { (f.$diff)(r, &self.0, &other.0) })
            }
        }

        impl core::ops::Neg for $name {
            type Output = Self;

            fn neg(self) -> Self {
                // SAFETY: the contract at the top of the file. The function reads a point and writes `r`.
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

/// Converts many points to affine coordinates with one inversion.
pub(crate) fn to_affine(points: &[G1]) -> Vec<types::G1Affine> {
    let mut affine = vec![G1::INVALID_AFFINE; points.len()];
    if let (Some(library), false) = (loaded(), points.is_empty()) {
        // SAFETY: the contract at the top of the file. `G1` is a transparent wrapper of the library's point. The
        // function reads `points.len()` points and writes as many to the vector, which has that length.
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
