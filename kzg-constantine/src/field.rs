//! The scalar field.
//!
//! # Safety
//!
//! Every call below satisfies the contract of [`LowLevel`]: each pointer comes from a reference to a value of the
//! declared type, or to an array of the declared length, that lives until the call returns. Results may alias operands.
//! Comments name further conditions of a function where it has some.

use constantine_sys::status::scalar;
use constantine_sys::{LowLevel, types};

use crate::library::computed;

/// An element of the scalar field, in Constantine's Montgomery form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Fr(pub(crate) types::Fr);

/// An invalid element: the result of every operation before the library is loaded.
const INVALID: types::Fr = types::Fr {
    limbs: [u64::MAX; 4],
};

/// `2^512 mod r`, which is `2^256` in Montgomery form.
const TWO_TO_256: types::Fr = types::Fr {
    limbs: [
        0xc999_e990_f3f2_9c6d,
        0x2b6c_edcb_8792_5c23,
        0x05d3_1496_7254_398f,
        0x0748_d9d9_9f59_ff11,
    ],
};

impl Fr {
    #[inline]
    fn computed(write: impl FnOnce(&LowLevel, &mut types::Fr)) -> Self {
        Self(computed(INVALID, write))
    }
}

impl kzg_traits::Fr for Fr {
    const ZERO: Self = Self(types::Fr::ZERO);
    const ONE: Self = Self(types::Fr::ONE);
    /// A raw element is an integer that is not converted to Montgomery form.
    const RAW_UNIT: Self = Self(TWO_TO_256);

    fn from_u64(n: u64) -> Self {
        let integer = types::Big255 {
            limbs: [n, 0, 0, 0],
        };
        // SAFETY: the contract at the top of the file. The function reads an integer below the group order and writes
        // `r`.
        Self::computed(|f, r| unsafe { (f.fr_from_big255)(r, &integer) })
    }

    fn from_bytes(big_endian: &[u8; 32]) -> Option<Self> {
        Self::from_bytes_raw(big_endian).map(|raw| raw * Self::RAW_UNIT)
    }

    fn from_bytes_reduced(big_endian: &[u8; 32]) -> Self {
        Self::computed(|f, r| {
            // SAFETY: the contract at the top of the file. The function reads 32 bytes, the most that it takes, and
            // writes `r`. It always returns true.
            unsafe { (f.fr_unmarshal_be)(r, big_endian.as_ptr(), 32) };
        })
    }

    fn to_bytes(&self) -> [u8; 32] {
        computed([0xff; 32], |f, bytes| {
            // SAFETY: the contract at the top of the file. The function reads an element and writes 32 bytes, the
            // fewest that it takes.
            unsafe { (f.fr_marshal_be)(bytes.as_mut_ptr(), 32, &self.0) };
        })
    }

    fn from_bytes_raw(big_endian: &[u8; 32]) -> Option<Self> {
        let unread = (scalar::TOO_LARGE, types::Big255 { limbs: [0; 4] });
        // `fr_unmarshal_be` would reduce a non-canonical integer.
        let (status, integer) = computed(unread, |f, (status, integer)| {
            // SAFETY: the contract at the top of the file. The function reads 32 bytes and writes an integer.
            *status = unsafe { (f.deserialize_scalar)(integer, big_endian.as_ptr()) };
        });
        let limbs = integer.limbs;
        matches!(status, scalar::SUCCESS | scalar::ZERO).then_some(Self(types::Fr { limbs }))
    }

    fn to_bytes_raw(&self) -> [u8; 32] {
        let integer = types::Big255 {
            limbs: self.0.limbs,
        };
        computed([0xff; 32], |f, bytes| {
            // SAFETY: the contract at the top of the file. The function reads an integer and writes 32 bytes.
            unsafe { (f.serialize_scalar)(bytes.as_mut_ptr(), &integer) };
        })
    }

    fn inverse(&self) -> Option<Self> {
        // The library's inverse of zero is zero.
        // SAFETY: the contract at the top of the file. The function reads an element and writes `r`.
        (*self != Self::ZERO).then(|| Self::computed(|f, r| unsafe { (f.fr_inv)(r, &self.0) }))
    }

    fn square(&self) -> Self {
        // SAFETY: the contract at the top of the file. The function reads an element and writes `r`.
        Self::computed(|f, r| unsafe { (f.fr_square)(r, &self.0) })
    }
}

macro_rules! operators {
    ($($trait:ident::$method:ident / $assign_trait:ident::$assign:ident by $function:ident),+) => { $(
        impl core::ops::$trait for Fr {
            type Output = Self;

            #[inline]
            fn $method(self, other: Self) -> Self {
                // SAFETY: the contract at the top of the file. The function reads two elements and writes `r`.
                Self::computed(|f, r| unsafe { (f.$function)(r, &self.0, &other.0) })
            }
        }

        impl core::ops::$assign_trait for Fr {
            #[inline]
            fn $assign(&mut self, other: Self) {
                *self = core::ops::$trait::$method(*self, other);
            }
        }
    )+ };
}

operators!(
    Add::add / AddAssign::add_assign by fr_sum,
    Sub::sub / SubAssign::sub_assign by fr_diff,
    Mul::mul / MulAssign::mul_assign by fr_prod
);

impl core::ops::Neg for Fr {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        // SAFETY: the contract at the top of the file. The function reads an element and writes `r`.
        Self::computed(|f, r| unsafe { (f.fr_neg)(r, &self.0) })
    }
}
