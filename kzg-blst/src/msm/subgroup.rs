//! Whether many points of the curve all lie in the subgroup of order `r`, by a few random sums
//! of them instead of one scalar multiplication each.
//!
//! The curve has `h·r` points over the base field, `h = 3 · 11² · 10177² · 859267² · 52437899²`.
//! A point lies in the subgroup if its part of order `q` vanishes for each of these primes. If
//! one point's part does not, each test below misses that with a probability of at most
//! 1/3 and 1/121, so that all of them miss it with less than `3^-81 < 2^-128`, or
//! `121^-19 < 2^-131`. The coefficients come from a hash of all encodings, so that whoever
//! chooses the points cannot choose them as well: the same assumption, and the same error, as
//! for the random combination of the proofs themselves.
//!
//! **Order 3.** The points of order 3 are `(0, ±2)`, and there are no points of order 9. The
//! Tate pairing with `(0, 2)` is the cubic character of `y - 2`; it is a homomorphism, trivial
//! exactly where the part of order 3 vanishes. So it is taken of 81 random products
//! `Π (y_i - 2)^e_i`, `e_i` in {0, 1, 2}: given the other exponents, at most one of three values
//! of the exponent of a point that is not in the subgroup makes the product a cube.
//!
//! **The other orders.** Let `ω` be the endomorphism `(x, y) -> (β·x, y)`, for which
//! `ω² + ω + 1 = 0`. The coefficients of 19 sums `Σ c_i·P_i` are zero, or `u·m·v` with `u` one of
//! the six units `±ω^j`, `m` from 1 to 5 and `v` one of four [`DIRECTIONS`]: 121 values. As 11 is
//! prime in `Z[ω]`, with a residue field of 121 elements, and the values are different there, their
//! differences are invertible modulo 11. Differences have norms below 10177, so they are not zero
//! modulo any prime above the other orders. So, given the other coefficients, at most one value
//! of the coefficient of a point that is not in the subgroup makes its part vanish from the sum.
//! The sums are by buckets, and each is checked by itself.

use blst::blst_fp;
use kzg_traits::{Exec, Group};

use super::bucket_sum::RangeSum;
use super::buckets::Buckets;
use crate::curve::additions::LANES;
use crate::curve::additions::Operand;
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::curve::base_field::{ONE, is_zero, multiply, multiply_assign, square, subtract};
use crate::curve::endomorphism::minus_mu;
use crate::curve::jacobian::G1;
use crate::selection::vector_engine;

/// Products that must be cubes.
const CUBES: usize = 81;
/// Sums that must lie in the subgroup.
const SUMS: usize = 19;
/// Representatives `a + b·ω` of the invertible elements modulo 11, up to units and integers.
const DIRECTIONS: [(i8, i8); 4] = [(1, 0), (1, -1), (2, -1), (3, 1)];
/// The buckets of a direction in a sum, of which the first five are used: a power of two.
const BUCKETS: usize = 8;
/// Values of a coefficient.
const COEFFICIENTS: u8 = 121;
/// Points whose factors in the products are looked up together, and how many there are then.
const CUBE_GROUP: usize = 4;
const CUBE_FACTORS: u8 = 81;
/// `(p - 1)/3`, least significant word first.
const THIRD: [u64; 6] = [
    0x9354_ffff_ffff_e38e,
    0x0a39_5554_e5c6_aaaa,
    0xcd10_4635_a790_520c,
    0xcc27_c3d6_fbd7_063f,
    0x1909_37e7_6bc3_e447,
    0x08ab_05f8_bdd5_4cde,
];

/// Whether all points lie in the subgroup. They must be on the curve, as all zeros for infinity;
/// `seed` is a hash of them.
pub(crate) fn all_in_subgroup(points: &[G1Affine], seed: &[u8; 32], exec: &Exec) -> bool {
    let mut finite = exec.scratch_vec();
    finite.extend(points.iter().filter(|point| !is_infinity(point)));
    all_cubes(&finite, seed) && all_sums_in_subgroup(&finite, seed, exec)
}

fn all_cubes(points: &[G1Affine], seed: &[u8; 32]) -> bool {
    let two = {
        let negative = subtract(&blst_fp::default(), &ONE);
        subtract(&ONE, &negative)
    };
    let mut random = RandomBytes::new(seed, b"cubes");
    let mut products = [ONE; CUBES];
    for points in points.chunks(CUBE_GROUP) {
        // Every product of powers of the group's values.
        let mut factors = [ONE; CUBE_FACTORS as usize];
        let mut count = 1;
        for point in points {
            let value = subtract(&point.y, &two);
            if is_zero(&value) {
                // (0, 2) itself, which has order 3.
                return false;
            }
            for i in 0..2 * count {
                let (known, next) = factors.split_at_mut(count + i);
                multiply(&mut next[0], &known[i], &value);
            }
            count *= 3;
        }
        for product in &mut products {
            let factor = random.below(CUBE_FACTORS) % count;
            if factor != 0 {
                multiply_assign(product, &factors[factor]);
            }
        }
    }
    match vector_engine() {
        Some(engine) => products.chunks(LANES).all(|products| {
            let mut lanes = [ONE; LANES];
            lanes[..products.len()].copy_from_slice(products);
            let powers = engine.power(&lanes, &THIRD);
            powers.iter().all(|power| power.l == ONE.l)
        }),
        None => products.iter().all(is_cube),
    }
}

/// Whether the cubic character of a value that is not zero is trivial.
fn is_cube(value: &blst_fp) -> bool {
    let mut powers = [ONE; 16];
    for i in 1..powers.len() {
        let (known, next) = powers.split_at_mut(i);
        multiply(&mut next[0], &known[i - 1], value);
    }
    let mut power = ONE;
    for digit in (0..96).rev() {
        for _ in 0..4 {
            let root = power;
            square(&mut power, &root);
        }
        let digit = THIRD[digit / 16] >> (4 * (digit % 16)) & 15;
        if digit != 0 {
            multiply_assign(&mut power, &powers[digit as usize]);
        }
    }
    power.l == ONE.l
}

fn all_sums_in_subgroup(points: &[G1Affine], seed: &[u8; 32], exec: &Exec) -> bool {
    // The points, their images under ω, and those under ω².
    let mut images = exec.scratch_vec::<G1Affine>();
    images.extend_from_slice(points);
    for i in 0..2 * points.len() {
        let image = minus_mu(&images[i]);
        images.push(image);
    }
    let mut random = RandomBytes::new(seed, b"sums");
    let mut coefficients = exec.scratch_vec::<(usize, Operand)>();
    for point in 0..points.len() {
        for sum in 0..SUMS {
            if let Some(coefficient) = Coefficient::new(random.below(COEFFICIENTS)) {
                let window = sum * DIRECTIONS.len() + coefficient.direction;
                let image = coefficient.rotation * points.len() + point;
                coefficients.push((
                    window * BUCKETS + coefficient.multiple - 1,
                    Operand::new(image, coefficient.negate),
                ));
            }
        }
    }
    let windows = SUMS * DIRECTIONS.len();
    let mut buckets = exec.scratch::<Buckets>();
    buckets.sort(windows * BUCKETS, || coefficients.iter().copied());
    let mut work = exec.scratch::<RangeSum>();
    work.sum_windows(&images, &buckets.operands, &buckets.bounds, windows);

    let sums: [G1Affine; SUMS] = core::array::from_fn(|sum| {
        let (mut plain, mut rotated) = (G1::identity(), G1::identity());
        for (direction, (a, b)) in DIRECTIONS.into_iter().enumerate() {
            let window = sum * DIRECTIONS.len() + direction;
            let mut multiple = G1::identity();
            for bit in (0..BUCKETS.ilog2() as usize).rev() {
                multiple = multiple.double();
                multiple.add_affine(&work.bit(bit, window));
            }
            // Bucket g is that of the multiple g + 1.
            multiple.add_affine(&work.total(window));
            plain += small_multiple(&multiple, a);
            rotated += small_multiple(&multiple, b);
        }
        let rotated = rotated.to_affine();
        let rotated = if is_infinity(&rotated) {
            INFINITY
        } else {
            minus_mu(&rotated)
        };
        plain.add_affine(&rotated);
        plain.to_affine()
    });
    sums.chunks(LANES).all(|sums| {
        let inside = vector_engine().map_or(0, |engine| engine.in_subgroup(sums));
        // Those that were not found to lie in the subgroup may do so nevertheless.
        let mut unsure = sums
            .iter()
            .enumerate()
            .filter(|(lane, _)| inside >> lane & 1 == 0);
        unsure.all(|(_, sum)| is_infinity(sum) || G1::from_affine(sum).is_in_subgroup())
    })
}

fn small_multiple(point: &G1, k: i8) -> G1 {
    let signed = if k < 0 { -*point } else { *point };
    (0..k.unsigned_abs()).fold(G1::identity(), |sum, _| sum + signed)
}

/// A coefficient that is not zero: `±ω^rotation · multiple · DIRECTIONS[direction]`.
#[derive(Clone, Copy, Debug)]
struct Coefficient {
    direction: usize,
    multiple: usize,
    rotation: usize,
    negate: bool,
}

impl Coefficient {
    /// The coefficient with a number below [`COEFFICIENTS`]; `None` for zero.
    fn new(number: usize) -> Option<Self> {
        let number = number.checked_sub(1)?;
        Some(Self {
            negate: number % 2 == 1,
            rotation: number / 2 % 3,
            multiple: number / 6 % 5 + 1,
            direction: number / 30,
        })
    }
}

/// A stream of bytes that is determined by a seed: SHA-256 in counter mode.
struct RandomBytes {
    /// The seed, a label and the counter.
    input: [u8; 48],
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl RandomBytes {
    fn new(seed: &[u8; 32], label: &[u8]) -> Self {
        let mut input = [0; 48];
        input[..32].copy_from_slice(seed);
        input[32..32 + label.len()].copy_from_slice(label);
        Self {
            input,
            counter: 0,
            block: [0; 32],
            used: 32,
        }
    }

    /// A uniform number below `bound`: bytes beyond the largest multiple of it are dropped.
    fn below(&mut self, bound: u8) -> usize {
        let largest = u8::MAX - u8::MAX % bound;
        loop {
            if self.used == self.block.len() {
                self.input[40..].copy_from_slice(&self.counter.to_le_bytes());
                self.block = sha256(&self.input);
                self.counter += 1;
                self.used = 0;
            }
            let byte = self.block[self.used];
            self.used += 1;
            if byte < largest {
                return (byte % bound).into();
            }
        }
    }
}

/// SHA-256, by blst.
pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    // SAFETY: blst reads the message and writes 32 bytes, which the array has.
    unsafe { blst::blst_sha256(digest.as_mut_ptr(), message.as_ptr(), message.len()) };
    digest
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Fr;
    use crate::selection::testing::on_every_engine;
    use kzg_traits::Fr as _;

    /// The primes of the cofactor, and their powers in it.
    pub(crate) const COFACTOR: [(u64, u32); 5] =
        [(3, 1), (11, 2), (10177, 2), (859_267, 2), (52_437_899, 2)];

    /// `k·point` for any point of the curve: with complete additions alone.
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

    /// `r·point`, which leaves the part outside the subgroup.
    fn times_order(point: &G1) -> G1 {
        let minus_one = (-Fr::ONE).to_words();
        let times = minus_one.iter().rev().fold(G1::identity(), |sum, word| {
            let shifted = (0..64).fold(sum, |sum, _| sum + sum);
            shifted + multiple(point, *word)
        });
        times + *point
    }

    /// A point of order `q`, a prime of the cofactor.
    pub(crate) fn torsion(q: u64, seed: &mut u8) -> G1 {
        loop {
            *seed += 1;
            let mut encoding = [*seed; 48];
            encoding[0] = 0x80 | encoding[0] & 0x0f;
            let mut affine = G1Affine::default();
            // SAFETY: blst reads 48 bytes, which the array has, and writes one affine point.
            let status = unsafe { blst::blst_p1_uncompress(&mut affine.0, encoding.as_ptr()) };
            if status != blst::BLST_ERROR::BLST_SUCCESS {
                continue;
            }
            let mut point = times_order(&G1::from_affine(&affine));
            for (prime, power) in COFACTOR {
                // No part has an exponent above the prime itself.
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
    fn one_point_with_a_part_of_any_small_order_is_noticed() {
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

    #[test]
    fn two_points_whose_parts_cancel_are_noticed() {
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

    #[test]
    fn coefficients_are_all_different_modulo_eleven() {
        let mut residues: Vec<(i32, i32)> = (0..COEFFICIENTS.into())
            .map(|number| {
                let Some(coefficient) = Coefficient::new(number) else {
                    return (0, 0);
                };
                let (a, b) = DIRECTIONS[coefficient.direction];
                let mut value = (i32::from(a), i32::from(b));
                for _ in 0..coefficient.rotation {
                    // ω·(a + b·ω) = -b + (a - b)·ω
                    value = (-value.1, value.0 - value.1);
                }
                let sign = if coefficient.negate { -1 } else { 1 };
                let factor = sign * coefficient.multiple as i32;
                // The norm of a difference is at most four times the largest norm.
                let norm = value.0 * value.0 - value.0 * value.1 + value.1 * value.1;
                assert!(4 * norm * factor * factor < 10177);
                (
                    (factor * value.0).rem_euclid(11),
                    (factor * value.1).rem_euclid(11),
                )
            })
            .collect();
        residues.sort_unstable();
        residues.dedup();
        assert_eq!(residues.len(), usize::from(COEFFICIENTS));
    }
}
