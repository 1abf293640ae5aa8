//! Checks whether many points of the curve all lie in the subgroup of order `r`, by a few random sums
//! instead of one scalar multiplication for each point.
//!
//! The curve has `h·r` points over the base field, `h = 3 · 11² · 10177² · 859267² · 52437899²`.
//! A point lies in the subgroup if its component of order `q` vanishes for each of these primes. If
//! the component of one point does not vanish, each test of [`cubes`] misses that with a probability
//! of at most 1/3, and each test of [`sums`] with at most 1/121. So all tests miss it with less than
//! `3^-81 < 2^-128`, or `121^-19 < 2^-131`. The coefficients come from a hash of all encodings, so
//! that whoever chooses the points cannot choose the coefficients: the assumption and the error are
//! those of the random linear combination of the proofs.

mod cubes;
mod random_bytes;
mod sums;
#[cfg(test)]
pub(crate) mod tests;

use kzg_traits::Exec;

use crate::curve::affine::{G1Affine, is_infinity};

/// Returns whether all points lie in the subgroup. The points must be on the curve, infinity as all
/// zeros. `seed` is a hash of them.
pub(crate) fn all_in_subgroup(points: &[G1Affine], seed: &[u8; 32], exec: &Exec) -> bool {
    let mut finite = exec.scratch_vec();
    finite.extend(points.iter().filter(|point| !is_infinity(point)));
    cubes::all_cubes(&finite, seed) && sums::all_sums_in_subgroup(&finite, seed, exec)
}
