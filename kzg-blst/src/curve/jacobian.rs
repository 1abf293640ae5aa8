//! Points of G1 and G2 in Jacobian coordinates, over blst.

use core::fmt;
use core::ops::{Add, AddAssign, Neg, Sub};

use kzg_traits::encoding::{CompressedPoint, check_encoding};
use kzg_traits::{Exec, Group, PointError};

use super::affine::{G1Affine, INFINITY};
use super::base_field::{ONE, is_zero};

#[cfg(test)]
thread_local! {
    /// Number of calls of [`G1::is_affine_in_subgroup`] on this thread.
    pub(crate) static SCALAR_SUBGROUP_CHECKS: core::cell::Cell<usize> =
        const { core::cell::Cell::new(0) };
}

macro_rules! point {
    (
        $(#[$doc:meta])* $name:ident, $length:literal, $point:ident, $affine:ident, $add:ident,
        $neg:ident, $equal:ident, $uncompress:ident, $from_affine:ident, $deserialize:ident,
        $serialize:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $name(pub(crate) blst::$point);

        impl $name {
            /// Converts an affine point; all zeros stand for infinity.
            pub(crate) fn from_affine(affine: &blst::$affine) -> Self {
                let mut out = blst::$point::default();
                // SAFETY: blst reads one affine point and writes one Jacobian point.
                unsafe { blst::$from_affine(&mut out, affine) };
                Self(out)
            }

            /// Decodes affine coordinates; see [`deserialize`](Self::deserialize).
            pub(crate) fn from_affine_bytes(bytes: &[u8; 2 * $length]) -> Result<Self, PointError> {
                Self::deserialize(bytes).map(|affine| Self::from_affine(&affine))
            }

            /// Decodes affine coordinates as [`to_affine_bytes`](Self::to_affine_bytes) encodes them,
            /// infinity to all zeros. The point is checked to be on the curve, not to be in the
            /// subgroup.
            pub(crate) fn deserialize(
                bytes: &[u8; 2 * $length],
            ) -> Result<blst::$affine, PointError> {
                // Only infinity has a flag. blst would also decode a compressed point here.
                let flags = bytes[0] & 0xe0;
                if flags & !0x40 != 0 {
                    return Err(PointError::Encoding);
                }
                let mut affine = blst::$affine::default();
                // SAFETY: blst reads as many bytes as an uncompressed point has, which is the
                // length of the array, and writes one affine point.
                match unsafe { blst::$deserialize(&mut affine, bytes.as_ptr()) } {
                    blst::BLST_ERROR::BLST_SUCCESS => Ok(affine),
                    blst::BLST_ERROR::BLST_POINT_NOT_ON_CURVE => Err(PointError::Curve),
                    // blst refuses x = 0 after the check of the curve: those points have order
                    // three.
                    blst::BLST_ERROR::BLST_POINT_NOT_IN_GROUP => Err(PointError::Subgroup),
                    _ if flags == 0 => Err(PointError::Coordinate),
                    _ => Err(PointError::Encoding),
                }
            }

            /// Decodes a compressed point, infinity to all zeros. The point is checked to be on
            /// the curve, not to be in the subgroup.
            pub(crate) fn uncompress(bytes: &[u8; $length]) -> Result<blst::$affine, PointError> {
                let mut affine = blst::$affine::default();
                if check_encoding(bytes)? == CompressedPoint::Infinity {
                    return Ok(affine);
                }
                // SAFETY: blst reads as many bytes as a compressed point has, which is the length
                // of the array, and writes one affine point.
                match unsafe { blst::$uncompress(&mut affine, bytes.as_ptr()) } {
                    blst::BLST_ERROR::BLST_SUCCESS => Ok(affine),
                    // blst refuses x = 0 after the check of the curve: that point has order
                    // three.
                    blst::BLST_ERROR::BLST_POINT_NOT_IN_GROUP => Err(PointError::Subgroup),
                    blst::BLST_ERROR::BLST_POINT_NOT_ON_CURVE => Err(PointError::Curve),
                    _ => Err(PointError::Encoding),
                }
            }

            /// Encodes the affine coordinates, big-endian, extension elements with `c1` first.
            /// Infinity has the flag `0x40` in its first byte.
            #[must_use]
            pub fn to_affine_bytes(&self) -> [u8; 2 * $length] {
                let mut bytes = [0; 2 * $length];
                // SAFETY: blst reads one point and writes as many bytes as an uncompressed point
                // has, which is the length of the array.
                unsafe { blst::$serialize(bytes.as_mut_ptr(), &self.0) };
                bytes
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
                // SAFETY: blst reads two points and writes one. This addition is complete: it is
                // right for equal points, opposite points and infinity too.
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

point!(
    /// A point of G1 in Jacobian coordinates.
    G1, 48, blst_p1, blst_p1_affine, blst_p1_add_or_double, blst_p1_cneg, blst_p1_is_equal,
    blst_p1_uncompress, blst_p1_from_affine, blst_p1_deserialize, blst_p1_serialize
);

point!(
    /// A point of G2 in Jacobian coordinates.
    G2, 96, blst_p2, blst_p2_affine, blst_p2_add_or_double, blst_p2_cneg, blst_p2_is_equal,
    blst_p2_uncompress, blst_p2_from_affine, blst_p2_deserialize, blst_p2_serialize
);

impl G1 {
    /// Converts to affine coordinates with one inversion; infinity becomes all zeros.
    pub(crate) fn to_affine(self) -> G1Affine {
        let mut out = G1Affine::default();
        // SAFETY: blst reads one point and writes one affine point.
        unsafe { blst::blst_p1_to_affine(&mut out.0, &self.0) };
        out
    }

    /// `k·self` by double-and-add, for an integer that is short or has few bits set.
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

    /// Whether the affine point, which must lie on the curve, is in the subgroup of order `r`.
    pub(crate) fn is_affine_in_subgroup(point: &blst::blst_p1_affine) -> bool {
        #[cfg(test)]
        SCALAR_SUBGROUP_CHECKS.set(SCALAR_SUBGROUP_CHECKS.get() + 1);
        // SAFETY: blst reads one affine point, which lies on the curve.
        unsafe { blst::blst_p1_affine_in_g1(point) }
    }

    /// Adds a point that is seldom equal to this one. Takes two products fewer than `+=` if it is not, and
    /// about twice as long if it is.
    #[inline]
    pub(crate) fn add_other(&mut self, other: &Self) {
        if self.is_identity() {
            *self = *other;
            return;
        }
        let before = *self;
        // SAFETY: blst reads two points and writes one. This addition is right for opposite points
        // and infinity too. Equal points give Z = 0.
        unsafe { blst::blst_p1_add(&mut self.0, &before.0, &other.0) };
        if is_zero(&self.0.z) {
            *self = before + *other;
        }
    }

    /// Adds an affine point; all zeros stand for infinity.
    #[inline]
    pub(crate) fn add_affine(&mut self, other: &blst::blst_p1_affine) {
        let before = self.0;
        // SAFETY: blst reads two points and writes one. This addition is right for opposite points
        // and infinity too. Equal points give Z = 0.
        unsafe { blst::blst_p1_add_affine(&mut self.0, &before, other) };
        if is_zero(&self.0.z) {
            self.add_equal_affine(&before, other);
        }
    }

    /// Sets the sum of two points that may be equal.
    #[cold]
    fn add_equal_affine(&mut self, before: &blst::blst_p1, other: &blst::blst_p1_affine) {
        // SAFETY: blst reads two points and writes one. This addition is complete: it is right for
        // equal points, opposite points and infinity too.
        unsafe { blst::blst_p1_add_or_double_affine(&mut self.0, before, other) };
    }
}

impl G2 {
    /// Converts to affine coordinates with one inversion; infinity becomes all zeros.
    pub(crate) fn to_affine(self) -> blst::blst_p2_affine {
        let mut out = blst::blst_p2_affine::default();
        // SAFETY: blst reads one point and writes one affine point.
        unsafe { blst::blst_p2_to_affine(&mut out, &self.0) };
        out
    }
}

/// Converts any points to affine coordinates with one shared inversion, or with none for decoded points,
/// whose z coordinate is one.
pub(crate) fn to_affine(points: &[G1], out: &mut [G1Affine], exec: &Exec) {
    if points.iter().all(|point| point.0.z == ONE) {
        for (out, G1(point)) in out.iter_mut().zip(points) {
            (out.x, out.y) = (point.x, point.y);
        }
        return;
    }
    let mut finite = exec.scratch_vec::<blst::blst_p1>();
    finite.extend(
        points
            .iter()
            .filter(|point| !point.is_identity())
            .map(|point| point.0),
    );
    let mut affine = exec.scratch_vec();
    affine.resize(finite.len(), INFINITY);
    if !finite.is_empty() {
        let list = [finite.as_ptr(), core::ptr::null()];
        // SAFETY: the list is a pointer to the first of `finite.len()` consecutive points, followed by
        // null, which is blst's form of an array. No point is infinity. blst writes as many affine
        // points, and `affine` has that length: our type has the size of blst's and contains nothing
        // else.
        unsafe {
            blst::blst_p1s_to_affine(affine.as_mut_ptr().cast(), list.as_ptr(), finite.len())
        };
    }
    let mut converted = affine.iter();
    for (slot, point) in out.iter_mut().zip(points) {
        *slot = if point.is_identity() {
            INFINITY
        } else {
            *converted.next().expect("one for each finite point")
        };
    }
}
