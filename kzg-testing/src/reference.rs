//! The scalar field by schoolbook arithmetic, bit by bit: slow and simple.
//!
//! It is the oracle for a backend's field, and computes the inputs and expected values of the
//! properties of settings.

use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use kzg_traits::algebra::Fr;

/// An integer below the group order, as 64-bit digits, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference([u64; 4]);

const ORDER: [u64; 4] = [
    0xffff_ffff_0000_0001,
    0x53bd_a402_fffe_5bfe,
    0x3339_d808_09a1_d805,
    0x73ed_a753_299d_7d48,
];

/// The group order, big-endian.
pub(super) const ORDER_BYTES: [u8; 32] = to_big_endian(ORDER);

const fn to_big_endian(digits: [u64; 4]) -> [u8; 32] {
    let mut bytes = [0; 32];
    let mut place = 0;
    while place < 32 {
        bytes[31 - place] = (digits[place / 8] >> (8 * (place % 8))) as u8;
        place += 1;
    }
    bytes
}

fn from_big_endian(bytes: &[u8; 32]) -> [u64; 4] {
    let mut digits = [0; 4];
    for (digit, chunk) in digits.iter_mut().rev().zip(bytes.as_chunks().0) {
        *digit = u64::from_be_bytes(*chunk);
    }
    digits
}

/// The difference, and whether it is negative and so off by `2^256`.
fn subtract(a: [u64; 4], b: [u64; 4]) -> ([u64; 4], bool) {
    let mut difference = [0; 4];
    let mut borrow = false;
    for (digit, (a, b)) in difference.iter_mut().zip(a.into_iter().zip(b)) {
        let (partial, first) = a.overflowing_sub(b);
        let (whole, second) = partial.overflowing_sub(u64::from(borrow));
        *digit = whole;
        borrow = first || second;
    }
    (difference, borrow)
}

fn reduce(mut digits: [u64; 4]) -> [u64; 4] {
    loop {
        match subtract(digits, ORDER) {
            (_, true) => return digits,
            (smaller, false) => digits = smaller,
        }
    }
}

impl Fr for Reference {
    const ZERO: Self = Self([0; 4]);
    const ONE: Self = Self([1, 0, 0, 0]);

    fn from_u64(n: u64) -> Self {
        Self([n, 0, 0, 0])
    }

    fn from_bytes(big_endian: &[u8; 32]) -> Option<Self> {
        (*big_endian < ORDER_BYTES).then(|| Self(from_big_endian(big_endian)))
    }

    fn from_bytes_reduced(big_endian: &[u8; 32]) -> Self {
        Self(reduce(from_big_endian(big_endian)))
    }

    fn to_bytes(&self) -> [u8; 32] {
        to_big_endian(self.0)
    }

    /// By Fermat's little theorem.
    fn inverse(&self) -> Option<Self> {
        let (exponent, _) = subtract(ORDER, [2, 0, 0, 0]);
        let mut power = Self::ONE;
        for digit in exponent.iter().rev() {
            for bit in (0..64).rev() {
                power *= power;
                if digit >> bit & 1 == 1 {
                    power *= *self;
                }
            }
        }
        (*self != Self::ZERO).then_some(power)
    }
}

impl Add for Reference {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        // Both are below 2^255, so that there is no carry.
        let mut sum = [0; 4];
        let mut carry = 0;
        for (digit, (a, b)) in sum.iter_mut().zip(self.0.into_iter().zip(other.0)) {
            let whole = u128::from(a) + u128::from(b) + carry;
            *digit = whole as u64;
            carry = whole >> 64;
        }
        Self(reduce(sum))
    }
}

impl Neg for Reference {
    type Output = Self;

    fn neg(self) -> Self {
        Self(reduce(subtract(ORDER, self.0).0))
    }
}

impl Sub for Reference {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Reference {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut product = Self::ZERO;
        for digit in self.0.iter().rev() {
            for bit in (0..64).rev() {
                product += product;
                if digit >> bit & 1 == 1 {
                    product += other;
                }
            }
        }
        product
    }
}

impl AddAssign for Reference {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Reference {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Reference {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

#[cfg(test)]
mod tests {
    use super::super::algebra::field;

    #[test]
    fn the_reference_is_a_field() {
        field::ring::<super::Reference>();
        field::inverses::<super::Reference>();
        field::derived_operations::<super::Reference>();
    }
}
