//! The instructions of the IFMA engine on intervals: a register is the range of what any lane may hold.
//!
//! A range that leaves 64 bits, a factor of more than 52 bits, or a shift of a negative number is a panic.
//! A comparison gives a full mask where it holds for the whole range, an empty mask where it holds nowhere,
//! and otherwise half a mask. So a debug assertion of the library passes only where it is proved.

#![allow(non_camel_case_types)]

use std::cell::Cell;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct __m512i {
    pub low: i128,
    pub high: i128,
}

pub type __mmask8 = u8;

const WORD: i128 = 1 << 64;
const FACTOR: i128 = 1 << 52;

thread_local! {
    /// Whether the lower half of a product must be the whole product.
    pub static WHOLE_PRODUCTS: Cell<bool> = const { Cell::new(false) };
}

#[track_caller]
pub fn range(low: i128, high: i128) -> __m512i {
    assert!(low <= high, "an empty range");
    let is_unsigned = low >= 0 && high < WORD;
    let is_signed = low >= -(WORD / 2) && high < WORD / 2;
    assert!(is_unsigned || is_signed, "{low}..={high} leaves 64 bits");
    __m512i { low, high }
}

#[track_caller]
fn assert_factor(a: __m512i) {
    assert!(
        a.low >= 0 && a.high < FACTOR,
        "a factor of {}..={}, not of 52 bits",
        a.low,
        a.high
    );
}

pub fn _mm512_set1_epi64(word: i64) -> __m512i {
    range(word.into(), word.into())
}

pub fn _mm512_setzero_si512() -> __m512i {
    range(0, 0)
}

#[track_caller]
pub fn _mm512_add_epi64(a: __m512i, b: __m512i) -> __m512i {
    range(a.low + b.low, a.high + b.high)
}

#[track_caller]
pub fn _mm512_sub_epi64(a: __m512i, b: __m512i) -> __m512i {
    range(a.low - b.high, a.high - b.low)
}

/// The quotient takes the low 52 bits of a column; any value of such a factor is allowed then.
fn low_bits(a: __m512i) -> __m512i {
    let fits = a.low >= 0 && a.high < FACTOR;
    if fits { a } else { range(0, FACTOR - 1) }
}

#[track_caller]
pub fn _mm512_madd52lo_epu64(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    // An empty sum is that of a quotient, which takes low bits on purpose, or of a whole product.
    let is_quotient =
        sum == range(0, 0) && !WHOLE_PRODUCTS.get() && (a.low < 0 || a.high >= FACTOR);
    let (a, b) = if is_quotient {
        (low_bits(a), b)
    } else {
        (a, b)
    };
    assert_factor(a);
    assert_factor(b);
    let is_whole = a.high * b.high < FACTOR;
    assert!(
        is_whole || !WHOLE_PRODUCTS.get(),
        "a product of more than 52 bits"
    );
    let low = if is_whole {
        (a.low * b.low, a.high * b.high)
    } else {
        (0, FACTOR - 1)
    };
    range(sum.low + low.0, sum.high + low.1)
}

#[track_caller]
pub fn _mm512_madd52hi_epu64(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    assert_factor(a);
    assert_factor(b);
    range(
        sum.low + (a.low * b.low >> 52),
        sum.high + (a.high * b.high >> 52),
    )
}

#[track_caller]
pub fn _mm512_slli_epi64<const BITS: u32>(a: __m512i) -> __m512i {
    range(a.low << BITS, a.high << BITS)
}

#[track_caller]
pub fn _mm512_srli_epi64<const BITS: u32>(a: __m512i) -> __m512i {
    assert!(a.low >= 0, "a logical shift of a negative number");
    range(a.low >> BITS, a.high >> BITS)
}

#[track_caller]
pub fn _mm512_srai_epi64<const BITS: u32>(a: __m512i) -> __m512i {
    assert!(
        a.high < WORD / 2,
        "an arithmetic shift of an unsigned number"
    );
    range(a.low >> BITS, a.high >> BITS)
}

/// `b` is a mask of low bits.
#[track_caller]
pub fn _mm512_and_si512(a: __m512i, b: __m512i) -> __m512i {
    assert!(
        b.low == b.high && b.low & (b.low + 1) == 0,
        "a mask of low bits"
    );
    let fits = a.low >= 0 && a.high <= b.high;
    if fits { a } else { range(0, b.high) }
}

/// The bits that either may have.
pub fn _mm512_or_si512(a: __m512i, b: __m512i) -> __m512i {
    if a.low < 0 || b.low < 0 {
        return range(-1, -1);
    }
    let bits = 128 - (a.high | b.high).leading_zeros();
    range(
        a.low.max(b.low),
        if a.high.max(b.high) == 0 {
            0
        } else {
            (1 << bits) - 1
        },
    )
}

fn mask(always: bool, never: bool) -> __mmask8 {
    match (always, never) {
        (true, _) => 0xff,
        (_, true) => 0,
        _ => 0x0f,
    }
}

pub fn _mm512_cmpeq_epi64_mask(a: __m512i, b: __m512i) -> __mmask8 {
    mask(a == b && a.low == a.high, a.high < b.low || b.high < a.low)
}

pub fn _mm512_cmplt_epi64_mask(a: __m512i, b: __m512i) -> __mmask8 {
    mask(a.high < b.low, a.low >= b.high)
}

/// `b` may be 2^63, which is written as the lowest signed number.
pub fn _mm512_cmplt_epu64_mask(a: __m512i, b: __m512i) -> __mmask8 {
    let b = if b.low == b.high {
        range(b.low.rem_euclid(WORD), b.low.rem_euclid(WORD))
    } else {
        b
    };
    mask(a.low >= 0 && a.high < b.low, a.high < 0 || a.low >= b.high)
}

pub fn _mm512_cmple_epu64_mask(a: __m512i, b: __m512i) -> __mmask8 {
    mask(a.low >= 0 && a.high <= b.low, a.high < 0 || a.low > b.high)
}

/// A range holds for every lane, so that a permutation does not change it.
pub fn _mm512_mask_permutexvar_epi64(
    source: __m512i,
    lanes: __mmask8,
    _places: __m512i,
    a: __m512i,
) -> __m512i {
    _mm512_mask_blend_epi64(lanes, source, a)
}

pub fn _mm512_mask_blend_epi64(lanes: __mmask8, a: __m512i, b: __m512i) -> __m512i {
    match lanes {
        0 => a,
        0xff => b,
        _ => range(a.low.min(b.low), a.high.max(b.high)),
    }
}

pub fn _mm512_mask_mov_epi64(source: __m512i, lanes: __mmask8, a: __m512i) -> __m512i {
    _mm512_mask_blend_epi64(lanes, source, a)
}

/// Bits of a constant: other ranges give half a mask.
pub fn _mm512_test_epi64_mask(a: __m512i, b: __m512i) -> __mmask8 {
    let is_constant = a.low == a.high && b.low == b.high;
    mask(
        is_constant && a.low & b.low != 0,
        is_constant && a.low & b.low == 0,
    )
}

#[track_caller]
pub fn _mm512_mask_sub_epi64(source: __m512i, lanes: __mmask8, a: __m512i, b: __m512i) -> __m512i {
    _mm512_mask_blend_epi64(lanes, source, _mm512_sub_epi64(a, b))
}
