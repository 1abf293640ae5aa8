//! Eight products of two pairings side by side, one in each lane, with the same points of G2.
//!
//! Here every lane has an element of `Fp12` of its own, where [`fp12`](super::fp12) has the parts of one
//! element in the lanes. So products are by Karatsuba's formulas: the sums and differences of products
//! come before the reductions, of which there is one for each part of a result.
//!
//! Comments give bounds of values and columns. `tools/prove_bounds.py` proves that every function keeps
//! them, and that products and squares are those of the plain formulas.

mod final_exponentiation;
mod fp12;
mod fp2;
mod fp6;
mod miller;
#[cfg(test)]
mod tests;

use super::field::LaneMask;
use crate::curve::additions::LANES;
use crate::curve::line::{Line, LinePoint};

/// Returns a bit for each of eight products of two pairings that is one. The lines of both points of G2
/// belong to the points of G1 at the same index; a point with zero coordinates stands for infinity.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn are_one(lines: [&[Line]; 2], points: &[[LinePoint; LANES]; 2]) -> LaneMask {
    // The conjugation accounts for the negative parameter.
    final_exponentiation::ones(&miller::miller_loops(lines, points).conjugate())
}
