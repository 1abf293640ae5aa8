//! Multi-scalar multiplications and decoding of points with known relations, on every engine.
//!
//! A sender of proofs can choose equal points, opposite points and infinity. All points are small
//! multiples of the generator, so that the expected sums follow from the integers.

use std::sync::LazyLock;

use kzg_traits::{Backend, Exec, Fr as _, Group, MatrixProduct, PointError, Precompute};
use proptest::prelude::*;

use crate::selection::testing::on_every_engine;
use crate::{Blst, Fr, G1, decoding};

/// The largest multiple of the generator, in absolute value.
const LARGEST: i64 = 20;

fn scalar(k: i64) -> Fr {
    let magnitude = Fr::from_u64(k.unsigned_abs());
    if k < 0 { -magnitude } else { magnitude }
}

/// `k·G`, for `k` up to [`LARGEST`] in absolute value.
fn multiple(k: i64) -> G1 {
    static MULTIPLES: LazyLock<Vec<G1>> = LazyLock::new(|| {
        let next = |point: &G1| Some(*point + G1::generator());
        let multiples = core::iter::successors(Some(G1::identity()), next);
        multiples.take(LARGEST as usize + 1).collect()
    });
    let point = MULTIPLES[k.unsigned_abs() as usize];
    if k < 0 { -point } else { point }
}

/// Multiples of the generator: all equal, opposite pairs, all infinity, 1, 2, 3 .., few different
/// ones, or any.
fn multiples(count: impl Strategy<Value = usize>) -> impl Strategy<Value = Vec<i64>> {
    let pattern = (0..6_u8, 1..=LARGEST, any::<u64>());
    (count, pattern).prop_map(|(count, (pattern, k, seed))| {
        let mut state = seed;
        let mut below = |bound: i64| {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (state >> 33) as i64 % bound
        };
        (0..count as i64)
            .map(|i| match pattern {
                0 => k,
                1 if i % 2 == 0 => k,
                1 => -k,
                2 => 0,
                3 => i % LARGEST + 1,
                4 => [0, k, -k, 2 * k % LARGEST][below(4) as usize],
                _ => below(2 * LARGEST + 1) - LARGEST,
            })
            .collect()
    })
}

/// Scalars: equal ones, small ones of both signs, or scalars of all lengths.
fn scalars(count: usize, pattern: u8, seed: u64) -> Vec<Fr> {
    let mut state = Fr::from_u64(seed);
    (0..count)
        .map(|i| {
            state = state.square() + Fr::ONE;
            match (pattern, i % 4) {
                (0, _) => Fr::from_u64(seed),
                (1, _) => scalar(i as i64 % 5 - 2),
                (2, 0) => Fr::ZERO,
                (2, 1) => -Fr::ONE,
                _ => state,
            }
        })
        .collect()
}

/// The sum of multiples of the generator by scalars.
fn expected(multiples: &[i64], scalars: &[Fr]) -> G1 {
    let terms = multiples.iter().zip(scalars);
    let sum = terms.fold(Fr::ZERO, |sum, (k, s)| sum + scalar(*k) * *s);
    G1::generator().mul(&sum)
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        // The failing input is in the message. Nothing is written beside the tests.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A wrong number of scalars or of sums panics, as in the other backends, instead of giving sums of other jobs.
#[test]
fn wrong_lengths_panic() {
    let (points, scalars) = ([multiple(2), multiple(3)], [Fr::ONE; 6]);
    let matrices = std::panic::catch_unwind(|| {
        let (mut first, mut second) = ([G1::identity(); 2], [G1::identity(); 2]);
        let (three_rows, one_row) = (&scalars[..], &scalars[..2]);
        let mut jobs =
            [(three_rows, &mut first), (one_row, &mut second)].map(
                |(matrix, out)| MatrixProduct::<Blst> {
                    matrix,
                    points: &points,
                    out,
                },
            );
        Blst::multiply_matrices(&mut jobs, &Exec::serial());
    });
    assert!(matrices.is_err());
    for precompute in [Precompute::NONE, Precompute::SMALL] {
        let bases = Blst::prepare(&points, precompute, &Exec::serial());
        let jobs = [(&bases, &scalars[..2]); 3];
        let sums = std::panic::catch_unwind(|| {
            Blst::msm_fixed_many(&jobs, &mut [G1::identity(); 2], &Exec::serial());
        });
        assert!(sums.is_err(), "{precompute}");
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn sums_over_new_points(
        multiples in multiples(0..160_usize),
        pattern in 0..4_u8,
        seed in any::<u64>(),
    ) {
        let points: Vec<G1> = multiples.iter().map(|k| multiple(*k)).collect();
        let scalars = scalars(points.len(), pattern, seed);
        let expected = expected(&multiples, &scalars);
        on_every_engine(|engine| {
            let sum = Blst::msm(&points, &scalars, &Exec::serial());
            assert_eq!(sum, expected, "{engine}");
        });
    }

    /// With a table of multiples for more than 64 points, otherwise with subset sums.
    #[test]
    fn sums_over_fixed_points(
        multiples in multiples(prop_oneof![1..20_usize, 60..90_usize]),
        patterns in prop::collection::vec((0..4_u8, any::<u64>()), 1..16),
    ) {
        let points: Vec<G1> = multiples.iter().map(|k| multiple(*k)).collect();
        let lists = patterns.iter().map(|(pattern, seed)| scalars(points.len(), *pattern, *seed));
        let lists: Vec<Vec<Fr>> = lists.collect();
        let expected: Vec<G1> = lists.iter().map(|list| expected(&multiples, list)).collect();
        on_every_engine(|engine| {
            let exec = Exec::serial();
            let bases = Blst::prepare(&points, Precompute::within(1 << 20), &exec);
            let jobs: Vec<_> = lists.iter().map(|list| (&bases, list.as_slice())).collect();
            let mut sums = vec![G1::generator(); jobs.len()];
            Blst::msm_fixed_many(&jobs, &mut sums, &exec);
            assert_eq!(sums, expected, "{engine}");
            assert_eq!(Blst::msm_fixed(&bases, &lists[0], &exec), expected[0], "{engine}");
        });
    }

    #[test]
    fn products_of_matrices_equal_the_expected_on_every_engine(
        multiples in multiples(1..20_usize),
        patterns in prop::collection::vec((0..4_u8, any::<u64>()), 1..20),
    ) {
        let points: Vec<G1> = multiples.iter().map(|k| multiple(*k)).collect();
        let rows = patterns.iter().map(|(pattern, seed)| scalars(points.len(), *pattern, *seed));
        let rows: Vec<Vec<Fr>> = rows.collect();
        let expected: Vec<G1> = rows.iter().map(|row| expected(&multiples, row)).collect();
        let matrix = rows.concat();
        on_every_engine(|engine| {
            let mut out = vec![G1::generator(); rows.len()];
            let mut jobs = [MatrixProduct { matrix: &matrix, points: &points, out: &mut out }];
            Blst::multiply_matrices(&mut jobs, &Exec::serial());
            assert_eq!(out, expected, "{engine}");
        });
    }

    #[test]
    fn multiplication_of_all_points_by_one_scalar(multiples in multiples(0..20_usize)) {
        let points: Vec<G1> = multiples.iter().map(|k| multiple(*k)).collect();
        // A fourth root of unity, which the engines multiply by.
        let x = Fr::from_u64(crate::curve::endomorphism::X);
        let root = x * x * x;
        let expected: Vec<G1> = points.iter().map(|point| point.mul(&root)).collect();
        on_every_engine(|engine| {
            let mut points = points.clone();
            G1::mul_all(&mut points, &root);
            assert_eq!(points, expected, "{engine}");
        });
    }

    /// One encoding in nine is malformed in half of the cases.
    #[test]
    fn decoded_points_equal_the_expected_on_every_engine(
        multiples in multiples(0..300_usize),
        malformed in any::<bool>(),
    ) {
        let mut expected: Vec<_> = multiples.iter().map(|k| Ok(multiple(*k))).collect();
        let mut encodings: Vec<_> = multiples.iter().map(|k| multiple(*k).to_bytes()).collect();
        if malformed {
            for (encoding, expected) in encodings.iter_mut().zip(&mut expected).step_by(9) {
                encoding[0] &= 0x7f;
                *expected = Err(PointError::Encoding);
            }
        }
        on_every_engine(|engine| {
            for decode in [decoding::g1_many, decoding::g1_batched] {
                let mut out = vec![Ok(G1::generator()); encodings.len()];
                decode(&encodings, &mut out, &Exec::serial());
                assert_eq!(out, expected, "{engine}");
            }
        });
    }
}

/// The sizes of tables that the documentation of kzg-traits states.
#[test]
fn the_tables_of_64_points_have_the_stated_memory() {
    let points: Vec<G1> = (0..64).map(|k| multiple(k % LARGEST)).collect();
    for (budget, memory) in [
        (400_000, 196_608),
        (500_000, 491_520),
        (1_800_000, 1_769_472),
    ] {
        let bases = Blst::prepare(&points, Precompute::within(budget), &Exec::serial());
        assert_eq!(Blst::bases_memory(&bases), memory, "at most {budget} bytes");
    }
}
