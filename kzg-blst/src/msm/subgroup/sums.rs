//! The test for components of the other orders: 11, 10177, 859267 and 52437899.
//!
//! Let `ω` be the endomorphism `(x, y) -> (β·x, y)`, for which `ω² + ω + 1 = 0`. The test computes 19
//! sums `Σ c_i·P_i`. A coefficient is zero, or `u·m·v` with `u` one of the six units `±ω^j`, `m` from
//! 1 to 5 and `v` one of four [`DIRECTIONS`]: 121 values. 11 is prime in `Z[ω]`, with a residue field
//! of 121 elements. The 121 values are different in that field, so their differences are invertible
//! modulo 11. The differences have norms below 10177, so they are not zero modulo any prime above the
//! other orders. So, given the other coefficients, at most one value of the coefficient of a point
//! outside the subgroup makes its component vanish from the sum. The sums are computed by buckets, and
//! each sum is checked by itself.

use kzg_traits::{Exec, Group};

use super::random_bytes::RandomBytes;
use crate::curve::additions::{LANES, Operand};
use crate::curve::affine::{G1Affine, INFINITY, is_infinity};
use crate::curve::endomorphism::minus_mu;
use crate::curve::jacobian::G1;
use crate::msm::bucket_sum::RangeSum;
use crate::msm::buckets::Buckets;
use crate::selection::vector_engine;

/// Number of sums that must lie in the subgroup.
const SUMS: usize = 19;
/// Representatives `a + b·ω` of the invertible elements modulo 11, up to units and integers.
const DIRECTIONS: [(i8, i8); 4] = [(1, 0), (1, -1), (2, -1), (3, 1)];
/// Number of buckets of a direction in a sum: a power of two, of which five buckets are used.
const BUCKETS: usize = 8;
/// Number of values of a coefficient.
const COEFFICIENTS: u8 = 121;

/// Returns whether all random sums of the points lie in the subgroup. No point is infinity.
pub(super) fn all_sums_in_subgroup(points: &[G1Affine], seed: &[u8; 32], exec: &Exec) -> bool {
    // The points, their images under ω, and their images under ω².
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
            // Bucket g holds the multiple g + 1.
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
    match vector_engine() {
        Some(engine) => sums.chunks(LANES).all(|sums| {
            let inside = engine.in_subgroup(sums);
            let mut lanes = sums.iter().enumerate();
            lanes.all(|(lane, sum)| inside >> lane & 1 == 1 || is_infinity(sum))
        }),
        None => (sums.iter()).all(|sum| is_infinity(sum) || G1::is_affine_in_subgroup(sum)),
    }
}

fn small_multiple(point: &G1, k: i8) -> G1 {
    let signed = if k < 0 { -*point } else { *point };
    (0..k.unsigned_abs()).fold(G1::identity(), |sum, _| sum + signed)
}

/// A nonzero coefficient: `±ω^rotation · multiple · DIRECTIONS[direction]`.
#[derive(Clone, Copy, Debug)]
struct Coefficient {
    direction: usize,
    multiple: usize,
    rotation: usize,
    negate: bool,
}

impl Coefficient {
    /// Returns the coefficient with a number below [`COEFFICIENTS`]; `None` for the coefficient zero.
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

#[cfg(test)]
mod tests {
    use super::*;

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
