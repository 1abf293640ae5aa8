//! Fourier transforms of the scalar field, eight columns side by side.
//!
//! [`kzg_traits::domain`] describes the levels of a transform. Down to rows of 64 elements, the
//! columns of a block are independent, so that eight neighbours go through up to six levels together,
//! in registers and the first-level cache. A row of 64 is a square of 8 times 8: three levels work on
//! its columns and, after a transposition, the other three on its rows.
//!
//! Products of [`ScalarLanes`] are too small by a factor of 2^4, so the roots are multiplied by it.
//! Values stay unreduced as long as the limbs have room:
//!
//! - A level of [`split`] adds at most `2r`. From canonical values, six levels give values below
//!   `13r`. The sixth level multiplies a value below `11r` by a root below `2.6r`, so the product is
//!   below `(28.6/35 + 1)·r < 2r`.
//! - A level of [`merge`] doubles the bound of sums: from `r` to `8r` in three levels. Then sums are
//!   reduced below `2r`, which is the bound of products too, and three more levels lead to `16r`.
//!   Differences are increased by `8r`: they are below `12r` where roots are below `2.6r`, and below
//!   `16r` where roots are canonical.

use kzg_traits::Fr as _;
use kzg_traits::domain::Domain;

use super::scalar::ScalarLanes;
use crate::curve::additions::LANES;
use crate::field::Fr;

/// Number of elements of a row that is treated as a square, and the most rows of one pass.
const SQUARE: usize = LANES * LANES;
/// The half of a block in the third level of [`merge`]. Sums are reduced after that level.
const LAST_OF_THREE: usize = 4;

/// Whether a transform between blocks of `len` elements and rows of `row_len` elements exists here.
fn is_possible(len: usize, row_len: usize) -> bool {
    len.is_power_of_two()
        && row_len.is_power_of_two()
        && row_len < len
        && len >= SQUARE
        && (row_len == 1 || row_len >= SQUARE)
        && len / row_len.max(SQUARE) <= SQUARE * SQUARE
}

/// Does [`Domain::split`] if it is [possible](is_possible), and returns whether it is.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn split_if_possible(
    domain: &Domain<Fr>,
    values: &mut [Fr],
    block: usize,
    row_len: usize,
) -> bool {
    let is_possible = is_possible(values.len(), row_len);
    if is_possible {
        split(domain, values, block, row_len);
    }
    is_possible
}

/// Does [`Domain::merge_unscaled`] if it is [possible](is_possible), and returns whether it is.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn merge_if_possible(
    domain: &Domain<Fr>,
    values: &mut [Fr],
    block: usize,
    row_len: usize,
) -> bool {
    let is_possible = is_possible(values.len(), row_len);
    if is_possible {
        merge(domain, values, block, row_len);
    }
    is_possible
}

/// Does [`Domain::split`].
///
/// # Panics
///
/// If the transform is not [possible](is_possible), or the block lies outside the domain.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn split(domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) {
    assert!(is_possible(values.len(), row_len), "no such transform");
    let roots = domain.roots(end_of(block, values.len() / row_len));
    let mut len = values.len();
    for rows in passes(len / row_len.max(SQUARE)).into_iter().rev() {
        let first = block * (values.len() / len);
        for (offset, values) in values.chunks_exact_mut(len).enumerate() {
            split_columns(values, rows, &Twiddles::new(roots, first + offset, rows));
        }
        len /= rows;
    }
    if row_len == 1 {
        let first = block * (values.len() / SQUARE);
        for (offset, values) in values.as_chunks_mut().0.iter_mut().enumerate() {
            split_square(values, roots, first + offset);
        }
    }
}

/// Does [`Domain::merge_unscaled`].
///
/// # Panics
///
/// If the transform is not [possible](is_possible), or the block lies outside the domain.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn merge(domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) {
    assert!(is_possible(values.len(), row_len), "no such transform");
    let roots = domain.inverse_roots(end_of(block, values.len() / row_len));
    if row_len == 1 {
        let first = block * (values.len() / SQUARE);
        for (offset, values) in values.as_chunks_mut().0.iter_mut().enumerate() {
            merge_square(values, roots, first + offset);
        }
    }
    let mut len = row_len.max(SQUARE);
    for rows in passes(values.len() / len) {
        len *= rows;
        let first = block * (values.len() / len);
        for (offset, values) in values.chunks_exact_mut(len).enumerate() {
            merge_columns(values, rows, &Twiddles::new(roots, first + offset, rows));
        }
    }
}

/// The number of roots up to the last one of a block. A number that is too large for the type is too large for
/// any domain.
fn end_of(block: usize, rows: usize) -> usize {
    block.saturating_add(1).saturating_mul(rows)
}

/// The number of rows that each of two passes merges. Two passes are enough for a domain.
fn passes(rows: usize) -> [usize; 2] {
    let first = rows.min(SQUARE);
    [first, rows / first]
}

/// The roots of all levels from a block to its rows, times 2^4. The roots of the level with `k` pairs
/// of blocks begin at index `k`.
struct Twiddles([Fr; SQUARE]);

impl Twiddles {
    fn new(roots: &[Fr], block: usize, rows: usize) -> Self {
        let mut twiddles = [Fr::ZERO; SQUARE];
        let sixteen = Fr::from_u64(16);
        for (k, twiddle) in twiddles[..rows].iter_mut().enumerate().skip(1) {
            let pairs = 1 << k.ilog2();
            *twiddle = roots[2 * (block * pairs + k - pairs)] * sixteen;
        }
        Self(twiddles)
    }

    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    #[inline]
    fn lanes(&self, pairs: usize, index: usize) -> ScalarLanes {
        ScalarLanes::splat(&self.0[pairs + index])
    }
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn split_columns(values: &mut [Fr], rows: usize, twiddles: &Twiddles) {
    for_columns(values, rows, |rows| split_rows(rows, twiddles));
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn merge_columns(values: &mut [Fr], rows: usize, twiddles: &Twiddles) {
    for_columns(values, rows, |rows| merge_rows(rows, twiddles));
}

/// Transforms eight columns at a time, in place.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn for_columns(values: &mut [Fr], rows: usize, transform: impl Fn(&mut [ScalarLanes])) {
    if rows == 1 {
        return;
    }
    let row_len = values.len() / rows;
    let mut lanes = [ScalarLanes::splat(&Fr::ZERO); SQUARE];
    let lanes = &mut lanes[..rows];
    for column in (0..row_len).step_by(LANES) {
        for (lanes, row) in lanes.iter_mut().zip(values.chunks_exact(row_len)) {
            *lanes = ScalarLanes::read(|lane| &row[column + lane]);
        }
        transform(lanes);
        for (lanes, row) in lanes.iter().zip(values.chunks_exact_mut(row_len)) {
            for (element, out) in lanes.elements().into_iter().zip(&mut row[column..]) {
                element.write(out);
            }
        }
    }
}

/// Does the levels from one block down to rows of one register each.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn split_rows(rows: &mut [ScalarLanes], twiddles: &Twiddles) {
    let mut half = rows.len() / 2;
    while half > 0 {
        let pairs = rows.len() / (2 * half);
        for (index, pair) in rows.chunks_exact_mut(2 * half).enumerate() {
            let root = twiddles.lanes(pairs, index);
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                split_pair(a, b, &root);
            }
        }
        half /= 2;
    }
}

/// Does the levels from rows of one register each up to one block.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn merge_rows(rows: &mut [ScalarLanes], twiddles: &Twiddles) {
    let mut half = 1;
    while half < rows.len() {
        let pairs = rows.len() / (2 * half);
        for (index, pair) in rows.chunks_exact_mut(2 * half).enumerate() {
            let root = twiddles.lanes(pairs, index);
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                merge_pair(a, b, &root, half == LAST_OF_THREE);
            }
        }
        half *= 2;
    }
}

/// Splits a row of 64 elements into single elements.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn split_square(values: &mut [Fr; SQUARE], roots: &[Fr], block: usize) {
    let mut square = [ScalarLanes::splat(&Fr::ZERO); LANES];
    for (row, lanes) in square.iter_mut().enumerate() {
        *lanes = ScalarLanes::read(|lane| &values[LANES * row + lane]);
    }
    split_rows(&mut square, &Twiddles::new(roots, block, LANES));
    ScalarLanes::transpose(&mut square);
    let mut half = LANES / 2;
    while half > 0 {
        for (index, pair) in square.chunks_exact_mut(2 * half).enumerate() {
            let root = roots_of_rows(roots, block, half, index);
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                split_pair(a, b, &root);
            }
        }
        half /= 2;
    }
    for (column, lanes) in square.iter().enumerate() {
        for (row, element) in lanes.elements().into_iter().enumerate() {
            element.write(&mut values[LANES * row + column]);
        }
    }
}

/// Merges single elements into a row of 64.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn merge_square(values: &mut [Fr; SQUARE], roots: &[Fr], block: usize) {
    let mut square = [ScalarLanes::splat(&Fr::ZERO); LANES];
    for (column, lanes) in square.iter_mut().enumerate() {
        *lanes = ScalarLanes::read(|lane| &values[LANES * lane + column]);
    }
    let mut half = 1;
    while half < LANES {
        for (index, pair) in square.chunks_exact_mut(2 * half).enumerate() {
            let root = roots_of_rows(roots, block, half, index);
            let (low, high) = pair.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                merge_pair(a, b, &root, half == LAST_OF_THREE);
            }
        }
        half *= 2;
    }
    ScalarLanes::transpose(&mut square);
    merge_rows(&mut square, &Twiddles::new(roots, block, LANES));
    for (row, lanes) in square.iter().enumerate() {
        for (element, out) in lanes.elements().into_iter().zip(&mut values[LANES * row..]) {
            element.write(out);
        }
    }
}

/// Returns the roots times 2^4, below `2.6r`, of pair `index` of blocks of `half` elements in every
/// row of eight, one row in each lane.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn roots_of_rows(roots: &[Fr], block: usize, half: usize, index: usize) -> ScalarLanes {
    let pairs = LANES / (2 * half);
    let first = block * LANES * pairs;
    ScalarLanes::read(|row| &roots[2 * (first + row * pairs + index)]).times_16()
}

/// Computes `a + root·b` and `a - root·b`. The bound of values grows by at most `2r`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
fn split_pair(a: &mut ScalarLanes, b: &mut ScalarLanes, root: &ScalarLanes) {
    let product = ScalarLanes::sum_of_products([&*b], [root]);
    *b = a.subtract(&product, 2);
    *a = a.add(&product);
}

/// Computes `a + b` and `root·(a - b)` of values below `8r`. The sum is below `16r`, or below `2.6r`
/// if it is `reduced`; the product is below `2r`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
#[inline]
pub(super) fn merge_pair(
    a: &mut ScalarLanes,
    b: &mut ScalarLanes,
    root: &ScalarLanes,
    reduced: bool,
) {
    let difference = a.subtract(b, 8);
    let sum = a.add(b);
    *a = if reduced { sum.reduce() } else { sum };
    *b = ScalarLanes::sum_of_products([&difference], [root]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::ifma::scalar::largest_element;
    use crate::selection::testing::can_test;

    #[test]
    fn blocks_outside_the_domain_are_refused() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let domain = Domain::<Fr>::new();
        for block in [8192 / 64, 1 << 58, usize::MAX] {
            for transform in [split, merge] {
                let refused = std::panic::catch_unwind(|| {
                    // SAFETY: `can_test` has checked the processor features.
                    unsafe { transform(&domain, &mut [Fr::ONE; 64], block, 1) };
                });
                assert!(refused.is_err(), "{block}");
            }
        }
    }

    /// The elements are the largest by their words, and zero, in patterns that make sums and
    /// differences as large as possible.
    #[test]
    fn the_largest_values_keep_the_bounds() {
        if !can_test(Engine::Ifma) {
            return;
        }
        let largest = largest_element();
        let domain = Domain::<Fr>::new();
        for (len, row_len) in [(64, 1), (128, 64), (4096, 64), (4096, 1), (8192, 1)] {
            assert!(is_possible(len, row_len));
            for pattern in [1, 2, 3, 64, len] {
                let mut values = vec![Fr::ZERO; len];
                for (i, value) in values.iter_mut().enumerate() {
                    if pattern == 1 || i % (2 * pattern) < pattern {
                        *value = largest;
                    }
                }
                let (mut expected, given) = (values.clone(), values.clone());
                // SAFETY: `can_test` has checked the processor features.
                unsafe { split(&domain, &mut values, 0, row_len) };
                domain.split(&mut expected, 0, row_len);
                assert_eq!(values, expected, "{len} to rows of {row_len}, {pattern}");

                let (mut values, mut expected) = (given.clone(), given);
                // SAFETY: `can_test` has checked the processor features.
                unsafe { merge(&domain, &mut values, 0, row_len) };
                domain.merge_unscaled(&mut expected, 0, row_len);
                assert_eq!(values, expected, "{len} from rows of {row_len}, {pattern}");
            }
        }
    }
}
