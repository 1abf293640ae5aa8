//! Points in the subgroup, and points with components of every small order.

use kzg_traits::{Exec, Fr as _, Group};

use super::all_in_subgroup;
use super::cubes::all_cubes;
use super::random_bytes::RandomBytes;
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::selection::testing::on_every_engine;
use crate::sha256::sha256;
use crate::{Fr, G1};

/// The primes of the cofactor and their exponents in it.
pub(crate) const COFACTOR: [(u64, u32); 5] =
    [(3, 1), (11, 2), (10177, 2), (859_267, 2), (52_437_899, 2)];

/// `k·point` for any point of the curve, by complete additions only.
fn multiple(point: &G1, k: u64) -> G1 {
    (0..64).rev().fold(G1::identity(), |sum, bit| {
        let doubled = sum + sum;
        if k >> bit & 1 == 1 {
            doubled + *point
        } else {
            doubled
        }
    })
}

/// `r·point`: the component outside the subgroup remains.
fn times_order(point: &G1) -> G1 {
    let minus_one = (-Fr::ONE).to_words();
    let times = minus_one.iter().rev().fold(G1::identity(), |sum, word| {
        let shifted = (0..64).fold(sum, |sum, _| sum + sum);
        shifted + multiple(point, *word)
    });
    times + *point
}

/// Returns a point of order `q`, a prime of the cofactor.
pub(crate) fn torsion(q: u64, seed: &mut u8) -> G1 {
    loop {
        *seed += 1;
        let mut encoding = [*seed; 48];
        encoding[0] = 0x80 | encoding[0] & 0x0f;
        let mut affine = G1Affine::default();
        // SAFETY: blst reads 48 bytes, the length of the array, and writes one affine point.
        let status = unsafe { blst::blst_p1_uncompress(&mut affine.0, encoding.as_ptr()) };
        if status != blst::BLST_ERROR::BLST_SUCCESS {
            continue;
        }
        let mut point = times_order(&G1::from_affine(&affine));
        for (prime, power) in COFACTOR {
            // The exponent of no component is above the prime itself.
            if prime != q && power > 0 {
                point = multiple(&point, prime);
            }
        }
        if !point.is_identity() {
            assert!(multiple(&point, q).is_identity(), "order {q}");
            return point;
        }
    }
}

fn good_points(n: u64) -> Vec<G1Affine> {
    (0..n)
        .map(|k| match k % 9 {
            5 => INFINITY,
            6 => G1::generator().to_affine(),
            7 => (-G1::generator()).to_affine(),
            _ => G1::generator().mul(&Fr::from_u64(k).square()).to_affine(),
        })
        .collect()
}

#[test]
fn points_of_the_subgroup_pass_whatever_the_seed() {
    on_every_engine(|engine| {
        for n in [0, 1, 3, 100] {
            for seed in 0..3 {
                let points = good_points(n);
                assert!(
                    all_in_subgroup(&points, &[seed; 32], &Exec::serial()),
                    "{engine}"
                );
            }
        }
    });
}

#[test]
fn one_point_with_a_component_of_any_small_order_is_found() {
    let mut seed = 0;
    for (q, _) in COFACTOR {
        for place in [0, 7, 99] {
            let torsion = torsion(q, &mut seed);
            let mut points = good_points(100);
            let good = G1::from_affine(&points[place]);
            for bad in [good + torsion, torsion, good - torsion] {
                points[place] = bad.to_affine();
                on_every_engine(|engine| {
                    assert!(
                        !all_in_subgroup(&points, &[seed; 32], &Exec::serial()),
                        "order {q} at {place}, {engine}"
                    );
                });
            }
        }
    }
}

/// The sums would also find a component of order three, but too seldom for the bound on the error.
#[test]
fn products_that_must_be_cubes_find_components_of_order_three() {
    let mut seed = 50;
    let is_finite = |point: &G1Affine| !is_infinity(point);
    let good: Vec<G1Affine> = good_points(100).into_iter().filter(is_finite).collect();
    for place in [0, 40, good.len() - 1] {
        let torsion = torsion(3, &mut seed);
        let mut points = good.clone();
        points[place] = (G1::from_affine(&good[place]) + torsion).to_affine();
        on_every_engine(|engine| {
            assert!(all_cubes(&good, &[seed; 32]), "{engine}");
            assert!(!all_cubes(&points, &[seed; 32]), "{engine}");
        });
    }
}

#[test]
fn random_numbers_below_a_bound_are_uniform() {
    for bound in [1_u8, 3, 100, 243, 255] {
        let blocks = (0_u64..40).flat_map(|counter| {
            let mut input = [7; 48];
            input[32..].fill(0);
            input[32..35].copy_from_slice(b"abc");
            input[40..].copy_from_slice(&counter.to_le_bytes());
            sha256(&input)
        });
        // As many bytes for each number.
        let multiples = 255 / u16::from(bound) * u16::from(bound);
        let expected = blocks.filter(|&byte| u16::from(byte) < multiples);
        let mut random = RandomBytes::new(&[7; 32], b"abc");
        for byte in expected {
            assert_eq!(random.below(bound), usize::from(byte % bound), "{bound}");
        }
    }
}

#[test]
fn two_points_with_opposite_components_are_found() {
    let mut seed = 100;
    for (q, _) in COFACTOR {
        let torsion = torsion(q, &mut seed);
        let mut points = good_points(100);
        for (place, part) in [(3, torsion), (60, -torsion)] {
            points[place] = (G1::from_affine(&points[place]) + part).to_affine();
        }
        assert!(!all_in_subgroup(&points, &[seed; 32], &Exec::serial()));
    }
}
