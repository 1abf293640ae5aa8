//! Scalar field elements, in blst's Montgomery form.

use core::fmt;
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use blst::{blst_fr, blst_scalar};

/// An element of the scalar field.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Fr(pub(crate) blst_fr);

impl Fr {
    /// The canonical integer, as four 64-bit words, least significant first.
    pub(crate) fn to_words(self) -> [u64; 4] {
        let mut words = [0; 4];
        // SAFETY: blst reads one field element and writes four words, which the array has.
        unsafe { blst::blst_uint64_from_fr(words.as_mut_ptr(), &self.0) };
        words
    }

    /// The canonical integer, as 32 little-endian bytes.
    pub(crate) fn to_scalar(self) -> blst_scalar {
        let mut scalar = blst_scalar::default();
        // SAFETY: blst reads one field element and writes one scalar; both are valid.
        unsafe { blst::blst_scalar_from_fr(&mut scalar, &self.0) };
        scalar
    }
}

impl kzg_traits::Fr for Fr {
    const ZERO: Self = Self(blst_fr { l: [0; 4] });
    // 2^256 mod r: one in Montgomery form.
    const ONE: Self = Self(blst_fr {
        l: [
            0x0000_0001_ffff_fffe,
            0x5884_b7fa_0003_4802,
            0x998c_4fef_ecbc_4ff5,
            0x1824_b159_acc5_056f,
        ],
    });

    fn from_u64(n: u64) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: blst reads four words, which the array has, and writes one field element.
        unsafe { blst::blst_fr_from_uint64(&mut out, [n, 0, 0, 0].as_ptr()) };
        Self(out)
    }

    fn from_bytes(big_endian: &[u8; 32]) -> Option<Self> {
        let mut scalar = blst_scalar::default();
        let mut out = blst_fr::default();
        // SAFETY: blst reads 32 bytes, which the array has, and writes one scalar.
        unsafe { blst::blst_scalar_from_bendian(&mut scalar, big_endian.as_ptr()) };
        // SAFETY: blst reads one valid scalar.
        if !unsafe { blst::blst_scalar_fr_check(&scalar) } {
            return None;
        }
        // SAFETY: blst reads one scalar, checked to be canonical, and writes one field element.
        unsafe { blst::blst_fr_from_scalar(&mut out, &scalar) };
        Some(Self(out))
    }

    fn from_bytes_reduced(big_endian: &[u8; 32]) -> Self {
        let mut scalar = blst_scalar::default();
        let mut out = blst_fr::default();
        // SAFETY: blst reads 32 bytes, which the array has, and writes one reduced scalar. Its
        // answer only says whether that is zero, which is a value like any other here.
        unsafe { blst::blst_scalar_from_be_bytes(&mut scalar, big_endian.as_ptr(), 32) };
        // SAFETY: blst reads one reduced scalar and writes one field element.
        unsafe { blst::blst_fr_from_scalar(&mut out, &scalar) };
        Self(out)
    }

    fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // SAFETY: blst reads one scalar and writes 32 bytes, which the array has.
        unsafe { blst::blst_bendian_from_scalar(bytes.as_mut_ptr(), &self.to_scalar()) };
        bytes
    }

    fn inverse(&self) -> Option<Self> {
        if *self == Self::ZERO {
            return None;
        }
        let mut out = blst_fr::default();
        // SAFETY: blst reads one field element and writes one.
        unsafe { blst::blst_fr_eucl_inverse(&mut out, &self.0) };
        Some(Self(out))
    }

    fn square(&self) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: blst reads one field element and writes one.
        unsafe { blst::blst_fr_sqr(&mut out, &self.0) };
        Self(out)
    }
}

impl Add for Fr {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl Sub for Fr {
    type Output = Self;

    fn sub(mut self, other: Self) -> Self {
        self -= other;
        self
    }
}

impl Mul for Fr {
    type Output = Self;

    fn mul(mut self, other: Self) -> Self {
        self *= other;
        self
    }
}

impl Neg for Fr {
    type Output = Self;

    fn neg(mut self) -> Self {
        // SAFETY: blst reads one field element and writes one; they may be the same.
        unsafe { blst::blst_fr_cneg(&mut self.0, &self.0, true) };
        self
    }
}

impl AddAssign for Fr {
    fn add_assign(&mut self, other: Self) {
        // SAFETY: blst reads two field elements and writes one; they may be the same.
        unsafe { blst::blst_fr_add(&mut self.0, &self.0, &other.0) };
    }
}

impl SubAssign for Fr {
    fn sub_assign(&mut self, other: Self) {
        // SAFETY: blst reads two field elements and writes one; they may be the same.
        unsafe { blst::blst_fr_sub(&mut self.0, &self.0, &other.0) };
    }
}

impl MulAssign for Fr {
    fn mul_assign(&mut self, other: Self) {
        // SAFETY: blst reads two field elements and writes one; they may be the same.
        unsafe { blst::blst_fr_mul(&mut self.0, &self.0, &other.0) };
    }
}

impl fmt::Debug for Fr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        for byte in kzg_traits::Fr::to_bytes(self) {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}
