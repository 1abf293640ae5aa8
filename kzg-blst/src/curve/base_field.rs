//! The base field for bulk curve arithmetic, in blst's form: values below `p` in Montgomery form.
//!
//! Multiplications are blst's. Subtraction and negation are our own so that they are inlined: a call
//! into blst takes longer than a subtraction. Functions write results to their destination, which
//! saves copies.

use blst::blst_fp;

use super::inversion::invert;

/// The modulus `p`, least significant word first.
pub(crate) const MODULUS: [u64; 6] = [
    0xb9fe_ffff_ffff_aaab,
    0x1eab_fffe_b153_ffff,
    0x6730_d2a0_f6b0_f624,
    0x6477_4b84_f385_12bf,
    0x4b1b_a7b6_434b_acd7,
    0x1a01_11ea_397f_e69a,
];

/// Number of independent chains of products. Several chains advance at the same time, because each
/// multiplication of a chain waits for the one before it.
pub(crate) const CHAINS: usize = 4;

/// `2^384 mod p`: one in Montgomery form.
pub(crate) const ONE: blst_fp = blst_fp {
    l: [
        0x7609_0000_0002_fffd,
        0xebf4_000b_c40c_0002,
        0x5f48_9857_53c7_58ba,
        0x77ce_5853_7052_5745,
        0x5c07_1a97_a256_ec6d,
        0x15f6_5ec3_fa80_e493,
    ],
};

/// `2^768 mod p`: the Montgomery product with it brings an integer to Montgomery form.
pub(crate) const TO_MONTGOMERY: blst_fp = blst_fp {
    l: [
        0xf4df_1f34_1c34_1746,
        0x0a76_e6a6_09d1_04f1,
        0x8de5_476c_4c95_b6d5,
        0x67eb_88a9_939d_83c0,
        0x9a79_3e85_b519_952d,
        0x1198_8fe5_92ca_e3aa,
    ],
};

pub(crate) fn is_zero(value: &blst_fp) -> bool {
    value.l == [0; 6]
}

pub(crate) fn multiply(product: &mut blst_fp, a: &blst_fp, b: &blst_fp) {
    // SAFETY: blst reads two field elements and writes one.
    unsafe { blst::blst_fp_mul(product, a, b) };
}

pub(crate) fn multiply_assign(product: &mut blst_fp, factor: &blst_fp) {
    // SAFETY: blst reads two field elements and writes one; they may be the same.
    unsafe { blst::blst_fp_mul(product, product, factor) };
}

pub(crate) fn square(square: &mut blst_fp, value: &blst_fp) {
    // SAFETY: blst reads one field element and writes one.
    unsafe { blst::blst_fp_sqr(square, value) };
}

/// The inverses of the products of the chains, by one inversion; `None` if a product is zero.
pub(crate) fn invert_chains(values: &[blst_fp]) -> Option<[blst_fp; CHAINS]> {
    let mut inverses = [ONE; CHAINS];
    inverses.copy_from_slice(values);
    invert_all(&mut inverses);
    (!is_zero(&inverses[0])).then_some(inverses)
}

/// Inverts a few values in place, by one inversion. If a value is zero, all results are zero.
pub(crate) fn invert_all<const N: usize>(values: &mut [blst_fp; N]) {
    // Montgomery's trick, over the products of those before each one.
    let mut product = ONE;
    let before = values.map(|value| {
        let before = product;
        multiply_assign(&mut product, &value);
        before
    });
    let mut inverse = invert(&product);
    for (value, before) in values.iter_mut().zip(&before).rev() {
        let factor = *value;
        multiply(value, &inverse, before);
        multiply_assign(&mut inverse, &factor);
    }
}

/// Inverts all values in place, by one inversion.
///
/// # Panics
///
/// If a value is zero.
pub(crate) fn invert_in_place(values: &mut [blst_fp], products: &mut Vec<blst_fp>) {
    let count = values.len();
    products.clear();
    products.resize(CHAINS, ONE);
    for (i, value) in values.iter().enumerate() {
        let mut product = blst_fp::default();
        multiply(&mut product, &products[i], value);
        products.push(product);
    }
    let mut inverses = invert_chains(&products[count..]).expect("no value is zero");
    for (i, value) in values.iter_mut().enumerate().rev() {
        let inverse = &mut inverses[chain_of(i, count)];
        let factor = *value;
        multiply(value, inverse, &products[i]);
        multiply_assign(inverse, &factor);
    }
}

/// The chain of item `i` of `count`. Chains are numbered by the order of their products, which stand
/// at the positions `count..count + CHAINS`.
pub(crate) fn chain_of(i: usize, count: usize) -> usize {
    (i + CHAINS - count % CHAINS) % CHAINS
}

/// `a - b`.
#[inline(always)]
pub(crate) fn subtract(a: &blst_fp, b: &blst_fp) -> blst_fp {
    let (mut difference, borrow) = subtract_words(&a.l, &b.l);
    // The modulus is added if the difference is negative.
    let mask = u64::from(borrow).wrapping_neg();
    let mut carry = false;
    for (word, modulus) in difference.iter_mut().zip(MODULUS) {
        (*word, carry) = add_words(*word, modulus & mask, carry);
    }
    blst_fp { l: difference }
}

/// `-value` if `negate`, otherwise `value`. The negative of zero is `p`, which is only valid as an
/// operand of [`subtract`].
#[inline(always)]
pub(crate) fn negate_if(negate: bool, value: &blst_fp) -> blst_fp {
    let (negative, _) = subtract_words(&MODULUS, &value.l);
    let mask = u64::from(negate).wrapping_neg();
    blst_fp {
        l: core::array::from_fn(|i| value.l[i] ^ (value.l[i] ^ negative[i]) & mask),
    }
}

/// `2·value`.
#[inline(always)]
pub(crate) fn double(value: &blst_fp) -> blst_fp {
    subtract(value, &negate_if(true, value))
}

/// `3·value`.
#[inline(always)]
pub(crate) fn triple(value: &blst_fp) -> blst_fp {
    let negative = negate_if(true, value);
    subtract(&subtract(value, &negative), &negative)
}

#[inline(always)]
fn subtract_words(a: &[u64; 6], b: &[u64; 6]) -> ([u64; 6], bool) {
    let mut difference = [0; 6];
    let mut borrow = false;
    for i in 0..6 {
        let (word, first) = a[i].overflowing_sub(b[i]);
        let (word, second) = word.overflowing_sub(u64::from(borrow));
        difference[i] = word;
        borrow = first | second;
    }
    (difference, borrow)
}

#[inline(always)]
fn add_words(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(u64::from(carry));
    (sum, first | second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use blst::{blst_fp_add, blst_fp_sub};

    /// Elements whose words are zero, those of the modulus, or as large as words can be.
    fn elements() -> Vec<blst_fp> {
        let mut elements = vec![blst_fp::default()];
        for (i, word) in MODULUS.into_iter().enumerate() {
            let words = [0, word, u64::MAX];
            elements = elements
                .iter()
                .flat_map(|element| {
                    words.map(|word| {
                        let mut element = *element;
                        element.l[i] = word;
                        element
                    })
                })
                .collect();
        }
        elements.retain(|element| element.l.iter().rev().lt(MODULUS.iter().rev()));
        elements
    }

    #[test]
    fn differences_and_sums_equal_those_of_blst() {
        let elements = elements();
        assert!(elements.len() > 200, "{}", elements.len());
        for a in &elements {
            for b in &elements {
                let (mut difference, mut sum) = (blst_fp::default(), blst_fp::default());
                // SAFETY: blst reads two field elements and writes one, twice.
                unsafe {
                    blst_fp_sub(&mut difference, a, b);
                    blst_fp_add(&mut sum, a, b);
                }
                assert_eq!(subtract(a, b), difference);
                assert_eq!(subtract(a, &negate_if(true, b)), sum);
            }
        }
    }
}
