//! Products of matrices with points, by tables of subset sums.
//!
//! One table holds the sums of all subsets of up to eight points and serves every row. For each bit
//! position of its scalars, a row takes one doubling, and one addition for each table: the bits of
//! the eight scalars at that position select the subset.
//!
//! Source: Straus, "Addition chains of vectors", American Mathematical Monthly 71, 1964.

use crate::algebra::{Fr, Group};

/// Number of points per table.
const GROUP: usize = 8;
/// Number of bits of a scalar.
const SCALAR_BITS: usize = 255;

/// `out[i] = Σ_j matrix[i·points.len() + j]·points[j]`.
pub(crate) fn multiply_matrix<G: Group>(matrix: &[G::Scalar], points: &[G], out: &mut [G]) {
    assert_eq!(
        matrix.len(),
        points.len() * out.len(),
        "a scalar for each row and point"
    );
    let tables: Vec<Vec<G>> = points.chunks(GROUP).map(subset_sums).collect();
    for (row, sum) in out.iter_mut().enumerate() {
        let scalars: Vec<[u8; 32]> = matrix[row * points.len()..][..points.len()]
            .iter()
            .map(|scalar| scalar.to_bytes())
            .collect();
        *sum = G::identity();
        for bit in (0..SCALAR_BITS).rev() {
            *sum = sum.double();
            for (table, scalars) in tables.iter().zip(scalars.chunks(GROUP)) {
                let subset = scalars.iter().rev().fold(0_usize, |subset, scalar| {
                    subset << 1 | usize::from(scalar[31 - bit / 8] >> (bit % 8) & 1)
                });
                if subset != 0 {
                    *sum += table[subset];
                }
            }
        }
    }
}

/// The sums of all subsets: the sum at `b` includes point `k` if bit `k` of `b` is set.
fn subset_sums<G: Group>(points: &[G]) -> Vec<G> {
    let mut sums = vec![G::identity()];
    for point in points {
        for at in 0..sums.len() {
            sums.push(sums[at] + *point);
        }
    }
    sums
}
