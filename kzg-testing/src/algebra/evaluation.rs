//! Evaluation by folding, and quotients, against their definitions.

use crate::seeded::Seeded;
use kzg_traits::algebra::Fr;
use kzg_traits::backend::Backend;
use kzg_traits::bytes::{CELLS_PER_EXT_BLOB, FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL};
use kzg_traits::domain::Domain;
use kzg_traits::exec::Exec;
use kzg_traits::folding::Folding;
use kzg_traits::poly;

/// Dense, zero, constant and sparse values.
fn value_lists<F: Fr>(n: usize) -> [Vec<F>; 5] {
    let mut seeded = Seeded::new(n as u64);
    let mut unit = vec![F::ZERO; n];
    unit[n - 1] = F::ONE;
    [
        (0..n).map(|_| seeded.fr()).collect(),
        vec![F::ZERO; n],
        vec![seeded.fr(); n],
        vec![-F::ONE; n],
        unit,
    ]
}

/// Points outside the domain, zero among them, and in it: one, its negative, others.
fn points<F: Fr>(roots: &[F]) -> Vec<F> {
    let mut seeded = Seeded::new(3);
    let n = roots.len();
    let mut points = vec![F::ZERO, F::ONE, -F::ONE, F::from_u64(2)];
    points.extend([roots[n / 2], roots[n / 3], roots[n - 1]]);
    points.extend((0..5).map(|_| seeded.fr::<F>()));
    points
}

/// Folding gives the specification's barycentric value, at every size, and so does the backend.
pub(super) fn folding<B: Backend>() {
    let domain = Domain::<B::Fr>::new();
    let exec = Exec::serial();
    for n in [1, 2, 4, 8, 16, 32, 64, FIELD_ELEMENTS_PER_BLOB] {
        let folding = Folding::new(&domain, n);
        let roots = domain.roots(n);
        for values in value_lists::<B::Fr>(n) {
            for z in points(roots) {
                let expected = poly::evaluate(&values, roots, z);
                let value = folding.evaluate(&values, z, &mut Vec::new());
                assert_eq!(value, expected, "{n} values, {z:?}");
                let value = B::evaluate(&folding, &values, z, &exec);
                assert_eq!(value, expected, "{n} values, {z:?}, by the backend");
            }
        }
    }
}

/// Raw values give a raw value.
pub(super) fn raw<B: Backend>() {
    let (domain, mut seeded) = (Domain::<B::Fr>::new(), Seeded::new(4));
    let folding = Folding::new(&domain, 64);
    let encodings: Vec<[u8; 32]> = (0..64).map(|_| seeded.field_element().0).collect();
    let decode = |from: fn(&[u8; 32]) -> Option<B::Fr>| -> Vec<B::Fr> {
        let decoded = encodings.iter().map(from);
        decoded.collect::<Option<_>>().expect("canonical")
    };
    let (plain, raw) = (decode(B::Fr::from_bytes), decode(B::Fr::from_bytes_raw));
    let z = seeded.fr();
    let value = folding.evaluate(&plain, z, &mut Vec::new());
    let by_folding = folding.evaluate(&raw, z, &mut Vec::new());
    let by_backend = B::evaluate(&folding, &raw, z, &Exec::serial());
    for raw_value in [by_folding, by_backend] {
        assert_eq!(raw_value * B::Fr::RAW_UNIT, value);
        assert_eq!(raw_value.to_bytes_raw(), value.to_bytes());
    }
}

/// The quotient times `X - z`, plus `y`, is the polynomial, and the quotient's degree is below
/// `n - 1`.
pub(super) fn quotient<F: Fr>() {
    let domain = Domain::<F>::new();
    for n in [4, 64, FIELD_ELEMENTS_PER_BLOB] {
        let roots = domain.roots(n);
        for values in value_lists::<F>(n) {
            for z in points(roots) {
                let y = poly::evaluate(&values, roots, z);
                let (mut quotient, mut prefix) = (Vec::new(), Vec::new());
                poly::quotient(&values, roots, z, y, &mut quotient, &mut prefix);
                for ((value, root), quotient) in values.iter().zip(roots).zip(&quotient) {
                    assert_eq!(*quotient * (*root - z) + y, *value, "{n} values, {z:?}");
                }
                domain.ifft(&mut quotient, 0);
                assert_eq!(quotient[n - 1], F::ZERO, "{n} values, {z:?}");
            }
        }
    }
}

/// Weighted sums of rows are those of the elements.
pub(super) fn weighted_sums<B: Backend>() {
    let mut seeded = Seeded::new(41);
    let largest = -B::Fr::ONE;
    for len in [0, 1, 7, 8, 9, 16, 64] {
        for rows in [0, 1, 2, 3, 8, 21, 72] {
            let mut element = |k: usize| match k % 5 {
                0 => largest,
                1 if k.is_multiple_of(3) => B::Fr::ZERO,
                _ => seeded.fr::<B::Fr>(),
            };
            let weights: Vec<B::Fr> = (0..rows).map(&mut element).collect();
            let values: Vec<B::Fr> = (0..rows * len).map(&mut element).collect();
            let row = |k: usize| &values[k * len..][..len];
            let mut sums = vec![B::Fr::ONE; len];
            B::weighted_sum(&weights, row, &mut sums);
            for (i, sum) in sums.iter().enumerate() {
                let terms = weights.iter().enumerate();
                let expected = terms.fold(B::Fr::ZERO, |sum, (k, w)| sum + *w * row(k)[i]);
                assert_eq!(*sum, expected, "{rows} rows of {len}");
            }
        }
    }
}

/// Products with one factor are those of the elements.
pub(super) fn scaled_values<B: Backend>() {
    let mut seeded = Seeded::new(43);
    let largest = -B::Fr::ONE;
    let random = seeded.fr::<B::Fr>();
    for factor in [B::Fr::ZERO, B::Fr::ONE, largest, B::Fr::RAW_UNIT, random] {
        for len in [0, 1, 7, 8, 9, 16, 64, 8192] {
            let element = |k: usize| match k % 3 {
                0 => largest,
                1 if k.is_multiple_of(4) => B::Fr::ZERO,
                _ => seeded.fr::<B::Fr>(),
            };
            let values: Vec<B::Fr> = (0..len).map(element).collect();
            let mut scaled = values.clone();
            B::scale(&mut scaled, factor);
            for (scaled, value) in scaled.iter().zip(values) {
                assert_eq!(*scaled, value * factor, "{len} values, {factor:?}");
            }
        }
    }
}

/// Sums of weighted polynomials are those of polynomials that are interpolated one by one. The numbers of rows
/// include those of the lanes of an engine and their neighbours. Some rows have the index of the row before, and
/// some weights are one.
pub(super) fn interpolations<B: Backend>() {
    let (domain, mut seeded) = (Domain::<B::Fr>::new(), Seeded::new(42));
    let largest = -B::Fr::ONE;
    for rows in (0..=9).chain([15, 16, 17, 128, 130]) {
        let mut element = |k: usize| match (rows + k) % 5 {
            0 => largest,
            1 if k.is_multiple_of(3) => B::Fr::ZERO,
            2 => B::Fr::ONE,
            _ => seeded.fr::<B::Fr>(),
        };
        let weights: Vec<B::Fr> = (0..rows).map(&mut element).collect();
        let values: Vec<B::Fr> = (0..rows * FIELD_ELEMENTS_PER_CELL)
            .map(&mut element)
            .collect();
        let indices: Vec<usize> = (0..rows)
            .map(|k| (k - usize::from(k % 4 == 3)) * (rows + 37) % CELLS_PER_EXT_BLOB)
            .collect();
        let row = |k: usize| &values[k * FIELD_ELEMENTS_PER_CELL..][..FIELD_ELEMENTS_PER_CELL];
        let first = [largest; FIELD_ELEMENTS_PER_CELL];
        let mut expected = first;
        let size = B::Fr::from_u64(FIELD_ELEMENTS_PER_CELL as u64);
        for (k, (index, weight)) in indices.iter().zip(&weights).enumerate() {
            let mut polynomial = row(k).to_vec();
            domain.ifft(&mut polynomial, *index);
            for (sum, coefficient) in expected.iter_mut().zip(polynomial) {
                *sum += size * *weight * coefficient;
            }
        }
        let mut sum = first;
        B::add_interpolations(&domain, &indices, &weights, row, &mut sum);
        assert_eq!(sum, expected, "{rows} rows");
    }
}

/// Rows of another length, cells outside a blob and a missing weight are refused.
pub(super) fn malformed_interpolations<B: Backend>() {
    let domain = Domain::<B::Fr>::new();
    let values = [B::Fr::ONE; 2 * FIELD_ELEMENTS_PER_CELL];
    let refuses = |rows: usize, weights: usize, index: usize, len: usize| {
        let mut indices: Vec<usize> = (0..rows).collect();
        indices[rows - 1] = index;
        let weights: Vec<B::Fr> = (1..=weights as u64).map(B::Fr::from_u64).collect();
        let row = |k: usize| {
            &values[..if k == rows - 1 {
                len
            } else {
                FIELD_ELEMENTS_PER_CELL
            }]
        };
        let add = || {
            let mut sum = [B::Fr::ZERO; FIELD_ELEMENTS_PER_CELL];
            B::add_interpolations(&domain, &indices, &weights, row, &mut sum);
        };
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(add)).is_err()
    };
    for rows in [1, 3, 8, 9] {
        assert!(
            !refuses(rows, rows, 127, FIELD_ELEMENTS_PER_CELL),
            "{rows} rows"
        );
        for weights in [rows - 1, rows + 1] {
            assert!(
                refuses(rows, weights, 127, FIELD_ELEMENTS_PER_CELL),
                "{weights} weights"
            );
        }
        for index in [CELLS_PER_EXT_BLOB, 1 << 58, usize::MAX] {
            assert!(
                refuses(rows, rows, index, FIELD_ELEMENTS_PER_CELL),
                "cell {index}"
            );
        }
        for len in [0, FIELD_ELEMENTS_PER_CELL - 1, 2 * FIELD_ELEMENTS_PER_CELL] {
            assert!(refuses(rows, rows, 127, len), "{len} values");
        }
    }
}
