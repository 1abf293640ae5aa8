use super::rows::transpose;
use super::*;
use crate::msm::subset_table::MAX_POINTS;
use crate::selection::testing::{execs_on, on_every_engine};
use kzg_traits::{Backend, Fr as _};

/// Points that include infinity, equal points and opposite points, so that sums of subsets have no
/// chord.
fn points(n: usize) -> Vec<G1> {
    (0..n as u64)
        .map(|k| match k % 6 {
            2 => G1::identity(),
            3 => -G1::generator().mul(&Fr::from_u64(k - 2)),
            4 => G1::generator().mul(&Fr::from_u64(k - 3)),
            _ => G1::generator().mul(&Fr::from_u64(k)),
        })
        .collect()
}

/// Rows of scalars: zeros, ones, the largest, alternating signs, and pseudorandom scalars.
fn rows(n: usize) -> Vec<Vec<Fr>> {
    let minus_one = -Fr::ONE;
    let half = Fr::from_u64(2).inverse().unwrap();
    let mut seed = Fr::from_u64(0x9e37_79b9_7f4a_7c15);
    let mut rows = vec![
        vec![Fr::ZERO; n],
        vec![Fr::ONE; n],
        vec![minus_one; n],
        vec![half; n],
        (0..n)
            .map(|k| if k % 2 == 0 { Fr::ONE } else { minus_one })
            .collect(),
        (0..n).map(|k| Fr::from_u64(1 << (k % 64))).collect(),
    ];
    for _ in 0..9 {
        rows.push(
            (0..n)
                .map(|_| {
                    seed = seed.square() + Fr::ONE;
                    seed
                })
                .collect(),
        );
    }
    rows
}

fn naive(points: &[G1], scalars: &[Fr]) -> G1 {
    points
        .iter()
        .zip(scalars)
        .fold(G1::identity(), |sum, (point, scalar)| {
            sum + point.mul(scalar)
        })
}

/// The numbers of rows are above and below the fewest for lockstep in Horner's rule.
#[test]
fn sums_equal_the_naive_ones_for_every_number_of_groups() {
    for (n, groups) in [
        (1, 1),
        (2, 1),
        (2, 2),
        (7, 3),
        (13, 1),
        (20, 4),
        (64, 8),
        (64, 9),
    ] {
        let (points, rows) = (points(n), rows(n));
        let mut affine = vec![INFINITY; n];
        to_affine(&points, &mut affine, &Exec::serial());
        let table = SubsetTable::new(&affine, groups, &mut TableBuilder::default());
        let jobs: Vec<_> = rows.iter().map(|row| (&table, row.as_slice())).collect();
        let expected: Vec<G1> = rows.iter().map(|row| naive(&points, row)).collect();
        on_every_engine(|engine| {
            for exec in execs_on(engine, 3) {
                for count in [0, 1, 5, rows.len()] {
                    let mut out = vec![G1::generator(); count];
                    sum_many(|index| jobs[index], &mut out, &exec);
                    assert_eq!(out, expected[..count], "{engine}");
                }
            }
        });
    }
}

#[test]
fn more_rows_than_are_summed_together() {
    let points = points(2);
    let mut affine = vec![INFINITY; points.len()];
    to_affine(&points, &mut affine, &Exec::serial());
    let table = SubsetTable::new(&affine, 1, &mut TableBuilder::default());
    let rows: Vec<[Fr; 2]> = (0..=2 * ROWS as u64)
        .map(|k| [Fr::from_u64(k), -Fr::from_u64(k * k)])
        .collect();
    let expected: Vec<G1> = rows.iter().map(|row| naive(&points, row)).collect();
    on_every_engine(|engine| {
        for exec in execs_on(engine, 2) {
            for count in [ROWS - 1, ROWS, ROWS + 1, 2 * ROWS, 2 * ROWS + 1] {
                let mut out = vec![G1::generator(); count];
                sum_many(|index| (&table, &rows[index]), &mut out, &exec);
                assert_eq!(out, expected[..count], "{engine}, {count} rows");
                let (points, scalars) = (points.repeat(count), rows[..count].concat());
                let mut out = vec![G1::generator(); count];
                Blst::msm_many(&points, &scalars, &mut out, &exec);
                assert_eq!(out, expected[..count], "{engine}, {count} sums");
            }
        }
    });
}

/// The numbers of sums are those about the boundaries of a table and of a chunk.
#[test]
fn sums_over_a_few_points_each_equal_the_naive_ones() {
    for n in 1..=FEW_POINTS {
        let most = ROWS + 1;
        let points: Vec<G1> = points(12).into_iter().cycle().take(most * n).collect();
        let scalars: Vec<Fr> = rows(n)
            .concat()
            .into_iter()
            .cycle()
            .skip(n / 2)
            .take(most * n)
            .collect();
        let terms = points.chunks_exact(n).zip(scalars.chunks_exact(n));
        let expected: Vec<G1> = terms
            .map(|(points, scalars)| naive(points, scalars))
            .collect();
        let mut affine = vec![INFINITY; points.len()];
        to_affine(&points, &mut affine, &Exec::serial());
        let per_table = MAX_POINTS / (2 * n);
        on_every_engine(|engine| {
            for exec in execs_on(engine, 3) {
                for count in (1..=9).chain([per_table, per_table + 1, ROWS, most]) {
                    let mut out = vec![G1::generator(); count];
                    sum_few(&affine[..count * n], &scalars[..count * n], &mut out, &exec);
                    assert_eq!(
                        out,
                        expected[..count],
                        "{engine}, {count} sums of {n} terms"
                    );
                }
            }
        });
    }
}

#[test]
fn products_of_matrices_equal_those_of_single_rows() {
    let sizes = [1, 8, 9, 16];
    let points: Vec<_> = sizes.iter().map(|&n| points(n)).collect();
    let rows: Vec<_> = sizes.iter().map(|&n| rows(n)).collect();
    let matrices: Vec<_> = rows.iter().map(|rows| rows.concat()).collect();
    let expected: Vec<Vec<G1>> = points
        .iter()
        .zip(&rows)
        .map(|(points, rows)| rows.iter().map(|row| naive(points, row)).collect())
        .collect();
    on_every_engine(|engine| {
        for exec in execs_on(engine, 3) {
            let mut products: Vec<_> = rows
                .iter()
                .map(|rows| vec![G1::generator(); rows.len()])
                .collect();
            let mut jobs: Vec<_> = products
                .iter_mut()
                .enumerate()
                .map(|(index, out)| MatrixProduct {
                    matrix: &matrices[index],
                    points: &points[index],
                    out,
                })
                .collect();
            Blst::multiply_matrices(&mut jobs, &exec);
            assert_eq!(products, expected, "{engine}");
        }
    });
}

#[test]
fn tables_fit_the_budget() {
    let groups = |bytes| SubsetTable::fitting_groups(64, kzg_traits::Precompute::within(bytes));
    assert_eq!(groups(13_000_000 / 128), Some(8));
    assert_eq!(groups(100_000_000 / 128), Some(6));
    assert_eq!(groups(64 * 96 - 1), None);
    assert_eq!(
        SubsetTable::fitting_groups(65, kzg_traits::Precompute::LARGE),
        None
    );
}

#[test]
fn a_transposed_bit_moves_across_the_diagonal() {
    for (i, j) in [(0, 63), (5, 5), (17, 40), (63, 1)] {
        let mut words = [0; 64];
        words[i] = 1 << j;
        transpose(&mut words);
        let mut expected = [0; 64];
        expected[j] = 1 << i;
        assert_eq!(words, expected);
    }
}
