//! Roots of unity in bit-reversed order, and Fourier transforms without a permutation step.
//!
//! Let `w` be the primitive `n`-th root of unity and `rev` the reversal of the bits of an index
//! below `n`. The protocol stores values at `w^rev(0), w^rev(1), ..`: the *bit-reversed* order.
//! In that order the roots of order `n` are the first `n` of the roots of order `2n`, so one
//! table serves every size.
//!
//! The transform works on blocks. Block `b` of length `2h` holds a polynomial modulo
//! `X^2h - c²` with `c = root[2b]`, and splits into the remainders modulo `X^h - c` and
//! `X^h + c`, which are blocks `2b` and `2b + 1` of length `h`. Starting from block 0 of full
//! length, that is, modulo `X^n - 1`, blocks of length 1 hold the values at `root[b]`: natural
//! order in, bit-reversed order out. Starting from block 1 of length `n`, modulo `X^n + 1`,
//! gives the values at the other half of the roots of order `2n`.
//!
//! Source: the decimation-in-frequency transform; `bit_reversal_permutation` and
//! `compute_roots_of_unity` of the consensus specifications.

use core::ops::{Add, Sub};

use crate::algebra::{Fr, Group};
use crate::bytes::FIELD_ELEMENTS_PER_EXT_BLOB;

/// `7^((r-1)/8192)`, big-endian: 7 generates the multiplicative group of the field.
const ROOT_OF_UNITY_8192: [u8; 32] = [
    0x48, 0x5d, 0x51, 0x27, 0x37, 0xb1, 0xda, 0x3d, 0x2c, 0xcd, 0xde, 0xa2, 0x97, 0x2e, 0x89, 0xed,
    0x14, 0x6b, 0x58, 0xbc, 0x43, 0x49, 0x06, 0xac, 0x6f, 0xdd, 0x00, 0xbf, 0xc7, 0x8c, 0x89, 0x67,
];

/// The roots of unity of order 8192, the size of an extended blob, in bit-reversed order.
#[derive(Debug)]
pub struct Domain<F> {
    roots: Vec<F>,
    inverse_roots: Vec<F>,
    /// `1/2^i` at position `i`.
    inverse_sizes: Vec<F>,
}

impl<F: Fr> Domain<F> {
    /// Computes the roots.
    ///
    /// # Panics
    ///
    /// If `F` is not the scalar field of BLS12-381.
    #[must_use]
    pub fn new() -> Self {
        let root = F::from_bytes(&ROOT_OF_UNITY_8192).expect("canonical");
        let order = FIELD_ELEMENTS_PER_EXT_BLOB;
        let powers: Vec<F> = core::iter::successors(Some(F::ONE), |power| Some(*power * root))
            .take(order)
            .collect();
        let bits = order.trailing_zeros();
        let at = |index: usize| powers[index & (order - 1)];
        let half = F::from_u64(2).inverse().expect("two is not zero");
        Self {
            roots: (0..order).map(|i| at(reverse_bits(i, bits))).collect(),
            inverse_roots: (0..order)
                .map(|i| at(order - reverse_bits(i, bits)))
                .collect(),
            inverse_sizes: (0..=bits).map(|i| half.pow(i.into())).collect(),
        }
    }

    /// The roots of order `n` in bit-reversed order.
    ///
    /// # Panics
    ///
    /// If `n` is larger than 8192.
    #[must_use]
    pub fn roots(&self, n: usize) -> &[F] {
        &self.roots[..n]
    }

    /// The inverses of [`roots`](Self::roots).
    ///
    /// # Panics
    ///
    /// If `n` is larger than 8192.
    #[must_use]
    pub fn inverse_roots(&self, n: usize) -> &[F] {
        &self.inverse_roots[..n]
    }

    /// The inverse of a power of two.
    ///
    /// # Panics
    ///
    /// If `n` is no power of two, or larger than 8192.
    #[must_use]
    pub fn inverse_size(&self, n: usize) -> F {
        assert!(n.is_power_of_two(), "a power of two");
        self.inverse_sizes[n.trailing_zeros() as usize]
    }

    /// Transforms coefficients in natural order to values in bit-reversed order, starting from
    /// block `block` of the tree. Block 0 gives the values at the roots of order
    /// `n = values.len()`, block 1 the values at the other roots of order `2n`.
    ///
    /// # Panics
    ///
    /// If the length is no power of two, or the block lies outside the domain.
    pub fn fft(&self, values: &mut [F], block: usize) {
        self.split(values, block, 1);
    }

    /// The inverse of [`fft`](Self::fft).
    ///
    /// # Panics
    ///
    /// If the length is no power of two, or the block lies outside the domain.
    pub fn ifft(&self, values: &mut [F], block: usize) {
        self.merge(values, block, 1);
    }

    /// The first levels of [`fft`](Self::fft): splits the block into blocks of `row_len`
    /// coefficients. Row `b` holds the polynomial modulo `X^row_len - root[first + b]`, where
    /// `first` is `block` times the number of rows. Values that are shorter than a row stay as they are.
    ///
    /// # Panics
    ///
    /// If a length is no power of two, or the block lies outside the domain.
    pub fn split(&self, values: &mut [F], block: usize, row_len: usize) {
        forward(values, block, row_len, &self.roots, |low, high, root| {
            for (a, b) in low.iter_mut().zip(high) {
                let scaled = *b * *root;
                *b = *a - scaled;
                *a += scaled;
            }
        });
    }

    /// The inverse of [`split`](Self::split).
    ///
    /// # Panics
    ///
    /// If a length is no power of two, or the block lies outside the domain.
    pub fn merge(&self, values: &mut [F], block: usize, row_len: usize) {
        self.merge_unscaled(values, block, row_len);
        let scale = self.inverse_size(row_count(values.len(), row_len));
        for value in values {
            *value *= scale;
        }
    }

    /// The inverse of [`split`](Self::split), times the number of rows: for callers that scale
    /// the values anyway.
    ///
    /// # Panics
    ///
    /// If a length is no power of two, or the block lies outside the domain.
    pub fn merge_unscaled(&self, values: &mut [F], block: usize, row_len: usize) {
        let inverse_roots = &self.inverse_roots;
        backward(values, block, row_len, inverse_roots, |low, high, root| {
            for (a, b) in low.iter_mut().zip(high) {
                let difference = *a - *b;
                *a += *b;
                *b = difference * *root;
            }
        });
    }

    /// [`fft`](Self::fft) of a polynomial whose coefficients are points.
    ///
    /// # Panics
    ///
    /// If the length is no power of two, or the block lies outside the domain.
    pub fn fft_group<G: Group<Scalar = F>>(&self, values: &mut [G], block: usize) {
        self.split_group(values, block, 1);
    }

    /// [`split`](Self::split) of a polynomial whose coefficients are points.
    ///
    /// # Panics
    ///
    /// If a length is no power of two, or the block lies outside the domain.
    pub fn split_group<G: Group<Scalar = F>>(
        &self,
        values: &mut [G],
        block: usize,
        row_len: usize,
    ) {
        forward(values, block, row_len, &self.roots, |low, high, root| {
            G::mul_all(high, root);
            butterfly_of_one(low, high);
        });
    }

    /// The inverse of [`split_group`](Self::split_group), times the number of rows. This factor is
    /// cheaper to divide out of scalars than out of points.
    ///
    /// # Panics
    ///
    /// If a length is no power of two, or the block lies outside the domain.
    pub fn merge_group<G: Group<Scalar = F>>(
        &self,
        values: &mut [G],
        block: usize,
        row_len: usize,
    ) {
        let inverse_roots = &self.inverse_roots;
        backward(values, block, row_len, inverse_roots, |low, high, root| {
            butterfly_of_one(low, high);
            G::mul_all(high, root);
        });
    }
}

/// Checks the lengths and the block of a transform over the roots of order `order`. Row `b` has the
/// root of index `block * rows + b`, in a transform without a step too.
///
/// # Panics
///
/// If a length is no power of two, or the block lies outside the domain.
fn check(len: usize, block: usize, row_len: usize, order: usize) {
    assert!(
        len.is_power_of_two() && row_len.is_power_of_two(),
        "powers of two"
    );
    let rows = row_count(len, row_len);
    assert!(block < order / rows, "a block within the domain");
}

/// The number of rows of a transform. Values that are shorter than a row are one row.
pub(crate) fn row_count(len: usize, row_len: usize) -> usize {
    (len / row_len).max(1)
}

/// Splits blocks in halves until they are `row_len` long. A step maps the halves `a` and `b` of a
/// block with the root `c` to `a + c·b` and `a - c·b`.
fn forward<F, T: Copy + Add<Output = T> + Sub<Output = T>>(
    values: &mut [T],
    block: usize,
    row_len: usize,
    roots: &[F],
    step: impl Fn(&mut [T], &mut [T], &F),
) {
    check(values.len(), block, row_len, roots.len());
    let mut half = values.len() / 2;
    let mut first = block;
    while half >= row_len {
        for (offset, pair) in values.chunks_exact_mut(2 * half).enumerate() {
            let c = &roots[2 * (first + offset)];
            let (low, high) = pair.split_at_mut(half);
            if first + offset == 0 {
                butterfly_of_one(low, high);
            } else {
                step(low, high, c);
            }
        }
        half /= 2;
        first *= 2;
    }
}

/// The inverse of [`forward`], times the number of rows. A step maps the halves `a` and `b` of a
/// block, with `c` the inverse of its root, to `a + b` and `c·(a - b)`.
fn backward<F, T: Copy + Add<Output = T> + Sub<Output = T>>(
    values: &mut [T],
    block: usize,
    row_len: usize,
    inverse_roots: &[F],
    step: impl Fn(&mut [T], &mut [T], &F),
) {
    check(values.len(), block, row_len, inverse_roots.len());
    let n = values.len();
    let mut half = row_len;
    while half < n {
        let first = block * (n / (2 * half));
        for (offset, pair) in values.chunks_exact_mut(2 * half).enumerate() {
            let c = &inverse_roots[2 * (first + offset)];
            let (low, high) = pair.split_at_mut(half);
            if first + offset == 0 {
                butterfly_of_one(low, high);
            } else {
                step(low, high, c);
            }
        }
        half *= 2;
    }
}

/// The step of block 0 in both directions. The root of block 0 is one, so no multiplication is
/// needed.
fn butterfly_of_one<T: Copy + Add<Output = T> + Sub<Output = T>>(low: &mut [T], high: &mut [T]) {
    for (a, b) in low.iter_mut().zip(high) {
        (*a, *b) = (*a + *b, *a - *b);
    }
}

impl<F: Fr> Default for Domain<F> {
    fn default() -> Self {
        Self::new()
    }
}

/// The lowest `bits` bits of `index`, reversed.
///
/// Source: `reverse_bits` of the consensus specifications.
#[must_use]
pub fn reverse_bits(index: usize, bits: u32) -> usize {
    if bits == 0 {
        0
    } else {
        index.reverse_bits() >> (usize::BITS - bits)
    }
}

/// Permutes a list whose length is a power of two by reversing the bits of the positions.
///
/// Source: `bit_reversal_permutation` of the consensus specifications.
///
/// # Panics
///
/// If the length is no power of two.
pub fn bit_reversal_permutation<T>(values: &mut [T]) {
    assert!(values.len().is_power_of_two(), "a power of two");
    let bits = values.len().trailing_zeros();
    for index in 0..values.len() {
        let reversed = reverse_bits(index, bits);
        if index < reversed {
            values.swap(index, reversed);
        }
    }
}
