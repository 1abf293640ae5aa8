//! Fourier transforms between coefficients and values at the bit-reversed roots of unity.

use crate::seeded::Seeded;
use kzg_traits::algebra::Fr;
use kzg_traits::backend::Backend;
use kzg_traits::bytes::FIELD_ELEMENTS_PER_EXT_BLOB;
use kzg_traits::domain::Domain;

use super::oracle::Plain;

fn sizes() -> impl Iterator<Item = usize> {
    (0..)
        .map(|bits| 1 << bits)
        .take_while(|&n| n <= FIELD_ELEMENTS_PER_EXT_BLOB)
}

fn coefficients<F: Fr>(n: usize) -> Vec<F> {
    let mut seeded = Seeded::new(n as u64);
    (0..n).map(|_| seeded.fr()).collect()
}

/// The values are those of the polynomial by Horner's rule: at every root for short transforms, at
/// some roots for long ones.
pub(super) fn values<B: Backend>() {
    let domain = Domain::<B::Fr>::new();
    for n in sizes() {
        let coefficients = coefficients::<B::Fr>(n);
        let mut values = coefficients.clone();
        B::fft_fr(&domain, &mut values);
        let roots = domain.roots(n);
        for place in (0..n).step_by(n.div_ceil(40)).chain([n - 1]) {
            let horner = coefficients
                .iter()
                .rev()
                .fold(B::Fr::ZERO, |sum, &c| sum * roots[place] + c);
            assert_eq!(values[place], horner, "value {place} of {n}");
        }
    }
}

/// The transforms agree with the generic ones, for dense, sparse and edge coefficients.
pub(super) fn oracle<B: Backend>() {
    let domain = Domain::<B::Fr>::new();
    for n in sizes() {
        let mut unit = vec![B::Fr::ZERO; n];
        unit[n - 1] = B::Fr::ONE;
        for input in [
            coefficients::<B::Fr>(n),
            vec![B::Fr::ZERO; n],
            vec![-B::Fr::ONE; n],
            unit,
        ] {
            let (mut fast, mut plain) = (input.clone(), input);
            B::fft_fr(&domain, &mut fast);
            Plain::<B>::fft_fr(&domain, &mut plain);
            assert!(fast == plain, "fft_fr of {n}");
            B::ifft_fr(&domain, &mut fast);
            B::ifft_fr(&domain, &mut fast);
            Plain::<B>::ifft_fr(&domain, &mut plain);
            Plain::<B>::ifft_fr(&domain, &mut plain);
            assert!(fast == plain, "ifft_fr of {n}");
        }
    }
}

/// Parts of transforms agree with the generic ones, from blocks of every kind to rows of every
/// length.
pub(super) fn parts<B: Backend>() {
    let domain = Domain::<B::Fr>::new();
    for n in sizes() {
        let edges = [-B::Fr::ONE, B::Fr::ZERO, -B::Fr::from_u64(2), B::Fr::ONE];
        let edges = (0..n).map(|i| edges[i * i / 3 % 4]).collect();
        for input in [coefficients::<B::Fr>(n), vec![-B::Fr::ONE; n], edges] {
            for row_len in sizes().take_while(|&len| len <= n) {
                let blocks = FIELD_ELEMENTS_PER_EXT_BLOB * row_len / n;
                for block in [0, 1, 2, 3, 127, blocks - 1] {
                    if block >= blocks {
                        continue;
                    }
                    let what = format!("block {block} of {n} elements, rows of {row_len}");
                    let (mut fast, mut plain) = (input.clone(), input.clone());
                    B::split_fr(&domain, &mut fast, block, row_len);
                    domain.split(&mut plain, block, row_len);
                    assert!(fast == plain, "split_fr: {what}");
                    let (mut fast, mut plain) = (input.clone(), input.clone());
                    B::merge_fr_unscaled(&domain, &mut fast, block, row_len);
                    domain.merge_unscaled(&mut plain, block, row_len);
                    assert!(fast == plain, "merge_fr_unscaled: {what}");
                }
            }
        }
    }
}

/// Values that are shorter than a row stay as they are.
pub(super) fn long_rows<B: Backend>() {
    let domain = Domain::<B::Fr>::new();
    for n in sizes() {
        let input = coefficients::<B::Fr>(n);
        let mut values = input.clone();
        for block in [0, FIELD_ELEMENTS_PER_EXT_BLOB - 1] {
            B::split_fr(&domain, &mut values, block, 2 * n);
            B::merge_fr(&domain, &mut values, block, 2 * n);
            B::merge_fr_unscaled(&domain, &mut values, block, 2 * n);
        }
        assert!(values == input, "rows of twice {n}");
    }
}

/// The inverse transform undoes the transform, and the transform the inverse.
pub(super) fn inverse<B: Backend>() {
    let domain = Domain::<B::Fr>::new();
    for n in sizes() {
        let input = coefficients::<B::Fr>(n);
        let mut work = input.clone();
        B::fft_fr(&domain, &mut work);
        B::ifft_fr(&domain, &mut work);
        assert!(work == input, "there and back, {n}");
        B::ifft_fr(&domain, &mut work);
        B::fft_fr(&domain, &mut work);
        assert!(work == input, "back and there, {n}");
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::reference::Reference;

    /// Rows that are longer than the values are one row: no transform changes the values.
    #[test]
    fn values_that_are_shorter_than_a_row_stay_as_they_are() {
        let domain = Domain::<Reference>::new();
        let transforms = [Domain::split, Domain::merge, Domain::merge_unscaled];
        for (n, row_len) in [(1, 2), (64, 128), (64, 8192)] {
            let input = coefficients::<Reference>(n);
            for transform in transforms {
                let mut values = input.clone();
                transform(&domain, &mut values, 0, row_len);
                assert_eq!(values, input, "{n} to {row_len}");
            }
        }
    }

    /// The transforms of all lengths, those without a step among them, take the blocks of the domain
    /// and no others.
    #[test]
    fn blocks_outside_the_domain_are_refused() {
        let domain = Domain::<Reference>::new();
        let transforms = [Domain::split, Domain::merge, Domain::merge_unscaled];
        for (n, row_len) in [(1, 1), (2, 1), (2, 2), (64, 16), (64, 64)] {
            let input = coefficients::<Reference>(n);
            let blocks = FIELD_ELEMENTS_PER_EXT_BLOB * row_len / n;
            for (index, transform) in transforms.iter().enumerate() {
                let mut values = input.clone();
                transform(&domain, &mut values, blocks - 1, row_len);
                for block in [blocks, usize::MAX / 2 + 1, usize::MAX] {
                    let mut values = input.clone();
                    let refused = catch_unwind(AssertUnwindSafe(|| {
                        transform(&domain, &mut values, block, row_len);
                    }));
                    let what = format!("transform {index} of block {block}, {n} to {row_len}");
                    assert!(refused.is_err(), "{what}");
                    assert_eq!(values, input, "{what}");
                }
            }
        }
    }
}
