//! Multi-scalar multiplication over arbitrary points and over prepared points.

use crate::{execs, malformed};
use kzg_traits::algebra::Group;
use kzg_traits::backend::{Backend, MatrixProduct};
use kzg_traits::exec::Exec;
use kzg_traits::precompute::Precompute;

use super::oracle::{KnownPoints, Plain, scalar_lists};

/// Short lengths, in every combination of points, scalars and threads.
const SHORT: [usize; 8] = [0, 1, 2, 3, 4, 5, 33, 64];
/// The points of a blob.
const LONG: usize = 4096;

/// The budgets that a backend may treat differently.
fn budgets() -> [Precompute; 5] {
    [
        Precompute::NONE,
        Precompute::within(100_000),
        Precompute::within(2_000_000),
        Precompute::SMALL,
        Precompute::LARGE,
    ]
}

pub(super) fn short<B: Backend>() {
    let execs = execs();
    for n in SHORT {
        for (arrangement, known) in KnownPoints::<B>::arrangements(n) {
            for (name, scalars) in scalar_lists::<B::Fr>(n) {
                let expected = known.sum(&scalars);
                let mut naive = B::G1::identity();
                for (point, scalar) in known.points.iter().zip(&scalars) {
                    naive += point.mul(scalar);
                }
                assert_eq!(naive, expected, "one by one: {n} {arrangement}, {name}");
                for exec in &execs {
                    let sum = B::msm(&known.points, &scalars, exec);
                    let threads = exec.threads();
                    assert_eq!(
                        sum, expected,
                        "{n} {arrangement}, {name}, {threads} threads"
                    );
                }
            }
        }
    }
}

/// Every list for distinct points. For the other arrangements, the lists that add equal points.
fn long_lists<B: Backend>(arrangement: &str) -> Vec<(&'static str, Vec<B::Fr>)> {
    let mut lists = scalar_lists::<B::Fr>(LONG);
    if arrangement != "distinct points" {
        lists.retain(|(name, _)| ["random", "one", "equal", "edges of halves"].contains(name));
    }
    lists
}

pub(super) fn long<B: Backend>() {
    let execs = execs();
    for (arrangement, known) in KnownPoints::<B>::arrangements(LONG) {
        for (name, scalars) in long_lists::<B>(arrangement) {
            let expected = known.sum(&scalars);
            for exec in &execs {
                let sum = B::msm(&known.points, &scalars, exec);
                let threads = exec.threads();
                assert_eq!(sum, expected, "{arrangement}, {name}, {threads} threads");
            }
        }
    }
}

/// Sums and pairing checks of points outside the subgroup, points of small order included, end without a panic. They
/// are computed where a backend postpones the subgroup check. A backend that does not postpone the check decodes no such
/// point.
pub(super) fn outside_subgroup<B: Backend>() {
    for exec in execs() {
        let encodings = malformed::G1_OUTSIDE_SUBGROUP;
        let mut decoded = vec![Ok(B::G1::identity()); encodings.len()];
        B::g1_on_curve_from_bytes_many(&encodings, &mut decoded, &exec);
        let points: Vec<B::G1> = decoded.into_iter().filter_map(Result::ok).collect();
        if points.is_empty() {
            return;
        }
        let generator = B::prepare_g2(&B::G2::generator());
        for n in [1, 2, 3, 4, 8, 17, 48, 49, 160] {
            // One kind of points alone, and all kinds.
            let alone = points.iter().map(|point| vec![*point; n]);
            let all: Vec<B::G1> = points.iter().copied().cycle().take(n).collect();
            for points in alone.chain([all]) {
                for (_, scalars) in scalar_lists::<B::Fr>(n) {
                    let sum = B::msm(&points, &scalars, &exec);
                    let pairs = [(sum, &generator), (sum, &generator)];
                    B::pairing_check(&pairs, &exec);
                }
            }
        }
    }
}

pub(super) fn fixed_short<B: Backend>() {
    let execs = execs();
    for n in SHORT {
        for (arrangement, known) in KnownPoints::<B>::arrangements(n) {
            for precompute in budgets() {
                let bases = B::prepare(&known.points, precompute, &execs[0]);
                for (name, scalars) in scalar_lists::<B::Fr>(n) {
                    let expected = known.sum(&scalars);
                    for exec in &execs {
                        let sum = B::msm_fixed(&bases, &scalars, exec);
                        let threads = exec.threads();
                        assert_eq!(
                            sum, expected,
                            "{n} {arrangement}, {name}, {threads} threads, {precompute}"
                        );
                    }
                }
            }
        }
    }
}

pub(super) fn fixed_long<B: Backend>() {
    let execs = execs();
    for (arrangement, known) in KnownPoints::<B>::arrangements(LONG) {
        let lists: Vec<_> = long_lists::<B>(arrangement)
            .into_iter()
            .map(|(name, scalars)| (name, known.sum(&scalars), scalars))
            .collect();
        // Large tables take long to build and differ from small tables only in their width.
        let all = arrangement == "distinct points";
        for precompute in budgets() {
            if !all && precompute != Precompute::NONE && precompute != Precompute::SMALL {
                continue;
            }
            // Prepared on several threads here, on one elsewhere.
            let bases = B::prepare(&known.points, precompute, &execs[2]);
            for (place, (name, expected, scalars)) in lists.iter().enumerate() {
                let exec = &execs[place % execs.len()];
                let sum = B::msm_fixed(&bases, scalars, exec);
                let threads = exec.threads();
                assert_eq!(
                    sum, *expected,
                    "{arrangement}, {name}, {threads} threads, {precompute}"
                );
            }
        }
    }
}

/// Many blobs over the same points, many columns over their own, and both mixed.
pub(super) fn fixed_many<B: Backend>() {
    let serial = Exec::serial();
    for precompute in [Precompute::NONE, Precompute::SMALL] {
        let known: Vec<_> = [64, 64, 33, 1, 0, 64, 300]
            .into_iter()
            .zip(0..)
            .map(|(n, seed)| KnownPoints::<B>::seeded(n, seed))
            .collect();
        let bases: Vec<_> = known
            .iter()
            .map(|known| B::prepare(&known.points, precompute, &serial))
            .collect();
        let lists: Vec<_> = known
            .iter()
            .map(|known| scalar_lists::<B::Fr>(known.points.len()))
            .collect();
        let own: Vec<_> = (0..known.len())
            .flat_map(|b| (0..lists[b].len()).map(move |s| (b, s)))
            .collect();
        let shared: Vec<_> = (0..lists[0].len()).map(|s| (0, s)).collect();
        for picks in [
            &own,
            &shared,
            &own[..1].to_vec(),
            &own[..2].to_vec(),
            &vec![],
        ] {
            let jobs: Vec<_> = picks
                .iter()
                .map(|&(b, s)| (&bases[b], lists[b][s].1.as_slice()))
                .collect();
            let mut plain = vec![B::G1::generator(); jobs.len()];
            Plain::<B>::msm_fixed_many(&jobs, &mut plain, &serial);
            for exec in execs() {
                let mut out = vec![B::G1::generator(); jobs.len()];
                B::msm_fixed_many(&jobs, &mut out, &exec);
                for (place, &(b, s)) in picks.iter().enumerate() {
                    let (name, scalars) = &lists[b][s];
                    assert_eq!(out[place], known[b].sum(scalars), "bases {b}, {name}");
                }
                assert_eq!(out, plain);
            }
        }
    }
}

/// Every list of scalars as a row over the same points, several matrices at once: by the
/// backend's own way, and by the default.
pub(super) fn matrices<B: Backend>() {
    for exec in execs() {
        products::<B>(&[0, 1, 2, 8, 16, 33, 64], &exec);
    }
    products::<Plain<B>>(&[0, 1, 9], &Exec::serial());
}

/// Compares products of matrices with the products of the logarithms.
fn products<B: Backend>(sizes: &[usize], exec: &Exec) {
    B::multiply_matrices(&mut [], exec);
    let known: Vec<_> = sizes
        .iter()
        .copied()
        .flat_map(KnownPoints::<B>::arrangements)
        .collect();
    let matrices: Vec<Vec<_>> = known
        .iter()
        .map(|(_, known)| scalar_lists::<B::Fr>(known.points.len()))
        .collect();
    let flat: Vec<Vec<B::Fr>> = matrices
        .iter()
        .map(|rows| rows.iter().flat_map(|(_, row)| row.clone()).collect())
        .collect();
    let mut products: Vec<Vec<B::G1>> = matrices
        .iter()
        .map(|rows| vec![B::G1::generator(); rows.len()])
        .collect();
    let mut jobs: Vec<MatrixProduct<'_, B>> = products
        .iter_mut()
        .enumerate()
        .map(|(index, out)| MatrixProduct {
            matrix: &flat[index],
            points: &known[index].1.points,
            out,
        })
        .collect();
    // A matrix without rows.
    jobs.push(MatrixProduct {
        matrix: &[],
        points: &known[6].1.points,
        out: &mut [],
    });
    B::multiply_matrices(&mut jobs, exec);
    for (((arrangement, known), rows), product) in known.iter().zip(&matrices).zip(&products) {
        for ((name, row), sum) in rows.iter().zip(product) {
            let n = row.len();
            assert_eq!(*sum, known.sum(row), "{n} {arrangement}, {name}");
        }
    }
}

/// Several sums over a few points each: by the backend's own way, and by the default.
pub(super) fn many<B: Backend>() {
    for exec in execs() {
        small_sums::<B>(&exec);
    }
    small_sums::<Plain<B>>(&Exec::serial());
}

/// Compares sums over the points of all arrangements with the sums of the logarithms.
fn small_sums<B: Backend>(exec: &Exec) {
    B::msm_many(&[], &[], &mut [], exec);
    let mut none = [B::G1::generator(); 3];
    B::msm_many(&[], &[], &mut none, exec);
    assert_eq!(none, [B::G1::identity(); 3], "sums without terms");
    for n in [1, 2, 3, 33] {
        let (mut points, mut scalars, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        for (_, known) in KnownPoints::<B>::arrangements(n) {
            for (_, list) in scalar_lists::<B::Fr>(n) {
                expected.push(known.sum(&list));
                points.extend_from_slice(&known.points);
                scalars.extend(list);
            }
        }
        for count in (0..=9).chain([expected.len()]) {
            let mut sums = vec![B::G1::generator(); count];
            B::msm_many(&points[..count * n], &scalars[..count * n], &mut sums, exec);
            assert_eq!(sums, expected[..count], "{count} sums of {n} terms");
        }
    }
}

/// Prepared points stay within the budget, or are no larger than with an empty budget.
pub(super) fn memory<B: Backend>() {
    let exec = Exec::serial();
    for n in [64, LONG] {
        let points = KnownPoints::<B>::distinct(n).points;
        let alone = B::bases_memory(&B::prepare(&points, Precompute::NONE, &exec));
        assert!(alone >= n * 96, "{alone} bytes cannot hold {n} points");
        for precompute in budgets() {
            let taken = B::bases_memory(&B::prepare(&points, precompute, &exec));
            assert!(
                taken <= alone.max(precompute.bytes()),
                "{n} points within {precompute} take {taken} bytes"
            );
        }
    }
}
