//! The scalar field.

use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};

use crate::operators::forward_operators;

/// An element of the scalar field, over arkworks' Montgomery form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fr(pub(crate) ark_bls12_381::Fr);

forward_operators!(Fr: Add::add / AddAssign::add_assign, Sub::sub / SubAssign::sub_assign, Mul::mul / MulAssign::mul_assign);

impl kzg_traits::Fr for Fr {
    const ZERO: Self = Self(<ark_bls12_381::Fr as AdditiveGroup>::ZERO);
    const ONE: Self = Self(<ark_bls12_381::Fr as Field>::ONE);

    fn from_u64(n: u64) -> Self {
        Self(n.into())
    }

    fn from_bytes(big_endian: &[u8; 32]) -> Option<Self> {
        ark_bls12_381::Fr::from_bigint(integer(big_endian)).map(Self)
    }

    fn from_bytes_reduced(big_endian: &[u8; 32]) -> Self {
        Self(ark_bls12_381::Fr::from_be_bytes_mod_order(big_endian))
    }

    fn to_bytes(&self) -> [u8; 32] {
        let mut big_endian = [0; 32];
        let limbs = self.0.into_bigint().0;
        for (bytes, limb) in big_endian
            .as_chunks_mut()
            .0
            .iter_mut()
            .zip(limbs.iter().rev())
        {
            *bytes = limb.to_be_bytes();
        }
        big_endian
    }

    fn inverse(&self) -> Option<Self> {
        self.0.inverse().map(Self)
    }

    fn square(&self) -> Self {
        Self(self.0.square())
    }

    // `sum_of_products` is not overridden: arkworks' own function, with one reduction, takes 1.5
    // times as long as two products.
}

/// Decodes an integer of `N` limbs from `8 * N` big-endian bytes.
///
/// # Panics
///
/// If there are not `8 * N` bytes.
pub(crate) fn integer<const N: usize>(big_endian: &[u8]) -> BigInt<N> {
    assert_eq!(big_endian.len(), 8 * N, "eight bytes to each limb");
    let mut limbs = [0; N];
    for (limb, bytes) in limbs.iter_mut().rev().zip(big_endian.as_chunks().0) {
        *limb = u64::from_be_bytes(*bytes);
    }
    BigInt(limbs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use kzg_traits::Fr as _;

    /// `r - 1`, big-endian.
    fn largest() -> [u8; 32] {
        (Fr::ZERO - Fr::ONE).to_bytes()
    }

    #[test]
    fn integers_below_the_order_and_no_others_are_canonical() {
        let mut bytes = largest();
        assert_eq!(bytes[..4], [0x73, 0xed, 0xa7, 0x53]);
        assert_eq!(Fr::from_bytes(&bytes), Some(-Fr::ONE));
        bytes[31] += 1;
        assert_eq!(Fr::from_bytes(&bytes), None);
        assert_eq!(Fr::from_bytes(&[0xff; 32]), None);
        assert_eq!(Fr::from_bytes(&[0; 32]), Some(Fr::ZERO));
    }

    #[test]
    fn any_bytes_are_reduced_as_one_integer() {
        let mut bytes = largest();
        assert_eq!(Fr::from_bytes_reduced(&bytes), -Fr::ONE);
        bytes[31] += 1;
        assert_eq!(Fr::from_bytes_reduced(&bytes), Fr::ZERO);
        bytes[31] += 1;
        assert_eq!(Fr::from_bytes_reduced(&bytes), Fr::ONE);
        let two_to_256 = Fr::from_u64(2).pow(256);
        assert_eq!(Fr::from_bytes_reduced(&[0xff; 32]), two_to_256 - Fr::ONE);
    }

    #[test]
    fn bytes_are_big_endian_and_round_trip() {
        let mut bytes = [0; 32];
        bytes[24..].copy_from_slice(&0x0102_0304_0506_0708_u64.to_be_bytes());
        let element = Fr::from_u64(0x0102_0304_0506_0708);
        assert_eq!(element.to_bytes(), bytes);
        for element in samples::scalars(20) {
            assert_eq!(Fr::from_bytes(&element.to_bytes()), Some(element));
            assert_eq!(Fr::from_bytes_reduced(&element.to_bytes()), element);
        }
    }

    #[test]
    fn overridden_operations_agree_with_the_plain_formulas() {
        assert_eq!(Fr::ZERO.inverse(), None);
        let mut elements = samples::scalars(20);
        elements.extend([Fr::ZERO, Fr::ONE, -Fr::ONE]);
        for (&a, &b) in elements.iter().zip(elements.iter().rev()) {
            assert_eq!(a.square(), a * a);
            assert_eq!(Fr::sum_of_products([a, b], [b, -a]), Fr::ZERO);
            assert_eq!(Fr::sum_of_products([a, a], [b, -Fr::ONE]), a * b - a);
            if let Some(inverse) = a.inverse() {
                assert_eq!(a * inverse, Fr::ONE);
            }
        }
    }
}
