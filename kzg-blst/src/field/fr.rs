//! Scalar field elements, in blst's Montgomery form.

use core::fmt;
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use blst::{blst_fr, blst_scalar};

use super::montgomery::{
    ONE, TO_MONTGOMERY, Words, add, from_big_endian, is_canonical, subtract, sum_of_products,
    to_big_endian,
};

/// An element of the scalar field, in blst's Montgomery form.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Fr(pub(crate) blst_fr);

impl Fr {
    #[inline(always)]
    const fn from_montgomery(l: Words) -> Self {
        Self(blst_fr { l })
    }

    /// Returns the canonical integer as four 64-bit words, least significant first.
    #[inline]
    pub(crate) fn to_words(self) -> Words {
        sum_of_products([&self.0.l], [&[1, 0, 0, 0]])
    }

    /// Returns the product with an integer of four 64-bit words, least significant first. The result
    /// is a plain integer if `words` is one, and in Montgomery form if `words` is.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn times_integer(self, words: &Words) -> Self {
        Self::from_montgomery(sum_of_products([&self.0.l], [words]))
    }

    /// Returns the canonical integer as 32 little-endian bytes.
    pub(crate) fn to_scalar(self) -> blst_scalar {
        let mut scalar = blst_scalar::default();
        let (chunks, _) = scalar.b.as_chunks_mut();
        for (bytes, word) in chunks.iter_mut().zip(self.to_words()) {
            *bytes = word.to_le_bytes();
        }
        scalar
    }
}

impl kzg_traits::Fr for Fr {
    const ZERO: Self = Self::from_montgomery([0; 4]);
    const ONE: Self = Self::from_montgomery(ONE);
    /// `2^256`: a raw element is a canonical integer that is not in Montgomery form.
    const RAW_UNIT: Self = Self::from_montgomery(TO_MONTGOMERY);

    #[inline]
    fn from_u64(n: u64) -> Self {
        Self::from_montgomery(sum_of_products([&TO_MONTGOMERY], [&[n, 0, 0, 0]]))
    }

    #[inline]
    fn from_bytes(big_endian: &[u8; 32]) -> Option<Self> {
        Self::from_bytes_raw(big_endian).map(|raw| raw * Self::RAW_UNIT)
    }

    #[inline]
    fn from_bytes_reduced(big_endian: &[u8; 32]) -> Self {
        let integer = from_big_endian(big_endian);
        Self::from_montgomery(sum_of_products([&TO_MONTGOMERY], [&integer]))
    }

    #[inline]
    fn to_bytes(&self) -> [u8; 32] {
        to_big_endian(&self.to_words())
    }

    #[inline]
    fn from_bytes_raw(big_endian: &[u8; 32]) -> Option<Self> {
        let integer = from_big_endian(big_endian);
        is_canonical(&integer).then_some(Self::from_montgomery(integer))
    }

    #[inline]
    fn to_bytes_raw(&self) -> [u8; 32] {
        to_big_endian(&self.0.l)
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

    #[inline]
    fn sum_of_products(a: [Self; 2], b: [Self; 2]) -> Self {
        Self::from_montgomery(sum_of_products(
            [&a[0].0.l, &a[1].0.l],
            [&b[0].0.l, &b[1].0.l],
        ))
    }
}

impl Add for Fr {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self::from_montgomery(add(&self.0.l, &other.0.l))
    }
}

impl Sub for Fr {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self::from_montgomery(subtract(&self.0.l, &other.0.l))
    }
}

impl Mul for Fr {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self::from_montgomery(sum_of_products([&self.0.l], [&other.0.l]))
    }
}

impl Neg for Fr {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self::from_montgomery(subtract(&[0; 4], &self.0.l))
    }
}

impl AddAssign for Fr {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Fr {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Fr {
    #[inline(always)]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
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

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::Fr as _;

    /// Zero, one, their neighbours, integers around powers of two, and pseudorandom elements.
    fn elements() -> Vec<Fr> {
        let mut elements = vec![Fr::ZERO, Fr::RAW_UNIT, -Fr::RAW_UNIT];
        let mut power = Fr::ONE;
        for _ in 0..256 {
            elements.extend([power, -power, power - Fr::ONE]);
            power += power;
        }
        let mut random = Fr::from_u64(0x9e37_79b9_7f4a_7c15);
        for _ in 0..200 {
            random = random * random + Fr::ONE;
            elements.push(random);
        }
        elements
    }

    /// The result of a function of blst for two elements.
    fn by_blst(
        function: unsafe extern "C" fn(*mut blst_fr, *const blst_fr, *const blst_fr),
        a: &Fr,
        b: &Fr,
    ) -> Fr {
        let mut out = blst_fr::default();
        // SAFETY: the function reads two field elements and writes one.
        unsafe { function(&mut out, &a.0, &b.0) };
        Fr(out)
    }

    #[test]
    fn arithmetic_equals_that_of_blst() {
        let elements = elements();
        for a in &elements {
            for b in elements.iter().step_by(7) {
                assert_eq!(*a + *b, by_blst(blst::blst_fr_add, a, b));
                assert_eq!(*a - *b, by_blst(blst::blst_fr_sub, a, b));
                let product = by_blst(blst::blst_fr_mul, a, b);
                assert_eq!(*a * *b, product);
                let with_square = Fr::sum_of_products([*a, *b], [*b, *b]);
                assert_eq!(with_square, product + *b * *b);
            }
            assert_eq!(-*a, Fr::ZERO - *a);
            assert_eq!(a.square(), *a * *a);
        }
    }

    #[test]
    fn integers_equal_those_of_blst() {
        for element in elements() {
            let mut words = [0; 4];
            let mut scalar = blst_scalar::default();
            // SAFETY: blst reads one field element in each call, and writes four words and one
            // scalar.
            unsafe {
                blst::blst_uint64_from_fr(words.as_mut_ptr(), &element.0);
                blst::blst_scalar_from_fr(&mut scalar, &element.0);
            }
            assert_eq!(element.to_words(), words);
            assert_eq!(element.to_scalar().b, scalar.b);
            let mut bytes = scalar.b;
            bytes.reverse();
            assert_eq!(element.to_bytes(), bytes);
            assert_eq!(Fr::from_bytes(&bytes), Some(element));
            assert_eq!(Fr::from_bytes_reduced(&bytes), element);
            let raw = Fr::from_bytes_raw(&bytes).unwrap();
            assert_eq!(raw * Fr::RAW_UNIT, element);
            assert_eq!(raw.to_bytes_raw(), bytes);
        }
    }

    #[test]
    fn only_integers_below_the_order_are_canonical() {
        let mut bytes = (-Fr::ONE).to_bytes();
        assert_eq!(Fr::from_bytes(&bytes), Some(-Fr::ONE));
        bytes[31] += 1;
        // The order, the order plus one, and integers larger by a unit of each word.
        for position in [31, 31, 23, 15, 7] {
            assert_eq!(Fr::from_bytes(&bytes), None);
            assert_eq!(Fr::from_bytes_raw(&bytes), None);
            bytes[position] += 1;
        }
        assert_eq!(Fr::from_bytes(&[0xff; 32]), None);
        assert_eq!(
            Fr::from_bytes_reduced(&[0xff; 32]),
            Fr::from_u64(2).pow(256) - Fr::ONE
        );
        assert_eq!(Fr::from_u64(u64::MAX), Fr::from_u64(2).pow(64) - Fr::ONE);
    }
}
