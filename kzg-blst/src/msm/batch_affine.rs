//! Affine additions in batches that share one inversion: about half the cost of Jacobian ones.
//!
//! `(x₁, y₁) + (x₂, y₂)` needs `1/(x₂ - x₁)`. A batch multiplies all differences together,
//! inverts the product once, and walks back (Montgomery's trick): five multiplications and a
//! squaring an addition, besides its share of the inversion.
//!
//! Sums that the formula has no answer for, those of equal or inverse points or with infinity,
//! are noticed by their difference and done apart, exactly.

use blst::{blst_fp, blst_p1, blst_p1_affine};

use super::affine::{INFINITY, is_infinity};

/// Additions that share an inversion: enough to make its share small, few enough for the
/// working memory to stay in the second-level cache.
const BATCH: usize = 1024;
/// Chains of products that run side by side, because each waits for its last multiplication.
const CHAINS: usize = 4;

/// `2^384 mod p`: one in Montgomery form.
const ONE: blst_fp = blst_fp {
    l: [
        0x7609_0000_0002_fffd,
        0xebf4_000b_c40c_0002,
        0x5f48_9857_53c7_58ba,
        0x77ce_5853_7052_5745,
        0x5c07_1a97_a256_ec6d,
        0x15f6_5ec3_fa80_e493,
    ],
};

/// A point of a list, or its negative: the index doubled, plus one to negate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operand(u32);

impl Operand {
    pub(crate) fn new(index: usize, negate: bool) -> Self {
        debug_assert!(index < 1 << 31, "an index of 31 bits");
        Self((index as u32) << 1 | u32::from(negate))
    }

    pub(crate) fn read(self, points: &[blst_p1_affine]) -> blst_p1_affine {
        let mut point = points[(self.0 >> 1) as usize];
        if self.0 & 1 == 1 {
            // SAFETY: blst reads one field element and writes one; they may be the same.
            unsafe { blst::blst_fp_cneg(&mut point.y, &point.y, true) };
        }
        point
    }
}

/// Working memory for batches of additions.
#[derive(Debug, Default)]
pub(crate) struct BatchAdder {
    differences: Vec<blst_fp>,
    products: Vec<blst_fp>,
    exceptional: Vec<usize>,
}

impl BatchAdder {
    /// `out[i] = source[left[i]] + source[right[i]]` for all pairs.
    pub(crate) fn add(
        &mut self,
        source: &[blst_p1_affine],
        pairs: &[(Operand, Operand)],
        out: &mut [blst_p1_affine],
    ) {
        debug_assert_eq!(pairs.len(), out.len());
        let batches = pairs.len().div_ceil(BATCH).max(1);
        let batch = pairs.len().div_ceil(batches).max(1);
        for (pairs, out) in pairs.chunks(batch).zip(out.chunks_mut(batch)) {
            self.add_batch(source, pairs, out);
        }
    }

    fn add_batch(
        &mut self,
        source: &[blst_p1_affine],
        pairs: &[(Operand, Operand)],
        out: &mut [blst_p1_affine],
    ) {
        self.differences.clear();
        self.differences.resize(pairs.len(), ONE);
        self.products.clear();
        self.products.resize(pairs.len(), ONE);
        self.exceptional.clear();

        let mut chains = [ONE; CHAINS];
        for (i, (left, right)) in pairs.iter().enumerate() {
            let (a, b) = (
                &source[(left.0 >> 1) as usize],
                &source[(right.0 >> 1) as usize],
            );
            // SAFETY: blst reads two field elements and writes one.
            unsafe { blst::blst_fp_sub(&mut self.differences[i], &b.x, &a.x) };
            if is_zero(&self.differences[i]) || is_infinity(a) || is_infinity(b) {
                self.differences[i] = ONE;
                self.exceptional.push(i);
            }
            let chain = &mut chains[i % CHAINS];
            self.products[i] = *chain;
            multiply(chain, &self.differences[i]);
        }
        let mut inverses = invert_all(&chains);
        for (i, (left, right)) in pairs.iter().enumerate().rev() {
            let chain = &mut inverses[i % CHAINS];
            let mut inverse = *chain;
            multiply(&mut inverse, &self.products[i]);
            multiply(chain, &self.differences[i]);
            let (a, b) = (left.read(source), right.read(source));
            add_with_inverse(&a, &b, &inverse, &mut out[i]);
        }
        for &i in &self.exceptional {
            let (left, right) = pairs[i];
            out[i] = add_one(&left.read(source), &right.read(source));
        }
    }
}

/// The chord through two points with different x coordinates, given `1/(b.x - a.x)`.
fn add_with_inverse(
    a: &blst_p1_affine,
    b: &blst_p1_affine,
    inverse: &blst_fp,
    out: &mut blst_p1_affine,
) {
    let mut slope = blst_fp::default();
    // SAFETY: blst reads two field elements and writes one in each call, all of them valid;
    // what is written may be one of those read.
    unsafe {
        blst::blst_fp_sub(&mut slope, &b.y, &a.y);
        blst::blst_fp_mul(&mut slope, &slope, inverse);
        blst::blst_fp_sqr(&mut out.x, &slope);
        blst::blst_fp_sub(&mut out.x, &out.x, &a.x);
        blst::blst_fp_sub(&mut out.x, &out.x, &b.x);
        blst::blst_fp_sub(&mut out.y, &a.x, &out.x);
        blst::blst_fp_mul(&mut out.y, &out.y, &slope);
        blst::blst_fp_sub(&mut out.y, &out.y, &a.y);
    }
}

/// One addition by itself, of any two points.
fn add_one(a: &blst_p1_affine, b: &blst_p1_affine) -> blst_p1_affine {
    if is_infinity(a) {
        return *b;
    }
    if is_infinity(b) {
        return *a;
    }
    let mut sum = blst_p1::default();
    let mut affine = INFINITY;
    // SAFETY: blst reads valid points and writes one in each call; this addition knows equal
    // and inverse points.
    unsafe {
        blst::blst_p1_from_affine(&mut sum, a);
        blst::blst_p1_add_or_double_affine(&mut sum, &sum, b);
        blst::blst_p1_to_affine(&mut affine, &sum);
    }
    affine
}

/// The inverses of field elements that are not zero.
fn invert_all(values: &[blst_fp; CHAINS]) -> [blst_fp; CHAINS] {
    let mut prefixes = [ONE; CHAINS];
    let mut product = ONE;
    for (prefix, value) in prefixes.iter_mut().zip(values) {
        *prefix = product;
        multiply(&mut product, value);
    }
    let mut inverse = blst_fp::default();
    // SAFETY: blst reads one field element and writes one.
    unsafe { blst::blst_fp_eucl_inverse(&mut inverse, &product) };
    for (prefix, value) in prefixes.iter_mut().zip(values).rev() {
        multiply(prefix, &inverse);
        multiply(&mut inverse, value);
    }
    prefixes
}

fn multiply(product: &mut blst_fp, factor: &blst_fp) {
    // SAFETY: blst reads two field elements and writes one; they may be the same.
    unsafe { blst::blst_fp_mul(product, product, factor) };
}

fn is_zero(value: &blst_fp) -> bool {
    value.l == [0; 6]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::G1;
    use kzg_traits::{Fr as _, Group};

    #[test]
    fn every_kind_of_pair_in_batches_of_every_size() {
        let multiples: Vec<G1> = (0..40)
            .map(|k| G1::generator().mul(&crate::Fr::from_u64(k)))
            .collect();
        let source: Vec<blst_p1_affine> = multiples.iter().map(|p| p.to_affine()).collect();
        assert!(is_infinity(&source[0]));
        // Index k and its sign stand for ±k·G, so sums of integers are the oracle. All pairs,
        // so infinity, equal and inverse points are among them.
        let signed = |k: usize, negate: bool| if negate { -multiples[k] } else { multiples[k] };
        let mut pairs = Vec::new();
        let mut expected = Vec::new();
        for a in 0..40 {
            for b in 0..40 {
                let (negate_a, negate_b) =
                    ((a + b) % 3 == 0, (a * b) % 2 == 1 || a == b && a % 2 == 0);
                pairs.push((Operand::new(a, negate_a), Operand::new(b, negate_b)));
                expected.push(signed(a, negate_a) + signed(b, negate_b));
            }
        }
        let mut adder = BatchAdder::default();
        for size in (0..20).chain([63, 64, 65, BATCH - 1, BATCH, BATCH + 1, pairs.len()]) {
            let mut out = vec![INFINITY; size];
            adder.add(&source, &pairs[..size], &mut out);
            for (sum, expected) in out.iter().zip(&expected) {
                assert_eq!(G1::from_affine(sum), *expected);
            }
        }
    }
}
