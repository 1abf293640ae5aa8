//! Integers modulo the group order `r`, as four 64-bit words, least significant first.
//!
//! The arithmetic is plain Rust so that it is inlined: a multiplication takes as long as a call of
//! blst's assembly, an addition or subtraction takes a quarter of it, and loops keep their values in
//! registers. The tests of [`Fr`](super::Fr) compare it with blst's.
//!
//! A product is divided by `2^256`. An element `a` in *Montgomery form* is the integer `a·2^256 mod r`.
//! So the product of two elements in Montgomery form is in Montgomery form too, and the product of an
//! element in Montgomery form and a plain integer is a plain integer.
//!
//! Source: Koç, Acar, Kaliski, "Analyzing and comparing Montgomery multiplication algorithms",
//! IEEE Micro 16, 1996: coarsely integrated operand scanning.

pub(crate) type Words = [u64; 4];

/// The group order `r`.
pub(crate) const ORDER: Words = [
    0xffff_ffff_0000_0001,
    0x53bd_a402_fffe_5bfe,
    0x3339_d808_09a1_d805,
    0x73ed_a753_299d_7d48,
];

/// `2^256 mod r`: one in Montgomery form.
pub(super) const ONE: Words = [
    0x0000_0001_ffff_fffe,
    0x5884_b7fa_0003_4802,
    0x998c_4fef_ecbc_4ff5,
    0x1824_b159_acc5_056f,
];

/// `2^512 mod r`: the product with it brings an integer to Montgomery form.
pub(super) const TO_MONTGOMERY: Words = [
    0xc999_e990_f3f2_9c6d,
    0x2b6c_edcb_8792_5c23,
    0x05d3_1496_7254_398f,
    0x0748_d9d9_9f59_ff11,
];

/// `-1/r mod 2^64`.
const NEGATED_INVERSE: u64 = 0xffff_fffe_ffff_ffff;

/// `(Σ a[k]·b[k]) / 2^256 mod r`, below `r`, for one or two products.
///
/// Every `a[k]` and `b[k]` must be below `r`, except that `b[0]` of a single product may be any integer
/// of four words. Then the sum before the last step is below `2r`: it is less than
/// `(N·r·r + 2^256·r) / 2^256`, or `(r·2^256 + 2^256·r) / 2^256`, and `r < 0.46·2^256`.
#[inline(always)]
pub(super) fn sum_of_products<const N: usize>(a: [&Words; N], b: [&Words; N]) -> Words {
    const { assert!(N == 1 || N == 2, "the bound holds for one or two products") };
    let mut sum = [0; 4];
    let mut top = 0;
    for word in 0..4 {
        let mut high = top;
        for (a, b) in a.iter().zip(&b) {
            let mut carry = 0;
            for (sum, a) in sum.iter_mut().zip(*a) {
                (*sum, carry) = multiply_add(*a, b[word], *sum, carry);
            }
            high += carry;
        }
        // A multiple of r clears the lowest word, and the other words move down.
        let factor = sum[0].wrapping_mul(NEGATED_INVERSE);
        let (_, mut carry) = multiply_add(factor, ORDER[0], sum[0], 0);
        for i in 1..4 {
            (sum[i - 1], carry) = multiply_add(factor, ORDER[i], sum[i], carry);
        }
        let (last, overflow) = high.overflowing_add(carry);
        sum[3] = last;
        // The sum of one product fits four words. That of two may need a bit of a fifth word.
        top = if N == 1 { 0 } else { u64::from(overflow) };
    }
    subtract_order_once(sum)
}

#[inline(always)]
pub(super) fn add(a: &Words, b: &Words) -> Words {
    let mut sum = [0; 4];
    let mut carry = 0;
    for i in 0..4 {
        let wide = u128::from(a[i]) + u128::from(b[i]) + u128::from(carry);
        (sum[i], carry) = split(wide);
    }
    subtract_order_once(sum)
}

#[inline(always)]
pub(super) fn subtract(a: &Words, b: &Words) -> Words {
    let (difference, borrow) = subtract_with_borrow(a, b);
    let mask = 0_u64.wrapping_sub(u64::from(borrow));
    let mut sum = [0; 4];
    let mut carry = 0;
    for i in 0..4 {
        let wide = u128::from(difference[i]) + u128::from(ORDER[i] & mask) + u128::from(carry);
        (sum[i], carry) = split(wide);
    }
    sum
}

#[inline(always)]
pub(super) fn is_canonical(integer: &Words) -> bool {
    // The highest word of a canonical integer is nearly always below, so the subtraction is rare.
    integer[3] < ORDER[3] || subtract_with_borrow(integer, &ORDER).1
}

#[inline(always)]
pub(super) fn from_big_endian(bytes: &[u8; 32]) -> Words {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().rev().zip(bytes.as_chunks().0) {
        *word = u64::from_be_bytes(*bytes);
    }
    words
}

#[inline(always)]
pub(super) fn to_big_endian(words: &Words) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words.iter().rev()) {
        *bytes = word.to_be_bytes();
    }
    bytes
}

/// Reduces an integer below `2r`, without a branch, because a branch would be unpredictable.
#[inline(always)]
fn subtract_order_once(integer: Words) -> Words {
    let (difference, borrow) = subtract_with_borrow(&integer, &ORDER);
    let mask = 0_u64.wrapping_sub(u64::from(borrow));
    core::array::from_fn(|i| (integer[i] & mask) | (difference[i] & !mask))
}

#[inline(always)]
fn subtract_with_borrow(a: &Words, b: &Words) -> (Words, bool) {
    let mut difference = [0; 4];
    let mut borrow = false;
    for i in 0..4 {
        let (word, first) = a[i].overflowing_sub(b[i]);
        let (word, second) = word.overflowing_sub(u64::from(borrow));
        difference[i] = word;
        borrow = first | second;
    }
    (difference, borrow)
}

/// `a·b + c + d` as two words, least significant first.
#[inline(always)]
fn multiply_add(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    split(u128::from(a) * u128::from(b) + u128::from(c) + u128::from(d))
}

#[inline(always)]
fn split(wide: u128) -> (u64, u64) {
    (wide as u64, (wide >> 64) as u64)
}
